"""bench-rollup: 1,000,000 members in 5,000 unions of 4 levels: all figures on members, unions and officers,
for the federation and each child.

Floor: per distinct base query the best hand-written statement that answers the same numbers, of two
ways each (grouped by union and then joined to the tree of the day; joined row by row), each timed alone.
Ours: `engine.compute`, live, from the figures' declarations. Then the dashboard from kept summary rows,
which a recount must prove equal.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))
from bench import scratch

DAY = date(2018, 8, 27)
BEGUN = date(2010, 1, 1)
MIDDLE = 12  # unions of the third level under each of the second


# the federation -------------------------------------------------------------------------------------


def build(members: int, unions: int, townships: int) -> None:
    """Unions through the tables' own models, members by one INSERT each."""
    from django.db import connection

    from gongjia.who.orgs.actions.tree import put_closure
    from gongjia.who.orgs.models import Org

    rows: list[Any] = []
    above: dict[Any, list[Any]] = {}

    def add(parent: Any, number: int, kind: str) -> Any:
        path = (parent.path if parent else "") + f"{number:04d}"
        org = Org(
            code=f"330182-{len(rows):06d}", name=f"示例{len(rows)}工会", short_name=f"示例{len(rows)}", kind=kind,
            state="active", established=True, parent=parent, path=path, level=parent.level + 1 if parent else 0,
            founded_on=date(2018, 3, 1) if len(rows) % 50 == 49 else BEGUN,
        )  # fmt: skip
        above[org.pk] = [org.pk, *(above[parent.pk] if parent else [])]
        rows.append(org)
        return org

    root = add(None, 0, "federation")
    middle = [add(add(root, number, "township"), 0, "regional") for number in range(townships)]
    middle += [add(one.parent, number, "regional") for one in list(middle) for number in range(1, MIDDLE)]
    for number in range(unions - len(rows)):
        add(middle[number % len(middle)], number // len(middle), "single" if number % 7 else "joint")
    Org.objects.bulk_create(rows, batch_size=2000)
    put_closure(
        (ancestor, org.pk, depth, "line", org.founded_on)
        for org in rows
        for depth, ancestor in enumerate(above[org.pk])
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "create temp table leaf as select row_number() over (order by path) - 1 as n, id, path from orgs_org where kind in ('single', 'joint')"
        )
        cursor.execute("select count(*) from leaf")
        leaves = cursor.fetchone()[0]
        cursor.execute(
            "create temp table person as select uuidv7() as id, n, case when n %% 5 = 0 then uuidv7() end as account"
            " from generate_series(1, %s) n",
            [members],
        )
        _fill(cursor, "accounts_account", "person where account is not null", {
            "id": "account", "display_name": "'会员'", "created_at": "now()",
            "activated_at": "case when n % 2 = 0 then timestamptz '2018-05-01' end",
        })  # fmt: skip
        _fill(cursor, "members_person", "person", {
            "id": "id", "name": "'示例' || n", "sex": "case when n % 5 < 2 then '2' else '1' end",
            "is_rural_worker": "n % 3 = 0", "account_id": "account", "card_serial": "'B' || n",
            "id_index": "case when n % 10 > 0 then decode(md5(n::text), 'hex') end",
            "phone_index": "case when n % 7 > 0 then decode(md5('p' || n), 'hex') end",
        })  # fmt: skip
        _fill(cursor, "members_membership", f"person join leaf on leaf.n = person.n % {leaves}", {
            "id": "uuidv7()", "person_id": "person.id", "org_id": "leaf.id", "org_path": "leaf.path",
            "standing": "case when person.n % 40 = 0 then 'retained' else 'active' end",
            "since": f"date '{BEGUN}' + (person.n % 3000)::int", "change_in": "'1'", "is_latest": "true",
            "trade": "case when person.n % 25 = 0 then 'courier' else '' end",
        })  # fmt: skip
        _fill(cursor, "members_membershipchange", "members_membership", {
            "id": "uuidv7()", "person_id": "person_id", "org_id": "org_id", "kind": "'1'", '"on"': "since",
            "membership_id": "id",
        })  # fmt: skip
        _fill(cursor, "members_position", f"person join leaf on leaf.n = person.n - 1 where person.n <= {leaves}", {
            "id": "uuidv7()", "person_id": "person.id", "org_id": "leaf.id", "role": "'chair_grassroots'",
            "since": f"date '{BEGUN}'", "confirmed_on": f"date '{BEGUN}'", "full_time": "person.n % 9 = 0",
            "post_name": "'主席'",
        })  # fmt: skip
    scratch.as_owner(
        "analyze accounts_account, members_person, members_membership, members_membershipchange, members_position,"
        " orgs_org, orgs_orgclosure"
    )
    scratch.as_owner("vacuum members_membership", "vacuum members_person", "vacuum accounts_account")


def _fill(cursor: Any, table: str, source: str, given: dict[str, str]) -> None:
    """INSERT … SELECT with every column that has no value given filled by its model's default."""
    from django.apps import apps

    model = next(one for one in apps.get_models() if one._meta.db_table == table)
    columns, values = list(given), list(given.values())
    for field in model._meta.concrete_fields:
        if field.column in given or f'"{field.column}"' in given:
            continue
        plain = {"BooleanField": "false", "ArrayField": "'{}'", "PositiveIntegerField": "0", "DateTimeField": "now()"}
        columns.append(f'"{field.column}"')
        values.append("null" if field.null else plain.get(field.get_internal_type(), "''"))
    cursor.execute(f"insert into {table} ({', '.join(columns)}) select {', '.join(values)} from {source}")


# the floor ------------------------------------------------------------------------------------------

_TREE = """
with child as (
    select descendant_id as id from orgs_orgclosure
     where ancestor_id = %(org)s and depth = 1 and via = 'line' and since <= %(day)s and (until is null or until > %(day)s)
), tree (org, child) as (
    select descendant_id, ancestor_id from orgs_orgclosure join child on child.id = ancestor_id
     where via = 'line' and since <= %(day)s and (until is null or until > %(day)s)
    union all select %(org)s, %(org)s
)
"""
_STOOD = "o.established and (o.founded_on is null or o.founded_on <= %(day)s) and (o.closed_on is null or o.closed_on > %(day)s)"
_IN_FORCE = "{0}.since <= %(day)s and ({0}.until is null or {0}.until > %(day)s)"
_MEMBER = "r.standing = 'active'"

# base -> (union, rows, counts)
BASES: dict[str, tuple[str, str, list[str]]] = {
    "members.spells": (
        "r.org_id",
        "members_membership r join members_person p on p.id = r.person_id"
        " left join accounts_account a on a.id = p.account_id where " + _IN_FORCE.format("r"),
        [
            f"count(*) filter (where {_MEMBER})",
            f"count(*) filter (where {_MEMBER} and p.sex = '2')",
            f"count(*) filter (where {_MEMBER} and p.is_rural_worker)",
            f"count(*) filter (where {_MEMBER} and r.trade <> '')",
            f"count(*) filter (where {_MEMBER} and p.id_index is not null)",
            f"count(*) filter (where {_MEMBER} and p.id_index is not null and p.phone_index is not null and p.name <> '')",
            f"count(*) filter (where {_MEMBER} and a.activated_at < %(day)s + interval '1 day')",
            "count(*) filter (where r.standing = 'retained')",
        ],
    ),
    "members.changes": (
        "r.org_id",
        'members_membershipchange r where r."on" >= %(start)s and r."on" <= %(day)s',
        ["count(distinct r.person_id) filter (where r.kind = '1')"],
    ),
    "members.posts": (
        "r.org_id",
        "members_position r join members_person p on p.id = r.person_id where r.role not like 'admin%%' and " + _IN_FORCE.format("r"),
        [
            "count(distinct r.person_id)",
            "count(distinct r.person_id) filter (where r.full_time)",
            "count(distinct r.person_id) filter (where p.sex = '2')",
            "count(distinct r.person_id) filter (where r.role = 'chair_grassroots' or r.post_name = '主席')",
        ],
    ),
    "orgs.registered": (
        "o.id",
        f"orgs_org o where {_STOOD}",
        [
            "count(*) filter (where o.kind in ('single', 'joint'))",
            "count(*) filter (where o.kind = 'single')",
            "count(*) filter (where o.kind not in ('branch', 'group'))",
        ],
    ),
    "orgs.founded": (
        "o.id",
        "orgs_org o where o.established and o.founded_on >= %(start)s and o.founded_on <= %(day)s",
        ["count(*) filter (where o.kind in ('single', 'joint'))", "count(*) filter (where o.kind = 'joint')"],
    ),
    "orgs.at_work": (
        "o.id",
        f"orgs_org o where {_STOOD} and exists (select 1 from members_position r join members_person p on p.id = r.person_id"
        " join accounts_account a on a.id = p.account_id where r.org_id = o.id and a.activated_at < %(day)s + interval '1 day'"
        " and " + _IN_FORCE.format("r") + ")",
        ["count(*)"],
    ),
    "orgs.covered": ("r.org_id", "orgs_coveredunit r where " + _IN_FORCE.format("r"), ["count(*)"]),
    "orgs.open_units": ("r.org_id", "orgs_openunit r where r.listed_on <= %(day)s", ["count(*)", "count(*) filter (where r.staff_count >= 25)"]),
    "orgs.homes_building": ("r.org_id", "orgs_membershome r where r.started_on <= %(day)s", ["count(*)"]),
    "orgs.homes_open": ("r.org_id", "orgs_membershome r where r.opened_on <= %(day)s", ["count(*)"]),
    "orgs.terms_overdue": ("r.org_id", "orgs_term r where r.ends_on < %(day)s", ["count(*)"]),
}  # fmt: skip


def statements(base: str) -> list[str]:
    """The ways to write a base's statement: grouped first, and joined row by row."""
    union, rows, counts = BASES[base]
    joined = rows.replace(" where ", f" join tree on tree.org = {union} where ", 1)
    row_by_row = f"{_TREE} select tree.child, {', '.join(counts)} from {joined} group by rollup (tree.child)"
    if any("distinct" in count for count in counts):
        return [row_by_row]
    named = ", ".join(f"{count} as c{i}" for i, count in enumerate(counts))
    sums = ", ".join(f"sum(c{i})" for i in range(len(counts)))
    grouped = (
        f"{_TREE} select tree.child, {sums} from (select {union} as org, {named} from {rows} group by 1) g"
        " join tree on tree.org = g.org group by rollup (tree.child)"
    )
    return [grouped, row_by_row]


def seconds_of(call: Callable[[], Any], times: int = 1) -> float:
    """Seconds of one run, or the median of several after one that warms the caches."""
    if times > 1:
        call()
    found = []
    for _ in range(times):
        started = time.perf_counter()
        call()
        found.append(time.perf_counter() - started)
    return scratch.median(found)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--members", type=int, default=1_000_000)
    parser.add_argument("--unions", type=int, default=5_000)
    parser.add_argument("--townships", type=int, default=20)
    parser.add_argument("--runs", type=int, default=5)
    asked = parser.parse_args()
    scratch.new_home()
    started = time.perf_counter()
    build(asked.members, asked.unions, asked.townships)
    print(f"built in {time.perf_counter() - started:.0f} s", flush=True)

    from django.db import connection, transaction

    from gongjia.base import clock
    from gongjia.base.actor import Actor
    from gongjia.report import engine, queries, summary
    from gongjia.report.figure import figures
    from gongjia.who.orgs.queries import root

    fed, span = root(), summary.year_to(DAY)
    wanted = [figure for figure in figures if figure.base is not None and figure.base.key in BASES]
    values = {"org": fed.pk, "day": DAY, "start": span.start}

    def run(statement: str) -> list[tuple]:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL work_mem = '128MB'")  # the same room as ours
            cursor.execute(statement, values)
            return cursor.fetchall()

    ours = engine.compute(wanted, fed, span)
    chosen = {}
    for base in BASES:
        timed = [(seconds_of(lambda one=one: run(one), 2), one) for one in statements(base)]
        _same_as_ours(base, run(min(timed)[1]), ours, wanted)
        chosen[base] = min(timed)[1]
        print(f"{base:22} floor {[round(seconds * 1000) for seconds, _ in timed]} ms", flush=True)
    # floor and ours in turn, so that whatever else the machine does falls on both
    floors, lives = [], []
    for _ in range(asked.runs):
        floors.append(sum(seconds_of(lambda base=base: run(chosen[base])) for base in BASES))
        lives.append(seconds_of(lambda: engine.compute(wanted, fed, span)))
        print(f"floor {floors[-1] * 1000:.0f} ms, live {lives[-1] * 1000:.0f} ms", flush=True)

    actor, at = Actor.system("bench", ["*"]), clock.now()
    started = time.perf_counter()
    kept = summary.refresh(at=at, day=DAY)
    refreshed = time.perf_counter() - started
    faults = summary.recount(DAY)
    assert not faults, faults[:5]
    board = seconds_of(lambda: queries.dashboard(actor, fed, DAY), 50)
    scratch.last_line(
        bench="rollup",
        ratio=scratch.median([mine / bare for bare, mine in zip(floors, lives, strict=True)]),
        members=asked.members,
        unions=asked.unions,
        figures=len(wanted),
        floor_ms=round(scratch.median(floors) * 1000, 1),
        live_ms=round(scratch.median(lives) * 1000, 1),
        dashboard_ms=round(board * 1000, 2),
        refresh_s=round(refreshed, 2),
        kept_rows=kept,
        recount="equal",
        mark_ratio=1.5,
        mark_dashboard_ms=10,
    )


def _same_as_ours(base: str, rows: list[tuple], results: dict[str, Any], wanted: list[Any]) -> None:
    """The floor answers the same question: its totals are ours, figure by figure."""
    total = next(row for row in rows if row[0] is None) if rows else None
    ours = [results[figure.key].total.value for figure in wanted if figure.base.key == base]
    theirs = [int(one or 0) for one in total[1:]] if total else [0] * len(ours)
    assert sorted(ours) == sorted(theirs), (base, ours, theirs)


if __name__ == "__main__":
    main()
