"""Somebody on the way in: what an anonymous session knows between the first page and the last.

Kept under the session key `way_in`, thrown away whole when the way ends or takes too long.
"""

from __future__ import annotations

import secrets
import time
from typing import Any

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from gongjia.who.accounts import kinds, queries

KEY = "way_in"
# never a place to come back to: the pages of the way in and out
_WAY = ("", "code/", "who/", "slip/", "factor/", "bind/", "consent/", "go/", "again/", "out/")


class WayIn:
    """`code`, `masked`: what was asked for; `proved`: accounts the phone leads to; `account`, `way`, `factor`: so far."""

    def __init__(self, request: HttpRequest):
        self.session = request.session
        held = request.session.get(KEY) or {}
        if held and time.time() - held.get("since", 0) > kinds.PENDING_LIFE.total_seconds():
            held = {"next": held.get("next", "")}
        self.held: dict[str, Any] = held

    def keep(self, **changes: Any) -> None:
        self.held = {"since": time.time(), **self.held, **changes}
        self.session[KEY] = self.held

    def start(self, next_url: str) -> str:
        """Begin anew; gives the secret that binds codes to this session."""
        self.held = {}
        self.keep(secret=secrets.token_urlsafe(24), next=next_url)
        return self.held["secret"]

    def prove(self, request: HttpRequest, **changes: Any) -> None:
        """A factor was shown: a new session key before anything is built on it."""
        self.keep(since=time.time(), **changes)
        request.session.cycle_key()

    def get(self, name: str, default: Any = "") -> Any:
        return self.held.get(name, default)

    @property
    def account(self) -> Any:
        """The account chosen, as it is now; None when there is none or it was closed meanwhile."""
        return queries.account(self.held["account"]) if self.held.get("account") else None


def safe_next(request: HttpRequest, default: str = "") -> str:
    """Where to go afterwards: our own pages only, and no page of the way in itself."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if not url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
        return default
    if wanted.partition("?")[0] in {f"/login/{page}" for page in _WAY}:
        return default
    return wanted
