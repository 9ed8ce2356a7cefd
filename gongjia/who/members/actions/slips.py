"""Log-in slips for the members or officers of a union and below: accounts where none is yet, then the slips."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q

from gongjia.base import journal
from gongjia.base.actor import Actor
from gongjia.base.refused import refuse
from gongjia.who.accounts import actions as account_actions
from gongjia.who.accounts import powers as account_powers
from gongjia.who.members import registry
from gongjia.who.members.actions import spells
from gongjia.who.members.models import Membership, Person, Position
from gongjia.who.orgs.queries import in_force, range_of

WHOM: dict[str, str] = {
    "not_in": "还没有登录过的会员",
    "members": "全部在册会员",
    "officers": "现任工会干部",
}


@dataclass(frozen=True)
class LogInSlip:
    """One slip as it is printed: whose, of which union, and the code, which exists nowhere else."""

    org_name: str
    name: str
    code: str
    expires_at: datetime

    def __repr__(self) -> str:
        return f"<slip of {self.org_name}>"


def print_slips(
    *, org: Any, actor: Actor, at: datetime, whom: str = "", person_ids: Iterable[UUID] = (), most: int = 0
) -> list[LogInSlip]:
    """Slips for chosen persons, or for a group of `WHOM`, of `org` and all below it, in the tree's order.

    Power `accounts.slip` at `org`. A group leaves out oneself, and accounts that only the security
    administrator may care for; a chosen person who is one of those is refused with the reason.
    `most`: more than that is refused before a slip is made (0: the limit of accounts alone).
    """
    actor.must(account_powers.SLIP, org)
    day = spells.day_of(at)
    with journal.act():
        rows = _chosen(org, list(person_ids), day) if person_ids else _group(org, whom, actor, day)
        if not rows:
            refuse("slip_nobody", "没有符合条件的人，不需要打印。")
        if most and len(rows) > most:
            refuse(
                "slip_most",
                f"这次有 {len(rows)} 人，一次最多打印 {most} 张卡片。",
                fact=str(len(rows)),
                cure="请改选表格，或按下级工会分批打印",
            )
        names = dict(rows)
        persons = Person.objects.select_for_update(of=("self",)).order_by("pk").in_bulk(list(names))
        _open_accounts([person for person in persons.values() if person.account_id is None], org, actor, at)
        by_account = {persons[pk].account_id: names[pk] for pk in names}
        printed = account_actions.issue_slips(org=org, account_ids=list(by_account), actor=actor, at=at)
    return [LogInSlip(by_account[slip.account_id], slip.name, slip.code, slip.expires_at) for slip in printed]


def _alive(prefix: str) -> Q:
    return Q(**{f"{prefix}died_on__isnull": True, f"{prefix}merged_into__isnull": True})


def _group(org: Any, whom: str, actor: Actor, day: date) -> list[tuple[UUID, str]]:
    """(person, union's name): the group, without those whom this actor may not print for."""
    if whom not in WHOM:
        refuse("slip_whom", "请选择给哪些人打印。")
    if whom == "officers":
        found = Position.objects.filter(in_force(day), _alive("person__"), range_of(org.path, "org__path"))
        key = "org__path"
    else:
        found = Membership.objects.filter(
            _alive("person__"), range_of(org.path, "org_path"), until__isnull=True, is_latest=True
        )
        if whom == "not_in":
            found = found.filter(person__account__activated_at__isnull=True)
        key = "org_path"
    found = found.exclude(person__account_id=actor.account_id) if actor.account_id else found
    found = found.exclude(person__account__is_active=False)
    if not actor.can(account_powers.STAFF, org):
        staff = [role.key for role in registry.roles().values() if role.needs_factor]
        held = Position.objects.filter(in_force(day), role__in=staff).values("person_id")
        found = found.exclude(person__account__requires_second_factor=True).exclude(person_id__in=held)
    rows = found.order_by(key, "person__name_py", "person_id").values_list("person_id", "org__name")
    return list(dict(reversed(list(rows))).items())[::-1]  # a person of several posts once, at the first


def _chosen(org: Any, person_ids: Sequence[UUID], day: date) -> list[tuple[UUID, str]]:
    """In the given order; refused when somebody is not of this union."""
    names = dict(Position.objects.filter(in_force(day), person_id__in=person_ids).values_list("person_id", "org__name"))
    names |= dict(
        Membership.objects.filter(is_latest=True, person_id__in=person_ids).values_list("person_id", "org__name")
    )
    within = set(
        Membership.objects.filter(range_of(org.path, "org_path"), is_latest=True, person_id__in=person_ids).values_list(
            "person_id", flat=True
        )
    ) | set(
        Position.objects.filter(
            range_of(org.path, "org__path"), until__isnull=True, person_id__in=person_ids
        ).values_list("person_id", flat=True)
    )
    if set(person_ids) - within:
        refuse("not_yours", "名单里有人不在您的工会范围内。", cure="请他所在的工会办理")
    return [(pk, names.get(pk, "")) for pk in dict.fromkeys(person_ids)]


def _open_accounts(persons: list[Person], org: Any, actor: Actor, at: datetime) -> None:
    """Accounts for all of them by one COPY and one UPDATE."""
    if not persons:
        return
    staff = [role.key for role in registry.roles().values() if role.needs_factor]
    held = set(
        Position.objects.filter(
            in_force(spells.day_of(at)), role__in=staff, person__in=[person.pk for person in persons]
        ).values_list("person_id", flat=True)
    )
    rows = [
        account_actions.NewAccount(
            person.name,
            person.phone.open_unlogged() if person.phone else "",
            requires_second_factor=person.pk in held,
        )
        for person in persons
    ]
    ids = account_actions.open_accounts(rows=rows, actor=actor, at=at, org=org)
    for person, account_id in zip(persons, ids, strict=True):
        person.account_id = account_id
    with connection.cursor() as cursor:
        cursor.execute(
            "update members_person p set account_id = n.account"
            " from unnest(%s::uuid[], %s::uuid[]) as n(person, account) where p.id = n.person",
            [[person.pk for person in persons], ids],
        )
    journal.write(
        "members.account_linked", actor=actor, at=at, org=org, subjects=persons, payload={"count": len(persons)}
    )
