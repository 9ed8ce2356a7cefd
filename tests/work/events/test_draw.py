"""The drawn lot on real rows: the seed before anybody, the list as it was, one opening, everybody may recompute."""

from __future__ import annotations

import gzip
import json
from datetime import date, datetime, timedelta

import pytest

from gongjia.base.clock import SHANGHAI
from gongjia.base.refused import Forbidden, Hidden, Refused
from gongjia.work.events import actions, queries
from gongjia.work.events.data import verify_draw
from gongjia.work.events.models import Attendance, Cell, Draw, DrawFile, SignUp, WorkFact
from gongjia.work.events.rules import draw as rules
from tests.work.events.conftest import AT, DAY, HOUR, in_role, laws, me

pytestmark = pytest.mark.django_db

CLOSES = datetime(2018, 9, 1, tzinfo=SHANGHAI)
VALUE_ON = datetime(2018, 9, 1, 21, 15, tzinfo=SHANGHAI)
AFTER = VALUE_ON + HOUR
SOURCE = "福利彩票3D第2018236期开奖号"
MS = timedelta(milliseconds=1)


def codes(call, *args, **more) -> set[str]:
    with pytest.raises(Refused) as why:
        call(*args, **more)
    return set(why.value.codes)


@pytest.fixture
def lot(make):
    """A published event by lot: lot(total=3)."""
    return lambda **values: make(**{"way": "lot", "closes_at": CLOSES, "short_window_why": "", **values})


@pytest.fixture
def commit(world):
    return lambda event, at=AT, **more: actions.commit_draw(
        **{"event": event, "source": SOURCE, "public_on": VALUE_ON, "actor": world.machine, "at": at, **more}
    )


@pytest.fixture
def enter():
    return lambda event, person, at=AT + HOUR, **more: actions.enter(
        event=event, person=person, actor=me(person), at=at, **more
    )


@pytest.fixture
def run(world, lot, commit, enter, people):
    """The whole of it: run(people, value=…) -> (event, draw, sign-ups by person)."""

    def whole(some, value="3 5 8", opened=True, **values):
        event = lot(**values)
        draw = commit(event)
        made = {one.pk: enter(event, one) for one in some}
        draw = actions.seal_draw(draw=draw, actor=world.machine, at=CLOSES)
        if opened:
            draw = actions.open_draw(draw=draw, value=value, actor=world.machine, at=AFTER)
        return event, draw, made

    return whole


def proof(draw) -> dict:
    return json.loads(queries.proof(draw))


# -- the whole chain ---------------------------------------------------------------------------------------
def test_winners_wait_and_anybody_recomputes_it(run, people):
    event, draw, _made = run(people(8), total=3)
    rows = {row.lot_no: row for row in SignUp.objects.filter(event=event)}
    faults, won, waiting = verify_draw.check(proof(draw), draw.entries_digest)
    assert faults == []
    assert len(won) == 3 and all(rows[number].state == "placed" for number in won)
    assert [rows[number].waiting_no for number in waiting] == [1, 2, 3, 4, 5]
    assert [rows[number].lot_rank for number in won + waiting] == sorted(row.lot_rank for row in rows.values())
    assert sorted(row.place_no for row in rows.values() if row.place_no) == [1, 2, 3]
    laws(event)
    # masked: neither a name nor a key of a row is in the file
    text = queries.proof(draw)
    assert "王" not in text and not any(str(row.pk) in text or str(row.person_id) in text for row in rows.values())


def test_a_winner_cancels_and_the_next_in_the_same_order_moves_up(run, people):
    event, draw, _ = run(people(6), total=2)
    _, won, waiting = verify_draw.check(proof(draw))
    row = SignUp.objects.select_related("person").get(lot_no=won[0])
    actions.cancel(sign_up=row, actor=me(row.person), at=AFTER + HOUR)
    assert SignUp.objects.get(lot_no=waiting[0]).state == "offered"
    laws(event)
    # what was published is what it was, whatever happens to the rows
    assert verify_draw.check(proof(draw), draw.entries_digest) == ([], won, waiting)


