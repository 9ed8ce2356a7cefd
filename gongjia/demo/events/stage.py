"""What all events of the story share: an event planned, published, filled, held; its list ticked, its paper kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import Q

from gongjia.base.actor import Actor
from gongjia.demo import chains, papers, unions
from gongjia.demo.story import moment
from gongjia.who.orgs import queries as orgs
from gongjia.work.events import actions

JOINED_BY = date(2018, 1, 31)
SIGN_UP = timedelta(days=20)  # before the event
CLOSES = timedelta(days=5)
SETTLES = timedelta(days=3)  # after the event
SETTLED_BEFORE = date(2018, 8, 13)


@dataclass
class Stage:
    """Unions, officers and people of the story, each looked up once."""

    desks: chains.Desks = field(default_factory=chains.Desks)
    unions: dict[str, Any] = field(default_factory=dict)
    pools: dict[UUID, list[Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.unions = {short: orgs.by_code(code) for code, _, short, _ in unions.second_level()}
        self.federation = orgs.by_code(unions.COUNTY)

    def officer(self, org: Any, player: str) -> Actor:
        """A department of the federation, or whoever sits at a second-level union's desk."""
        return self.desks.player(player) if org.pk == self.federation.pk else self.desks.of(org.pk)

    def people(self, org: Any, count: int, start: int = 0) -> list[UUID]:
        """So many members of a union and those below it (or guided by it), counted round its roster from a place."""
        if org.pk not in self.pools:
            spells = apps.get_model("members", "Membership").objects.filter(
                Q(org_path__startswith=org.path) | Q(org__industry_parent=org), until__isnull=True, standing="active",
                since__lte=JOINED_BY, person__born_on__lt=date(1999, 1, 1), person__died_on__isnull=True,
            )  # fmt: skip
            # every so many of the federation's sixty thousand; of a town all of the first unions
            rows = spells.order_by("org__code", "pk").values_list("person_id", flat=True)
            self.pools[org.pk] = list(rows[: 7 * 2000])[::7] if org.pk == self.federation.pk else list(rows[:300])
        pool = self.pools[org.pk]
        count = min(count, len(pool))
        return [pool[(start + place) % len(pool)] for place in range(count)]

    def publish(
        self,
        org: Any,
        kind: str,
        title: str,
        days: Sequence[tuple[datetime, datetime]],
        *,
        place: str,
        actor: Actor,
        **more: Any,
    ) -> Any:
        """Planned and published three weeks before its first day, open for sign-up until five days before it."""
        first = days[0][0]
        at = first - SIGN_UP
        window = {"opens_at": at, "closes_at": first - CLOSES} if more.get("way") != "none" else {}
        event = actions.make_event(
            org=org, kind=kind, title=title, place=place, sessions=[actions.SessionPlan(*one) for one in days],
            contact_phone=chains.PHONE, actor=actor, at=at - timedelta(hours=1), **window, **more,
        )  # fmt: skip
        return actions.publish(event=event, actor=actor, at=at)

    def nominate(self, event: Any, org: Any, people: Iterable[UUID], day: date, actor: Actor, **more: Any) -> list[Any]:
        """Named by the union; the story names nobody who may not go."""
        people = list(people)
        found = actions.nominate(event=event, org=org, person_ids=people, actor=actor, at=moment(day, 10), **more)
        if refused := [one for one in found if one.verdict != "placed"]:
            raise RuntimeError(f"{event.title}: {[reason.code for reason in refused[0].reasons]}")
        return [one.sign_up_id for one in found]

    def tick(self, event: Any, sign_ups: Sequence[UUID], actor: Actor, *, away: int = 0) -> None:
        """At each session the list is ticked; the last `away` of it stay away in turn."""
        for number, session in enumerate(event.sessions.order_by("number")):
            there = [pk for place, pk in enumerate(sign_ups) if (place + number) % max(len(sign_ups), 1) >= away]
            actions.tick(session=session, sign_ups=there, actor=actor, at=session.starts_at)

    def close(self, event: Any, paper: Any, actor: Actor, *, use: str = "evidence", caption: str = "") -> Any:
        """It took place, and a paper of it lies with it."""
        at = event.last_at + timedelta(hours=1)
        actions.add_paper(event=event, attachment=paper, use=use, caption=caption, actor=actor, at=at)
        return actions.hold(event=event, actor=actor, at=at)

    def paper(self, title: str, lines: list[str], day: date, org: Any, actor: Actor) -> Any:
        return papers.keep(title, lines, on=papers.zh(day), actor=actor, at=moment(day, 17), org=org, signed=org.name)


def settled() -> None:
    """Each office settles its own some days after; what was held in the last fortnight still lies on its desk."""
    stage = Stage()
    held = apps.get_model("events", "Event").objects.filter(state="held", last_at__lt=moment(SETTLED_BEFORE, 0))
    for event in held.select_related("org").order_by("last_at", "pk"):
        actor = stage.officer(event.org, "publicity")
        actions.settle(event=event, actor=actor, at=event.last_at + SETTLES)


def hours(day: date, start: int, length: int) -> tuple[datetime, datetime]:
    """One session on a day: (start, end)."""
    begins = moment(day, start)
    return begins, begins + timedelta(hours=length)
