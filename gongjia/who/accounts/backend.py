"""How Django finds the account of a session. Logging in itself goes through the acts, never through `authenticate`."""

from __future__ import annotations

from typing import Any

from gongjia.who.accounts import queries
from gongjia.who.accounts.models import Account


class AccountBackend:
    """Only looks up: there is no password to check."""

    def authenticate(self, request: Any, **credentials: Any) -> None:
        return None

    def get_user(self, user_id: Any) -> Account | None:
        return queries.account(user_id)
