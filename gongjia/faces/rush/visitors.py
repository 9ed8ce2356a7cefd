"""Who is behind a session cookie, asked by set: the same checks as the log-in's middleware makes for one page."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
import zlib
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.utils.module_loading import import_string

from gongjia.faces.shared.fresh import KEY
from gongjia.who.accounts import queries as accounts
from gongjia.who.members.queries.sessions import Behind, behind_sessions


def persons(keys: Mapping[str, float]) -> dict[str, UUID | None]:
    """Session key -> person, None for an account without a member file; whoever is not logged in is not there.

    `keys`: with the last sign of life at this process (seconds of the epoch, 0: none), for whoever waits is not idle.
    """
    now = time.time()
    salt = import_string(f"{settings.SESSION_ENGINE}.SessionStore")().key_salt
    return {
        key: row.person_id
        for key, row in behind_sessions(keys).items()
        if _is_in(opened(row.data, salt), row, keys[key], now)
    }


def opened(data: str, salt: str) -> dict[str, Any]:
    """`SessionStore.decode` for very many: the key is derived once, and no age is looked at, as there."""
    value, _, seal = data.rpartition(":")
    if not value or not hmac.compare_digest(_seal(value, salt, settings.SECRET_KEY).encode(), seal.encode()):
        return {}
    body = value.rpartition(":")[0]
    try:
        packed = body.startswith(".")
        plain = base64.urlsafe_b64decode(body[packed:] + "=" * (-len(body[packed:]) % 4))
        return json.loads(zlib.decompress(plain) if packed else plain)
    except (ValueError, zlib.error):
        return {}


def _seal(value: str, salt: str, secret: str) -> str:
    digest = hmac.digest(_derived(salt + "signer", secret), value.encode(), "sha256")
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


@lru_cache(maxsize=8)
def _derived(salt: str, secret: str) -> bytes:
    return hashlib.sha256((salt + secret).encode()).digest()


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
