"""Reads of roster imports: batches in reach, their verdicts, a look at what would go in, who is missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet

from gongjia.base.actor import Actor
from gongjia.base.models import one_of
from gongjia.base.refused import Hidden
from gongjia.base.secret import masks
from gongjia.who.members import powers
from gongjia.who.members.kinds import MissingDecision
from gongjia.who.members.models import RosterBatch, RosterMissing, RosterVerdict
from gongjia.who.members.roster import planning
from gongjia.who.members.roster.columns import BY_KEY, COLUMNS, FAULTS, WARNINGS
from gongjia.who.orgs.queries import within


def roster_batches(actor: Actor) -> QuerySet[RosterBatch]:
    """Imports that the actor may see: those of the unions in reach."""
    found = RosterBatch.objects.filter(within(actor, powers.IMPORT, prefix="org__"))
    return found.select_related("org", "whole", "file").order_by("-uploaded_at", "-pk")


def roster_batch(pk: UUID, actor: Actor | None = None) -> RosterBatch | None:
    """One import; with an actor raises `Hidden` outside the reach."""
    if actor is None:
        return one_of(RosterBatch.objects.select_related("org", "whole", "file").filter(pk=pk))
    batch = one_of(roster_batches(actor).filter(pk=pk))
    if batch is None:
        raise Hidden(str(pk))
    return batch


def roster_verdicts(batch: RosterBatch, *, refuses: bool | None = None, code: str = "") -> QuerySet[RosterVerdict]:
    found = RosterVerdict.objects.filter(batch=batch)
    found = found if refuses is None else found.filter(refuses=refuses)
    return (found.filter(code=code) if code else found).order_by("row", "pk")


def roster_fault_counts(batch: RosterBatch) -> list[tuple[str, bool, int]]:
    """(code, refuses, how many), the most frequent first."""
    rows = RosterVerdict.objects.filter(batch=batch).values_list("code", "refuses").annotate(times=Count("pk"))
    return sorted(rows, key=lambda row: (-row[1], -row[2], row[0]))


def roster_missing(batch: RosterBatch, *, open_only: bool = False) -> QuerySet[RosterMissing]:
    found = RosterMissing.objects.filter(batch=batch).select_related("membership__person", "membership__org")
    return (found.filter(decision="") if open_only else found).order_by("membership__person__name_py", "pk")


@dataclass(frozen=True)
class Planned:
    """A row as it would go in, masked: what happens, to whom, which facts."""

    what: str  # "new" | "again" | "change"
    name: str
    id_no: str
    phone: str
    union_id: UUID
    facts: tuple[tuple[str, str], ...]


def roster_sample(batch: RosterBatch, *, chunk: int = 0, start: int = 0, size: int = 20) -> list[Planned]:
    """Some rows of the plan, to be looked at before running it."""
    block = batch.chunks.filter(number=chunk).first()
    if block is None:
        return []
    rows = planning.unpack(block.plan, block.pk)
    found = [_planned_new(row) for row in rows["adds"][start : start + size]]
    if len(found) < size:
        found += [_planned_change(row) for row in rows["changes"][: size - len(found)]]
    return found


_AT = {key: at for at, key in enumerate(planning.ADD_FIELDS)}
_SHOWN = ("sex", "born_on", "education", "political", "employer", "joined_on", "trade")
_LABELS: dict[str, dict[str, str]] = {}


def label_of(key: str, code: str) -> str:
    """中文 of a code in a roster's column; the text itself where the column has none."""
    column = BY_KEY[key]
    if column.codes is None or key == "trade":
        return code
    if key not in _LABELS:
        labels: dict[str, str] = {}
        for label, value in column.codes().items():
            if value and not label.isascii():
                labels.setdefault(value, label)
        _LABELS[key] = labels
    return _LABELS[key].get(code, code)


def _planned_new(row: Sequence[Any]) -> Planned:
    return Planned(
        what="new" if row[5] else "again",
        name=row[_AT["name"]],
        id_no=masks.id_number(row[_AT["id_no"]]),
        phone=masks.phone(row[_AT["phone"]]),
        union_id=UUID(row[3]),
        facts=tuple((BY_KEY[key].label, label_of(key, row[_AT[key]])) for key in _SHOWN if row[_AT[key]]),
    )


def _planned_change(row: dict[str, Any]) -> Planned:
    facts = {**row["person"], **row["membership"]}
    return Planned(
        what="change",
        name=facts.get("name", ""),
        id_no="",
        phone=masks.phone(facts["phone"]) if "phone" in facts else "",
        union_id=UUID(row["org_id"]),
        facts=tuple(
            (BY_KEY[key].label, label_of(key, value)) for key, value in facts.items() if key not in ("name", "phone")
        ),
    )


def roster_unions(batch: RosterBatch) -> list[tuple[UUID, int]]:
    """Union -> rows that would be added there, for batches over several unions."""
    counted: Counter[str] = Counter()
    for block in batch.chunks.all():
        counted.update(row[3] for row in planning.unpack(block.plan, block.pk)["adds"])
    return [(UUID(key), times) for key, times in counted.most_common()]


def roster_columns() -> list[tuple[str, str, bool]]:
    """(key, label, required) of every column that can be mapped."""
    return [(column.key, column.label, column.required) for column in COLUMNS]


def verdict_label(code: str) -> str:
    """中文 of a fault or warning."""
    return FAULTS.get(code) or WARNINGS.get(code, code)


def missing_decisions() -> list[tuple[str, str]]:
    """(code, 中文) of what can be decided with one tap."""
    return [(code, label) for code, label in MissingDecision.choices if code != MissingDecision.MOVED]