def test_everybody_is_told_once(run, people, world):
    from gongjia.base.outbox.models import InboxItem
    from gongjia.who.members import actions as members

    some = [members.open_account(person=one, actor=None, at=AT) for one in people(4)]
    _event, draw, _ = run(some, total=1)
    told = InboxItem.objects.filter(template__startswith="events.drawn").values_list("template", flat=True)
    assert sorted(told) == ["events.drawn_waiting"] * 3 + ["events.drawn_won"]
    assert actions.tell_drawn(draw=draw, at=AFTER) == 0


def test_without_a_waiting_list_the_others_have_lost(run, people):
    event, _, _ = run(people(4), total=1, waiting_list=False)
    assert sorted(SignUp.objects.values_list("state", flat=True)) == ["lost", "lost", "lost", "placed"]
    laws(event)


# -- before ------------------------------------------------------------------------------------------------
def test_nobody_enters_before_the_seed_is_fixed(lot, commit, enter, people):
    event, (a, _b) = lot(), people(2)
    assert "draw_not_committed" in codes(enter, event, a)
    draw = commit(event, at=AT + HOUR)
    assert codes(enter, event, a, at=AT + HOUR - MS) == {"draw_not_committed"}
    assert enter(event, a, at=AT + HOUR).state == "entered"
    assert len(draw.seed_hash) == 64 and Draw.objects.get(pk=draw.pk).seed_hash == draw.seed_hash


def test_the_seed_cannot_be_chosen_after_an_entry_is_known(lot, commit, enter, people, world):
    event, (a,) = lot(), people(1)
    draw = commit(event)
    enter(event, a)
    # not a second time, not after a failure, not by taking the first away
    assert "entries_before_seed" in codes(commit, event, at=AT + 2 * HOUR)
    actions.fail_draw(draw=draw, why="服务器故障", actor=world.machine, at=AT + 2 * HOUR)
    assert "entries_before_seed" in codes(commit, event, at=AT + 3 * HOUR)
    Draw.objects.all().delete()
    assert "entries_before_seed" in codes(commit, event, at=AT + 3 * HOUR)
    # control: with no entry known it may be fixed
    Draw.objects.all().delete()
    SignUp.objects.all().delete()
    assert commit(event, at=AT + 3 * HOUR)


def test_a_seed_put_in_its_place_does_not_open(run, people, world):
    """Somebody with the database writes another seed (and even its hash): the published hash says no."""
    _event, draw, _ = run(people(4), opened=False)
    draw.seed = "ab" * 32
    draw.save()
    assert codes(actions.open_draw, draw=draw, value="3", actor=world.machine, at=AFTER) == {"seed_tampered"}
    Draw.objects.filter(pk=draw.pk).update(seed_hash=rules.seed_hash("ab" * 32))
    opened = actions.open_draw(draw=draw, value="3", actor=world.machine, at=AFTER)
    assert any("种子" in fault for fault in verify_draw.check(proof(opened))[0])


def test_the_seed_is_sealed_until_then(lot, commit):
    from django.db import connection

    draw = commit(lot())
    with connection.cursor() as cursor:
        cursor.execute("select seed from events_draw where id = %s", [draw.pk])
        stored = bytes(cursor.fetchone()[0])
    plain = (
        draw.seed.open_unlogged() if hasattr(draw.seed, "open_unlogged") else Draw.objects.get().seed.open_unlogged()
    )
    assert rules.seed_hash(plain) == draw.seed_hash
    assert plain.encode() not in stored and plain not in str(Draw.objects.get().seed)
    assert queries.public_draw(draw.pk).seed == ""


@pytest.mark.parametrize("late", [timedelta(0), MS])
def test_the_value_must_come_after_the_list(lot, commit, late):
    least = CLOSES + rules.LIST_BEFORE_VALUE
    if late:
        assert commit(lot(), public_on=least + late)
    else:
        assert codes(commit, lot(), public_on=least) == {"value_too_early"}


def test_only_by_who_may(lot, world, commit):
    chair = in_role(world.firm, "chair_grassroots")
    with pytest.raises(Forbidden):
        commit(lot(), actor=chair)
    assert commit(lot(), actor=in_role(world.fed, "city_service"))
    assert "not_a_lot" in codes(commit, lot(way="first"))


