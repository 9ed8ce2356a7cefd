"""Values that travel in an address but must not be read or changed there.

A page's position in a list (it holds names) and a searched ID number or phone: encrypted and
authenticated with a key drawn from Django's secret key, bound to their purpose.
"""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import date
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings


@lru_cache(maxsize=64)
def _box(secret_key: str, purpose: str) -> Fernet:
    digest = hashlib.sha256(f"gongjia.faces.opaque\0{purpose}\0{secret_key}".encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))


def _exact(value: Any) -> str:
    """Dates and times to the last microsecond: a key that lost some would show rows again and again."""
    return value.isoformat() if isinstance(value, date) else str(value)


def wrap(value: Any, purpose: str) -> str:
    """A token for an address; `value` is anything JSON can say (dates and UUIDs come back as text)."""
    plain = json.dumps(value, default=_exact, ensure_ascii=False, separators=(",", ":")).encode()
    return _box(settings.SECRET_KEY, purpose).encrypt(plain).decode().rstrip("=")


def unwrap(token: str, purpose: str) -> Any | None:
    """The value, or None for a token that is not ours."""
    padded = token + "=" * (-len(token) % 4)
    try:
        return json.loads(_box(settings.SECRET_KEY, purpose).decrypt(padded.encode()))
    except (InvalidToken, ValueError, UnicodeError):
        return None
