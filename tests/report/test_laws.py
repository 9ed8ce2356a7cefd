"""The laws of design §7, for every figure of the catalogue, over random federations with a history.

own + Σ children − repeated = the whole · listed records re-add to the value · the tree is that of the
figure's day · each record climbs to a person or an attachment · the kept summary is the same count.
Each is held against a naive count in plain Python.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from gongjia.base.period import Period
from gongjia.report import engine, freeze, records
from gongjia.report.figure import figures
from gongjia.report.hand import hand_rows
from gongjia.report.kinds import Measure
from tests.report import world as made

H1 = Period.parse("2018H1")
CUTOFF = date(2018, 8, 27)
DAYS = [
    date(2017, 6, 30),
    date(2017, 12, 31),
    date(2018, 1, 1),
    date(2018, 3, 1),
    date(2018, 6, 30),
    date(2018, 7, 1),
    date(2018, 8, 27),
    date(2018, 9, 1),
]

day = st.sampled_from(DAYS)
place = st.integers(0, 30)
spell = st.tuples(place, st.integers(0, 5), day, st.one_of(st.none(), day), st.booleans(), st.booleans())


@st.composite
def plans(draw):
    """A federation as plain data: unions, moves, and rows of every kind a figure counts."""
    kinds = st.sampled_from(["single", "joint", "township", "branch", "regional"])
    return {
        "orgs": draw(st.lists(st.tuples(place, kinds, day, st.booleans()), min_size=1, max_size=8)),
        "moves": draw(st.lists(st.tuples(place, place, day), max_size=3)),
        "persons": draw(
            st.lists(
                st.tuples(
                    st.sampled_from("012"), st.booleans(), st.booleans(), st.booleans(), st.one_of(st.none(), day)
                ),
                min_size=1,
                max_size=6,
            )
        ),
        "spells": draw(st.lists(spell, max_size=12)),
        "posts": draw(st.lists(st.tuples(place, place, day, st.one_of(st.none(), day), st.booleans()), max_size=6)),
        "rows": draw(
            st.lists(
                st.tuples(
                    st.sampled_from(["open", "covered", "home", "term", "change"]),
                    place,
                    day,
                    st.one_of(st.none(), day),
                ),
                max_size=10,
            )
        ),
        "hand": draw(
            st.lists(st.tuples(place, st.integers(0, 200), day, day, st.integers(0, 60), st.booleans()), max_size=10)
        ),
    }


def build(plan) -> made.World:
    world = made.base()
    made.add_org(world, None, "federation")
    for parent, kind, founded, closes in plan["orgs"]:
        above = parent % len(world.orgs)
        founded = max(founded, world.orgs[above].founded_on)
        made.add_org(world, above, kind, founded, founded + timedelta(days=60) if closes else None)
    for number, parent, on in plan["moves"]:
        made.move_org(world, number % len(world.orgs), parent % len(world.orgs), on)
    for sex, rural, papers, phone, seen in plan["persons"]:
        made.add_person(world, sex=sex, rural=rural, papers=papers, phone=phone, seen=seen)
    opened = set()
    for where, who, since, until, retained, trade in plan["spells"]:
        person = world.persons[who % len(world.persons)]
        if until is None:
            if person.pk in opened:
                continue
            opened.add(person.pk)
        elif until < since:
            since, until = until, since
        org = world.orgs[where % len(world.orgs)]
        made.add_spell(
            world, person, org, since, until, standing="retained" if retained else "active", trade="kd" if trade else ""
        )
    _other_rows(world, plan)
    return world


def _other_rows(world: made.World, plan) -> None:
    from gongjia.who.members.models import MembershipChange
    from gongjia.who.orgs.models import CoveredUnit, MembersHome, OpenUnit, Term

    held = set()
    for where, who, since, until, full_time in plan["posts"]:
        org, person = world.orgs[where % len(world.orgs)], world.persons[who % len(world.persons)]
        if until is not None and until < since:
            since, until = until, since
        if until is None and (org.pk, person.pk) in held:
            continue
        held.add((org.pk, person.pk)) if until is None else None
        made.add_post(world, person, org, since, until, full_time=full_time, post_name="主席" if full_time else "")
    for number, (kind, where, one, two) in enumerate(plan["rows"]):
        org = world.orgs[where % len(world.orgs)]
        if two is not None and two < one:
            one, two = two, one
        if kind == "open":
            built = {"built_org": org, "built_on": two} if two else {}
            OpenUnit.objects.create(
                org=org,
                name=f"单位{number}",
                listed_on=one,
                staff_count=number * 9,
                staff_source="visit",
                staff_on=one,
                **built,
            )
        elif kind == "covered":
            CoveredUnit.objects.create(
                org=org, name=f"涵盖{number % 4}-{number}", uscc=f"U{number % 4}" if two else "", since=one, until=two
            )
        elif kind == "home":
            MembersHome.objects.create(
                org=org,
                name=f"家{number}",
                kind="regional",
                state="building",
                planned_on=one,
                started_on=one,
                opened_on=two,
            )
        elif kind == "term" and not org.terms.exists():
            Term.objects.create(org=org, number=1, years=5, started_on=made.LONG_AGO, ends_on=one, ended_on=two)
        elif kind == "change" and (spell := org.memberships.first()):
            MembershipChange.objects.create(person=spell.person, org=org, kind="1", on=one, membership=spell)
    by_hand = [figure for figure in figures if figure.has_hand and not figure.parts]
    taken = set()
    for where, which, one, two, value, reversed_ in plan["hand"]:
        org, figure = world.orgs[where % len(world.orgs)], by_hand[which % len(by_hand)]
        start, last = min(one, two), max(one, two)
        if (org.pk, figure.key, start, last) in taken:
            continue
        taken.add((org.pk, figure.key, start, last))
        made.add_hand(world, org, figure.key, start, last, value, "reversed" if reversed_ else "standing")


# counted again, naively -----------------------------------------------------------------------------


def plain_rows(figure, period, cutoff):
    """(union, what it adds, person or None) of every row of a figure, wherever it lies."""
    window = figure.window(period, cutoff)
    rows = []
    if figure.base is not None:
        for row in figure.base.rows(window.period).filter(figure.condition(window.period)):
            person = getattr(row, figure.base.person) if figure.measure is Measure.PERSONS else None
            adds = getattr(row, figure.base.amount) if figure.summed else 1
            rows.append((getattr(row, figure.base.org), adds, person))
    if figure.has_hand:
        rows += [(entry.org_id, entry.value, None) for entry in hand_rows(window, [figure])]
    return rows


def naive(world: made.World, figure, org, rows, period, cutoff):
    """The figure of a union, and of each child, from plain rows and the parents that the world remembers."""
    if figure.parts:
        part = [naive(world, figures.get(key), org, rows, period, cutoff)[0] for key in figure.part]
        whole = [naive(world, figures.get(key), org, rows, period, cutoff)[0] for key in figure.whole]
        return (Decimal(100) * sum(part) / sum(whole)).quantize(Decimal("0.1")) if sum(whole) else None, {}
    day = figure.window(period, cutoff).tree_day
    sums, persons, seen = defaultdict(int), defaultdict(set), False
    for org_id, amount, person in rows[figure.key]:
        chain = world.chain(org_id, day)
        if org.pk not in chain:
            continue
        seen = True
        for bucket in ("all", chain[max(chain.index(org.pk) - 1, 0)]):
            if person is not None:
                persons[bucket].add(person)
            else:
                sums[bucket] += amount
    buckets = {*sums, *persons} - {"all"}
    total = None if figure.base is None and not seen else sums["all"] + len(persons["all"])
    return total, {bucket: sums[bucket] + len(persons[bucket]) for bucket in buckets}


def each_law(world: made.World, period=H1, cutoff=CUTOFF):
    kept = engine.compute_tree(list(figures), period, cutoff)
    rows = {figure.key: plain_rows(figure, period, cutoff) for figure in figures if not figure.parts}
    for org in world.orgs:
        results = engine.compute(list(figures), org, period, cutoff)
        for figure in figures:
            result, told = results[figure.key], (figure.key, org.code)
            wanted, children = naive(world, figure, org, rows, period, cutoff)
            assert result.total.value == wanted, told
            if org.pk in kept[figure.key]:
                assert kept[figure.key][org.pk] == result.total, told
            if figure.parts:
                continue
            cells = sum(cell.value or 0 for cell in result.cells.values())
            assert cells - result.repeated == (result.total.value or 0), told
            assert result.repeated == 0 or figure.measure is Measure.PERSONS, told
            assert {key: cell.value for key, cell in result.cells.items() if cell.rows} == children, told
    whole = engine.compute(list(figures), world.fed, period, cutoff)
    for figure in figures:
        each_listing(figure, world.fed, whole[figure.key], period, cutoff)


def each_listing(figure, org, result, period, cutoff):
    told = (figure.key, org.code)
    listed = list(figure.records(org, period, cutoff))
    assert records.readd(figure, listed) == result.total.value, told
    assert len(listed) == result.total.rows, told
    for one in listed:
        ground = records.ground_of(figure, one)
        assert ground is not None and ground.kind in ("person", "attachment"), (told, one)
    if figure.parts or not listed:
        return
    assert figure.value(org, period, cutoff) == result.total.value, told
    made_of = freeze.contents([figure], org, period, cutoff)[figure.key]
    assert len(made_of.rows()) == result.total.rows, told
    assert figure.base is None or not records.groundless(figure, org, period, cutoff).exists(), told
    for child, cell in result.cells.items():
        if cell.rows:
            below = list(figure.records(org, period, cutoff, child=child))
            assert records.readd(figure, below) == cell.value, told


def federations(count: int):
    """So many random federations, other ones in each run."""
    return settings(
        max_examples=count,
        deadline=None,
        phases=[Phase.explicit, Phase.reuse, Phase.generate],  # shrinking a federation takes minutes
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
    )


def holds_in(plan) -> None:
    with transaction.atomic():
        each_law(build(plan))
        transaction.set_rollback(True)


@pytest.mark.django_db
@federations(8)
@given(plan=plans())
def test_every_law_of_every_figure(plan, db):
    holds_in(plan)


@pytest.mark.proof
@pytest.mark.django_db
@federations(100)
@given(plan=plans())
def test_every_law_of_every_figure_in_many_federations(plan, db):
    holds_in(plan)


# the laws are not empty: each of these must be caught -----------------------------------------------


@pytest.fixture
def twice(db) -> made.World:
    """A person with two spells on one day under two townships: what merging double persons can leave."""
    world = made.base()
    made.add_org(world, None, "federation")
    for _ in range(2):
        made.add_org(world, 0, "township")
    made.add_org(world, 1)
    made.add_org(world, 2)
    person = made.add_person(world, sex="2", papers=True, phone=True)
    made.add_spell(world, person, world.orgs[3], date(2018, 1, 1), date(2018, 9, 30))
    made.add_spell(world, person, world.orgs[4], date(2018, 2, 1), None)
    return world


def test_a_person_counted_twice_below_is_counted_once_above(twice):
    result = figures.get("members.total").by_child(twice.fed, H1)
    assert result.total.value == 1
    assert [result.cells[org.pk].value for org in twice.orgs[1:3]] == [1, 1]
    assert result.repeated == 1
    each_law(twice)


def test_control_without_the_look_for_doubles_the_law_breaks(twice, monkeypatch):
    monkeypatch.setattr(engine, "_repeats", lambda *args: {})
    with pytest.raises(AssertionError):
        each_law(twice)


def test_control_a_sum_over_the_tree_of_now_breaks(twice, monkeypatch):
    made.move_org(twice, 3, 2, date(2018, 9, 1))
    each_law(twice)
    from gongjia.who.orgs.queries import counted

    right = counted.branches
    monkeypatch.setattr(engine.orgs, "branches", lambda org_id, day: right(org_id, date(2019, 1, 1)))
    with pytest.raises(AssertionError):
        each_law(twice)


def test_the_tree_of_the_last_day_sums(twice):
    """The firm moves on 1 July: in the first half-year it counts where it was, later where it is."""
    made.move_org(twice, 4, 1, date(2018, 7, 1))
    figure = figures.get("orgs.basic")
    before, after = figure.by_child(twice.fed, H1), figure.by_child(twice.fed, Period.parse("2018Q3"))
    one, two = twice.orgs[1].pk, twice.orgs[2].pk
    assert (before.cells[one].value, before.cells[two].value) == (1, 1)
    assert (after.cells[one].value, after.cells[two].value) == (2, 0)


def test_an_industry_parent_never_sums(twice):
    from gongjia.who.orgs.models import OrgClosure

    guide, guided = twice.orgs[1], twice.orgs[4]
    OrgClosure.objects.create(ancestor=guide, descendant=guided, depth=1, via="industry", since=date(2018, 1, 1))
    assert figures.get("members.total").value(guide, H1) == 1
    assert figures.get("orgs.basic").value(guide, H1) == 1


def test_figures_of_one_base_are_computed_in_one_statement(twice, django_assert_num_queries):
    wanted = [figure for figure in figures if figure.key.startswith("members.") and figure.base and not figure.has_hand]
    spells = [figure for figure in wanted if figure.base.key == "members.spells"]
    assert len(spells) >= 5
    # the tree, room to join in, one statement, and the few persons who may count twice
    with django_assert_num_queries(4):
        engine.compute(spells, twice.fed, H1)


def test_as_many_queries_for_one_figure_as_for_many_unions(twice):
    wanted = list(figures)

    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            engine.compute(wanted, twice.fed, H1, CUTOFF)
        return len(seen)

    few = cost()
    for _ in range(12):
        made.add_org(twice, 1)
    assert cost() == few
    # the tree and the hand entries, then for a base its room, its rows and who may count twice: never one a figure
    bases = {figure.base.key for figure in wanted if figure.base is not None}
    assert few <= 2 * len(bases) and few < len(wanted), (few, len(bases), len(wanted))
