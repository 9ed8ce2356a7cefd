"""Codes to a phone: ask for one, show it. The same steps, rows and words for a known and an unknown phone."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection

from gongjia.base import clock, journal, outbox, secret
from gongjia.base.models import one_of
from gongjia.base.refused import Refused, refuse, refuse_if
from gongjia.base.secret import Carried
from gongjia.who.accounts import kinds, queries, registry, rules
from gongjia.who.accounts.actions import brakes
from gongjia.who.accounts.actions.accounts import NewAccount, open_accounts
from gongjia.who.accounts.models import Account, LoginCode

TEMPLATES = {
    kinds.Purpose.LOGIN: "login.code",
    kinds.Purpose.NEW_PHONE: "login.new_phone",
    kinds.Purpose.AGAIN: "login.again",
    kinds.Purpose.JOIN: "login.code",
}
NEWCOMER = "新来的朋友"  # until the application to join is approved, nobody has checked a name


@dataclass(frozen=True)
class Asked:
    """What the asker's session keeps. Tells nothing about whether the phone is known."""

    code_id: UUID
    masked: str  # 199****0012
    expires_at: datetime


@dataclass(frozen=True)
class Proof:
    """A code came back: who asked holds this phone."""

    phone: Carried
    phone_index: bytes
    masked: str
    purpose: str

    def plain(self) -> str:
        """For look-ups inside this app; never for a page or a log."""
        return self.phone._text


