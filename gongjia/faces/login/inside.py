"""The session of somebody who is in: what it holds, how it begins, gets a new key and ends.

Session keys: `in` = {device, way, started, seen, proved, factor}; stamps are seconds of the epoch.
"""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth import login as django_login
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from gongjia.base import clock
from gongjia.faces.login import visitor
from gongjia.who.accounts import actions, kinds

KEY = "in"
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


def fresh(request: HttpRequest) -> bool:
    """Whether code, slip or second factor were shown within the last ten minutes."""
    facts = request.session.get(KEY) or {}
    return time.time() - facts.get("proved", 0) < kinds.FRESH.total_seconds()


def need_fresh(request: HttpRequest, back: str = "") -> HttpResponse | None:
    """For delicate acts of any face: None to go on, else a redirect that asks once more and comes back.

    `back`: the page to come back to when this one takes a POST only.
    """
    if fresh(request):
        return None
    where = back or (request.get_full_path() if request.method in ("GET", "HEAD") else request.path)
    address = f"{reverse('login:again')}?{urlencode({'next': where})}"
    if request.headers.get("HX-Request"):
        response = HttpResponse(status=204)
        response["HX-Redirect"] = address
        return response
    return redirect(address)


def came_by(request: HttpRequest) -> str:
    return (request.session.get(KEY) or {}).get("way", "")


def this_device(request: HttpRequest) -> str:
    return (request.session.get(KEY) or {}).get("device", "")
