"""What log-in asks about persons: who stands behind a phone, to which union an account belongs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from gongjia.base import journal
from gongjia.base.actor import Actor
from gongjia.base.secret import Carried
from gongjia.who.accounts.registry import Directory
from gongjia.who.members import registry
from gongjia.who.members.actions import persons, spells
from gongjia.who.members.models import Cover, Membership, Person, Position
from gongjia.who.members.queries import find_persons
from gongjia.who.orgs.queries import in_force, range_of


class MembersDirectory(Directory):
    """The answers that accounts cannot give itself, since persons and unions lie above it."""

    def knows(self, phone: str) -> bool:
        return Person.objects.filter(phone_index=phone, merged_into__isnull=True, died_on__isnull=True).exists()

    def open_for(self, phone: str, *, at: datetime) -> None:
        """Accounts for all persons of this phone who have none: two may share it, the log-in then asks."""
        with journal.act():
            for person in find_persons(phone=phone):
                if person.account_id is None:
                    persons.open_account(person=person, actor=None, at=at)

    def within(self, account_ids: Iterable[UUID], org: Any) -> set[UUID]:
        ids = list(account_ids)
        if org is None:
            return set()
        members = Membership.objects.filter(
            range_of(org.path, "org_path"), is_latest=True, person__account_id__in=ids
        ).values_list("person__account_id", flat=True)
        posts = Position.objects.filter(
            range_of(org.path, "org__path"), until__isnull=True, person__account_id__in=ids
        ).values_list("person__account_id", flat=True)
        return set(members) | set(posts)

    def needs_factor(self, account_id: UUID, at: datetime) -> bool:
        day = spells.day_of(at)
        staff = [role.key for role in registry.roles().values() if role.needs_factor]
        held = Q(pk__in=Position.objects.filter(in_force(day), person__account_id=account_id).values("pk"))
        covered = Q(
            pk__in=Cover.objects.filter(
                stand_in__account_id=account_id, since__lte=day, until__gt=day
            ).values("position_id")
        )
        return Position.objects.filter(held | covered, role__in=staff).exists()

    def phone_changed(self, account_id: UUID, phone: Carried, *, actor: Actor | None, at: datetime) -> None:
        """The file follows the log-in: proven by its owner's code, or entered by an officer who may."""
        person = Person.objects.filter(account_id=account_id, merged_into__isnull=True).first()
        if person is None:
            return
        by_self = actor is None or actor.account_id in (None, account_id)
        persons.follow_log_in(person=person, phone=phone, proven=by_self, actor=actor, at=at)
