"""The life of an event: planned, published, changed, cancelled, held; others sign somebody up; no-shows; teams."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gongjia.base.refused import Forbidden, Hidden, Refused
from gongjia.work.events import actions, queries, rules
from gongjia.work.events.models import Attendance, Cell, Draw, Event, Fault, Session, SignUp, TeamMember
from tests.work.events.conftest import AT, DAY, HOUR, STARTS, in_role, laws, me

pytestmark = pytest.mark.django_db
TICK = timedelta(milliseconds=1)


def codes(call, *args, **more) -> set[str]:
    with pytest.raises(Refused) as why:
        call(*args, **more)
    return set(why.value.codes)


def inbox(person) -> list[str]:
    from gongjia.base.outbox.models import InboxItem

    rows = InboxItem.objects.filter(account_id=person.account_id).order_by("created_at", "id")
    return [one.split(".")[-1] for one in rows.values_list("template", flat=True)]


@pytest.fixture
def phoned(world, join):
    """Members with a log-in, who can be told."""
    from gongjia.who.members import actions as members

    def of(count, org=None):
        return [
            members.open_account(person=join(org or world.firm, f"王{n}", born_on=None).person, actor=None, at=AT)
            for n in range(count)
        ]

    return of


def test_publishing_names_everything_that_is_missing(make, machine):
    draft = make(published=False, total=0, place="", sessions=[], opens_at=None)
    assert codes(actions.publish, event=draft, actor=machine, at=AT) == {
        "no_session", "place_missing", "total_missing", "window_missing",
    }  # fmt: skip
    wrong = make(
        published=False, way="lot", groups=[{"key": "front_line", "at_least_percent": 60}, {"key": "shift"}],
        conditions=[{"check": "age"}, {"check": "moon"}], closes_at=AT + HOUR,
    )  # fmt: skip
    assert codes(actions.publish, event=wrong, actor=machine, at=AT) == {
        "group_one", "condition_empty", "condition_unknown", "lot_window_short", "lot_window_midnight",
    }  # fmt: skip
    with pytest.raises(Refused):
        make(published=False, hold_hours=12)


def test_a_draft_is_hidden_and_only_its_organiser_makes_it(world, make):
    draft = make(published=False)
    chair = in_role(world.firm, "chair_grassroots")
    assert queries.visible(chair).count() == 0
    with pytest.raises(Hidden):
        queries.open_to(me_nobody(world), draft.pk)
    with pytest.raises(Forbidden):
        actions.publish(event=draft, actor=chair, at=AT)
    own = actions.make_event(org=world.firm, kind="talk", title="安全讲座", actor=chair, at=AT)
    assert (own.way, own.area, own.level, own.total) == ("open", "2", "unit", 0)


def me_nobody(world):
    from gongjia.base.actor import Actor

    return Actor(None, None, "路人")


def test_everybody_is_told_of_a_change_and_of_a_cancelling(make, claim, phoned, machine):
    event = make(total=1)
    a, b = phoned(2)
    claim(event, a), claim(event, b)
    actions.change_event(event=event, place="工人文化宫二楼", why="一楼在装修", actor=machine, at=AT + HOUR)
    actions.change_session(
        session=event.sessions.get(), starts_at=STARTS + timedelta(days=1), actor=machine, at=AT + 2 * HOUR
    )
    assert Event.objects.get(pk=event.pk).first_at == STARTS + timedelta(days=1)
    assert codes(actions.change_event, event=event, conditions=[], actor=machine, at=AT) == {"frozen"}
    assert codes(actions.change_event, event=event, free_cancel_until=AT, actor=machine, at=AT) == {"grace_cut"}
    assert codes(actions.cancel_event, event=event, why=" ", actor=machine, at=AT) == {"why_missing"}
    actions.cancel_event(event=event, why="台风", actor=machine, at=AT + 3 * HOUR)
    assert inbox(a) == ["placed", "event_changed", "event_changed", "event_cancelled"]
    assert inbox(b) == ["waiting", "event_changed", "event_changed", "event_cancelled"]
    assert set(SignUp.objects.filter(event=event).values_list("state", flat=True)) == {"cancelled"}
    assert codes(claim, Event.objects.get(pk=event.pk), a) == {"cancelled"}
    assert not Fault.objects.exists()
    laws(event)


def test_a_closing_time_is_put_off_only_before_it_has_passed(make, machine):
    event = make()
    later = event.closes_at + timedelta(days=1)
    assert codes(actions.change_event, event=event, closes_at=later, actor=machine, at=event.closes_at) == {"closed"}
    assert codes(actions.change_event, event=event, closes_at=AT + HOUR, actor=machine, at=AT) == {"why_missing"}
    assert codes(actions.change_event, event=event, closes_at=STARTS + HOUR, actor=machine, at=AT) == {
        "window_after_start"
    }
    actions.change_event(event=event, closes_at=later, actor=machine, at=event.closes_at - TICK)
    assert Event.objects.get(pk=event.pk).closes_at == later


def test_time_closes_and_ends_an_event_at_the_millisecond(make, claim, phoned, machine):
    """C14: the job that closes, and the one that takes an event as held."""
    event = make(total=1)
    a, b = phoned(2)
    claim(event, a), claim(event, b)
    for step, state in ((-TICK, "open"), (0 * TICK, "closed")):
        actions.follow_due(actor=machine, at=event.closes_at + step)
        assert Event.objects.get(pk=event.pk).state == state
    assert codes(actions.hold, event=event, actor=machine, at=STARTS - TICK) == {"not_yet_held"}
    for step, state in ((-TICK, "closed"), (0 * TICK, "held")):
        actions.follow_due(actor=machine, at=event.last_at + step)
        assert Event.objects.get(pk=event.pk).state == state
    assert SignUp.objects.get(person=b).state == "lost"
    assert inbox(b) == ["waiting", "lapsed"]
    laws(event)


def test_cancelling_ends_when_it_begins(make, claim, people):
    for step, fine in ((-TICK, True), (0 * TICK, False)):
        event = make()
        (a,) = people(1)
        row = claim(event, a)
        if fine:
            assert actions.cancel(sign_up=row, actor=me(a), at=STARTS + step).state == "cancelled"
        else:
            assert codes(actions.cancel, sign_up=row, actor=me(a), at=STARTS + step) == {"already_begun"}


def test_a_held_place_never_outlasts_the_start_and_nobody_moves_up_afterwards(make, claim, people, machine):
    event = make(total=1)
    a, b, c = people(3)
    claim(event, a), claim(event, b), claim(event, c)
    actions.cancel(sign_up=SignUp.objects.get(person=a), actor=me(a), at=STARTS - 5 * HOUR)
    assert SignUp.objects.get(person=b).held_until == STARTS
    actions.expire_due(actor=machine, at=STARTS)
    assert SignUp.objects.get(person=c).state == "waiting"


# others sign somebody up -------------------------------------------------------------------------------


def test_nomination_in_bulk_answers_for_each(make, people, world, phoned):
    event = make("check_up", way="nomination", total=3, conditions=[{"check": "sex", "sex": "2"}])
    chair = in_role(world.firm, "chair_grassroots")
    women = phoned(4)
    for one in women:
        one.sex = "2"
        one.save(update_fields=["sex"])
    (man,) = people(1)
    man.sex = "1"
    man.save(update_fields=["sex"])
    found = actions.nominate(
        event=event, org=world.firm, person_ids=[one.pk for one in [*women, man]], actor=chair, at=AT
    )
    assert [one.verdict for one in found] == ["placed"] * 3 + ["sold_out", "refused"]
    assert found[4].reasons[0].code == "sex_other"
    assert inbox(women[0]) == ["nominated"]
    assert SignUp.objects.get(person=women[0]).way == "union"
    (stranger,) = people(1, world.other)
    assert codes(actions.nominate, event=event, org=world.firm, person_ids=[stranger.pk], actor=chair, at=AT) == {
        "not_ours"
    }
    with pytest.raises(Forbidden):
        actions.nominate(event=event, org=world.other, person_ids=[stranger.pk], actor=chair, at=AT)
    laws(event)


def test_the_list_to_nominate_from_has_the_never_served_first(make, people, world, machine):
    event = make("visit", way="nomination", total=3)
    a, b, c = people(3)
    old = make(title="旧活动", total=3)
    for person, days in ((a, 300), (b, 30)):
        row = actions.claim(event=old, person=person, actor=me(person), at=AT)
        Attendance.objects.create(
            event=old, sign_up=row, session=old.sessions.get(), person=person, org=world.firm, standing="present",
            on=DAY - timedelta(days), how="scan",
        )  # fmt: skip
    chair = in_role(world.firm, "chair_grassroots")
    rows = queries.roster(chair, event, world.firm, AT)
    assert [row.person_id for row in rows] == [c.pk, a.pk, b.pk]
    assert rows[0].served_on is None and not rows[0].reasons
    actions.nominate(event=event, org=world.firm, person_ids=[c.pk], actor=chair, at=AT)
    again = {row.person_id: row for row in queries.roster(chair, event, world.firm, AT)}
    assert again[c.pk].state == "placed"
    assert queries.roster(in_role(world.other, "chair_grassroots"), event, world.firm, AT) == []


def test_at_the_counter(make, people, world):
    event = make(total=1)
    chair = in_role(world.firm, "chair_grassroots")
    (a,) = people(1)
    row = actions.at_counter(
        event=event, person=a, org=world.firm, happened_on=DAY - timedelta(1), actor=chair, at=AT, note="没有手机"
    )
    assert (row.state, row.way, row.happened_on, row.note) == ("placed", "counter", DAY - timedelta(1), "没有手机")
    assert codes(
        actions.at_counter, event=event, person=a, org=world.firm, happened_on=DAY + timedelta(1), actor=chair, at=AT
    ) == {"happened_later"}


def test_into_a_lot_only_after_the_hash_was_published(make, people, world, machine):
    event = make(way="lot", total=2, closes_at=AT + timedelta(days=5), short_window_why="试用")
    a, b, c = people(3)

    def enter(person, at=AT, **more):
        return actions.enter(event=event, person=person, actor=me(person), at=at, **more)

    assert codes(enter, a) == {"draw_not_committed"}
    draw = Draw.objects.create(
        event=event, org=world.fed, seed="00", seed_hash="0" * 64, public_source="3D 2018240",
        public_on=event.closes_at + HOUR, published_at=AT,
    )  # fmt: skip
    assert codes(enter, a, AT - TICK) == {"draw_not_committed"}
    first = enter(a, request_key="k")
    assert first.state == "entered" and enter(a, request_key="k").pk == first.pk
    assert codes(enter, a) == {"already"}
    assert enter(b, event.closes_at - TICK).state == "entered"
    assert codes(enter, c, event.closes_at) == {"closed"}
    actions.cancel(sign_up=first, actor=me(a), at=AT)
    Draw.objects.filter(pk=draw.pk).update(state="sealed", entries_digest="x", closed_at=AT)
    assert codes(enter, c) == {"closed"}
    by = {"event": event, "actor": machine, "at": AT}
    assert codes(actions.resize, total=5, **by) == {"list_sealed"}
    assert codes(actions.hand_down, giver=world.fed, to=[(world.lotus, 1)], **by) == {"list_sealed"}
    assert codes(actions.cancel, sign_up=SignUp.objects.get(person=b), actor=me(b), at=AT) == {"list_sealed"}
    laws(event)


# no-shows ----------------------------------------------------------------------------------------------


def test_who_stays_away_gets_a_mark_and_two_of_them_a_rest(make, claim, phoned, world, machine):
    a, b = phoned(2)
    for turn in range(2):
        event = make(title=f"夜校{turn}", sessions=[(STARTS + timedelta(days=turn), None)])
        there, away = claim(event, a), claim(event, b)
        Attendance.objects.create(
            event=event, sign_up=there, session=event.sessions.get(), person=a, org=world.firm, standing="present",
            on=DAY, how="manual",
        )  # fmt: skip
        over = STARTS + timedelta(days=turn, hours=3)
        actions.follow_due(actor=machine, at=over)
        actions.settle(event=event, actor=machine, at=over)
        assert Fault.objects.filter(event=event).values_list("person_id", flat=True).get() == away.person_id
    when = STARTS + timedelta(days=2)
    new = make(at=when, opens_at=when - HOUR)
    assert codes(claim, new, b, at=when) == {"resting"}
    assert claim(new, a, at=when).state == "placed"
    open_ = make(way="open", at=when, sessions=[(when + timedelta(days=20), None)])
    assert claim(open_, b, at=when).state == "placed"  # what is not scarce is not denied
    fault = Fault.objects.filter(person=b).order_by("on").last()
    officer_ = in_role(world.fed, "city_labour")
    assert codes(actions.appeal, fault=fault, words="", actor=me(b), at=when) == {"why_missing"}
    with pytest.raises(Hidden):
        actions.appeal(fault=fault, words="帮忙说情", actor=me(a), at=when)
    actions.appeal(fault=fault, words="当晚临时顶班，有排班表", actor=me(b), at=when)
    assert codes(claim, new, b, at=when) == {"resting"}  # as long as nobody has answered
    assert "顶班" not in str(vars(Fault.objects.get(pk=fault.pk)))
    actions.answer_appeal(fault=fault, strike=True, words="情况属实", actor=officer_, at=when)
    assert inbox(b)[-1] == "fault_answer"
    assert claim(new, b, at=when).state == "placed"


def test_an_appeal_has_a_last_day(make, claim, people, machine):
    from gongjia.base.clock import start_of

    event = make(free_cancel_until=AT + HOUR)
    (a,) = people(1)
    actions.cancel(sign_up=claim(event, a), actor=me(a), at=AT + 2 * HOUR)
    fault = Fault.objects.get()
    end = start_of(fault.appeal_until + timedelta(days=1))
    assert codes(actions.appeal, fault=fault, words="生病", actor=me(a), at=end) == {"appeal_over"}
    assert actions.appeal(fault=fault, words="生病", actor=me(a), at=end - TICK).state == "appealed"


def test_nobody_is_marked_where_attendance_was_not_taken_or_a_union_named_them(make, claim, people, world, machine):
    event = make()
    a, b = people(2)
    claim(event, a)
    over = STARTS + 3 * HOUR
    actions.hold(event=event, actor=machine, at=over)
    actions.settle(event=event, actor=machine, at=over)
    assert not Fault.objects.exists()
    named = make("visit", way="nomination", total=2)
    actions.nominate(event=named, org=world.firm, person_ids=[a.pk, b.pk], actor=machine, at=AT)
    row = SignUp.objects.get(event=named, person=a)
    Attendance.objects.create(
        event=named, sign_up=row, session=named.sessions.get(), person=a, org=world.firm, standing="present", on=DAY,
        how="manual",
    )  # fmt: skip
    actions.hold(event=named, actor=machine, at=over)
    actions.settle(event=named, actor=machine, at=over)
    assert not Fault.objects.exists()


def test_the_rest_after_two_marks():
    from datetime import date

    two = (date(2018, 1, 10), date(2018, 12, 9))
    assert rules.rest_until(two, date(2018, 12, 9)) == date(2019, 3, 9)
    assert rules.rest_until(two, date(2019, 3, 8)) == date(2019, 3, 9)
    assert rules.rest_until(two, date(2019, 3, 9)) is None
    assert rules.rest_until((date(2018, 1, 10), date(2019, 1, 10)), date(2019, 1, 11)) is None  # twelve months apart
    assert rules.rest_until(two[:1], two[0]) is None


# what stands beside ------------------------------------------------------------------------------------


def test_a_team_its_members_and_its_end(world, people, machine):
    chair = in_role(world.firm, "chair_grassroots")
    a, b = people(2)
    team = actions.make_team(org=world.firm, name="红马甲", founded_on=DAY, leader=a, actor=chair, at=AT)
    assert codes(actions.make_team, org=world.firm, name="红马甲", founded_on=DAY, actor=chair, at=AT) == {"team_twice"}
    assert actions.add_team_members(team=team, person_ids=[a.pk, b.pk], since=DAY, actor=chair, at=AT) == 1
    actions.remove_team_member(member=TeamMember.objects.get(person=b), on=DAY, actor=chair, at=AT)
    with pytest.raises(Forbidden):
        actions.close_team(team=team, on=DAY, why="合并", actor=in_role(world.other, "chair_grassroots"), at=AT)
    actions.close_team(team=team, on=DAY, why="合并", actor=chair, at=AT)
    assert not TeamMember.objects.filter(until__isnull=True).exists()
    assert queries.teams(chair)[0].hours == 0


def test_copies_papers_headcount_and_the_reminder(make, claim, phoned, machine, paper):
    event = make("talk", way="none", total=0)
    session = event.sessions.get()
    assert codes(actions.set_headcount, session=session, count=80, actor=machine, at=STARTS - TICK) == {"not_yet_held"}
    assert actions.set_headcount(session=session, count=80, actor=machine, at=STARTS).headcount == 80
    held = actions.add_paper(event=event, attachment=paper, use="photo", caption="现场", actor=machine, at=AT)
    assert actions.remove_paper(paper=held, actor=machine, at=AT).removed_on == DAY
    other = make()
    (a,) = phoned(1)
    claim(other, a)
    assert actions.remind(actor=machine, at=STARTS - timedelta(days=2)) == 0
    assert actions.remind(actor=machine, at=STARTS - timedelta(hours=20)) == 1
    assert actions.remind(actor=machine, at=STARTS - timedelta(hours=19)) == 0
    assert inbox(a) == ["placed", "reminder"]


def test_the_board_of_places_shows_each_union_its_own(make, world, machine):
    event = make(total=5)
    actions.hand_down(event=event, giver=world.fed, to=[(world.lotus, 2), (world.yangxi, 1)], actor=machine, at=AT)
    whole = queries.quota_board(in_role(world.fed, "city_labour"), event)
    assert [(line.org_name, line.total) for line in whole] == [("其余", 2), ("莲花镇工会", 2), ("洋溪街道工会", 1)]
    own = queries.quota_board(in_role(world.lotus, "officer_township"), event)
    assert [(line.org_name, line.total) for line in own] == [("莲花镇工会", 2)]
    with pytest.raises(Forbidden):
        actions.hand_down(
            event=event, giver=world.fed, to=[(world.lotus, 3)], actor=in_role(world.lotus, "officer_township"), at=AT
        )
    assert actions.return_places(event=event, org=world.lotus, number=1, actor=machine, at=AT).total == 1
    assert Cell.objects.get(event=event, org=None).total == 3
    assert Session.objects.filter(event=event).count() == 1
