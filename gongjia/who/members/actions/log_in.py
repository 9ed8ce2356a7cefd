"""The log-in behind a person: opened, followed, and what log-in asks about persons and unions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q

from gongjia.base import journal
from gongjia.base.actor import Actor
from gongjia.base.refused import Forbidden
from gongjia.base.secret import Carried, with_indexes
from gongjia.who.accounts import actions as account_actions
from gongjia.who.accounts.registry import Directory
from gongjia.who.members import registry
from gongjia.who.members.actions import persons, spells
from gongjia.who.members.models import Cover, Membership, Person, Position
from gongjia.who.members.queries import find_persons
from gongjia.who.orgs.queries import in_force, range_of


def follow_log_in(*, person: Person, phone: Any, proven: bool, actor: Actor | None, at: datetime) -> Person:
    """The log-in phone was changed and confirmed: the file takes it over, closed from row to row."""
    with journal.act():
        held = spells.hold(person)
        locked = held.person
        before = persons.shown(locked, "phone")
        locked.phone, locked.phone_ok = phone, proven
        after = persons.shown(locked, "phone")
        locked.save(update_fields=with_indexes(Person, ["phone", "phone_ok"]))
        if before != after:
            journal.write(
                "members.corrected", actor=actor, at=at, org=spells.home_of(locked, held.spell), subject=locked,
                payload={"fields": {"phone": [before, after]}}, note="登录手机号更换",
            )  # fmt: skip
        return locked


def confirm_phone(*, account: Any) -> None:
    """Its owner has just logged in by a code sent to it: mark the phone on file, when it is the same one."""
    person = Person.objects.filter(account=account, phone_ok=False, merged_into__isnull=True).first()
    if (
        person is not None
        and person.phone
        and account.phone
        and persons.same(person, "phone", account.phone.open_unlogged())
    ):
        Person.objects.filter(pk=person.pk).update(phone_ok=True)


def open_account(*, person: Person, actor: Actor | None, at: datetime, cause: Any = None) -> Person:
    """A log-in for a person who has none: of a new officer, or of somebody who proved the phone."""
    with journal.act():
        held = spells.hold(person)
        locked = held.person
        if locked.account_id or locked.merged_into_id or locked.died_on:
            return locked
        org = spells.home_of(locked, held.spell)
        row = account_actions.NewAccount(
            display_name=locked.name,
            phone=locked.phone.open_unlogged() if locked.phone else "",
            requires_second_factor=needs_factor(locked, spells.day_of(at)),
        )
        [account_id] = account_actions.open_accounts(rows=[row], actor=actor, at=at, org=org, cause=cause)
        locked.account_id = account_id
        locked.save(update_fields=["account"])
        journal.write("members.account_linked", actor=actor, at=at, org=org, subject=locked, cause=cause)
        return locked


def link_account(*, person: Person, account_id: UUID, actor: Actor, at: datetime, cause: Any = None) -> Person:
    """The log-in with which somebody applied before they were on file becomes theirs; one who has a log-in keeps it."""
    with journal.act():
        held = spells.hold(person)
        locked = held.person
        if locked.account_id or Person.objects.filter(account_id=account_id).exists():
            return locked
        locked.account_id = account_id
        locked.save(update_fields=["account"])
        org = spells.home_of(locked, held.spell)
        journal.write("members.account_linked", actor=actor, at=at, org=org, subject=locked, cause=cause)
        return locked


def open_accounts(*, person_ids: Iterable[UUID], actor: Actor, at: datetime) -> dict[UUID, UUID]:
    """Log-ins for many members at once, those who have none: person -> account. The machine itself only."""
    if not actor.everywhere:
        raise Forbidden("accounts.adopt")
    with journal.act():
        persons = list(
            Person.objects.select_for_update(of=("self",))
            .filter(pk__in=list(person_ids), account__isnull=True, merged_into__isnull=True, died_on__isnull=True)
            .order_by("pk")
        )
        rows = [
            account_actions.NewAccount(display_name=one.name, phone=one.phone.open_unlogged() if one.phone else "")
            for one in persons
        ]
        opened = account_actions.open_accounts(rows=rows, actor=actor, at=at)
        with connection.cursor() as cursor:
            cursor.execute(
                "update members_person p set account_id = n.account from unnest(%s::uuid[], %s::uuid[]) as n(id, account)"
                " where p.id = n.id",
                [[one.pk for one in persons], opened],
            )
        if persons:
            journal.write(
                "members.account_linked", actor=actor, at=at, subjects=persons, payload={"count": len(persons)}
            )
    return dict(zip((one.pk for one in persons), opened, strict=True))


def needs_factor(person: Person, day: date) -> bool:
    """Whether a post held on that day asks for a second factor (city departments, finance, administrators)."""
    staff = [role.key for role in registry.roles().values() if role.needs_factor]
    posts = Position.objects.filter(person=person, role__in=staff, since__lte=day)
    return posts.exclude(until__lte=day).exists()


class MembersDirectory(Directory):
    """The answers that accounts cannot give itself, since persons and unions lie above it."""

    def knows(self, phone: str) -> bool:
        return Person.objects.filter(phone_index=phone, merged_into__isnull=True, died_on__isnull=True).exists()

    def open_for(self, phone: str, *, at: datetime) -> None:
        """Accounts for all persons of this phone who have none: two may share it, the log-in then asks."""
        with journal.act():
            for person in find_persons(phone=phone):
                if person.account_id is None:
                    open_account(person=person, actor=None, at=at)

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
            pk__in=Cover.objects.filter(stand_in__account_id=account_id, since__lte=day, until__gt=day).values(
                "position_id"
            )
        )
        return Position.objects.filter(held | covered, role__in=staff).exists()

    def phone_changed(self, account_id: UUID, phone: Carried, *, actor: Actor | None, at: datetime) -> None:
        """The file follows the log-in: proven by its owner's code, or entered by an officer who may."""
        person = Person.objects.filter(account_id=account_id, merged_into__isnull=True).first()
        if person is None:
            return
        by_self = actor is None or actor.account_id in (None, account_id)
        follow_log_in(person=person, phone=phone, proven=by_self, actor=actor, at=at)
