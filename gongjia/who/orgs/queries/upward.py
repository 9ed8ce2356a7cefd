"""What the upper system has been told, and what has changed since (对上报送)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from gongjia.base import journal
from gongjia.base.actor import Actor
from gongjia.who.orgs import kinds, powers
from gongjia.who.orgs.models import Org, UpwardMark
from gongjia.who.orgs.queries.register import open_term
from gongjia.who.orgs.queries.scope import range_of, within
from gongjia.who.orgs.rules.upward import Template, cells, gaps, load, wanted


class Sent(StrEnum):
    NOT = "not_sent"
    SENT = "sent"
    CHANGED = "changed"


SENT_LABELS = {Sent.NOT: "未报", Sent.SENT: "已报", Sent.CHANGED: "报后有变化"}


@cache
def orgs_template() -> Template:
    """The shipped example mapping for unions."""
    return load(resources.files("gongjia.who.data").joinpath("upward_orgs.json").read_text(encoding="utf-8"))


def told(template: Template, row: Sequence[str]) -> str:
    """Keyed digest of what a row tells the upper system. The number it gives us is not part of it."""
    kept = [cell for column, cell in zip(template.columns, row, strict=True) if column.title != template.number]
    return journal.digest(kept)


def marks(template: Template) -> QuerySet[UpwardMark]:
    """What was told by this template: for a subquery on `subject`."""
    return UpwardMark.objects.filter(mapping=template.key)


def sent_states(template: Template, rows: Mapping[UUID, Sequence[str]]) -> dict[UUID, Sent]:
    """未报 / 已报 / 报后有变化 of records, by the rows they would send now. One query."""
    told_then = dict(marks(template).filter(subject__in=list(rows)).values_list("subject", "digest"))
    return {
        key: Sent.NOT if key not in told_then else Sent.SENT if told_then[key] == told(template, row) else Sent.CHANGED
        for key, row in rows.items()
    }


@dataclass(frozen=True, slots=True)
class UpwardRow:
    """One union on the list of what goes up."""

    id: UUID
    code: str
    name: str
    upper_no: str
    state: Sent
    row: tuple[str, ...]
    gaps: tuple[str, ...]

    @property
    def state_label(self) -> str:
        return SENT_LABELS[self.state]


_PLAIN = (
    "code", "name", "short_name", "kind", "state", "upper_no", "employer_name", "employer_uscc", "uscc", "address",
    "postcode", "email", "division_code", "unit_nature", "economy", "industry", "founded_on", "founding_document",
    "opened_on", "staff_count", "staff_women", "committee_size", "women_committee", "audit_committee", "head_name",
    "contact_name", "phone", "legal_person", "legal_person_on", "legal_person_no",
)  # fmt: skip


def org_facts(orgs: Iterable[UUID] | None, actor: Actor, under: Org | None = None) -> dict[UUID, dict[str, Any]]:
    """The facts of unions that a template may ask for, as plain values. One query."""
    found = Org.objects.filter(within(actor, powers.UPWARD))
    if orgs is not None:
        found = found.filter(pk__in=list(orgs))
    if under is not None:
        found = found.filter(range_of(under.path))
    rows = (
        found.annotate(
            term=open_term(), covered_count=Count("covered", filter=Q(covered__until__isnull=True), distinct=True)
        )
        .order_by("path")
        .values("pk", *_PLAIN, "parent__name", "term__started_on", "term__number", "covered_count")
    )
    facts = {}
    for row in rows:
        row["parent_name"] = row.pop("parent__name") or ""
        row["term_started_on"], row["term_number"] = row.pop("term__started_on"), row.pop("term__number")
        row["kind_label"] = kinds.OrgKind(row["kind"]).label
        if row["kind"] == kinds.OrgKind.SINGLE:
            row["covered_count"] = 1
        facts[row.pop("pk")] = row
    return facts


def upward_list(
    actor: Actor, *, template: Template | None = None, under: Org | None = None, orgs: Iterable[UUID] | None = None
) -> list[UpwardRow]:
    """Every union that goes up, with where it stands. Two queries, whatever their number."""
    template = template or orgs_template()
    facts = {key: values for key, values in org_facts(orgs, actor, under).items() if wanted(template, values)}
    rows = {key: cells(template, values) for key, values in facts.items()}
    states = sent_states(template, rows)
    return [
        UpwardRow(
            key, facts[key]["code"], facts[key]["name"], facts[key]["upper_no"], states[key], tuple(row),
            tuple(gaps(template, row)),
        )
        for key, row in rows.items()
    ]  # fmt: skip
