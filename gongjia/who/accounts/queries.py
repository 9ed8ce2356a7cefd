"""Reads of accounts. Nobody lists accounts: one is reached by the phone shown, or from the person above."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from gongjia.base import clock, secret
from gongjia.base.actor import Actor
from gongjia.base.models import by_key
from gongjia.who.accounts import kinds, registry, rules
from gongjia.who.accounts.models import (
    Account,
    ApiToken,
    Consent,
    DeviceSession,
    LoginCode,
    PrivacyNotice,
    SecondFactor,
    Slip,
    session_hash,
)

SHIPPED = Path(__file__).parent / "privacy"


def account(account_id: UUID | str) -> Account | None:
    """An account that may log in, or None."""
    found = by_key(Account, account_id)
    return found if found and found.is_active else None


def any_account(account_id: UUID) -> Account:
    """Also a closed one; for the officers' page, whose scope the caller has checked."""
    return Account.objects.get(pk=account_id)


def acting(account: Account) -> Actor:
    """The owner of an account as the one who acts on it: the journal names them. Gives no power."""
    return Actor(account_id=account.pk, person_id=None, label=account.display_name)


# who tries and fails may be anybody: the entry speaks of the account and does not say that its owner did it
UNPROVEN = Actor(account_id=None, person_id=None, label="未通过验证的人")


def by_phone(phone: str) -> list[Account]:
    """Accounts that may log in with this (canonical) phone, oldest first: two persons may share one."""
    return list(Account.objects.filter(phone_index=phone, is_active=True).order_by("created_at", "id"))


def names_apart(accounts: Iterable[Account]) -> list[str]:
    """The names of people who share a phone, masked as far as still tells them apart."""
    return rules.masked_names([account.display_name for account in accounts])


def session_over(*, account: Account, factor_shown: bool, started: float, seen: float, now: float) -> str:
    """Why a session of this account is over by now (a value of `kinds.Ended`), or ""; stamps in seconds."""
    return rules.session_over(
        staff=account.requires_second_factor, factor_shown=factor_shown, started=started, seen=seen, now=now
    )


def over(*, staff: bool, factor_shown: bool, started: float, seen: float, now: float) -> str:
    """`session_over` for whoever holds the facts of an account and not its row."""
    return rules.session_over(staff=staff, factor_shown=factor_shown, started=started, seen=seen, now=now)


def session_fits(account_id: UUID, session_round: int, kept: str) -> bool:
    """Whether the hash kept in a session is still the account's: one more round ends them all."""
    return hmac.compare_digest(session_hash(account_id, session_round), kept)


def lies_within(account_id: UUID, org: Any) -> bool:
    """Whether the account's person belongs to a union or one below it."""
    return account_id in registry.directory().within([account_id], org)


def number_index(phone: str) -> bytes:
    """The keyed digest under which codes to this number are counted."""
    return Account._meta.get_field("phone_index").digests_to_find(phone)[0]


def masked_phone(account: Account) -> str:
    return account.phone.masked() if account.phone else ""


# -- second factor -------------------------------------------------------------------------------
def has_factor(account: Account) -> bool:
    """Whether an authenticator app is bound and confirmed."""
    return SecondFactor.objects.filter(account=account, enrolled_at__isnull=False).exists()


def recovery_left(account: Account) -> int:
    """How many recovery codes are still good."""
    return account.recovery_codes.filter(used_at__isnull=True).count()


# -- devices and slips ---------------------------------------------------------------------------
def devices(account: Account) -> QuerySet[DeviceSession]:
    """Where the account is logged in now, the latest first."""
    return DeviceSession.objects.filter(account=account, ended_at__isnull=True).order_by("-seen_at")


def past_devices(account: Account, limit: int = 10) -> QuerySet[DeviceSession]:
    return DeviceSession.objects.filter(account=account, ended_at__isnull=False).order_by("-ended_at")[:limit]


