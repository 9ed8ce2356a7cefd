"""Log-ins on devices: begin, see, end. The session row itself is Django's; ours says whose it is and where."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.sessions.models import Session
from django.db.models import F, Q

from gongjia.base import clock, journal
from gongjia.base.refused import Hidden
from gongjia.who.accounts import kinds, queries
from gongjia.who.accounts.models import Account, Brake, DeviceSession, LoginCode, SecondFactor, Slip

CHUNK = 5000
OWN_HAND = (kinds.Ended.LOGOUT, kinds.Ended.KILLED, kinds.Ended.NEWER, kinds.Ended.CONSENT)


def begin_session(
    *, account: Account, session_key: str, way: kinds.Way, at: datetime, device: str = "", label: str = "",
    network: str = "", factor: str = "",
) -> DeviceSession:  # fmt: skip
    """Somebody is in: consent, code or slip, and second factor are behind. `factor`: "", "totp" or "recovery".

    An account with a second factor is logged in at one place only: its other devices are logged out.
    """
    now = clock.real_now()
    with journal.act():
        if account.requires_second_factor:
            _end(DeviceSession.objects.filter(account=account), kinds.Ended.NEWER)
        row = DeviceSession(
            account=account,
            session_key=session_key,
            device=device[:40],
            label=label[:60],
            network=network[:45],
            way=way,
            started_at=now,
            seen_at=now,
            factor_at=now if factor else None,
        )
        row.save(force_insert=True)
        account.last_login = at
        account.activated_at = account.activated_at or at
        account.save(update_fields=["last_login", "activated_at"])
        words = f"{row.way_label}{'、动态口令' if factor == 'totp' else '、备用码' if factor else ''}，{label}"
        journal.login_event("ok", at=at, account_id=account.pk, actor=queries.acting(account), note=words)
    return row


def rekey_session(*, device_id: UUID | str, session_key: str, factor: bool = False) -> None:
    """The session has got a new key (step-up, change of post)."""
    changes = {"session_key": session_key, "seen_at": clock.real_now()}
    if factor:
        changes["factor_at"] = clock.real_now()
    DeviceSession.objects.filter(pk=device_id, ended_at__isnull=True).update(**changes)


def touch_session(*, device_id: UUID | str) -> None:
    """Seen just now; the middleware calls it at most once a minute."""
    DeviceSession.objects.filter(pk=device_id, ended_at__isnull=True).update(seen_at=clock.real_now())


def end_session(*, session_key: str, how: kinds.Ended, at: datetime) -> None:
    """Log-out, or a limit reached: the session row goes, on the server."""
    with journal.act():
        row = DeviceSession.objects.filter(session_key=session_key).select_related("account").first()
        _end(DeviceSession.objects.filter(session_key=session_key), how)
        Session.objects.filter(session_key=session_key).delete()
        if row is not None:
            by = queries.acting(row.account) if how in OWN_HAND else None
            journal.login_event("out", at=at, account_id=row.account_id, actor=by, note=kinds.Ended(how).label)


def end_device(*, account: Account, device_id: UUID | str, at: datetime) -> None:
    """The owner logs another device out. Somebody else's device is hidden, the same as none."""
    with journal.act():
        rows = DeviceSession.objects.filter(account=account, pk=device_id, ended_at__isnull=True)
        if not _end(rows, kinds.Ended.KILLED):
            raise Hidden
        journal.login_event(
            "out", at=at, account_id=account.pk, actor=queries.acting(account), note=kinds.Ended.KILLED.label
        )


def end_every_session(account_ids: Iterable[UUID], how: kinds.Ended) -> int:
    """All devices of these accounts, in the caller's act; sessions nobody listed die by the round."""
    ids = list(account_ids)
    Account.objects.filter(pk__in=ids).update(session_round=F("session_round") + 1)
    return _end(DeviceSession.objects.filter(account__in=ids), how)


def _end(rows, how: kinds.Ended) -> int:
    rows = rows.filter(ended_at__isnull=True)
    keys = list(rows.values_list("session_key", flat=True))
    count = rows.update(ended_at=clock.real_now(), ended_how=how, session_key=None)
    Session.objects.filter(session_key__in=[key for key in keys if key]).delete()
    return count


def sweep(*, at: datetime) -> dict[str, int]:
    """Take away what can no longer be used: dead sessions, old codes, brakes, devices. Chunk by chunk."""
    now = clock.real_now()
    day = timedelta(days=1)
    live = Session.objects.filter(expire_date__gt=now).values("session_key")
    gone = DeviceSession.objects.filter(ended_at__isnull=True).filter(
        Q(session_key__isnull=True) | ~Q(session_key__in=live)
    )
    return {
        "sessions": _drop(Session, Q(expire_date__lt=now)),
        "ended": gone.update(ended_at=now, ended_how=kinds.Ended.GONE, session_key=None),
        "codes": _drop(LoginCode, Q(issued_at__lt=now - kinds.KEEP_CODES)),
        "brakes": _drop(Brake, Q(opened_at__lt=now - day) & (Q(wait_until__isnull=True) | Q(wait_until__lt=now))),
        "devices": _drop(DeviceSession, Q(ended_at__lt=now - kinds.KEEP_DEVICES)),
        "slips": _drop(Slip, Q(expires_at__lt=now - kinds.KEEP_DEVICES)),
        "enrolments": _drop(SecondFactor, Q(enrolled_at__isnull=True, account__is_active=False)),
    }


def _drop(model, which: Q) -> int:
    total = 0
    while keys := list(model.objects.filter(which).values_list("pk", flat=True)[:CHUNK]):
        total += model.objects.filter(pk__in=keys).delete()[0]
    return total
