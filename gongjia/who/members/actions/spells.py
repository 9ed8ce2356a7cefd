"""The tools of all acts on memberships: hold a person, end a spell, begin the next, note the change.

The person's row is locked first, always; the union's row is then held against being moved or closed
while a spell begins there, so that the copy of its path is right when the act commits.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from gongjia.base import journal
from gongjia.base.actor import Actor
from gongjia.base.clock import SHANGHAI
from gongjia.base.models import one_of
from gongjia.base.refused import Hidden
from gongjia.who.members import rules
from gongjia.who.members.kinds import ChangeKind
from gongjia.who.members.models import Membership, MembershipChange, Person, Position, Transfer
from gongjia.who.orgs.kinds import MEMBER_KINDS
from gongjia.who.orgs.models import Org
from gongjia.who.orgs.queries import root


def day_of(at: datetime) -> date:
    return at.astimezone(SHANGHAI).date()


@dataclass
class Held:
    """A person under lock, with the latest spell."""

    person: Person
    spell: Membership | None

    @property
    def open(self) -> Membership | None:
        return self.spell if self.spell is not None and self.spell.until is None else None

    @property
    def standing(self) -> str | None:
        return self.open.standing if self.open else None


def hold(person: Person | UUID) -> Held:
    """Lock a person and read the latest spell as it is now."""
    pk = person.pk if isinstance(person, Person) else person
    locked = one_of(Person.objects.select_for_update(of=("self",)).filter(pk=pk))
    if locked is None:
        raise Hidden(str(pk))
    spell = Membership.objects.filter(person_id=pk, is_latest=True).select_related("org", "org__parent").first()
    return Held(locked, spell)


def org_facts(org: Org) -> rules.OrgFacts:
    return rules.OrgFacts(
        name=org.name,
        active=org.state == "active",
        takes_members=org.kind in MEMBER_KINDS,
        founded_on=org.founded_on,
        closed_on=org.closed_on,
    )


def hold_org(org: Org) -> Org:
    """The union as it is now, held against moving and closing (but not against other admissions)."""
    with connection.cursor() as cursor:
        cursor.execute("select path, state from orgs_org where id = %s for key share", [org.pk])
        found = cursor.fetchone()
    if found is None:
        raise Hidden(str(org.pk))
    org.path, org.state = found
    return org


def transfer_open(person: Person) -> bool:
    return Transfer.objects.filter(person=person, state__in=("asked", "offered")).exists()


def end(spell: Membership, on: date, kind: str) -> Membership:
    """End a spell on a day; it stays the latest until another begins."""
    spell.until = max(on, spell.since)
    spell.change_out = kind
    spell.save(update_fields=["until", "change_out"])
    return spell


def begin(
    *,
    person: Person,
    org: Org,
    since: date,
    change_in: str,
    standing: str = "active",
    reason: str = "",
    joined_on: date | None = None,
    before: Membership | None = None,
    **facts: Any,
) -> Membership:
    """Begin a spell. `before`: the person's latest one, which must have ended; its facts are carried on
    (the trade everywhere, the employer only within the same union)."""
    org = hold_org(org)
    carried: dict[str, Any] = {}
    if before is not None:
        carried = {"trade": before.trade, "platform": before.platform, "area": before.area}
        if before.org_id == org.pk:
            carried["employer"] = before.employer
        Membership.objects.filter(pk=before.pk).update(is_latest=False)
        before.is_latest = False
    return Membership.objects.create(
        person=person,
        org=org,
        org_path=org.path,
        name_keys=rules.keys_of(person.name),
        standing=standing,
        since=since,
        joined_on=joined_on if before is None or joined_on else before.joined_on,
        change_in=change_in,
        reason=reason,
        **{**carried, **facts},
    )


def note_change(
    spell: Membership, kind: str, on: date, *, reason: str = "", other: Org | None = None, **facts: Any
) -> MembershipChange:
    """One line of the coded history (会籍变化) at the spell's union."""
    return MembershipChange.objects.create(
        person_id=spell.person_id,
        org_id=spell.org_id,
        membership=spell,
        kind=kind,
        reason=reason,
        on=on,
        other_org=other,
        **facts,
    )


def move_many(
    spells: Iterable[Membership], to: Org, on: date, *, standing: str = "", kind_out: str, kind_in: str, reason: str
) -> list[UUID]:
    """All these open spells end and go on in another union, in few statements. The ids of the new ones.

    `standing`: of the new spells; empty keeps each one's own.
    """
    old = list(spells)
    if not old:
        return []
    to = hold_org(to)
    ends = {spell.pk: max(on, spell.since) for spell in old}
    for spell in old:
        spell.until, spell.change_out, spell.is_latest = ends[spell.pk], kind_out, False
    Membership.objects.bulk_update(old, ["until", "change_out", "is_latest"], batch_size=1000)
    new = [
        Membership(
            person_id=spell.person_id,
            org=to,
            org_path=to.path,
            name_keys=spell.name_keys,
            standing=standing or spell.standing,
            since=ends[spell.pk],
            joined_on=spell.joined_on,
            change_in=kind_in,
            reason=reason,
            employer=spell.employer,
            trade=spell.trade,
            platform=spell.platform,
            area=spell.area,
        )
        for spell in old
    ]
    Membership.objects.bulk_create(new, batch_size=1000)
    changes = []
    for left, came in zip(old, new, strict=True):
        if kind_out != kind_in:
            changes.append(_line(left, kind_out, reason, to.pk))
        changes.append(_line(came, kind_in, reason, left.org_id))
    MembershipChange.objects.bulk_create(changes, batch_size=1000)
    return [spell.pk for spell in new]


def _line(spell: Membership, kind: str, reason: str, other: UUID) -> MembershipChange:
    return MembershipChange(
        person_id=spell.person_id,
        org_id=spell.org_id,
        membership=spell,
        kind=kind,
        reason=reason,
        on=spell.until or spell.since,
        other_org_id=other,
    )


TRANSFER_KINDS = {"kind_out": ChangeKind.TRANSFER_OUT.value, "kind_in": ChangeKind.TRANSFER_IN.value}


def home_of(person: Person, spell: Membership | None = None) -> Org:
    """The union that keeps a person's file: of the latest spell, else of a post, else the federation."""
    spell = spell or Membership.objects.filter(person=person, is_latest=True).select_related("org").first()
    if spell is not None:
        return spell.org
    post = Position.objects.filter(person=person).select_related("org").order_by("until", "-since").first()
    return post.org if post else root()


def held_by(person: Person, actor: Actor, power: str, *, closed: bool = False) -> Held:
    held = hold(person)
    place = held.spell if closed else (held.open or held.spell)
    actor.must(power, place.org if place else home_of(held.person))
    return held


def write(
    action: str, held: Held, spell: Membership, actor: Actor, at: datetime, note: str, cause: Any, **payload: Any
) -> Any:
    on = spell.until or spell.since
    return journal.write(
        action,
        actor=actor,
        at=at,
        org=spell.org,
        subjects=[held.person, spell],
        payload={"on": on.isoformat(), **{key: str(value) for key, value in payload.items()}},
        note=note,
        cause=cause,
    )
