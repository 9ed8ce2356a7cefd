"""Children's classes: consent, who may fetch a child, the door, health notes, forgetting."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from gongjia.base import journal
from gongjia.base.refused import Forbidden, Hidden, Refused
from gongjia.who.members import actions as members
from gongjia.work.events import actions, rules
from gongjia.work.events.models import Attendance, Child, ChildDay, PickUp, SignUp
from tests.work.events.conftest import AT, DAY, HOUR, STARTS, in_role, laws, me, paper  # noqa: F401

pytestmark = pytest.mark.django_db
GRANNY = actions.NewPickUp("李奶奶", "19900001234", "奶奶")
DURING = STARTS + HOUR


def codes(call, *args, **more) -> set[str]:
    with pytest.raises(Refused) as why:
        call(*args, **more)
    return set(why.value.codes)


def child(name: str = "小童", **more):
    values = {"born": date(2010, 3, 1), "relation": "母亲", "consent": True, "pick_ups": [GRANNY], "grade": 2, **more}
    return actions.NewChild(name, **values)


@pytest.fixture
def summer(make):
    return lambda **more: make("children", title="爱心暑托班", total=3, **more)


@pytest.fixture
def parent(people):
    return members.open_account(person=people(1, name="张")[0], actor=None, at=AT)


def sign(event, guardian, *children, **more):
    return actions.sign_up_children(
        event=event, guardian=guardian, children=children, actor=more.pop("actor", None) or me(guardian), at=AT, **more
    )


def inbox(person) -> list[str]:
    from gongjia.base.outbox.models import InboxItem

    return list(InboxItem.objects.filter(account_id=person.account_id).values_list("template", flat=True))


def test_no_child_without_its_guardians_consent_and_the_sentence_is_plain(summer, parent):
    event = summer()
    with pytest.raises(Refused) as why:
        sign(event, parent, child("小明", consent=False))
    reason = why.value.reasons[0]
    assert (reason.code, reason.sentence) == ("no_consent", "没有监护人同意，不能收“小明”。")
    assert reason.clause == "《个人信息保护法》第三十一条" and reason.cure
    assert not SignUp.objects.exists() and not Child.objects.exists()
    # nor by the ordinary way of one tap
    assert codes(actions.claim, event=event, person=parent, guests=1, actor=me(parent), at=AT) == {"no_consent"}
    # nor in a rush
    rushed = actions.claim_many(event=event, claims=[actions.Claim(parent.pk, guests=1)], actor=me(parent), at=AT)
    assert [one.code for one in rushed[0].reasons] == ["no_consent"] and not SignUp.objects.exists()
    found = sign(event, parent, child("小明"), child("小红", born=date(2011, 1, 1)))
    assert (found.state, found.seats, found.children.count()) == ("placed", 2, 2)
    laws(event)
    # the control: the table itself knows no child without consent
    with pytest.raises(IntegrityError), transaction.atomic():
        Child.objects.filter(sign_up=found).update(consent_at=None)


def test_everything_else_that_keeps_a_child_out_is_said_at_once(summer, parent):
    event = summer(params={"age_min": 6, "age_max": 12, "grade_min": 1, "grade_max": 6})
    assert codes(sign, event, parent, child("", relation="", pick_ups=[])) == {
        "child_name",
        "relation_missing",
        "no_pick_up",
    }
    assert codes(sign, event, parent, child(born=date(2013, 9, 8), grade=None)) == {"child_age", "child_grade"}
    assert codes(sign, event, parent, child(born=date(2000, 1, 1))) == {"no_child_any_more"}
    assert codes(sign, event, parent, child(born=None)) == {"born_missing"}
    assert codes(sign, event, parent, child(health="花生过敏")) == {"no_health_consent"}
    assert codes(sign, event, parent, child(), child()) == {"child_twice"}
    assert codes(sign, event, parent, child(pick_ups=[GRANNY, GRANNY])) == {"pick_up_twice"}
    assert codes(sign, event, parent, child(pick_ups=[actions.NewPickUp("王", "123")])) == {"phone_bad"}
    assert codes(sign, event, parent) == {"no_child"}
    # six years old on the first day: 以上 includes the day
    assert rules.child_faults(rules.ChildFacts("甲", date(2012, 9, 6), "父亲", True, pick_ups=["乙"]), {"age_min": 6}, date(2018, 9, 6)) == []  # fmt: skip


def test_only_the_guardian_on_the_own_phone_and_paper_at_the_counter(world, summer, parent, people, paper):  # noqa: F811
    event = summer()
    other = people(1, name="赵")[0]
    with pytest.raises(Hidden):
        sign(event, parent, child(), actor=me(other))
    clerk = in_role(world.fed, "city_women")
    assert codes(sign, event, parent, child(), actor=clerk, counter=True) == {"no_consent_paper"}
    found = sign(event, parent, child(paper=paper), actor=clerk, counter=True)
    assert found.way == "counter" and found.children.get().consent_id is not None
    with pytest.raises(Forbidden):
        sign(event, other, child(paper=paper), actor=in_role(world.lotus, "officer_grassroots"), counter=True)


def test_a_retry_answers_the_same_row_with_the_same_children(summer, parent):
    event = summer()
    first = sign(event, parent, child(), request_key="k1")
    assert sign(event, parent, child(), request_key="k1").pk == first.pk
    assert Child.objects.count() == 1
    laws(event)


def test_a_pile_of_forms_by_a_fixed_number_of_queries(world, summer, people, paper, django_assert_max_num_queries):  # noqa: F811
    event = summer()
    signed, (a, b, c, d) = paper, people(4)
    forms = [
        actions.ClassForm(a.pk, [child("甲", paper=signed), child("乙", paper=signed)]),
        actions.ClassForm(b.pk, [child("丙", consent=False, paper=signed)]),
        actions.ClassForm(c.pk, [child("丁", paper=signed)]),
        actions.ClassForm(d.pk, [child("戊", paper=signed)]),
    ]
    with django_assert_max_num_queries(60):
        found = actions.sign_up_class(
            event=event, org=world.fed, forms=forms, happened_on=DAY, actor=in_role(world.fed, "city_women"), at=AT
        )
    assert [one.verdict for one in found] == ["placed", "refused", "placed", "waiting"]
    assert [one.code for one in found[1].reasons] == ["no_consent"]
    assert Child.objects.count() == 4
    laws(event)


def test_children_of_a_place_won_later_never_more_than_it_has(summer, parent):
    event = summer()
    found = actions.claim(event=event, person=parent, guests=1, told=True, actor=me(parent), at=AT)
    assert codes(actions.add_children, sign_up=found, children=[child(consent=False)], actor=me(parent), at=AT) == {
        "no_consent"
    }
    assert len(actions.add_children(sign_up=found, children=[child()], actor=me(parent), at=AT)) == 1
    assert codes(actions.add_children, sign_up=found, children=[child("又")], actor=me(parent), at=AT) == {
        "children_most"
    }


@pytest.fixture
def day(world, summer, parent):
    """A class on its day: (its session, the child, who looks after it)."""
    event = summer()
    found = sign(event, parent, child("小明", health="花生过敏", health_consent=True))
    return event.sessions.get(), found.children.get(), in_role(world.fed, "city_women")


def test_brought_and_fetched_by_somebody_on_the_list(day, parent):
    session, one, officer = day
    by = {"actor": officer, "at": DURING}
    assert codes(actions.child_out, child=one, session=session, name="李奶奶", **by) == {"not_here"}
    assert codes(actions.child_in, child=one, session=session, actor=officer, at=DURING - timedelta(days=1)) == {
        "other_day"
    }
    row = actions.child_in(child=one, session=session, **by)
    assert row.in_at == DURING and Attendance.objects.get(sign_up=one.sign_up).standing == "present"
    assert codes(actions.child_in, child=one, session=session, **by) == {"came_already"}
    gone = actions.child_out(child=one, session=session, name="李奶奶", actor=officer, at=DURING + HOUR)
    assert gone.out_at == DURING + HOUR and gone.picked_by == one.pick_ups.get()
    assert "events.child_out" in inbox(parent)
    assert codes(actions.child_out, child=one, session=session, name="李奶奶", **by) == {"gone_already"}


def test_somebody_not_on_the_list_does_not_get_the_child_and_the_guardian_hears_of_it(day, parent):
    session, one, officer = day
    by = {"actor": officer, "at": DURING}
    actions.child_in(child=one, session=session, **by)
    with pytest.raises(Refused) as why:
        actions.child_out(child=one, session=session, name="王叔叔", **by)
    reason = why.value.reasons[0]
    assert (reason.code, reason.sentence) == ("not_on_list", "“王叔叔”不在“小明”的接送人名单上，不能把孩子交给他。")
    assert reason.cure and ChildDay.objects.get().out_at is None
    assert "events.pick_up_refused" in inbox(parent)
    assert "events.pick_up_refused" in {line.action for line in journal.timeline(one)}
    # nor by the key of somebody else's list, nor by one who was taken off
    with pytest.raises(Refused) as why:
        actions.children_out(session=session, fetched={one.pk: one.pk}, **by)
    assert why.value.codes == ("not_on_list",)
    row = one.pick_ups.get()
    actions.remove_pick_up(pick_up=row, actor=me(parent), at=DURING)
    assert codes(actions.child_out, child=one, session=session, pick_up=row, **by) == {"not_on_list"}
    # the control: put on the list by the guardian, the same man may take the child
    actions.add_pick_up(child=one, who=actions.NewPickUp("王叔叔", "", "邻居"), actor=me(parent), at=DURING)
    assert actions.child_out(child=one, session=session, name="王叔叔", **by).out_at == DURING
    # and the table knows no child that was fetched by nobody
    with pytest.raises(IntegrityError), transaction.atomic():
        ChildDay.objects.update(picked_by=None)


def test_an_officer_puts_nobody_on_the_list_without_the_guardians_paper(day, paper):  # noqa: F811
    _session, one, officer = day
    who = actions.NewPickUp("王叔叔")
    assert codes(actions.add_pick_up, child=one, who=who, actor=officer, at=AT) == {"no_guardian_paper"}
    assert actions.add_pick_up(child=one, who=who, paper=paper, actor=officer, at=AT).pk
    assert codes(actions.add_pick_up, child=one, who=who, paper=paper, actor=officer, at=AT) == {"pick_up_twice"}


def test_names_open_on_the_record_health_only_through_reveal(world, day, people):
    session, one, officer = day
    rows = actions.open_class(session=session, actor=officer, at=DURING)
    assert [(row.name, row.has_health, [who[1] for who in row.pick_ups]) for row in rows] == [
        ("小明", True, ["李奶奶"])
    ]
    assert "1234" not in rows[0].pick_ups[0][3][:7]  # the number stays masked
    assert "events.class_opened" in {line.action for line in journal.timeline(one)}
    assert actions.reveal_health(child=one, reason="孩子起了疹子", actor=officer, at=DURING) == "花生过敏"
    assert "reveal" in {line.action for line in journal.timeline(one)}
    assert codes(actions.reveal_health, child=one, reason="", actor=officer, at=DURING) == {"reveal_reason"}
    for stranger in (in_role(world.lotus, "officer_township"), me(people(1, name="别")[0])):
        with pytest.raises(Forbidden):
            actions.open_class(session=session, actor=stranger, at=DURING)
        with pytest.raises(Hidden):
            actions.reveal_health(child=one, reason="好奇", actor=stranger, at=DURING)
        with pytest.raises(Forbidden):
            actions.child_out(child=one, session=session, name="李奶奶", actor=stranger, at=DURING)
    # nothing of it lies readable in the tables or in the journal
    with connection.cursor() as cursor:
        for table in ("events_child", "events_pickup", "journal_entrypayload"):
            cursor.execute(f"select coalesce(string_agg(t::text, ''), '') from {table} t")
            held = cursor.fetchone()[0]
            assert not any(word in held for word in ("小明", "花生", "李奶奶", "19900001234")), table


def test_consent_is_taken_back_by_the_guardian_alone_and_the_notes_go(day, parent):
    session, one, officer = day
    assert codes(actions.withdraw_consent, child=one, actor=officer, at=AT) == {"guardian_only"}
    actions.withdraw_consent(child=one, actor=me(parent), at=AT)
    one.refresh_from_db()
    assert not one.health and one.consent_at is None and one.left_on == DAY
    assert codes(actions.child_in, child=one, session=session, actor=officer, at=DURING) == {"no_consent"}


def test_half_a_year_later_nobody_knows_the_names(day, machine, parent):
    session, one, officer = day
    actions.child_in(child=one, session=session, actor=officer, at=DURING)
    ends = session.ends_at
    late = ends + timedelta(days=180)
    assert codes(actions.forget_children, event=session.event, actor=officer, at=late - HOUR) == {"too_early"}
    assert actions.forget_due(actor=machine, at=late - HOUR) == 0
    assert actions.forget_due(actor=machine, at=late) == 1
    one.refresh_from_db()
    assert not one.name and not one.born and not one.health
    assert not PickUp.objects.get().name and ChildDay.objects.count() == 1
    assert actions.forget_due(actor=machine, at=late) == 0


def test_the_same_child_in_two_classes_is_one(summer, parent):
    first, second = sign(summer(), parent, child()), sign(summer(), parent, child(), clash_ok=True)
    ids = {one.children.get().identity for one in (first, second)}
    assert len(ids) == 1
    assert actions.children.identity_of("小童", date(2010, 3, 2)) not in ids
