"""Before any page asks who is there: the demo's gate, and the limits of a session."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from gongjia.faces.login import inside, lan, visitor
from gongjia.who.accounts import actions, kinds, queries

SLOW = 1.0  # seconds after which a request's copy of the session counts as old
TOUCH = 60  # seconds between two stamps: a page view costs no write


class DemoGate:
    """The demo answers this machine, and phones on the network that know the access code of this start."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not settings.GONGJIA_DEMO or visitor.is_local(request) or lan.let_in(request):
            return self.get_response(request)
        if lan.is_right(request.GET.get("access", "")):
            query = request.GET.copy()
            del query["access"]
            address = f"{request.path}?{query.urlencode()}" if query else request.path
            return lan.mark(redirect(address))  # the code leaves the address bar at once
        if request.path == lan.PAGE:
            return self.get_response(request)
        return lan.ask(request)


class SessionLimits:
    """Idle and absolute limits, the second factor of staff, and no copy of a private page anywhere."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if SESSION_KEY in request.session:
            self.look(request)
        key = request.session.session_key
        before, began = dict(request.session.items()) if key else {}, time.monotonic()
        response = self.get_response(request)
        if key and (took := time.monotonic() - began) > SLOW:
            self.catch_up(request, key, before, took)
        if SESSION_KEY in request.session:
            self.follow(request, key)
            if "no-store" not in response.get("Cache-Control", ""):
                response["Cache-Control"] = "no-store, private"
        return response

    def catch_up(self, request: HttpRequest, key: str, before: dict[str, Any], took: float) -> None:
        """A long request saves what it changed itself, onto what others made of the session meanwhile.

        Its own copy is old: saved whole it would bring back a post one has left, or a proof that is used up. Where
        the session got another key or ended meanwhile nothing is saved, and the page still reaches whoever waited.
        """
        session = request.session
        if session.session_key != key or not (session.modified or took >= TOUCH):
            return
        mine = {name: value for name, value in session.items() if name not in before or before[name] != value}
        gone = [name for name in before if name not in session]
        store = type(session)(key)
        if not store.exists(key):
            session.modified = False
            return
        for name in set(session.keys()) - set(mine):
            del session[name]
        session.update({name: value for name, value in store.load().items() if name not in gone} | mine)
        if took >= TOUCH and (facts := session.get(inside.KEY)):  # who waits for an answer is not idle
            session[inside.KEY] = {**facts, "seen": time.time()}

    def follow(self, request: HttpRequest, key: str | None) -> None:
        """Any page may give the session a new key (another post); the list of devices keeps up."""
        device = inside.this_device(request)
        if device and key and request.session.session_key != key:
            actions.rekey_session(device_id=device, session_key=request.session.session_key)

    def look(self, request: HttpRequest) -> None:
        """End the session when its time is over; stamp it otherwise."""
        account = request.user
        if not account.is_authenticated:
            # the account was closed or every device of it logged out: what is left of the session goes too
            request.session.flush()
            return
        facts = request.session.get(inside.KEY)
        now = time.time()
        how = (
            queries.session_over(
                account=account,
                factor_shown=bool(facts["factor"]),
                started=facts["started"],
                seen=facts["seen"],
                now=now,
            )
            if facts
            else kinds.Ended.GONE  # no session of ours: nobody went through the log-in
        )
        if how:
            inside.leave(request, how)
            request.session[inside.WHY] = str(how)
        elif now - facts["seen"] >= TOUCH:
            request.session[inside.KEY] = {**facts, "seen": now}
            request.session.save()  # now: at the end of a long request others may have gone on with the session
            request.session.modified = False
            actions.touch_session(device_id=facts["device"])
