"""How much an account has opened today; which files wait for a word."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db.models import QuerySet

from gongjia.base import clock
from gongjia.base.actor import Actor
from gongjia.base.handout.kinds import CLASSES, by_action
from gongjia.base.handout.models import Handout
from gongjia.base.journal.models import EntrySubject


def opened_today(account_id: UUID, klass: str) -> set[UUID]:
    """The records whose whole values the account has seen since midnight, each once, by whatever way. The day is
    the database's own: a clock that stands for a demonstration lets nobody count anew."""
    actions = [action for action, one in by_action.items() if one == klass]
    since = clock.start_of(clock.real_now().date())
    found = EntrySubject.objects.filter(
        entry__actor_account=account_id, entry__action__in=actions, entry__recorded__gte=since
    )
    return set(found.values_list("subject_id", flat=True))


def given_today(account_id: UUID, klass: str) -> int:
    return len(opened_today(account_id, klass))


def needs_approval(actor: Actor, klass: str, records: Collection[UUID]) -> bool:
    """Whether a file of these records, with what was opened today, is for a second person to approve."""
    if actor.everywhere:
        return False  # the machine itself: it hands nothing to anybody
    if actor.account_id is None:
        return True  # no log-in: nobody could be asked afterwards
    return len(opened_today(actor.account_id, klass) | set(records)) >= CLASSES[klass].approve


def asked(actor: Actor, kind: str) -> QuerySet[Handout]:
    """What the actor asked for, newest first."""
    assert actor.account_id is not None
    return Handout.objects.filter(kind=kind, asked_account=actor.account_id)


def waiting(actor: Actor, kind: str) -> QuerySet[Handout]:
    """What others asked for and nobody has answered. The caller has checked the actor's power."""
    found = Handout.objects.filter(kind=kind, state="asked")
    return found.exclude(asked_person=actor.person_id) if actor.person_id is not None else found.none()
