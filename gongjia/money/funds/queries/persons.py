"""Who a person is by nature, and who belongs to a household: for keeping signers apart from payees and each other."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from gongjia.base.actor import Actor
from gongjia.money.funds.models import Batch, PayeeAccount, Payment
from gongjia.money.funds.rules import Natural
from gongjia.who.members.queries import alive


def naturals(keys: Iterable[UUID]) -> dict[UUID, Natural]:
    """Key -> natural person. A file that was merged away answers as the one kept."""
    keys = set(keys)
    person: Any = Batch._meta.get_field("maker").related_model
    into = dict(
        person._default_manager.filter(pk__in=keys, merged_into__isnull=False).values_list("pk", "merged_into_id")
    )
    roots = {key: alive(key) if key in into else key for key in keys}
    rows = person._default_manager.filter(pk__in=set(roots.values()))
    found = {
        pk: Natural(pk, name, bytes(id_index) if id_index else None, bytes(phone_index) if phone_index else None)
        for pk, name, id_index, phone_index in rows.values_list("pk", "name", "id_index", "phone_index")
    }
    return {key: found[root] for key, root in roots.items() if root in found}


def household_persons(files: Iterable[UUID | None]) -> set[UUID]:
    """Keys of the persons of these households, heads included. Two queries whatever their number."""
    keys = {key for key in files if key}
    if not keys:
        return set()
    file: Any = Payment._meta.get_field("household").related_model
    rows = file._default_manager.filter(pk__in=keys)
    heads = set(rows.values_list("head_id", flat=True))
    return heads | set(rows.filter(members__person__isnull=False).values_list("members__person_id", flat=True))


def current_accounts(awards: Iterable[Any]) -> dict[UUID, PayeeAccount]:
    """Award -> the account its money goes to now: the person's, else the union's."""
    awards = list(awards)
    by = accounts_of([one.person_id for one in awards], [one.for_org_id for one in awards])
    return {one.pk: by[key] for one in awards if (key := one.person_id or one.for_org_id) in by}


def accounts_of(persons: Iterable[UUID | None], unions: Iterable[UUID | None]) -> dict[UUID, PayeeAccount]:
    """Person or union -> current account. Two queries."""
    now = PayeeAccount.objects.filter(until__isnull=True)
    found = {one.person_id: one for one in now.filter(person_id__in=[key for key in persons if key])}
    found |= {one.union_id: one for one in now.filter(union_id__in=[key for key in unions if key])}
    return {key: one for key, one in found.items() if key}


def my_account(actor: Actor) -> PayeeAccount | None:
    """The account that the actor's own money goes to: what the portal shows, masked, beside "更换"."""
    if actor.person_id is None:
        return None
    return PayeeAccount.objects.filter(person_id=alive(actor.person_id), until__isnull=True).first()


def account_of_union(union: Any) -> PayeeAccount | None:
    return PayeeAccount.objects.filter(union=union, until__isnull=True).first()


def account_of(person: Any) -> PayeeAccount | None:
    """The account a person's money goes to now."""
    return PayeeAccount.objects.filter(person=person, until__isnull=True).first()
