"""Log-in slips: printed in bulk by a union, used once."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from gongjia.base import clock, journal, secret
from gongjia.base.actor import Actor
from gongjia.base.models import uuid7
from gongjia.base.refused import Reason, Refused, refuse, refuse_if
from gongjia.who.accounts import kinds, powers, queries, registry, rules
from gongjia.who.accounts.actions import brakes
from gongjia.who.accounts.models import Account, Slip

CHUNK = 2000


@dataclass(frozen=True)
class PrintedSlip:
    """One slip on its way to the printer. The code exists nowhere else."""

    account_id: UUID
    name: str
    code: str  # 7K3M-9QRT-X2WD
    expires_at: datetime

    def __repr__(self) -> str:
        return f"<slip of {self.account_id}>"


def issue_slips(
    *, org: Any, account_ids: Iterable[UUID], actor: Actor, at: datetime, life: timedelta = kinds.SLIP_LIFE
) -> list[PrintedSlip]:
    """New slips for accounts of `org` and below, in the given order; earlier open ones of theirs end.

    Power `accounts.slip` at `org`; an account with a second factor also asks for `accounts.staff`.
    All or none: the refusal names what is wrong.
    """
    actor.must(powers.SLIP, org)
    wanted = list(dict.fromkeys(account_ids))
    if not wanted:
        refuse("slip_nobody", "请先选择要打印登录条的人。")
    if len(wanted) > kinds.SLIPS_AT_ONCE:
        refuse("slip_many", f"一次最多打印 {kinds.SLIPS_AT_ONCE} 张。", fact=str(len(wanted)))
    if not timedelta(0) < life <= kinds.SLIP_LIFE_MOST:
        refuse("slip_life", f"有效期最长 {kinds.SLIP_LIFE_MOST.days} 天。")
    with journal.act():
        now = clock.real_now()
        accounts = Account.objects.select_for_update(of=("self",)).order_by("pk").in_bulk(wanted)
        within = set(wanted) if actor.everywhere else registry.directory().within(wanted, org)
        may_staff = actor.can(powers.STAFF, org)
        reasons: list[Reason] = []
        for pk in wanted:
            account = accounts.get(pk)
            facts = rules.CareFacts(
                own=pk == actor.account_id,
                within=account is not None and pk in within,
                staff=bool(account and account.requires_second_factor),
                may_staff=may_staff,
                needs_reason=False,
            )
            reasons += rules.care_reasons(facts)
            if account is not None and not account.is_active:
                reasons.append(Reason("account_closed", "账号已停用，不能打印登录条。", cure="请先恢复账号"))
        refuse_if(dict.fromkeys(reasons))
        batch, printed, rows = uuid7(), [], []
        for pk in wanted:
            code = "".join(secrets.choice(kinds.SLIP_ALPHABET) for _ in range(kinds.SLIP_LETTERS))
            slip = Slip(
                account_id=pk,
                code_mac=secret.mac("token", "slip", code),
                batch=batch,
                org_id=getattr(org, "id", None),
                issued_by=actor.account_id,
                issued_by_label=actor.label[:120],
                issued_at=now,
                expires_at=now + life,
            )
            rows.append(slip)
            printed.append(PrintedSlip(pk, accounts[pk].display_name, rules.show_slip(code), slip.expires_at))
        Slip.objects.filter(account__in=wanted, used_at__isnull=True, cancelled_at__isnull=True).update(
            cancelled_at=now
        )
        Slip.objects.bulk_create(rows, batch_size=CHUNK)
        journal.write(
            "accounts.slips_issued",
            actor=actor,
            at=at,
            org=org,
            subjects=[("accounts.account", pk) for pk in wanted],
            payload={"count": len(wanted), "batch": str(batch), "days": life.days},
        )
    return printed


def cancel_slips(*, org: Any, account_ids: Iterable[UUID], actor: Actor, at: datetime, note: str = "") -> int:
    """End open slips (lost, wrongly handed out). Gives how many."""
    actor.must(powers.SLIP, org)
    wanted = list(dict.fromkeys(account_ids))
    with journal.act():
        if not actor.everywhere and set(wanted) - registry.directory().within(wanted, org):
            refuse("not_yours", "名单里有人不在您的工会范围内。", cure="请他所在的工会办理")
        ended = queries.open_slips(wanted).update(cancelled_at=clock.real_now())
        if ended:
            journal.write(
                "accounts.slips_cancelled",
                actor=actor,
                at=at,
                org=org,
                subjects=[("accounts.account", pk) for pk in wanted],
                payload={"count": ended},
                note=note,
            )
    return ended


def count_slip_try(*, at: datetime, network: str = "", device: str = "") -> None:
    """Count one try at a printed code; raises `Refused` while earlier ones have to be waited off."""
    brakes.admit(rules.SLIP_NETWORK, network, at=at)
    brakes.admit(rules.SLIP_DEVICE, device, at=at)


def use_slip(*, code: str, at: datetime, network: str = "", device: str = "") -> Account:
    """The code as typed or scanned. First use binds it: nobody can use it a second time."""
    count_slip_try(at=at, network=network, device=device)
    candidates = queries.mac_candidates("slip", rules.clean_slip(code))
    account: Account | None = None
    with journal.act():
        slip = Slip.objects.select_for_update(of=("self",)).filter(code_mac__in=candidates).first()
        account = queries.account(slip.account_id) if slip else None
        now = clock.real_now()
        reasons = rules.slip_reasons(
            found=account is not None,
            used=bool(slip and slip.used_at),
            cancelled=bool(slip and slip.cancelled_at),
            expires_at=slip.expires_at if slip else None,
            now=now,
        )
        if reasons:
            journal.login_event(
                "failed", at=at, account_id=slip.account_id if slip else None, actor=queries.UNPROVEN, note="slip_bad"
            )
        else:
            slip.used_at, slip.used_device = now, device[:40]
            slip.save(update_fields=["used_at", "used_device"])
            journal.login_event("slip", at=at, account_id=account.pk, actor=queries.acting(account))
    if reasons:
        raise Refused(reasons)
    brakes.release(rules.SLIP_DEVICE, device)
    return account
