"""The second factor: an authenticator app (RFC 6238, by the cryptography library) and recovery codes."""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor import InvalidToken
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.conf import settings

from gongjia.base import clock, journal, secret
from gongjia.base.actor import Actor
from gongjia.base.refused import Forbidden, refuse
from gongjia.who.accounts import kinds, queries, rules
from gongjia.who.accounts.actions import brakes
from gongjia.who.accounts.models import Account, RecoveryCode, SecondFactor

ISSUER = "工家"
STEP = 30  # seconds
DRIFT = 1  # steps a phone's clock may be off, either way
SECRET_BYTES = 20


@dataclass(frozen=True)
class Enrolment:
    """What the app has to scan or be typed; shown to the account's owner only."""

    uri: str
    key: str  # base32 in groups of four

    def __repr__(self) -> str:
        return "<enrolment>"


def begin_enrolment(*, account: Account, at: datetime) -> None:
    """A secret waiting for its first code; nothing when one waits already."""
    text = base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode()
    with journal.act():
        row, _ = SecondFactor.objects.get_or_create(account=account, defaults={"secret": text})
        if row.enrolled_at is not None:
            refuse("factor_bound", "动态口令已经绑定。换手机请先请安全管理员解除。")


def waiting_enrolment(account: Account) -> Enrolment | None:
    """What to scan, while the first code is still awaited; None before `begin_enrolment` and after it is bound."""
    row = SecondFactor.objects.filter(account=account, enrolled_at__isnull=True).first()
    if row is None:
        return None
    text = row.secret.open_unlogged()
    key = " ".join(text[at : at + 4] for at in range(0, len(text), 4))
    return Enrolment(_totp(text).get_provisioning_uri(account.display_name, ISSUER), key)


def finish_enrolment(*, account: Account, code: str, at: datetime) -> list[str]:
    """The app's first code binds it. Gives the recovery codes, that are never shown again."""
    brakes.admit(rules.FACTOR_ACCOUNT, str(account.pk), at=at)
    with journal.act():
        row = SecondFactor.objects.select_for_update(of=("self",)).filter(account=account).first()
        step = _step_of(row, code) if row is not None and row.enrolled_at is None else None
        if step is not None:
            row.enrolled_at = row.used_at = clock.real_now()
            row.last_step = step
            row.save(update_fields=["enrolled_at", "used_at", "last_step"])
            journal.write("accounts.factor_enrolled", actor=queries.acting(account), at=at, subject=account)
            codes = _fresh_codes(account)
    if step is None:
        refuse("factor_wrong", "动态口令不对。请看手机上最新的 6 位数字；手机时间要自动校准。")
    brakes.release(rules.FACTOR_ACCOUNT, str(account.pk))
    return codes


def show_factor(*, account: Account, code: str, at: datetime) -> str:
    """The app's six digits, or a recovery code. Gives "totp" or "recovery"; raises `Refused`."""
    brakes.admit(rules.FACTOR_ACCOUNT, str(account.pk), at=at)
    typed = rules.clean_slip(secret.canonical.text(code))
    how = ""
    with journal.act():
        row = SecondFactor.objects.select_for_update(of=("self",)).filter(
            account=account, enrolled_at__isnull=False
        ).first()  # fmt: skip
        if row is not None and len(typed) == 6 and (step := _step_of(row, typed)) is not None:
            row.last_step, row.used_at, how = step, clock.real_now(), "totp"
            row.save(update_fields=["last_step", "used_at"])
        elif row is not None and len(typed) == kinds.RECOVERY_LETTERS:
            candidates = queries.mac_candidates("recovery", f"{account.pk}:{typed}")
            if RecoveryCode.objects.filter(
                account=account, code_mac__in=candidates, used_at__isnull=True
            ).update(used_at=clock.real_now()):  # fmt: skip
                how = "recovery"
                journal.write("accounts.recovery_used", actor=queries.acting(account), at=at, subject=account)
        if not how:
            journal.login_event("failed", at=at, account_id=account.pk, actor=queries.UNPROVEN, note="factor_wrong")
    if not how:
        refuse("factor_wrong", "动态口令不对。请看手机上最新的 6 位数字，或输入一个没用过的备用码。")
    brakes.release(rules.FACTOR_ACCOUNT, str(account.pk))
    return how


def new_recovery_codes(*, account: Account, at: datetime) -> list[str]:
    """A new set; the old one ends. The caller has just asked for the second factor once more."""
    if not queries.has_factor(account):
        refuse("factor_missing", "请先绑定动态口令。")
    with journal.act():
        codes = _fresh_codes(account)
        journal.write("accounts.recovery_issued", actor=queries.acting(account), at=at, subject=account)
    return codes


def demo_factor_code(*, phone: str, name: str) -> str:
    """What the authenticator of a demo account shows now; "" where there is none, and always outside the demo."""
    if not settings.GONGJIA_DEMO:
        return ""
    row = SecondFactor.objects.filter(
        account__phone_index=phone, account__display_name=name, enrolled_at__isnull=False
    ).first()
    if row is None:
        return ""
    step = int(clock.real_now().timestamp()) // STEP
    # a step once used does not open again: show the next one, which the window admits
    return _totp(row.secret.open_unlogged()).generate((step + (step <= row.last_step)) * STEP).decode()


def demo_bind_factors(*, actor: Actor, at: datetime) -> int:
    """In the demo only: every account that needs an authenticator has one, whose codes the demo's page shows."""
    if not settings.GONGJIA_DEMO:
        raise Forbidden("accounts.demo")
    waiting = Account.objects.filter(requires_second_factor=True).exclude(second_factor__enrolled_at__isnull=False)
    for account in waiting:
        text = base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode()
        SecondFactor.objects.filter(account=account).delete()
        SecondFactor.objects.create(account=account, secret=text, enrolled_at=clock.real_now())
        journal.write("accounts.factor_enrolled", actor=actor, at=at, subject=account)
    return len(waiting)


def _fresh_codes(account: Account) -> list[str]:
    codes = [
        "".join(secrets.choice(kinds.SLIP_ALPHABET) for _ in range(kinds.RECOVERY_LETTERS))
        for _ in range(kinds.RECOVERY_CODES)
    ]
    RecoveryCode.objects.filter(account=account).delete()
    RecoveryCode.objects.bulk_create(
        RecoveryCode(account=account, code_mac=secret.mac("token", "recovery", f"{account.pk}:{code}"))
        for code in codes
    )
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def _step_of(row: SecondFactor, code: str) -> int | None:
    """The time step this code is good for, later than any used before; None when it is not good."""
    totp = _totp(row.secret.open_unlogged())
    now = int(clock.real_now().timestamp()) // STEP
    typed = secret.canonical.text(code)
    if not (len(typed) == 6 and typed.isascii() and typed.isdigit()):
        return None
    good = None
    for step in range(now - DRIFT, now + DRIFT + 1):  # all of them, so that time tells nothing
        try:
            totp.verify(typed.encode(), step * STEP)
        except InvalidToken:
            continue
        if step > row.last_step and good is None:
            good = step
    return good


def _totp(text: str) -> TOTP:
    return TOTP(base64.b32decode(text), 6, SHA1(), STEP)  # SHA-1 is what the apps know
