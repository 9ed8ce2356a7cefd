"""The leaders' dashboard from kept rows, and targets with 完成率."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from gongjia.base.actor import Actor
from gongjia.base.period import Period
from gongjia.report import lines, powers, show, summary
from gongjia.report.figure import figures as registry
from gongjia.report.models import Target
from gongjia.who.orgs import queries as orgs

DASHBOARD = (
    "members.total",
    "members.real_name",
    "members.portal_activated",
    "orgs.registered",
    "orgs.basic",
    "orgs.platforms_opened",
    "orgs.coverage",
    "orgs.open_units_due",
    "orgs.founded",
    "orgs.terms_due",
    "cadres.officers",
)


@dataclass(frozen=True)
class Tile:
    """One number of the dashboard with the year's target."""

    kept: summary.Kept
    target: int | Decimal | None
    completion: Decimal | None


@dataclass(frozen=True)
class Dashboard:
    """A union and its children side by side, from kept rows."""

    org: Any
    day: date
    tiles: dict[str, Tile]
    children: tuple[tuple[Any, dict[str, summary.Kept]], ...]


def dashboard(actor: Actor, org: Any, day: date, keys: Iterable[str] = DASHBOARD) -> Dashboard:
    """Members, unions, coverage, targets with 完成率, and the children. Three queries, no counting."""
    actor.must(powers.READ, org)
    keys = list(keys)
    children = list(orgs.children_of(org).filter(state="active").only("code", "name", "short_name", "kind", "path"))
    kept = summary.kept([org.pk, *(child.pk for child in children)], day.year, keys)
    targets = dict(Target.objects.filter(org_id=org.pk, year=day.year).values_list("figure", "value"))
    tiles = {}
    for key in keys:
        one = kept[org.pk][key]
        view = lines.LineView(
            one.figure,
            one.value,
            one.rows,
            one.source,
            target=show.loaded(one.figure, targets.get(key)),
            reached=one.value,
        )
        tiles[key] = Tile(one, view.target, view.completion)
    return Dashboard(org, day, tiles, tuple((child, kept[child.pk]) for child in children))


def target_rows(actor: Actor, org: Any, year: int, on: date) -> list[lines.LineView]:
    """Every target of a union's year with what was reached by a day."""
    actor.must(powers.READ, org)
    wanted = [registry.get(key) for key in lines.targets_of(org, year) if key in registry]
    span = summary.year_to(on) if on.year == year else Period.year(year)
    return list(lines.live(org, span, wanted=wanted).values()) if wanted else []
