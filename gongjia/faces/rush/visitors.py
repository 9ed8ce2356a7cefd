"""Who is behind a session cookie, asked by set: the same checks as the log-in's middleware makes for one page."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.utils.module_loading import import_string

from gongjia.base import clock
from gongjia.faces.shared.fresh import KEY
from gongjia.who.accounts import queries as accounts
from gongjia.who.members.queries.sessions import Behind, behind_sessions


def persons(keys: Mapping[str, float]) -> dict[str, UUID | None]:
    """Session key -> person, None for an account without a member file; whoever is not logged in is not there.

    `keys`: with the last sign of life at this process (seconds of the epoch, 0: none), for whoever waits is not idle.
    """
    rows = behind_sessions(keys, clock.real_now())
    now = time.time()
    store = import_string(f"{settings.SESSION_ENGINE}.SessionStore")()
    return {key: row.person_id for key, row in rows.items() if _is_in(store.decode(row.data), row, keys[key], now)}


def _is_in(data: dict[str, Any], row: Behind, alive: float, now: float) -> bool:
    facts = data.get(KEY)
    if not facts or data.get(SESSION_KEY) != str(row.account_id):
        return False
    if not accounts.session_fits(row.account_id, row.session_round, data.get(HASH_SESSION_KEY, "")):
        return False
    return not accounts.over(
        staff=row.staff,
        factor_shown=bool(facts["factor"]),
        started=facts["started"],
        seen=max(facts["seen"], alive),
        now=now,
    )
