"""Who is behind a session cookie, asked by set: the same checks as the log-in's middleware makes for one page."""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.core import signing
from django.utils.module_loading import import_string

from gongjia.faces.shared.fresh import KEY
from gongjia.who.accounts import queries as accounts
from gongjia.who.members.queries.sessions import Behind, behind_sessions


def persons(keys: Mapping[str, float]) -> dict[str, UUID | None]:
    """Session key -> person, None for an account without a member file; whoever is not logged in is not there.

    `keys`: with the last sign of life at this process (seconds of the epoch, 0: none), for whoever waits is not idle.
    """
    now = time.time()
    store = import_string(f"{settings.SESSION_ENGINE}.SessionStore")()
    signer = Signer(salt=store.key_salt)
    return {
        key: row.person_id
        for key, row in behind_sessions(keys).items()
        if _is_in(_opened(row.data, signer, store.serializer), row, keys[key], now)
    }


class Signer(signing.TimestampSigner):
    """Django's own, which derives its key anew for every value, with the derived key kept."""

    def signature(self, value: str, key: str | None = None) -> str:
        digest = hmac.digest(_derived(self.salt + "signer", key or self.key), value.encode(), "sha256")
        return signing.b64_encode(digest).decode()


@lru_cache(maxsize=8)
def _derived(salt: str, secret: str) -> bytes:
    return hashlib.sha256((salt + secret).encode()).digest()


def _opened(data: str, signer: Signer, serializer: Any) -> dict[str, Any]:
    """`SessionStore.decode`, with one signer for all of them."""
    try:
        return signer.unsign_object(data, serializer=serializer)
    except Exception:  # as there: whatever is wrong with it, it is no session
        return {}


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
