"""联谊 as one who takes part may see it: badges by number, own slips, mutual ones; open reports for the organiser."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from gongjia.base.actor import Actor
from gongjia.base.refused import Hidden
from gongjia.work.events import powers
from gongjia.work.events.models import Event, MatchBlock, MatchCard, SignUp, Slip


@dataclass(frozen=True)
class Badge:
    """One who may be chosen: a number and what they wrote of themself, no name, no contact."""

    number: int
    about: str
    sex: str
    chosen: bool
    mutual: bool


def card_of(sign_up: SignUp) -> MatchCard | None:
    return MatchCard.objects.filter(sign_up=sign_up).first()


def blocked_with(sign_up: SignUp) -> set[UUID]:
    """Sign-ups between which and this one somebody blocked."""
    rows = MatchBlock.objects.filter(Q(by=sign_up) | Q(other=sign_up)).values_list("by_id", "other_id")
    return {one for row in rows for one in row} - {sign_up.pk}


def is_match(one: SignUp, other: SignUp) -> bool:
    """Both chose, neither blocked."""
    slips = Slip.objects.filter(
        Q(chooser_id=one.pk, chosen_id=other.pk) | Q(chooser_id=other.pk, chosen_id=one.pk)
    ).count()
    return slips == 2 and other.pk not in blocked_with(one)


def may_see_contact(card: MatchCard, other: MatchCard) -> bool:
    """Contacts stay hidden until both agree, and are hidden again when one leaves, cancels or blocks."""
    if card.left_at is not None or other.left_at is not None:
        return False
    if card.sign_up.state != "placed" or other.sign_up.state != "placed":
        return False
    return is_match(card.sign_up, other.sign_up)


def badges(actor: Actor, sign_up: SignUp) -> list[Badge]:
    """Who can be chosen, for one who takes part. Four queries."""
    mine = MatchCard.objects.filter(sign_up=sign_up, left_at__isnull=True).first()
    if actor.person_id is None or sign_up.person_id != actor.person_id or mine is None or sign_up.state != "placed":
        raise Hidden(str(sign_up.pk))
    barred = blocked_with(sign_up)
    out = set(Slip.objects.filter(chooser=sign_up).values_list("chosen_id", flat=True))
    back = set(Slip.objects.filter(chosen=sign_up).values_list("chooser_id", flat=True))
    rows = (
        MatchCard.objects.filter(event_id=sign_up.event_id, left_at__isnull=True, sign_up__state="placed")
        .exclude(Q(pk=mine.pk) | Q(sign_up__in=barred))
        .select_related("sign_up__person")
        .order_by("number")
    )
    return [
        Badge(
            one.number, one.about, one.sign_up.person.sex, one.sign_up_id in out,
            one.sign_up_id in out and one.sign_up_id in back,
        )
        for one in rows
    ]  # fmt: skip


def undeclared(event: Event) -> QuerySet[SignUp]:
    """Placed, but without the declaration: they may not take part yet."""
    found = SignUp.objects.filter(event=event, state="placed", match_card__isnull=True)
    return found.select_related("person", "org").order_by("entered_at", "pk")


def reports(actor: Actor, event: Event | None = None, *, open_only: bool = True) -> QuerySet[Any]:
    """Reports for those who organise. What was written is not among the columns."""
    from gongjia.who.orgs.queries import within

    found = MatchBlock.objects.filter(within(actor, powers.OPEN, prefix="event__org__"), reported=True)
    if event is not None:
        found = found.filter(event=event)
    if open_only:
        found = found.filter(answered_at__isnull=True)
    return found.select_related("event", "by__match_card", "other__match_card").defer("words").order_by("at", "pk")
