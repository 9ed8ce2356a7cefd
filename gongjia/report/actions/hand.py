"""Numbers entered by hand, and taken back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from gongjia.base import clock, journal
from gongjia.base.actor import Actor
from gongjia.base.period import Period
from gongjia.base.refused import refuse_if
from gongjia.report import figure as figure_module
from gongjia.report import powers, rules
from gongjia.report.figure import Figure
from gongjia.report.figure import figures as registry
from gongjia.report.hand import Standing
from gongjia.report.kinds import Time
from gongjia.report.models import HandEntry


def enter_hand(
    *,
    org: Any,
    figure: str,
    period: Period,
    value: int,
    attachment: Any,
    actor: Actor,
    at: datetime,
    note: str = "",
) -> HandEntry:
    """One union's number of one figure for one span; `value` in the figure's unit, fen for money.

    A figure of what stands on a day is entered for a span that ends on that day.
    """
    wanted = figure_module.find(figure)
    with journal.act():
        actor.must(powers.HAND, org)
        lock([(org.pk, wanted.key)])
        standing = standing_for([wanted], [org.pk])
        refuse_if(rules.may_enter(facts_of(wanted, org, period, value, attachment is not None, actor, at, standing)))
        entry = HandEntry.objects.create(**fields(wanted, org, period, value, attachment, actor, at, note))
        journal.write(
            "report.hand_entered",
            actor=actor,
            at=at,
            org=org,
            subjects=[entry, attachment],
            payload={"figure": wanted.key, "span": str(period), "value": value},
            note=note,
        )
        return entry


def reverse_hand(*, entry: HandEntry, on: date, why: str, actor: Actor, at: datetime) -> HandEntry:
    """Take a number back: it keeps its row, and stops counting with a date of its own."""
    facts = rules.ReverseFacts(
        why=why,
        on=on,
        today=at.astimezone(clock.SHANGHAI).date(),
        entered_on=entry.entered_at.astimezone(clock.SHANGHAI).date(),
    )
    with journal.act():
        journal.move(
            entry,
            "reverse",
            actor=actor,
            at=at,
            facts=facts,
            note=why,
            changes={"reversed_on": on, "reversed_why": why.strip()},
            payload={"figure": entry.figure, "on": on.isoformat(), "value": entry.value},
        )
        return entry


def fields(
    figure: Figure, org: Any, period: Period, value: int, attachment: Any, actor: Actor, at: datetime, note: str
) -> dict[str, Any]:
    """The columns of an entry."""
    return {
        "org": org,
        "figure": figure.key,
        "start": period.start,
        "end": period.end,
        "value": value,
        "officer_id": actor.account_id,
        "officer_name": actor.label[:60],
        "attachment": attachment,
        "note": note,
        "entered_at": at,
    }


def lock(places: Iterable[tuple[UUID, str]]) -> None:
    """Two officers who enter the same union's number at once: the second sees the first's."""
    with connection.cursor() as cursor:
        for org_id, key in sorted(places):
            cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"hand:{key}:{org_id}"])


def facts_of(
    figure: Figure,
    org: Any,
    period: Period,
    value: int,
    has_attachment: bool,
    actor: Actor,
    at: datetime,
    standing: Standing,
) -> rules.HandFacts:
    """What the rule looks at. The records are those of the figure's own window, so that coverage is asked as it is counted."""
    clash = standing.clash(org.pk, figure, period)
    whole = registry.find(figure.part_of) if figure.part_of else None
    return rules.HandFacts(
        figure_label=figure.label,
        takes_hand=figure.has_hand and not figure.parts,
        value=value,
        has_attachment=has_attachment,
        has_officer=actor.account_id is not None,
        span_label=period.label_zh(),
        span_ends=period.last_day,
        today=at.astimezone(clock.SHANGHAI).date(),
        records=standing.records(org.pk, figure, period),
        doubled=clash.label_zh() if clash else "",
        container_label=whole.label if whole else "",
        container=standing.value(org.pk, whole.key, period) if whole else None,
        is_year=figure.time is Time.YEAR,
    )


def standing_for(figures: Iterable[Figure], org_ids: Iterable[UUID]) -> Standing:
    """What stands already for these figures and those they are a part of."""
    figures = list(figures)
    return Standing.of(org_ids, {one.key for one in figures} | {one.part_of for one in figures if one.part_of})
