"""Which hardship files the national system has been told of, and which changed since (对上报送)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import islice
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from gongjia.base import money
from gongjia.base.actor import Actor
from gongjia.who.orgs.actions import Template, cells, gaps, load, wanted
from gongjia.who.orgs.queries import SENT_LABELS, Sent, sent_states, within
from gongjia.work.households import kinds, powers, rules
from gongjia.work.households.models import HouseholdFile

CHUNK = 500


@cache
def files_template() -> Template:
    """The shipped mapping of the national form (困难职工档案登记表)."""
    return load(resources.files("gongjia.work.households.data").joinpath("upward_files.json").read_text("utf-8"))


@dataclass(frozen=True, slots=True)
class UpwardFile:
    """One file on the list of what goes up: no figures of the household."""

    id: UUID
    number: str
    name: str
    org_name: str
    upper_no: str
    state: Sent
    gaps: tuple[str, ...]

    @property
    def state_label(self) -> str:
        return SENT_LABELS[self.state]


def upward_files(actor: Actor) -> QuerySet[HouseholdFile]:
    """Files that the national system keeps: opened here, closed ones once more with their end."""
    found = HouseholdFile.objects.filter(within(actor, powers.UPWARD, prefix="org__"), origin="chain")
    found = found.filter(state__in=("active", "exited", "cancelled"))
    return found.select_related("org", "head").prefetch_related("members").order_by("number")


def facts_for(file: HouseholdFile) -> dict[str, Any]:
    """The facts that the form asks for, as plain values. It unseals: its callers write down who was told of."""
    told = rules.HouseholdFacts.loads(file.facts.open_unlogged()) if file.facts else rules.HouseholdFacts()
    head = file.head
    alive = [one for one in file.members.all() if one.until is None]
    others = []
    for one in alive:
        if one.relation == kinds.Relation.SELF:
            continue
        facts = rules.MemberFacts.loads(one.facts.open_unlogged() if one.facts else "")
        others.append(
            f"{one.relation_label} {one.name.open_unlogged()} {one.id_no.open_unlogged() if one.id_no else ''}"
            f" {kinds.HEALTH.get(facts.health, '')}".strip()
        )
    label = _labels(told)
    return {
        "number": file.number, "upper_no": file.upper_no, "category": file.category, "category_label": file.category_label,
        "level_label": file.level_label, "state": file.state, "state_label": file.state_label, "name": head.name,
        "nation": head.nation_label, "sex": head.sex, "political": head.political_label,
        "id_no": head.id_no.open_unlogged() if head.id_no else "", "born_on": head.born_on,
        "phone": head.phone.open_unlogged() if head.phone else "", "household_kind": head.household_kind_label,
        "household_place": head.household_place, "employer": file.org.employer_name or file.org.name,
        "unit_nature": file.org.unit_nature_label, "industry": file.org.industry_label, "org_name": file.org.name,
        "persons": file.persons, "cause_main": file.cause_main_label, "cause_second": file.cause_second_label,
        "applied_on": file.applied_on, "opened_on": file.opened_on, "closed_on": file.closed_on,
        "close_why": file.close_why_label, "rural_worker": file.rural_worker, "entered_by": file.entered_by,
        "income_year": money.decimal(told.income), "income_own": money.decimal(told.own_monthly),
        "income_other": money.decimal(told.income_other), "rigid_year": money.decimal(told.rigid),
        "income_head": money.decimal(told.income // 12 // max(file.persons, 1)),
        "address": told.address, "postcode": told.postcode, "other_contact": told.other_contact,
        "area_m2": told.area_m2 or "", "working_since": told.working_since, "insurance": told.insurance,
        "single_parent": told.single_parent, "can_help_self": told.can_help_self, "nobody_works": told.nobody_works,
        "story": told.story, "family": "；".join(others), **label,
    }  # fmt: skip


def _labels(told: rules.HouseholdFacts) -> dict[str, str]:
    def of(choices: Any, code: str) -> str:
        return choices(code).label if code else ""

    return {
        "health": kinds.HEALTH.get(told.health, ""),
        "disability": kinds.DISABILITIES.get(told.disability, ""),
        "housing": of(kinds.Housing, told.housing),
        "marriage": of(kinds.Marriage, told.marriage),
        "identity": of(kinds.Identity, told.identity),
    }


def upward_rows(actor: Actor, template: Template) -> Iterator[dict[UUID, tuple[HouseholdFile, list[str]]]]:
    """Chunks of file -> (it, the row it would send now)."""
    found = upward_files(actor).iterator(chunk_size=CHUNK)
    while chunk := list(islice(found, CHUNK)):
        rows = {}
        for file in chunk:
            facts = facts_for(file)
            if wanted(template, facts):
                rows[file.pk] = (file, cells(template, facts))
        yield rows


def upward_list(actor: Actor, template: Template | None = None) -> list[UpwardFile]:
    """Every file that goes up and where it stands."""
    template = template or files_template()
    found = []
    for chunk in upward_rows(actor, template):
        sent = sent_states(template, {pk: row for pk, (_file, row) in chunk.items()})
        found += [
            UpwardFile(pk, file.number, file.head.name, file.org.name, file.upper_no, sent[pk], tuple(gaps(template, row)))
            for pk, (file, row) in chunk.items()
        ]  # fmt: skip
    return found
