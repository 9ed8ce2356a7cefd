"""The rows of programmes and of money that figures count: who applied, what was awarded, what was paid.

One base for each type of programme: where a union has awards of one type, hand entries of that type's figures give
way, those of another type stay.
"""

from __future__ import annotations

from typing import Any

from gongjia.base.secret import masks
from gongjia.money.funds import powers as fund_powers
from gongjia.money.funds.queries import counted as funds
from gongjia.report.figure import Base
from gongjia.work.programmes import powers as programme_powers
from gongjia.work.programmes.queries import counted as programmes

# where a union is what was applied for, the people of that union
_UNION = ("for_org__positions__person", "for_org__founding_attachment", "for_org__memberships__person")
_PAPERS = ("decision__attachment", *_UNION)
_BANK = ("line__batch__files__attachment",)


def _who(row: Any) -> str:
    """The masked name of the person; of a union the name as it stands."""
    if row.person_id is not None:
        return masks.name(row.person.name)
    return row.for_org.name if row.for_org_id is not None else ""


def awards(type: str, label: str, *, power: str = programme_powers.READ) -> Base:
    """Awards of one type given within the span."""
    return Base(
        key=f"programmes.awards.{type}",
        label=label,
        rows=lambda period: programmes.awarded(period, type=type),
        person="person_id",
        on="awarded_on",
        related=("person", "for_org"),
        name=lambda award: f"{_who(award)} {award.title}".strip(),
        climbs=("person", *_PAPERS),
        url="/console/programmes/awards/{id}/",
        power=power,
    )


def applications(type: str, label: str) -> Base:
    """Applications of one type handed in within the span."""
    return Base(
        key=f"programmes.applications.{type}",
        label=label,
        rows=lambda period: programmes.applied(period, type=type),
        person="person_id",
        on="submitted_at",
        related=("person", "for_org"),
        name=lambda one: f"{_who(one)} {one.number}".strip(),
        climbs=("person", *_PAPERS),
        url="/console/review/{id}/",
        power=programme_powers.READ,
    )


def attendances(type: str, label: str) -> Base:
    """Who really took part within the span, of those who were given a place."""
    return Base(
        key=f"programmes.attended.{type}",
        label=label,
        rows=lambda period: programmes.attended(period, type=type),
        org="award__org_id",
        person="award__person_id",
        on="on",
        related=("award__person", "award__for_org"),
        name=lambda check: f"{_who(check.award)} {check.award.title}".strip(),
        climbs=("award__person", "attachment"),
        page="award_id",
        url="/console/programmes/awards/{id}/",
        power=programme_powers.READ,
    )


def payments(type: str, label: str) -> Base:
    """Movements of the ledger for one type within the span: what came back counts against what was paid."""
    return Base(
        key=f"funds.postings.{type}",
        label=label,
        rows=lambda period: funds.postings_in(period).filter(type=type),
        org="union_id",
        person="person_id",
        amount="gross",
        on="on",
        related=("person", "payment"),
        name=lambda one: f"{masks.name(one.person.name) if one.person_id else one.payment.title} {one.kind_label}",
        climbs=("person", *_BANK),
        page="payment_id",
        url="/console/funds/payments/{id}/",
        power=fund_powers.READ,
    )


CRAFTSMEN = awards("craftsman", "工匠命名")
NOMINATIONS = applications("craftsman", "工匠申报")
TUITION = awards("tuition", "求学资助")
TUITION_ASKED = applications("tuition", "求学资助申请")
TUITION_PAID = payments("tuition", "求学资助发放")
# a hardship is nothing for the desk of the own union, which is often the employer's
GIFTS = awards("gifts", "困难家庭慰问", power=programme_powers.REVEAL)
GIFTS_PAID = payments("gifts", "困难家庭慰问发放")
GIFTS_UNITS = awards("gifts_units", "企业慰问")
MODEL_UNITS = awards("model_unit", "示范单位命名")
CONVALESCENCE = attendances("convalescence", "疗休养参加")
AID_PAID = payments("aid", "困难帮扶发放")