# -- sealing -----------------------------------------------------------------------------------------------
def test_the_list_is_sealed_at_closing_and_before_the_value(lot, commit, enter, people, world):
    event, (a, b) = lot(), people(2)
    draw = commit(event)
    enter(event, a, at=CLOSES - MS)
    by = {"draw": draw, "actor": world.machine}
    assert codes(actions.seal_draw, at=CLOSES - MS, **by) == {"not_closed"}
    assert codes(actions.seal_draw, at=VALUE_ON, **by) == {"value_exists"}
    assert codes(enter, event, b, at=CLOSES) == {"closed"}
    sealed = actions.seal_draw(at=CLOSES, **by)
    assert (sealed.state, sealed.entries_count, sealed.places) == ("sealed", 1, 3)
    # the clock of a late server: nobody enters a sealed list, nobody leaves it
    assert codes(enter, event, b, at=CLOSES - MS) == {"closed"}
    row = SignUp.objects.get(person=a)
    assert codes(actions.cancel, sign_up=row, actor=me(a), at=CLOSES + HOUR) == {"list_sealed"}
    assert verify_draw.check(proof(sealed), sealed.entries_digest) == ([], [], [])


def test_the_timed_job_seals_tells_and_names_what_is_late(lot, commit, enter, people, world):
    from gongjia.base import journal

    event, (a,) = lot(), people(1)
    draw = commit(event)
    enter(event, a)
    assert actions.follow_draws(actor=world.machine, at=CLOSES - MS) == {"sealed": 0, "told": 0, "late": 0}
    assert actions.follow_draws(actor=world.machine, at=CLOSES) == {"sealed": 1, "told": 0, "late": 0}
    late = VALUE_ON + rules.LATE_AFTER
    assert actions.follow_draws(actor=world.machine, at=late - MS)["late"] == 0
    assert actions.follow_draws(actor=world.machine, at=late)["late"] == 1
    assert actions.follow_draws(actor=world.machine, at=late)["late"] == 0
    draw.refresh_from_db()
    assert "events.draw_late" in [one.action for one in journal.timeline(draw)]
    assert queries.public_draw(draw.pk).late_at == late


def test_weights_by_published_rules(lot, commit, enter, people, world, make):
    """Two years to the day; what the union says of the work. The same as single facts say."""
    some = people(4)
    first, shift, served, again = some
    WorkFact.objects.create(person=first, org=world.firm, key="front_line", since=DAY)
    WorkFact.objects.create(person=shift, org=world.firm, key="shift", since=DAY - timedelta(9), until=DAY)  # over
    for person, on in ((served, date(2016, 9, 2)), (again, date(2016, 9, 1))):
        old = make(way="nomination", published=False)
        session = old.sessions.get()
        row = SignUp.objects.create(
            event=old, person=person, org=world.firm, state="placed", state_at=AT, entered_at=AT
        )
        Attendance.objects.create(
            event=old, sign_up=row, session=session, person=person, org=world.firm, standing="present", on=on, how="manual"
        )  # fmt: skip
    event = lot(weights=[{"key": "idle", "add": 2}, {"key": "front_line", "add": 3}])
    draw = commit(event)
    for one in some:
        enter(event, one)
    actions.seal_draw(draw=draw, actor=world.machine, at=CLOSES)  # on 2018-09-01
    rows = {row.person_id: (row.weight, row.weight_why) for row in SignUp.objects.filter(event=event)}
    assert rows == {
        first.pk: (6, "idle front_line"), shift.pk: (3, "idle"), served.pk: (1, ""), again.pk: (3, "idle"),
    }  # fmt: skip
    facts = queries.eligible_facts([one.pk for one in some], event, CLOSES, whole=True)
    for pk, (_, why) in rows.items():
        assert ("idle" in why) is not queries.served_lately(facts[pk], CLOSES.date())
        assert ("front_line" in why) is ("front_line" in facts[pk].work)
    assert {one["weight"] for one in proof(draw)["closing"]["entries"]} == {6, 3, 1}


