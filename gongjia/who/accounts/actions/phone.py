"""The log-in phone, by its owner: confirmed as it is, or changed to one that a code has proven."""

from __future__ import annotations

from datetime import datetime

from gongjia.base import journal, secret
from gongjia.base.actor import Actor
from gongjia.base.refused import Refused, refuse_if
from gongjia.base.secret import Carried
from gongjia.who.accounts import kinds, registry, rules
from gongjia.who.accounts.actions.codes import Proof
from gongjia.who.accounts.models import Account


def change_phone(*, account: Account, proof: Proof, actor: Actor | None, at: datetime) -> None:
    """`proof` of purpose NEW_PHONE. The caller's session has shown code, slip or factor a moment ago."""
    if proof.purpose != kinds.Purpose.NEW_PHONE:
        raise Refused(rules.code_reasons(
            found=False, bound=False, used=False, expires_at=None, tries=0, right=False, now=at
        ))  # fmt: skip
    with journal.act():
        row = Account.objects.select_for_update().get(pk=account.pk)
        set_phone(row, proof.phone, at=at, confirmed=True)
        journal.write(
            "accounts.phone_changed",
            actor=actor or Actor(account.pk, None, account.display_name),
            at=at,
            subject=row,
            payload={"phone": journal.digest(proof.plain())},
        )
        registry.directory().phone_changed(row.pk, proof.phone, actor=actor, at=at)
    account.refresh_from_db()


def confirm_phone(*, account: Account, at: datetime) -> None:
    """A code came back from the phone on file, or the owner says after a slip that it is still right."""
    Account.objects.filter(pk=account.pk, phone_confirmed_at__isnull=True).update(phone_confirmed_at=at)


def set_phone(row: Account, phone: Carried | str, *, at: datetime, confirmed: bool) -> None:
    """Shared with the officers' reset; the caller has locked the row and writes the entry."""
    if isinstance(phone, str):
        phone = secret.canonical.phone(phone)
        refuse_if(rules.phone_reasons(phone))
    row.phone = phone
    row.phone_confirmed_at = at if confirmed else None
    row.save()
