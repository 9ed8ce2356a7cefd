"""Rows of accounts. No e-mail, no user name: a phone (not unique) or a slip leads to an account.

Times ending in `_at` on codes, slips, devices and brakes are real time (`clock.real_now`): the demo's
standing clock must not keep a code alive. Business times are `created_at`, `last_login`, `activated_at`,
`consented_at` of an account.
"""

from __future__ import annotations

import hashlib
import hmac
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Index, Q, UniqueConstraint

from gongjia.base.models import Record, TextKind, uuid7
from gongjia.base.secret import BlindIndexField, SealedField, canonical
from gongjia.who.accounts import kinds


class Account(Record, AbstractBaseUser):
    """Who logs in. Persons, unions and posts lie above and point here."""

    phone = SealedField("account.phone", mask="phone", null=True)
    # Two persons of one household may share a phone: never unique.
    phone_index = BlindIndexField(of="phone", canonical=canonical.phone, null=True)
    phone_confirmed_at = models.DateTimeField(null=True, blank=True)  # a code sent to it came back
    display_name = models.CharField(max_length=60)
    password = None  # phone and slip, with a second factor for staff: nothing to guess or to reuse

    requires_second_factor = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    # Bound into the session hash: one more ends every session of the account at once.
    session_round = models.PositiveIntegerField(default=0)

    created_at = models.DateTimeField()
    last_login = models.DateTimeField(null=True, blank=True)
    # First log-in with consent: the 口径 of "本平台开通".
    activated_at = models.DateTimeField(null=True, blank=True)
    consented_version = models.CharField(max_length=20, blank=True, default="")
    consented_at = models.DateTimeField(null=True, blank=True)

    USERNAME_FIELD = "id"
    REQUIRED_FIELDS: list[str] = []

    objects = BaseUserManager()

    class Meta:
        indexes = [
            Index(fields=["phone_index"], name="account_phone"),
            Index(fields=["activated_at"], name="account_activated", condition=Q(activated_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.display_name

    def get_session_auth_hash(self) -> str:
        return self._session_hash()

    def get_session_auth_fallback_hash(self):
        return iter(())

    def _session_hash(self) -> str:
        return session_hash(self.pk, self.session_round)


def session_hash(account_id: Any, session_round: int) -> str:
    """What a session of this account carries: another round, and it is no longer one."""
    key = _derived("gongjia.accounts.session", settings.SECRET_KEY)
    return hmac.digest(key, f"{account_id}:{session_round}".encode(), "sha256").hex()


@lru_cache(maxsize=4)
def _derived(salt: str, secret: str) -> bytes:
    """The key that `django.utils.crypto.salted_hmac` derives for every call."""
    return hashlib.sha256((salt + secret).encode()).digest()


class LoginCode(Record):
    """One code sent to one phone, for one purpose and one session. Only its HMAC is kept.

    A row is written for an unknown phone too, so that the answer and the limits are the same.
    """

    purpose = TextKind(kinds=kinds.Purpose, max_length=12)
    phone = SealedField("login_code.phone", mask="phone", null=True)  # emptied once used
    phone_index = models.BinaryField()  # same index as Account.phone_index
    code_mac = models.BinaryField()
    bound_to = models.BinaryField()  # HMAC of the session's own secret
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True, blank=True)
    sent = models.BooleanField(default=False)

    class Meta:
        indexes = [Index(fields=["phone_index", "issued_at"], name="login_code_number")]

    def __str__(self) -> str:
        return f"{self.purpose_label} {self.issued_at:%Y-%m-%d %H:%M}"


class Slip(Record):
    """A printed way in, for one account and one use; first use binds it to that device."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="slips")
    code_mac = models.BinaryField(unique=True)
    batch = models.UUIDField(default=uuid7, db_index=True)  # one printing
    org_id = models.UUIDField(null=True, blank=True)  # the union that printed it; unions lie above
    issued_by = models.UUIDField(null=True, blank=True)
    issued_by_label = models.CharField(max_length=120, blank=True)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    used_device = models.CharField(max_length=40, blank=True, default="")
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["account"],
                condition=Q(used_at__isnull=True, cancelled_at__isnull=True),
                name="slip_one_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.expires_at:%Y-%m-%d}"


class SecondFactor(Record):
    """The secret of an authenticator app (RFC 6238), bound to its row, and the last step accepted."""

    account = models.OneToOneField(Account, models.CASCADE, related_name="second_factor")
    secret = SealedField("second_factor.secret", mask="text")
    enrolled_at = models.DateTimeField(null=True, blank=True)  # empty until a first code was shown
    # A step once used is never accepted again, however wide the window.
    last_step = models.BigIntegerField(default=0)
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.account_id}"


class RecoveryCode(Record):
    """One of the codes for a lost phone; shown once, kept as HMAC."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="recovery_codes")
    code_mac = models.BinaryField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [UniqueConstraint(fields=["account", "code_mac"], name="recovery_code_once")]

    def __str__(self) -> str:
        return f"{self.account_id}"


class DeviceSession(Record):
    """One log-in on one device, tied to its session row so that it can be ended from elsewhere."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="device_sessions")
    session_key = models.CharField(max_length=40, unique=True, null=True)  # noqa: DJ001  none once ended
    device = models.CharField(max_length=40, blank=True, default="")  # cookie of the browser, not of the person
    label = models.CharField(max_length=60, blank=True, default="")  # "安卓手机 · 微信"
    network = models.CharField(max_length=45, blank=True, default="")  # shortened address
    way = TextKind(kinds=kinds.Way, max_length=8)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    factor_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_how = TextKind(kinds=kinds.Ended, max_length=12, blank=True, default="")

    class Meta:
        ordering = ("-seen_at",)
        indexes = [
            Index(fields=["account", "-seen_at"], name="device_of_account"),
            Index(fields=["device"], name="device_known"),
        ]

    def __str__(self) -> str:
        return self.label


class ApiToken(Record):
    """A program's way in, with the rights its account has at that moment. Only its MAC is kept."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=60)  # for which system, as its owner calls it
    head = models.CharField(max_length=12)  # the first letters, to tell one from another
    code_mac = models.BinaryField(unique=True)
    may_write = models.BooleanField(default=False)
    session_round = models.PositiveIntegerField()  # of the account, when issued
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-issued_at",)

    def __str__(self) -> str:
        return f"{self.account_id} {self.name}"


class PrivacyNotice(Record):
    """A version of the privacy rules published by this federation; before the first one the shipped text holds."""

    version = models.CharField(max_length=20, unique=True)
    title = models.CharField(max_length=80)
    body = models.TextField()
    in_force_on = models.DateField()
    published_at = models.DateTimeField()

    class Meta:
        ordering = ("-in_force_on", "-published_at")

    def __str__(self) -> str:
        return f"{self.title} {self.version}"


class Consent(Record):
    """Who agreed to which version when, and when it was taken back."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="consents")
    version = models.CharField(max_length=20)
    text_sha256 = models.CharField(max_length=64)  # what was on the screen, word for word
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-given_at",)

    def __str__(self) -> str:
        return f"{self.account_id} {self.version}"


class Brake(Record):
    """A counter of tries by number, account, device or network, in one window of time; delays, never locks."""

    what = models.CharField(max_length=24)
    whom = models.BinaryField()  # keyed digest: no address and no number lies here
    opened_at = models.DateTimeField()
    tries = models.PositiveIntegerField(default=0)
    wait_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [UniqueConstraint(fields=["what", "whom"], name="brake_once")]

    def __str__(self) -> str:
        return f"{self.what} {self.tries}"
