"""Running a checked sheet of unions: sets of rows, one entry in the journal."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import IO
from uuid import UUID

from django.db.models import Max
from django.db.models.functions import Length

from gongjia.base import clock, journal, sheets
from gongjia.base.actor import Actor
from gongjia.base.models import uuid7
from gongjia.base.refused import refuse
from gongjia.who.orgs import rules
from gongjia.who.orgs.actions import tree
from gongjia.who.orgs.actions.founding import reach_back
from gongjia.who.orgs.actions.sheet.checking import check
from gongjia.who.orgs.actions.sheet.columns import COLUMNS
from gongjia.who.orgs.actions.sheet.rows import Checked, Fault, Row
from gongjia.who.orgs.models import CoveredUnit, Org, OrgClosure, OrgName, Term
from gongjia.who.orgs.rules.codes import WIDTH, next_code, next_segment, stem
from gongjia.who.orgs.states import OrgState

LIMITS = sheets.Limits(file_bytes=20 * 1024 * 1024, rows=50_000, columns=120)
FIELDS = tuple(column.field for column in COLUMNS if column.into)


@dataclass
class Imported:
    """What came of it. Rows with faults stay out; the others are in."""

    rows: int
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0
    faults: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)
    seconds: float = 0.0
    entry_id: UUID | None = None
    checked: Checked | None = None


def read_sheet(source: str | Path | bytes | IO[bytes], name: str = "") -> sheets.Sheet:
    """The first sheet of a workbook that has anything in it."""
    book = sheets.read(source, name, LIMITS)
    for sheet in book.sheets:
        if any(any(cell.strip() for cell in row) for row in sheet.rows):
            return sheet
    refuse("sheet_empty", "表格是空的。", cure="请选对文件后重新上传。")
    raise AssertionError


def check_sheet(
    source: str | Path | bytes | IO[bytes] | sheets.Sheet,
    *,
    actor: Actor,
    at: datetime,
    name: str = "",
    under: Org | None = None,
    mapping: Mapping[str, int] | None = None,
) -> Checked:
    """Check only: the preview of `import_sheet`."""
    sheet = source if isinstance(source, sheets.Sheet) else read_sheet(source, name)
    today = at.astimezone(clock.SHANGHAI).date()
    return check(sheet, actor=actor, today=today, under=under, mapping=mapping)


def import_sheet(
    source: str | Path | bytes | IO[bytes] | sheets.Sheet,
    *,
    actor: Actor,
    at: datetime,
    name: str = "",
    under: Org | None = None,
    mapping: Mapping[str, int] | None = None,
    note: str = "",
) -> Imported:
    """Bring unions in from a sheet: new ones added, known ones (by code) changed where the sheet says so.

    Unions come in as they are (established), so their approval documents stay with the numbers given;
    a newly founded union goes through `found` with its document.
    """
    started = time.perf_counter()
    sheet = source if isinstance(source, sheets.Sheet) else read_sheet(source, name)
    today = at.astimezone(clock.SHANGHAI).date()
    with journal.act():
        # No union is founded or moved beside us while rows find their parents and places.
        list(Org.objects.select_for_update(no_key=True).filter(parent__isnull=True).order_by("pk").values_list("pk"))
        checked = check(sheet, actor=actor, today=today, under=under, mapping=mapping)
        adds = [row for row in checked.rows if row.verdict == "add"]
        known = [row for row in checked.rows if row.existing is not None and not row.faults]
        _lock([row.known for row in known] + [row.parent for row in adds if row.parent])
        new = _add(adds)
        changed = _change(known, today)
        _terms(adds + known)
        _covered(adds + known, today)
        _link(adds, new)
        _guide(adds, known, today)
        touched = [*new, *changed]
        result = Imported(
            rows=len(checked.rows),
            added=len(new),
            changed=len(changed),
            unchanged=len(known) - len(changed),
            refused=sum(bool(row.faults) for row in checked.rows),
            faults=checked.faults,
            warnings=checked.warnings,
            checked=checked,
        )
        if touched:
            result.entry_id = journal.write(
                "orgs.imported",
                actor=actor,
                at=at,
                org=under,
                subjects=touched,
                payload={
                    "file": name,
                    "rows": result.rows,
                    "added": result.added,
                    "changed": result.changed,
                    "refused": result.refused,
                },
                note=note,
            ).id
    result.seconds = round(time.perf_counter() - started, 3)
    return result


def _lock(orgs: list[Org]) -> None:
    keys = {org.pk for org in orgs}
    list(Org.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("path").values_list("pk"))


def _since(row: Row) -> date:
    return row.values.get("founded_on") or tree.ALWAYS


# new unions -----------------------------------------------------------------------------------------


def _add(rows: list[Row]) -> list[Org]:
    """Create the new unions, parents first, each with its code and its place in the tree."""
    ordered = _parents_first(rows)
    made: dict[int, Org] = {}
    last = _last_segments(ordered)
    codes = _Codes(ordered)
    orgs, names = [], []
    for row in ordered:
        above = row.parent or (made[id(row.parent_row)] if row.parent_row else None)
        key = above.pk if above else None
        last[key] = next_segment(last.get(key))
        kind, values = row.values["kind"], row.values
        code = values.get("code") or codes.next(above.code if above else "", kind)
        org = Org(
            id=uuid7(),
            code=code,
            kind=kind,
            parent=above,
            path=(above.path if above else "") + last[key],
            level=above.level + 1 if above else 0,
            state=OrgState.ACTIVE.value,
            established=True,
            name_keys=rules.name_keys(values["name"], values.get("short_name", "")),
            **{field: values[field] for field in FIELDS if field in values and field != "kind"},
        )
        if org.staff_count is not None and org.staff_on is None:
            org.staff_on = org.roster_confirmed_on
        row.org_id = org.pk
        made[id(row)] = org
        orgs.append(org)
        names.append(OrgName(org=org, name=org.name, short_name=org.short_name, from_on=_since(row)))
    tree.copy_in(Org, orgs)
    tree.copy_in(OrgName, names)
    return orgs


def _parents_first(rows: list[Row]) -> list[Row]:
    def depth(row: Row) -> int:
        steps = 0
        while row.parent_row is not None:
            row, steps = row.parent_row, steps + 1
        return steps

    return sorted(rows, key=depth)  # stable: siblings keep the order of the sheet


def _last_segments(rows: list[Row]) -> dict[UUID | None, str]:
    parents = {row.parent.pk: row.parent for row in rows if row.parent}
    found = (
        Org.objects.filter(parent_id__in=parents)
        .annotate(length=Length("path"))
        .values_list("parent_id", "length")
        .annotate(last=Max("path"))
    )
    return {pk: last[-WIDTH:] for pk, length, last in found if length == len(parents[pk].path) + WIDTH}


class _Codes:
    """Free codes below many parents, each beginning of a code looked at once."""

    def __init__(self, rows: list[Row]):
        self.taken = {row.values["code"] for row in rows if row.values.get("code")}
        if any(not row.values.get("code") for row in rows):
            self.taken |= set(Org.objects.values_list("code", flat=True))
        self.last: dict[str, int] = {}

    def next(self, parent_code: str, kind: str) -> str:
        start, width = stem(parent_code, kind)
        if start in self.last:
            number = self.last[start] + 1
            code = f"{start}{number:0{width}d}"
        else:
            code = next_code(parent_code, kind, self.taken)
            number = int(code[len(start) :])
        self.last[start] = number
        return code


def _link(rows: list[Row], orgs: list[Org]) -> None:
    """Closure rows by line of all new unions."""
    by_id = {org.pk: org for org in orgs}
    first = {org.parent_id for org in orgs if org.parent_id and org.parent_id not in by_id}
    chains: dict[UUID, list[UUID]] = defaultdict(list)  # from the union itself upwards
    above = OrgClosure.objects.filter(descendant_id__in=first, via="line", until__isnull=True).order_by("depth")
    for descendant, ancestor in above.values_list("descendant_id", "ancestor_id"):
        chains[descendant].append(ancestor)
    since = {row.org_id: _since(row) for row in rows}
    lines = []
    for org in orgs:  # parents come first
        chains[org.pk] = [org.pk, *(chains[org.parent_id] if org.parent_id else ())]
        lines += [(ancestor, org.pk, depth, "line", since[org.pk]) for depth, ancestor in enumerate(chains[org.pk])]
    if lines:
        tree.put_closure(lines)


# known unions ---------------------------------------------------------------------------------------


def _change(rows: list[Row], today: date) -> list[Org]:
    """Change what the sheet says otherwise; a blank cell leaves the fact as it is."""
    changed, fields, renamed, earlier = [], set(), [], []
    for row in rows:
        org = row.known
        before = (org.name, org.short_name)
        for name in FIELDS:
            if name == "kind" or name not in row.values or getattr(org, name) == row.values[name]:
                continue
            row.changes[name] = row.values[name]
            setattr(org, name, row.values[name])
        if not row.changes:
            continue
        if "founded_on" in row.changes:
            earlier.append(org)
        if (org.name, org.short_name) != before:
            org.name_keys = rules.name_keys(org.name, org.short_name)
            row.changes["name_keys"] = org.name_keys
            renamed.append(org)
        fields |= set(row.changes)
        changed.append(org)
    if changed:
        Org.objects.bulk_update(changed, sorted(fields), batch_size=200)
    for org in renamed:
        current = org.names.filter(to_on__isnull=True).first()
        if current:
            current.to_on = max(today, current.from_on)
            current.save(update_fields=["to_on"])
        OrgName.objects.create(
            org=org, name=org.name, short_name=org.short_name, from_on=max(today, current.from_on) if current else today
        )
    for org in earlier:
        reach_back(org)
    return changed


def _terms(rows: list[Row]) -> None:
    said = [row for row in rows if "term_years" in row.values and "term_started_on" in row.values]
    running = {
        term.org_id: term
        for term in Term.objects.filter(
            org_id__in=[row.existing.pk for row in said if row.existing], ended_on__isnull=True
        )
    }
    new = []
    for row in said:
        values = row.values
        org_id = row.key
        started = values["term_started_on"]
        standing = running.get(org_id)
        if standing is not None:
            if standing.started_on == started:
                continue
            if standing.started_on > started or standing.number >= values["term_number"]:
                row.warn("term_number", "term_differs", "登记的届次比表里的新，没有改动。")
                continue
            standing.ended_on = started
            standing.save(update_fields=["ended_on"])
        new.append(
            Term(
                org_id=org_id,
                number=values["term_number"],
                years=values["term_years"],
                started_on=started,
                ends_on=rules.last_day(started, values["term_years"]),
                committee_size=values.get("committee_size"),
            )
        )
    tree.copy_in(Term, new)


def _covered(rows: list[Row], today: date) -> None:
    """Covered units named in the sheet and not yet known are added; none is taken away by silence."""
    said = [row for row in rows if row.values.get("covered")]
    known: dict[UUID, set[str]] = defaultdict(set)
    standing = CoveredUnit.objects.filter(
        org_id__in=[row.existing.pk for row in said if row.existing], until__isnull=True
    )
    for org_id, name, uscc in standing.values_list("org_id", "name", "uscc"):
        known[org_id] |= {name, uscc} - {""}
    new = []
    for row in said:
        org_id = row.key
        since = today if row.existing else _since(row)
        for name, uscc, staff in row.values["covered"]:
            if name not in known[org_id] and (not uscc or uscc not in known[org_id]):
                new.append(CoveredUnit(org_id=org_id, name=name, uscc=uscc, staff_count=staff, since=since))
    tree.copy_in(CoveredUnit, new)


def _guide(adds: list[Row], known: list[Row], today: date) -> None:
    """Industry parents, when all unions are there."""
    guided: list[Org] = []
    for row in adds + known:
        guide_id = row.guide.pk if row.guide else row.guide_row.org_id if row.guide_row else None
        org_id = row.key
        if guide_id is None or (row.existing and row.existing.industry_parent_id == guide_id) or guide_id == org_id:
            continue
        guided.append(Org(pk=org_id, industry_parent_id=guide_id))
    if guided:
        Org.objects.bulk_update(guided, ["industry_parent"], batch_size=1000)
    new = [row.key for row in adds]
    tree.reguide(new, tree.ALWAYS)
    fresh = set(new)
    for org in guided:
        if org.pk not in fresh:
            full = Org.objects.get(pk=org.pk)
            tree.reguide(tree.below_of(full), today)
