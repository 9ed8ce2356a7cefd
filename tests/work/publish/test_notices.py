"""Notices: the minimal set, where they hang, how long, and what an objection does."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from gongjia.base import clock, journal
from gongjia.base.models import uuid7
from gongjia.base.refused import Forbidden, Hidden, Refused
from gongjia.work.publish import actions, kinds, queries, rules, states
from gongjia.work.publish.models import Notice
from tests.who.members.conftest import AT, in_role, officer

LATER = AT + timedelta(days=1)


def codes(refused) -> tuple[str, ...]:
    return refused.value.codes


def test_a_line_keeps_a_masked_name_and_no_more(draft) -> None:
    notice = draft(names=("王小明", "欧阳明月"))
    assert [line.name_shown for line in queries.lines(notice)] == ["王*", "欧*"]
    fields = {field.name for field in notice.lines.model._meta.concrete_fields}
    assert fields == {"id", "notice", "ref", "position", "name_shown", "unit_shown", "item_shown", "standing"}


def test_a_union_is_named_whole(world, draft) -> None:
    line = actions.Line(uuid7(), "甲公司工会委员会", union=True)
    notice = actions.draft_notice(
        org=world.fed,
        title="示范单位公示",
        body="如下。",
        lines=[line],
        place="site",
        days=5,
        actor=world.machine,
        at=AT,
    )
    assert queries.lines(notice)[0].name_shown == "甲公司工会委员会"


@pytest.mark.parametrize("place", ["site", "both"])
def test_hardship_never_reaches_the_public_site(draft, place) -> None:
    with pytest.raises(Refused) as refused:
        draft(place=place, sensitive=True)
    assert codes(refused) == ("sensitive_outside",)
    assert "第二十五条" in refused.value.reasons[0].clause and "第二十八条" in refused.value.reasons[0].clause


def test_the_table_itself_forbids_it(world, draft) -> None:
    notice = draft(place="unit", sensitive=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.filter(pk=notice.pk).update(place="site")


def test_a_draft_cannot_be_moved_to_the_site_either(world, draft) -> None:
    notice = draft(place="unit", sensitive=True)
    with pytest.raises(Refused) as refused:
        actions.edit_notice(notice=notice, changes={"place": "both"}, actor=world.machine, at=AT)
    assert codes(refused) == ("sensitive_outside",)


@pytest.mark.parametrize("words", ["因患恶性肿瘤", "家庭月收入 1200 元", "低保户", "肢体残疾二级"])
def test_a_hardship_notice_tells_no_illness_and_no_income(draft, words) -> None:
    with pytest.raises(Refused) as refused:
        draft(place="unit", sensitive=True, item=words)
    assert codes(refused) == ("says_too_much",)
    draft(place="unit", sensitive=False, item=words)


@pytest.mark.parametrize("where", ["title", "body", "item", "ground", "document_no"])
def test_nothing_with_a_number_in_it_is_drafted(draft, where) -> None:
    with pytest.raises(Refused) as refused:
        draft(**{where: "联系 １９９０ ０００ １２３４"})
    assert "leak_phone" in codes(refused)


def test_working_days_are_counted_without_the_first(draft, world) -> None:
    """27 August 2018 is a Monday: five working days end on Monday 3 September at 24:00."""
    notice = actions.post(notice=draft(days=5), actor=world.machine, at=AT)
    assert (notice.starts_on, notice.ends_at) == (date(2018, 8, 27), clock.start_of(date(2018, 9, 4)))
    assert rules.last_day(date(2018, 8, 27), 5, "workday") == date(2018, 9, 3)


def test_the_national_day_does_not_count(draft, world) -> None:
    notice = actions.post(notice=draft(days=5), actor=world.machine, at=AT.replace(month=9, day=28))
    assert notice.ends_at == clock.start_of(date(2018, 10, 11))  # 29 and 30 September were worked


def test_calendar_days_are_another_unit(draft, world) -> None:
    notice = actions.post(notice=draft(days=7, day_unit="day"), actor=world.machine, at=AT)
    assert notice.ends_at == clock.start_of(date(2018, 9, 4))


@pytest.mark.parametrize(
    ("facts", "code"),
    [({"phone": ""}, "phone_missing"), ({"names": ()}, "no_lines"), ({"ground": " "}, "ground_missing")],
)
def test_what_must_be_there_before_it_hangs(draft, world, facts, code) -> None:
    notice = draft(**facts)
    if code == "ground_missing":
        actions.edit_notice(notice=notice, changes={"ground": ""}, actor=world.machine, at=AT)
    with pytest.raises(Refused) as refused:
        actions.post(notice=notice, actor=world.machine, at=AT)
    assert codes(refused) == (code,)


def test_it_hangs_until_its_last_day_is_over_and_not_longer(draft, world) -> None:
    notice = actions.post(notice=draft(), actor=world.machine, at=AT)
    end = notice.ends_at
    for moment, there in ((AT, True), (end - timedelta(seconds=1), True), (end, False)):
        assert queries.public_list(moment).filter(pk=notice.pk).exists() is there
        assert bool(queries.public_one(notice.pk, moment).lines) is there
        assert queries.ended(notice.pk, moment) is not there
    assert actions.end_due(actor=world.machine, at=end - timedelta(seconds=1)) == 0
    assert actions.end_due(actor=world.machine, at=end) == 1
    assert actions.end_due(actor=world.machine, at=end) == 0
    notice.refresh_from_db()
    assert notice.state == "ended" and queries.ended(notice.pk, end)


def test_only_what_hangs_on_the_site_is_public(draft, world) -> None:
    wall = actions.post(notice=draft(place="unit"), actor=world.machine, at=AT)
    site = actions.post(notice=draft(place="site"), actor=world.machine, at=AT)
    waiting = draft(place="site")
    assert [one.pk for one in queries.public_list(AT)] == [site.pk]
    for hidden in (wall, waiting):
        with pytest.raises(Hidden):
            queries.public_one(hidden.pk, AT)


def test_taken_down_it_never_ends(draft, world) -> None:
    notice = actions.post(notice=draft(), actor=world.machine, at=AT)
    with pytest.raises(Refused) as refused:
        actions.take_down(notice=notice, why=" ", actor=world.machine, at=AT)
    assert codes(refused) == ("why_missing",)
    actions.take_down(notice=notice, why="名单有误", actor=world.machine, at=AT)
    assert not queries.ended(notice.pk, AT + timedelta(days=60))
    with pytest.raises(Hidden):
        queries.public_one(notice.pk, AT)


def test_an_objection_may_be_anonymous_and_its_words_are_sealed(draft, world) -> None:
    notice = actions.post(notice=draft(), actor=world.machine, at=AT)
    objection = actions.object_to(notice=notice, text="该人选不符合条件。", contact="19900001234", at=LATER)
    assert str(objection.text) == "******" and objection.account_id is None
    told = journal.timeline(objection)
    assert told[0].actor_label in ("", "系统") and "不符合" not in str([line.body for line in told])
    assert queries.open_objections([notice.pk]) == {notice.pk: 1}
    assert not queries.clear(notice.ends_at).filter(pk=notice.pk).exists()


def test_no_objection_after_the_end_nor_before_the_start(draft, world) -> None:
    notice = draft()
    with pytest.raises(Refused):
        actions.object_to(notice=notice, text="该人选不符合条件。", at=AT)
    actions.post(notice=notice, actor=world.machine, at=AT)
    with pytest.raises(Refused) as refused:
        actions.object_to(notice=notice, text="该人选不符合条件。", at=notice.ends_at)
    assert codes(refused) == ("notice_over",)
    with pytest.raises(Refused) as refused:
        actions.object_to(notice=notice, text="不", at=AT)
    assert codes(refused) == ("text_length",)


@pytest.mark.parametrize("upheld", [True, False])
def test_an_answer_settles_it_and_an_upheld_one_strikes_the_line(draft, world, upheld) -> None:
    notice = actions.post(notice=draft(), actor=world.machine, at=AT)
    line = queries.lines(notice)[0]
    objection = actions.object_to(notice=notice, line=line, text="该人选不符合条件。", at=LATER)
    with pytest.raises(Refused) as refused:
        actions.settle_objection(objection=objection, upheld=upheld, answer="", actor=world.machine, at=LATER)
    assert codes(refused) == ("answer_missing",)
    actions.settle_objection(objection=objection, upheld=upheld, answer="经核查属实。", actor=world.machine, at=LATER)
    assert queries.struck_refs([notice.pk]) == ({line.ref} if upheld else set())
    assert len(queries.public_one(notice.pk, LATER).lines) == (1 if upheld else 2)
    assert queries.clear(notice.ends_at).filter(pk=notice.pk).exists()
    assert queries.answer_by_number(objection.number.lower()).answer == "经核查属实。"


def test_nobody_settles_the_objection_they_made(draft, world) -> None:
    actor = in_role(world.fed, "city_rights")
    notice = actions.post(notice=draft(), actor=world.machine, at=AT)
    objection = actions.object_to(notice=notice, text="该人选不符合条件。", at=LATER)
    type(objection).objects.filter(pk=objection.pk).update(account=None)
    objection.account_id = actor.account_id
    with pytest.raises(Refused) as refused:
        actions.settle_objection(objection=objection, upheld=False, answer="不属实，驳回。", actor=actor, at=LATER)
    assert codes(refused) == ("own_case",)


def test_the_photo_proves_the_wall(draft, world, paper) -> None:
    notice = draft(place="unit")
    with pytest.raises(Refused) as refused:
        actions.add_poster(notice=notice, photo=paper, actor=world.machine, at=AT)
    assert codes(refused) == ("not_posted",)
    actions.post(notice=notice, actor=world.machine, at=AT)
    assert queries.rows(world.machine, waiting="poster").count() == 1
    actions.add_poster(notice=notice, photo=paper, actor=world.machine, at=AT)
    assert queries.rows(world.machine, waiting="poster").count() == 0
    site = actions.post(notice=draft(place="site"), actor=world.machine, at=AT)
    with pytest.raises(Refused) as refused:
        actions.add_poster(notice=site, photo=paper, actor=world.machine, at=AT)
    assert codes(refused) == ("not_on_wall",)


def test_a_posted_notice_is_not_edited(draft, world) -> None:
    notice = actions.post(notice=draft(), actor=world.machine, at=AT)
    with pytest.raises(Refused) as refused:
        actions.edit_notice(notice=notice, changes={"title": "别的"}, actor=world.machine, at=AT)
    assert codes(refused) == ("not_a_draft",)


def test_reach(draft, world) -> None:
    notice = draft(org=world.firm, place="unit")
    own, other = in_role(world.firm, "officer_grassroots"), in_role(world.other, "officer_grassroots")
    assert queries.get(own, notice.pk) == notice
    with pytest.raises(Hidden):
        queries.get(other, notice.pk)
    with pytest.raises(Forbidden):
        actions.post(notice=notice, actor=other, at=AT)
    reader = officer(world.fed, "publish.read")
    with pytest.raises(Forbidden):
        actions.post(notice=notice, actor=reader, at=AT)


FACTS = {
    "post": rules.NoticeFacts("site", False, phone="1", ground="1"),
    "end": rules.NoticeFacts("site", False, at=datetime(2019, 1, 1, tzinfo=clock.SHANGHAI), ends_at=AT),
    "take_down": rules.NoticeFacts("site", False, why="x"),
    "uphold": rules.SettleFacts("已核查属实"),
    "dismiss": rules.SettleFacts("已核查属实"),
}


@pytest.mark.parametrize("flow", [states.NOTICE_FLOW, states.OBJECTION_FLOW], ids=lambda flow: flow.name)
def test_every_state_against_every_move(flow) -> None:
    for state in flow.states:
        for move in flow.moves:
            allowed = state in move.sources
            found = flow.check(move.name, state, FACTS[move.name])
            assert (found == []) is allowed, (state, move.name)


def test_the_list_costs_the_same_for_one_and_many(draft, world, django_assert_num_queries) -> None:
    for _ in range(12):
        draft()
    with django_assert_num_queries(1):
        assert len(list(queries.rows(world.machine))) == 12


def test_kinds_name_their_places() -> None:
    assert set(kinds.ON_SITE) | set(kinds.ON_WALL) == set(kinds.Place.values)


def test_what_lies_on_the_desk(draft, world) -> None:
    from gongjia.work.publish.queries.todos import SOURCES

    notice = actions.post(notice=draft(org=world.firm, place="unit"), actor=world.machine, at=AT)
    actions.object_to(notice=notice, text="该人选不符合条件。", at=AT)
    chair, township = in_role(world.firm, "chair_grassroots"), in_role(world.lotus, "officer_township")
    other = in_role(world.other, "chair_grassroots")
    for actor, counts in ((chair, [1, 1]), (township, [1, 0]), (other, [0, 0])):
        assert [source.count(actor, AT.date()) for source in SOURCES] == counts
        assert [len(source.rows(actor, AT.date(), 10)) for source in SOURCES] == counts
    assert SOURCES[0].rows(chair, AT.date(), 10)[0].due_on == date(2018, 9, 3)