# -- places ------------------------------------------------------------------------------------------------
def test_places_of_a_union_and_of_the_guaranteed_group(run, people, world, lot, commit, enter):
    """Three places handed to one township, five for the rest; at least 60 of 100 for the front line."""
    firm, other = people(6, world.firm), people(5, world.other, name="李")
    event = lot(total=8, groups=[{"key": "front_line", "at_least_percent": 60}])
    draw = commit(event)
    Cell.objects.filter(event=event, org=None, group="").update(total=5)
    Cell.objects.create(event=event, org=world.lotus, total=3)
    for one in other[:4]:
        WorkFact.objects.create(person=one, org=world.other, key="front_line", since=DAY)
    for one in firm + other:
        enter(event, one)
    actions.seal_draw(draw=draw, actor=world.machine, at=CLOSES)
    draw = actions.open_draw(draw=draw, value="3 5 8", actor=world.machine, at=AFTER)
    laws(event)
    assert verify_draw.check(proof(draw), draw.entries_digest)[0] == []
    placed = SignUp.objects.filter(event=event, state="placed")
    front = {one.pk for one in other[:4]}
    assert sum(row.person_id not in front for row in placed) <= 3  # 40% of 8
    assert placed.filter(cell__org=world.lotus).count() <= 3
    assert placed.filter(person__in=front).count() == 4  # five for five in the rest: nothing keeps them out
    assert [one["label"] for one in proof(draw)["closing"]["cells"].values()][-1] == "保障对象以外"


def test_guests_take_their_seats(run, lot, commit, enter, people, world):
    event = lot(total=4, guests_max=2)
    draw = commit(event)
    for one in people(5):
        enter(event, one, guests=2)
    actions.seal_draw(draw=draw, actor=world.machine, at=CLOSES)
    draw = actions.open_draw(draw=draw, value="3", actor=world.machine, at=AFTER)
    assert len(verify_draw.check(proof(draw))[1]) == 1  # three seats of four; nobody else fits
    laws(event)


def test_fewer_places_than_published_do_not_open(run, people, world):
    event, draw, _ = run(people(4), total=3, opened=False)
    Cell.objects.filter(event=event).update(total=2)
    assert codes(actions.open_draw, draw=draw, value="3", actor=world.machine, at=AFTER) == {"places_changed"}
    Cell.objects.filter(event=event).update(total=3)
    assert actions.open_draw(draw=draw, value="3", actor=world.machine, at=AFTER).state == "opened"


# -- opening -----------------------------------------------------------------------------------------------
def test_one_opening_only_and_not_before_the_value(run, people, world):
    _event, draw, _ = run(people(4), opened=False)
    by = {"draw": draw, "actor": world.machine}
    assert codes(actions.open_draw, value="3", at=VALUE_ON - MS, **by) == {"value_not_yet"}
    assert codes(actions.open_draw, value=" ", at=AFTER, **by) == {"value_bad"}
    actions.open_draw(value="3 5 8", at=VALUE_ON, **by)
    before = queries.proof(draw)
    assert codes(actions.open_draw, value="9 9 9", at=AFTER, **by) == {"opened_already"}
    assert codes(actions.seal_draw, at=CLOSES, **by) == {"sealed_already"} and queries.proof(draw) == before
    assert codes(actions.name_value_anew, source=SOURCE, public_on=AFTER + 9 * HOUR, why="不满意", at=AFTER, **by) == {
        "draw_over"
    }
    assert codes(actions.fail_draw, why="不满意", at=AFTER, **by)
    assert DrawFile.objects.count() == 2


def test_a_list_changed_in_the_table_does_not_open(run, people, world):
    _event, draw, _ = run(people(4), opened=False)
    file = DrawFile.objects.get(part="closing")
    text = gzip.decompress(bytes(file.data)).decode().replace('"weight":3', '"weight":9', 1)
    DrawFile.objects.filter(pk=file.pk).update(data=gzip.compress(text.encode()))
    assert codes(actions.open_draw, draw=draw, value="3", actor=world.machine, at=AFTER) == {"list_tampered"}


def test_rows_changed_after_sealing_change_nothing(run, people, world):
    """The result is of the published list: a weight raised in the table meanwhile is of no use."""
    event, draw, _made = run(people(5), opened=False)
    honest = proof(draw)["closing"]["entries"]
    SignUp.objects.filter(event=event).update(weight=50)
    draw = actions.open_draw(draw=draw, value="3", actor=world.machine, at=AFTER)
    assert proof(draw)["closing"]["entries"] == honest and verify_draw.check(proof(draw))[0] == []