def ask_code(
    *, phone: str, purpose: kinds.Purpose, bound_to: str, at: datetime, network: str = "", device: str = "",
    account: Account | None = None,
) -> Asked:  # fmt: skip
    """Send a code to `phone`, if the purpose and the phone warrant one; answer the same in any case.

    `bound_to`: a secret of the asker's session; only that session can show the code.
    `account`: for NEW_PHONE and AGAIN, the account that is logged in.
    """
    plain = secret.canonical.phone(phone)
    refuse_if(rules.phone_reasons(plain))
    brakes.admit(rules.ASK_NETWORK, network, at=at)
    brakes.admit(rules.ASK_DEVICE, device, at=at)
    if purpose == kinds.Purpose.NEW_PHONE:
        brakes.admit(rules.NEW_PHONE_ACCOUNT, str(account.pk), at=at)
    index = queries.number_index(plain)
    with journal.act():
        _one_at_a_time(index)
        now = clock.real_now()
        sent = LoginCode.objects.filter(phone_index=index, issued_at__gt=now - timedelta(days=1))
        times = list(sent.order_by("-issued_at").values_list("issued_at", flat=True))
        refuse_if(rules.sending_reasons(last_sent=times[0] if times else None, sent_today=len(times), now=now))
        code = f"{secrets.randbelow(10**kinds.CODE_DIGITS):0{kinds.CODE_DIGITS}d}"
        row = LoginCode(
            purpose=purpose,
            phone=plain,
            phone_index=index,
            issued_at=now,
            expires_at=now + kinds.CODE_LIFE,
            sent=_warranted(plain, purpose, account),
        )
        row.code_mac = secret.mac("token", "login_code", f"{row.pk}:{code}")
        row.bound_to = secret.mac("token", "login_code.session", f"{row.pk}:{bound_to}")
        row.save(force_insert=True)
        if row.sent:
            context = {"code": code, "minutes": int(kinds.CODE_LIFE.total_seconds() // 60)}
            outbox.send_sms(plain, template=TEMPLATES[purpose], context=context, at=at, purpose="login")
        return Asked(row.pk, secret.masks.phone(plain), row.expires_at)


def ask_code_again(
    *, code_id: UUID | str | None, bound_to: str, at: datetime, network: str = "", device: str = ""
) -> Asked:
    """Another code to the number that this session asked for last."""
    row = one_of(LoginCode.objects.filter(pk=code_id)) if code_id else None
    if row is None or not row.phone or not _bound(row, bound_to):
        refuse("code_spent", "验证码已失效，请重新填写手机号。")
    return ask_code(
        phone=row.phone.open_unlogged(), purpose=kinds.Purpose(row.purpose), bound_to=bound_to, at=at,
        network=network, device=device,
    )  # fmt: skip


def ask_code_of_own(*, account: Account, bound_to: str, at: datetime, network: str = "", device: str = "") -> Asked:
    """To the account's own phone: show once more that it is you."""
    return ask_code(
        phone=account.phone.open_unlogged(), purpose=kinds.Purpose.AGAIN, bound_to=bound_to, at=at, network=network,
        device=device, account=account,
    )  # fmt: skip


def accounts_behind(*, proof: Proof, at: datetime) -> list[Account]:
    """Whose phone it is: accounts that may log in, opened now for persons on file who have none yet, and for a phone
    that nobody is on file with when the code was asked for to join."""
    with journal.act():
        registry.directory().open_for(proof.plain(), at=at)
        accounts = queries.by_phone(proof.plain())
        if not accounts and proof.purpose == kinds.Purpose.JOIN:
            _one_at_a_time(proof.phone_index)
            open_accounts(rows=[NewAccount(display_name=NEWCOMER, phone=proof.plain())], actor=None, at=at)
            accounts = queries.by_phone(proof.plain())
        if len(accounts) == 1:
            Account.objects.filter(pk=accounts[0].pk, phone_confirmed_at__isnull=True).update(phone_confirmed_at=at)
    return accounts


def show_code(
    *, code_id: UUID | str | None, purpose: kinds.Purpose, bound_to: str, code: str, at: datetime, network: str = "",
    device: str = "",
) -> Proof:  # fmt: skip
    """The code as typed. Raises `Refused`; each try counts, also a refused one."""
    brakes.admit(rules.TRY_NETWORK, network, at=at)
    brakes.admit(rules.TRY_DEVICE, device, at=at)
    proof: Proof | None = None
    with journal.act():
        row = one_of(LoginCode.objects.select_for_update().filter(pk=code_id, purpose=purpose)) if code_id else None
        bound = row is not None and _bound(row, bound_to)
        if bound:
            row.tries = min(row.tries + 1, 1000)
        typed = secret.canonical.text(code)
        reasons = rules.code_reasons(
            found=row is not None,
            bound=bound,
            used=bool(row and row.used_at),
            expires_at=row.expires_at if row else None,
            tries=row.tries if row else 0,
            # a row that was not sent has a code too, that nobody knows: it must not be found by guessing
            right=bound and secret.mac_ok("token", "login_code", f"{row.pk}:{typed}", row.code_mac) and row.sent,
            now=clock.real_now(),
        )
        if not reasons:
            proof = Proof(row.phone.carry(), bytes(row.phone_index), row.phone.masked(), purpose)
            row.used_at, row.phone = clock.real_now(), None
        if bound:
            row.save()
        if reasons:
            journal.login_event(
                "failed", at=at, account_id=_the_one(row), actor=queries.UNPROVEN, note=f"{purpose} {reasons[0].code}"
            )
    if proof is None:
        raise Refused(reasons)
    return proof


def _bound(row: LoginCode, bound_to: str) -> bool:
    return secret.mac_ok("token", "login_code.session", f"{row.pk}:{bound_to}", row.bound_to)


def _warranted(phone: str, purpose: kinds.Purpose, account: Account | None) -> bool:
    known = bool(queries.by_phone(phone)) or registry.directory().knows(phone)
    if purpose == kinds.Purpose.LOGIN:
        return known
    if purpose == kinds.Purpose.JOIN:
        return True
    if purpose == kinds.Purpose.AGAIN:
        return account is not None and bytes(account.phone_index or b"") == queries.number_index(phone)
    return account is not None


def _the_one(row: LoginCode | None) -> UUID | None:
    """Whose history a failure belongs to: told only where the phone leads to one account."""
    if row is None:
        return None
    ids = list(Account.objects.filter(phone_index=bytes(row.phone_index)).values_list("pk", flat=True)[:2])
    return ids[0] if len(ids) == 1 else None


def _one_at_a_time(index: bytes) -> None:
    """Two requests for one number wait for each other, so that the limits are exact."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [int.from_bytes(index[:8], "big", signed=True)])
