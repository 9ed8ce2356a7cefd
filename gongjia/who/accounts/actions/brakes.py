"""Counters that slow guessing down. Each try is counted before it is looked at, under the row's lock:
a thousand tries at once are a thousand counts.
"""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import connection, transaction

from gongjia.base import clock, journal, secret
from gongjia.base.models import uuid7
from gongjia.base.refused import Refused
from gongjia.who.accounts import rules
from gongjia.who.accounts.models import Brake

log = logging.getLogger("gongjia.accounts")


def admit(rule: rules.BrakeRule, whom: str, *, at: datetime) -> None:
    """Count one try; raise `Refused` while the last ones still have to be waited off. `""` is never braked."""
    if not whom:
        return
    digest = _digest(rule, whom)
    with transaction.atomic():
        now = clock.real_now()
        with connection.cursor() as cursor:
            cursor.execute(
                "insert into accounts_brake (id, what, whom, opened_at, tries) values (%s, %s, %s, %s, 0)"
                " on conflict (what, whom) do nothing",
                [uuid7(), rule.what, digest, now],
            )
        row = Brake.objects.select_for_update().get(what=rule.what, whom=digest)
        if row.wait_until is not None and row.wait_until > now:
            raise Refused(rules.wait_reason(rule, row.wait_until - now))
        if now - row.opened_at >= rule.window:
            row.opened_at, row.tries = now, 0
        row.tries += 1
        wait = rule.wait(row.tries)
        row.wait_until = now + wait if wait else None
        row.save(update_fields=["opened_at", "tries", "wait_until"])
        if row.tries == rule.alarm:
            log.warning("log-in alarm: %s reached %s tries in its window", rule.what, row.tries)
            journal.login_event("alarm", at=at, note=f"{rule.what} {row.tries}")


def release(rule: rules.BrakeRule, whom: str) -> None:
    """The try was a right one: begin anew."""
    if whom:
        Brake.objects.filter(what=rule.what, whom=_digest(rule, whom)).delete()


def _digest(rule: rules.BrakeRule, whom: str) -> bytes:
    return secret.blind(f"accounts.brake.{rule.what}", whom)