def test_another_value_is_named_in_public(run, people, world):
    _event, draw, _ = run(people(4), opened=False)
    by = {"draw": draw, "actor": world.machine}
    later = VALUE_ON + timedelta(days=1)
    new = {"source": "福利彩票3D第2018237期开奖号", "public_on": later}
    assert codes(actions.name_value_anew, why=" ", at=AFTER, **new, **by) == {"why_missing"}
    assert codes(actions.name_value_anew, **{**new, "public_on": AFTER}, why="停售", at=AFTER, **by) == {
        "value_too_early"
    }
    actions.name_value_anew(why="当期停售", at=AFTER, **new, **by)
    assert codes(actions.open_draw, value="3", at=later - MS, **by) == {"value_not_yet"}
    opened = actions.open_draw(value="3", at=later, **by)
    told = proof(opened)["opening"]
    assert told["changes"][0]["why"] == "当期停售" and told["changes"][0]["source"] == SOURCE
    assert verify_draw.check(proof(opened), opened.entries_digest)[0] == []
    assert queries.public_draw(opened.pk).changes == told["changes"]


def test_a_failure_is_public_with_the_seed_and_in_the_journal(run, people, world):
    from gongjia.base import journal

    _event, draw, _ = run(people(4), opened=False)
    by = {"draw": draw, "actor": world.machine}
    assert codes(actions.fail_draw, why=" ", at=AFTER, **by) == {"why_missing"}
    actions.fail_draw(why="开奖中心停业", at=AFTER, **by)
    shown = queries.public_draw(draw.pk)
    assert (shown.state, shown.failed_reason) == ("failed", "开奖中心停业")
    assert rules.seed_hash(shown.seed) == shown.seed_hash  # so that anybody sees what would have come out
    assert journal.timeline(Draw.objects.get())[0].note == "开奖中心停业"
    assert set(SignUp.objects.values_list("state", flat=True)) == {"lost"}
    assert codes(actions.open_draw, value="3", at=AFTER, **by) == {"draw_failed"}


# -- why not me --------------------------------------------------------------------------------------------
def test_why_not_me(run, people):
    some = people(7)
    event, _draw, _made = run(some, total=2)
    by_person = {row.person_id: row for row in SignUp.objects.filter(event=event)}
    last = max((row for row in by_person.values() if row.lot_won), key=lambda row: row.lot_rank)
    for one in some:
        row = by_person[one.pk]
        told = queries.why(me(one), row.pk)
        assert told.number == row.lot_no and told.tickets[0] == row.lot_ticket and len(told.tickets) == told.weight == 3
        assert told.parts == (("每人", 1), ("2 年内没有参加过名额活动", 2))
        assert told.missed == (("一线岗位", 1), ("倒班", 1))
        assert (told.cuts[0].rank, told.cuts[0].ticket) == (last.lot_rank, last.lot_ticket)
        assert told.won is (told.tickets[0] <= told.cuts[0].ticket)
        assert told.waiting_no == row.waiting_no
    with pytest.raises(Hidden):
        queries.why(me(some[0]), by_person[some[1].pk].pk)


def test_before_the_opening_the_number_is_known_and_no_ticket(lot, commit, enter, people):
    event, (a,) = lot(), people(1)
    commit(event)
    row = enter(event, a)
    told = queries.why(me(a), row.pk)
    assert told.number == rules.entry_number(row.pk) and told.tickets == () and told.cuts == ()


def test_a_draft_hides_its_draw(make, commit):
    event = make(way="lot", closes_at=CLOSES, published=False)
    draw = commit(event)
    with pytest.raises(Hidden):
        queries.public_draw(draw.pk)
    assert not queries.draws().exists()


def test_a_lot_that_nobody_entered(run):
    event, draw, _ = run([])
    assert (draw.state, draw.entries_count) == ("opened", 0)
    assert verify_draw.check(proof(draw), draw.entries_digest) == ([], [], [])
    laws(event)