def ended_elsewhere(device: str) -> str:
    """How the last log-in of this browser was ended from elsewhere within half a day (a value of `kinds.Ended`), or "".

    `device` is the browser's own mark; the answer names nobody.
    """
    last = DeviceSession.objects.filter(device=device).order_by("-seen_at").first() if device else None
    if last is None or last.ended_at is None or last.ended_how not in kinds.FROM_ELSEWHERE:
        return ""
    return last.ended_how if clock.real_now() - last.ended_at < kinds.TELL_WHY else ""


def open_slips(account_ids: Iterable[UUID]) -> QuerySet[Slip]:
    """Printed and still good, of these accounts."""
    return Slip.objects.filter(
        account__in=list(account_ids), used_at__isnull=True, cancelled_at__isnull=True, expires_at__gt=clock.real_now()
    )


def codes_since(phone: str, since: datetime) -> QuerySet[LoginCode]:
    return LoginCode.objects.filter(phone_index=number_index(phone), issued_at__gt=since)


# -- consent -------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Notice:
    """The privacy rules as they hold on a day."""

    version: str
    title: str
    body: str
    in_force_on: date

    @property
    def sha256(self) -> str:
        return hashlib.sha256(f"{self.title}\n{self.body}".encode()).hexdigest()

    @property
    def paragraphs(self) -> list[tuple[str, str]]:
        """(sort, text): sort is "h" for a heading, "li" for a point, "p" otherwise."""
        found = []
        for line in (line.strip() for line in self.body.splitlines()):
            if line.startswith("## "):
                found.append(("h", line[3:]))
            elif line.startswith("- "):
                found.append(("li", line[2:]))
            elif line:
                found.append(("p", line))
        return found


def shipped_notice() -> Notice:
    """The text that comes with the program; holds until the federation publishes its own."""
    version = max(
        (path.stem for path in SHIPPED.glob("*.md")), key=lambda stem: [int(part) for part in stem.split(".")]
    )
    head, _, body = (SHIPPED / f"{version}.md").read_text("utf-8").partition("\n")
    return Notice(version, head.removeprefix("# ").strip(), body.strip(), date(2018, 1, 1))


def current_notice() -> Notice:
    """The version in force today."""
    row = PrivacyNotice.objects.filter(in_force_on__lte=clock.today()).order_by("-in_force_on", "-published_at").first()
    if row is None:
        return shipped_notice()
    return Notice(row.version, row.title, row.body, row.in_force_on)


def notices() -> list[Notice]:
    """Every version, the newest first; the shipped text is the first of them."""
    rows = [Notice(row.version, row.title, row.body, row.in_force_on) for row in PrivacyNotice.objects.all()]
    return [*rows, shipped_notice()]


def notice_versions() -> list[str]:
    return [shipped_notice().version, *PrivacyNotice.objects.values_list("version", flat=True)]


def needs_consent(account: Account, notice: Notice) -> bool:
    return account.consented_version != notice.version


def consents(account: Account) -> QuerySet[Consent]:
    return Consent.objects.filter(account=account).order_by("-given_at")


# -- tokens for programs -------------------------------------------------------------------------
def tokens_of(account_id: UUID) -> QuerySet[ApiToken]:
    """Newest first, ended ones too."""
    return ApiToken.objects.filter(account_id=account_id).select_related("account").order_by("-issued_at", "-id")


def token_state(token: ApiToken) -> str:
    """active | revoked | expired | logged_out"""
    if token.revoked_at is not None:
        return "revoked"
    if token.expires_at <= clock.real_now():
        return "expired"
    return "active" if token.session_round == token.account.session_round else "logged_out"


# -- counts for the floors above -----------------------------------------------------------------
def activated_ids(account_ids: Iterable[UUID], by: datetime | None = None) -> set[UUID]:
    """Those who have logged in with consent ("本平台开通"), by a moment."""
    rows = Account.objects.filter(pk__in=list(account_ids), activated_at__isnull=False)
    if by is not None:
        rows = rows.filter(activated_at__lt=by)
    return set(rows.values_list("pk", flat=True))


def mac_candidates(label: str, text: str) -> list[bytes]:
    """Every digest a one-time code may be kept under: one per version of the token key."""
    held = secret.keys.load().versions["token"].values()
    return [version.number.to_bytes(2, "big") + version.mac(label.encode() + b"\0" + text.encode()) for version in held]
