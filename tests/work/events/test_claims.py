"""A place by first come: reasons, the line, retries, guests, groups, unions' own places."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gongjia.base.refused import Forbidden, Hidden, Refused
from gongjia.work.events import actions, queries
from gongjia.work.events.models import Cell, Event, Fault, SignUp
from gongjia.work.events.queries import Counter
from tests.work.events.conftest import AT, DAY, HOUR, STARTS, in_role, laws, me, officer

pytestmark = pytest.mark.django_db
TICK = timedelta(milliseconds=1)


def codes(call, *args, **more) -> set[str]:
    with pytest.raises(Refused) as why:
        call(*args, **more)
    return set(why.value.codes)


def inbox(person) -> list[str]:
    from gongjia.base.outbox.models import InboxItem

    return list(
        InboxItem.objects.filter(account_id=person.account_id)
        .order_by("created_at", "id")
        .values_list("template", flat=True)
    )


@pytest.fixture
def phoned(people):
    """Members with a log-in."""
    from gongjia.who.members import actions as members

    return lambda count, org=None: [members.open_account(person=one, actor=None, at=AT) for one in people(count, org)]


def test_a_place_then_the_line_then_the_next_moves_up(make, claim, people):
    event = make(total=2)
    a, b, c, d = people(4)
    assert claim(event, a).state == "placed"
    assert claim(event, b).place_no == 2
    third, fourth = claim(event, c), claim(event, d)
    assert (third.state, fourth.state) == ("waiting", "waiting")
    assert (queries.ahead(third), queries.ahead(fourth)) == (0, 1)
    actions.cancel(sign_up=SignUp.objects.get(person=a), actor=me(a), at=AT + HOUR)
    third.refresh_from_db()
    assert third.state == "offered"
    assert third.held_until == AT + HOUR + timedelta(hours=24)
    assert queries.ahead(SignUp.objects.get(pk=fourth.pk)) == 0
    assert actions.confirm(sign_up=third, actor=me(c), at=AT + 2 * HOUR).state == "placed"
    laws(event)


def test_who_does_not_confirm_loses_it_to_the_next(make, claim, people, machine):
    event = make(total=1)
    a, b, c = people(3)
    claim(event, a), claim(event, b), claim(event, c)
    actions.cancel(sign_up=SignUp.objects.get(person=a), actor=me(a), at=AT)
    until = SignUp.objects.get(person=b).held_until
    assert actions.expire_due(actor=machine, at=until - timedelta(milliseconds=1)) == 0
    assert actions.expire_due(actor=machine, at=until) == 1
    assert SignUp.objects.get(person=b).state == "expired"
    assert SignUp.objects.get(person=c).state == "offered"
    assert actions.decline(sign_up=SignUp.objects.get(person=c), actor=me(c), at=until).state == "declined"
    assert Cell.objects.get(event=event).used == 0
    assert claim(event, b, at=until).state == "placed"  # whoever lost the held place may come again
    laws(event)


def test_a_retry_answers_the_same_row_and_another_request_hears_already(make, claim, people):
    event = make()
    a, b = people(2)
    first = claim(event, a, request_key="k1")
    assert claim(event, a, request_key="k1").pk == first.pk
    assert codes(claim, event, a, request_key="k2") == {"already"}
    assert codes(claim, event, a) == {"already"}
    assert codes(claim, event, b, request_key="k1") == {"request_key"}
    assert SignUp.objects.filter(event=event).count() == 1
    laws(event)


def test_sold_out_without_a_line(make, claim, people):
    event = make(total=1, waiting_list=False)
    a, b = people(2)
    claim(event, a)
    assert codes(claim, event, b) == {"sold_out"}
    assert codes(claim, make(total=1), b, guests=3) == {"guests_most"}


def test_reasons_are_all_named(make, claim, people, world, join):
    event = make(
        audience=world.lotus,
        conditions=[{"check": "age", "min": 18, "max": 35}, {"check": "sex", "sex": "2"}, {"check": "rural"}],
    )
    outsider = people(1, world.other)[0]
    outsider.born_on = DAY.replace(year=1970)
    outsider.sex = "1"
    outsider.save()
    found = codes(claim, event, outsider)
    assert found == {"outside", "age_out", "sex_other", "not_rural"}
    assert codes(claim, make(way="nomination", total=5), people(1)[0]) == {"by_nomination"}
    assert codes(
        claim, make(way="lot", opens_at=AT, closes_at=AT + timedelta(days=5), short_window_why="急"), people(1)[0]
    ) == {"by_lot"}


def test_who_left_the_union_may_not(make, claim, people, machine):
    from gongjia.who.members.models import Membership

    (a,) = people(1)
    Membership.objects.filter(person=a).update(until=DAY, change_out="4")
    assert codes(claim, make(), a) == {"not_member"}


def around(event, limit, crowd) -> list[str]:
    """What three members hear at -1 ms, 0 and +1 ms of a limit."""
    heard = []
    for step, person in zip((-TICK, 0 * TICK, TICK), crowd, strict=True):
        try:
            heard.append(actions.claim(event=event, person=person, actor=me(person), at=limit + step).state)
        except Refused as why:
            heard.append(why.codes[0])
    return heard


def test_limits_are_half_open(make, people):
    """C14: opens_at and closes_at, at -1 ms, 0 and +1 ms."""
    event = make(total=20)
    assert around(event, event.opens_at, people(3)) == ["not_open_yet", "placed", "placed"]
    assert around(event, event.closes_at, people(3)) == ["placed", "closed", "closed"]


def test_control_a_clock_of_ones_own_is_found_out(make, people, monkeypatch):
    """A node ten minutes late that judged by its own clock would let late ones in: the test above would be red."""
    from gongjia.work.events.actions import claiming

    judge = claiming.rules.reasons
    late = timedelta(minutes=10)
    monkeypatch.setattr(claiming.rules, "reasons", lambda who, terms, at, **more: judge(who, terms, at - late, **more))
    event = make(total=20)
    assert around(event, event.closes_at, people(3)) == ["placed", "placed", "placed"]
    assert around(event, event.opens_at, people(3)) == ["not_open_yet"] * 3


def test_a_claim_that_came_in_time_does_not_lose_to_the_queue(make, people, machine):
    """The window is held against the moment at which a claim reached us, not at which its batch was written."""
    event = make(total=5)
    a, b = people(2)
    late = event.closes_at + timedelta(milliseconds=40)
    found = actions.claim_many(
        event=event, actor=machine, at=late,
        claims=[actions.Claim(a.pk, at=event.closes_at - timedelta(milliseconds=1)), actions.Claim(b.pk)],
    )  # fmt: skip
    assert [one.verdict for one in found] == ["placed", "refused"]


def test_held_until_and_free_cancel_until_at_the_millisecond(make, claim, people, machine):
    """C14: a held place may be taken before `held_until`; from `free_cancel_until` on giving one up is a mark."""
    tick = timedelta(milliseconds=1)
    for step, taken in ((-tick, True), (0 * tick, False), (tick, False)):
        event = make(total=1)
        a, b = people(2)
        claim(event, a), claim(event, b)
        actions.cancel(sign_up=SignUp.objects.get(event=event, person=a), actor=me(a), at=AT)
        row = SignUp.objects.get(event=event, person=b)
        if taken:
            assert actions.confirm(sign_up=row, actor=me(b), at=row.held_until + step).state == "placed"
        else:
            assert codes(actions.confirm, sign_up=row, actor=me(b), at=row.held_until + step) == {"held_over"}
    for step, marks in ((-tick, 0), (0 * tick, 1), (tick, 1)):
        limit = AT + timedelta(days=4)
        event = make(free_cancel_until=limit)
        (a,) = people(1)
        actions.cancel(sign_up=claim(event, a), actor=me(a), at=limit + step)
        assert Fault.objects.filter(event=event).count() == marks
        assert SignUp.objects.get(event=event).late_cancel == bool(marks)


def test_give_back_on_at_the_millisecond(make, people, world, machine):
    """C14: until 24:00 of the day before, a union's places are its own; from 00:00 on they are everybody's."""
    from gongjia.base.clock import start_of

    tick, back = timedelta(milliseconds=1), DAY + timedelta(days=2)
    for step, verdicts in ((-tick, ["sold_out"]), (0 * tick, ["placed"]), (tick, ["placed"])):
        event = make(total=2)
        actions.hand_down(event=event, giver=world.fed, to=[(world.lotus, 2)], give_back_on=back, actor=machine, at=AT)
        (stranger,) = people(1, world.other)
        moment = start_of(back) + step
        found = actions.claim_many(
            event=event, actor=machine, at=moment, claims=[actions.Claim(stranger.pk, wait=False)]
        )
        assert [one.verdict for one in found] == verdicts, step
        assert Cell.objects.get(event=event, org=world.lotus).returned == (verdicts == ["placed"])
        laws(event)


def test_guests_take_places_and_a_free_place_goes_to_whom_it_suffices(make, claim, people):
    event = make("show", total=3, guests_max=2)
    a, b, c = people(3)
    assert claim(event, a, guests=1).seats == 2
    assert claim(event, b, guests=1).state == "waiting"
    assert claim(event, c).state == "placed"
    actions.cancel(sign_up=SignUp.objects.get(person=c), actor=me(c), at=AT)
    assert SignUp.objects.get(person=b).state == "waiting"  # two seats, one free
    actions.cancel(sign_up=SignUp.objects.get(person=a), actor=me(a), at=AT)
    assert SignUp.objects.get(person=b).state == "offered"
    laws(event)


def test_the_children_take_the_places(make, claim, people):
    event = make("children", total=3, guests_max=2)
    a, b = people(2)
    assert codes(claim, event, a, told=True) == {"no_child"}
    assert claim(event, a, guests=2, told=True).seats == 2
    assert claim(event, b, guests=2, told=True).state == "waiting"
    laws(event)


def test_a_guaranteed_group_and_what_it_leaves(make, claim, people, world, machine):
    event = make(total=5, groups=[{"key": "front_line", "at_least_percent": 60}])
    assert Cell.objects.get(event=event, group="others").total == 2
    office, front = people(4), people(2, name="线")
    actions.set_work_fact(
        org=world.firm, person_ids=[one.pk for one in front], key="front_line", holds=True, on=DAY, actor=machine, at=AT
    )
    assert [claim(event, one).state for one in office] == ["placed", "placed", "waiting", "waiting"]
    assert [claim(event, one).state for one in front] == ["placed", "placed"]
    laws(event)
    actions.close(event=event, actor=machine, at=event.closes_at)
    assert SignUp.objects.filter(event=event, state="offered").count() == 1  # what the front line left
    laws(event)


def test_what_comes_back_of_the_cap_helps_in_every_line(make, claim, people, world, machine):
    event = make(total=4, groups=[{"key": "front_line", "at_least_percent": 75}])
    actions.hand_down(event=event, giver=world.fed, to=[(world.lotus, 2)], actor=machine, at=AT)
    ours, theirs = people(1, world.firm)[0], people(1, world.other)[0]
    assert claim(event, ours).state == "placed"  # the only one of those outside the group
    assert claim(event, theirs).state == "waiting"  # two places are free where they wait, but not for them
    actions.cancel(sign_up=SignUp.objects.get(person=ours), actor=me(ours), at=AT)
    assert SignUp.objects.get(person=theirs).state == "offered"
    laws(event)


def test_places_of_unions_are_taken_from_the_nearest(make, claim, people, world, machine):
    event = make(total=4)
    by = {"actor": machine, "at": AT}
    actions.hand_down(event=event, giver=world.fed, to=[(world.lotus, 2)], **by)
    actions.hand_down(event=event, giver=world.lotus, to=[(world.firm, 1)], **by)
    firm, school, other = people(2, world.firm), people(2, world.school), people(1, world.other)
    assert [claim(event, one).state for one in firm] == ["placed", "waiting"]
    assert [claim(event, one).state for one in school] == ["placed", "waiting"]
    assert claim(event, other[0]).state == "placed"
    laws(event)
    assert codes(actions.hand_down, event=event, giver=world.lotus, to=[(world.other, 1)], **by) >= {"quota_outside"}
    assert codes(actions.hand_down, event=event, giver=world.fed, to=[(world.firm, 1)], **by) == {"quota_other_giver"}
    assert codes(actions.hand_down, event=event, giver=world.fed, to=[(world.yangxi, 2)], **by) == {"quota_over"}
    assert codes(actions.hand_down, event=event, giver=world.lotus, to=[(world.firm, 0)], **by) == {"quota_below_used"}


def test_places_of_an_industry_union_are_for_those_it_guides(make, claim, people, world, machine):
    own = make(org=world.edu, title="教师书法")
    teacher, worker = people(1, world.school)[0], people(1, world.firm)[0]
    assert claim(own, teacher).state == "placed"
    assert codes(claim, own, worker) == {"outside"}
    event = make(total=1)
    actions.hand_down(event=event, giver=world.fed, to=[(world.edu, 1)], actor=machine, at=AT)
    assert claim(event, worker).state == "waiting"
    assert claim(event, teacher, clash_ok=True).state == "placed"
    assert queries.visible(in_role(world.school, "chair_grassroots")).count() == 2
    assert queries.visible(in_role(world.firm, "chair_grassroots")).count() == 1
    laws(event)


def test_a_claim_on_its_way_to_places_that_went_back_is_sent_anew(make, people, world, machine):
    """The rush keeps the cells as they were a moment ago: nobody may be left waiting where nothing will come free."""
    event = make(total=2)
    actions.hand_down(
        event=event, giver=world.fed, to=[(world.lotus, 2)], give_back_on=DAY + timedelta(1), actor=machine, at=AT
    )
    known = queries.counters(event.pk)
    later = AT + timedelta(days=1)
    actions.follow_due(actor=machine, at=later)
    stale = [
        Counter(**{f: getattr(one, f) for f in one.__slots__ if f != "give_back_on"}, give_back_on=None)
        for one in known
    ]
    found = actions.claim_many(
        event=event, claims=[actions.Claim(one.pk) for one in people(3)], actor=machine, at=later, known=stale
    )
    assert [one.verdict for one in found] == ["placed", "placed", "waiting"]
    assert SignUp.objects.get(pk=found[2].sign_up_id).cell.org_id is None
    laws(event)


def test_given_back_places_go_to_who_waits_there_and_later_ones_follow(make, claim, people, world, machine):
    event = make(total=3)
    by = {"actor": machine, "at": AT}
    actions.hand_down(event=event, giver=world.fed, to=[(world.lotus, 2)], give_back_on=DAY + timedelta(days=1), **by)
    ours, others = people(1, world.firm), people(3, world.other)
    claim(event, ours[0])
    assert [claim(event, one).state for one in others] == ["placed", "waiting", "waiting"]
    assert actions.follow_due(actor=machine, at=AT + timedelta(days=1))["returned"] == 1
    assert [SignUp.objects.get(person=one).state for one in others] == ["placed", "offered", "waiting"]
    actions.cancel(sign_up=SignUp.objects.get(person=ours[0]), actor=me(ours[0]), at=AT + timedelta(days=1))
    assert SignUp.objects.get(person=others[2]).state == "offered"
    laws(event)


def test_resize_up_moves_the_line_and_never_below_what_is_taken(make, claim, people, machine):
    event = make(total=2)
    crowd = people(4)
    for one in crowd:
        claim(event, one)
    assert codes(actions.resize, event=event, total=1, actor=machine, at=AT) == {"below_used"}
    actions.resize(event=event, total=3, actor=machine, at=AT)
    assert SignUp.objects.get(person=crowd[2]).state == "offered"
    assert Event.objects.get(pk=event.pk).total == 3
    laws(event)


def test_by_session(make, claim, people, machine):
    event = make(by_session=True, sessions=[(STARTS, 1), (STARTS + timedelta(days=1), 1)])
    one, two = event.sessions.all()
    a, b, c = people(3)
    assert event.total == 2
    assert codes(claim, event, a) == {"session_wrong"}
    assert claim(event, a, session=one).state == "placed"
    assert claim(event, b, session=one).state == "waiting"
    assert claim(event, c, session=two).state == "placed"
    actions.resize(event=event, total=2, session=one, actor=machine, at=AT)
    assert SignUp.objects.get(person=b).state == "offered"
    laws(event)


def test_a_clash_is_named_and_may_be_wanted(make, claim, people):
    (a,) = people(1)
    claim(make(title="合唱"), a)
    other = make(title="书法")
    with pytest.raises(Refused) as why:
        claim(other, a)
    assert why.value.codes == ("clash",) and why.value.reasons[0].fact.startswith("合唱 2018-09-06 09:30")
    assert claim(other, a, clash_ok=True).state == "placed"
    later = make(title="太极", sessions=[(STARTS + 2 * HOUR, None)])
    assert claim(later, a).state == "placed"  # begins when the others end


def test_one_place_in_a_series(make, claim, people, machine):
    event = make(conditions=[{"check": "series_most", "most": 1}])
    (second,) = actions.copy_event(event=event, shifts=[timedelta(days=7)], actor=machine, at=AT)
    assert (second.state, second.opens_at, second.series) == (
        "draft",
        event.opens_at + timedelta(days=7),
        Event.objects.get(pk=event.pk).series,
    )
    actions.change_draft(event=second, opens_at=AT - HOUR, actor=machine, at=AT)
    second = actions.publish(event=second, actor=machine, at=AT)
    (a,) = people(1)
    claim(Event.objects.get(pk=event.pk), a)
    assert codes(claim, second, a) == {"series_full"}


def test_foreign_sign_ups_are_hidden(make, claim, people, world):
    event = make()
    a, b = people(2)
    row = claim(event, a)
    for stranger in (me(b), in_role(world.other, "chair_grassroots")):
        with pytest.raises(Hidden):
            actions.cancel(sign_up=row, actor=stranger, at=AT)
    with pytest.raises(Forbidden):
        actions.cancel(sign_up=row, actor=officer(world.firm, "events.read"), at=AT)
    chair = in_role(world.firm, "chair_grassroots")
    assert actions.cancel(sign_up=row, actor=chair, at=AT, note="本人来电").state == "cancelled"
    assert queries.visible(chair, SignUp).count() == 1
    assert queries.visible(in_role(world.other, "chair_grassroots"), SignUp).count() == 0
    # published for all members of the federation: every officer below may read the event
    assert queries.visible(in_role(world.other, "chair_grassroots")).count() == 1


def test_it_costs_the_same_for_one_and_fifty(make, people, machine, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    crowd = people(51)
    counts = []
    for group in (crowd[:1], crowd[1:]):
        event = Event.objects.select_related("org", "audience").get(pk=make(total=60).pk)
        with CaptureQueriesContext(
            connection,
        ) as seen:
            actions.claim_many(event=event, actor=machine, at=AT, claims=[actions.Claim(one.pk) for one in group])
        counts.append(len(seen))
    assert counts[0] == counts[1], counts
