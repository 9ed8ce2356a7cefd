"""What an officer does for somebody who cannot get in: lost phone, lost factor, an account to be closed.

Each asks who the person is face to face, says so in `reason`, is journalled, and ends every session.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from gongjia.base import clock, journal, outbox, secret
from gongjia.base.actor import Actor
from gongjia.base.models import one_of
from gongjia.base.refused import Hidden, refuse, refuse_if
from gongjia.who.accounts import kinds, powers, registry, rules
from gongjia.who.accounts.actions.phone import set_phone
from gongjia.who.accounts.actions.sessions import end_every_session
from gongjia.who.accounts.models import Account, RecoveryCode, SecondFactor, Slip


def reset_phone(*, account_id: UUID, phone: str, org: Any, actor: Actor, at: datetime, reason: str) -> None:
    """The phone is lost or was wrong: another one, unproven until its first code. Power `accounts.reset`."""
    with _care(account_id, org, actor, powers.RESET, reason) as account:
        set_phone(account, phone, at=at, confirmed=False)
        _cancel_slips(account)
        end_every_session([account.pk], kinds.Ended.RESET)
        journal.write(
            "accounts.phone_reset",
            actor=actor,
            at=at,
            org=org,
            subject=account,
            payload={"phone": journal.digest(secret.canonical.phone(phone))},
            note=reason,
        )
        registry.directory().phone_changed(account.pk, account.phone.carry(), actor=actor, at=at)
        _tell(account, "手机号", at)


def reset_factor(*, account_id: UUID, org: Any, actor: Actor, at: datetime, reason: str) -> None:
    """The authenticator is lost: it is unbound, and bound anew at the next log-in. Power `accounts.reset`."""
    with _care(account_id, org, actor, powers.RESET, reason) as account:
        found, _ = SecondFactor.objects.filter(account=account).delete()
        if not found:
            refuse("factor_missing", "这个账号没有绑定动态口令。")
        RecoveryCode.objects.filter(account=account).delete()
        end_every_session([account.pk], kinds.Ended.RESET)
        journal.write("accounts.factor_reset", actor=actor, at=at, org=org, subject=account, note=reason)
        _tell(account, "动态口令", at)


def end_all_sessions(*, account_id: UUID, org: Any, actor: Actor, at: datetime, reason: str) -> int:
    """A phone in wrong hands: log every device out. Power `accounts.reset`."""
    with _care(account_id, org, actor, powers.RESET, reason) as account:
        count = end_every_session([account.pk], kinds.Ended.RESET)
        journal.write(
            "accounts.sessions_ended",
            actor=actor,
            at=at,
            org=org,
            subject=account,
            payload={"count": count},
            note=reason,
        )
    return count


def close_account(*, account_id: UUID, org: Any, actor: Actor, at: datetime, reason: str) -> None:
    """No log-in any more; what the person did stays. Power `accounts.close`."""
    with _care(account_id, org, actor, powers.CLOSE, reason) as account:
        if not account.is_active:
            refuse("account_closed", "这个账号已经停用。")
        account.is_active = False
        account.save(update_fields=["is_active"])
        _cancel_slips(account)
        end_every_session([account.pk], kinds.Ended.CLOSED)
        journal.write("accounts.closed", actor=actor, at=at, org=org, subject=account, note=reason)


def reopen_account(*, account_id: UUID, org: Any, actor: Actor, at: datetime, reason: str) -> None:
    """Power `accounts.close`."""
    with _care(account_id, org, actor, powers.CLOSE, reason) as account:
        if account.is_active:
            refuse("account_open", "这个账号没有停用。")
        account.is_active = True
        account.save(update_fields=["is_active"])
        journal.write("accounts.reopened", actor=actor, at=at, org=org, subject=account, note=reason)


@contextmanager
def _care(account_id: UUID, org: Any, actor: Actor, power: str, reason: str) -> Iterator[Account]:
    """Lock the account, check power, place, rank and reason; the act runs inside."""
    actor.must(power, org)
    with journal.act():
        account = one_of(Account.objects.select_for_update().filter(pk=account_id))
        if account is None:
            raise Hidden
        facts = rules.CareFacts(
            own=account.pk == actor.account_id,
            within=actor.everywhere or account.pk in registry.directory().within([account.pk], org),
            staff=account.requires_second_factor,
            may_staff=actor.can(powers.STAFF, org),
            reason=reason,
        )
        refuse_if(rules.care_reasons(facts))
        yield account


def _cancel_slips(account: Account) -> None:
    Slip.objects.filter(account=account, used_at__isnull=True, cancelled_at__isnull=True).update(
        cancelled_at=clock.real_now()
    )


def _tell(account: Account, what: str, at: datetime) -> None:
    """The owner reads it at the next log-in: who did not ask for it learns of it."""
    outbox.notify([account.pk], template="login.reset", context={"what": what}, at=at)
