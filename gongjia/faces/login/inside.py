"""The session of somebody who is in: what it holds, how it begins, gets a new key and ends.

Session keys: `in` = {device, way, started, seen, proved, factor}; stamps are seconds of the epoch.
"""

from __future__ import annotations

import time
from typing import Any

from django.contrib.auth import login as django_login
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from gongjia.base import clock
from gongjia.faces.login import visitor
from gongjia.faces.shared.fresh import KEY
from gongjia.who.accounts import actions, kinds

BACKEND = "gongjia.who.accounts.backend.AccountBackend"
WHY = "login_why"  # why the last session ended, for the log-in page


def enter(request: HttpRequest, account: Any, *, way: kinds.Way, factor: str = "") -> None:
    """Log in: a new key, a clean session, a row in the list of devices. Everything asked for is behind."""
    request.session.flush()
    django_login(request, account, backend=BACKEND)
    if request.session.session_key is None:
        request.session.create()
    row = actions.begin_session(
        account=account,
        session_key=request.session.session_key,
        way=way,
        at=clock.now(),
        device=visitor.device(request),
        label=visitor.label(request),
        network=visitor.shown_network(request),
        factor=factor,
    )
    moment = time.time()
    request.session[KEY] = {
        "device": str(row.pk),
        "way": str(way),
        "started": moment,
        "seen": moment,
        "proved": moment,
        "factor": moment if factor else 0,
    }


def leave(request: HttpRequest, how: kinds.Ended) -> None:
    """End the session on the server; the browser keeps nothing that opens anything."""
    if request.session.session_key:
        actions.end_session(session_key=request.session.session_key, how=how, at=clock.now())
    request.session.flush()
    request.user = AnonymousUser()
    request._cached_user = request.user


def rotate(request: HttpRequest, *, proved: bool = False, factor: bool = False) -> None:
    """A new key for the same session: after a step-up, or when the post one stands in changes."""
    request.session.cycle_key()
    facts = dict(request.session.get(KEY) or {})
    if proved:
        facts["proved"] = time.time()
    if factor:
        facts["factor"] = time.time()
    request.session[KEY] = facts
    if facts.get("device"):
        actions.rekey_session(device_id=facts["device"], session_key=request.session.session_key, factor=factor)


def this_device(request: HttpRequest) -> str:
    return (request.session.get(KEY) or {}).get("device", "")
