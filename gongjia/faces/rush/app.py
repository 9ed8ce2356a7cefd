"""The ASGI application of the rush: one address per event, /rush/<event>/, read or posted to.

    GET   the waiting page, from memory; with a number: where one stands
    POST  into the line; answered at once when the line is short, else with a number to come back with

Answers are pages, or JSON where that is asked for. Nothing here needs a script in the browser: the page asks again by
itself. A POST must come from our own pages (Origin), the session cookie is the ordinary one.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

from django.conf import settings
from django.http.request import validate_host

from gongjia.faces.rush import desk, numbers, page
from gongjia.faces.rush.hall import Away, Entry, Gather, Hall

KNOWN = 30.0  # seconds for which a visitor is recognised without asking; a claim asks every time
REMEMBERED = 1200.0
MOST_BODY = 4096
COOKIE = "gj_place"


class Request:
    """What of an ASGI request is looked at."""

    __slots__ = ("cookies", "headers", "method", "path", "wants_json")

    def __init__(self, scope: dict[str, Any]):
        self.method, self.path = scope["method"], scope["path"]
        self.headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        self.cookies = {}
        for part in self.headers.get(b"cookie", "").split(";"):
            name, found, value = part.strip().partition("=")
            if found:
                self.cookies[name] = value
        self.wants_json = "application/json" in self.headers.get(b"accept", "")

    @property
    def session_key(self) -> str:
        key = self.cookies.get(_session_cookie(), "")
        return key if 20 <= len(key) <= 40 and key.isalnum() else ""

    def is_ours(self) -> bool:
        """The host is served here, and a POST was sent by a page of this host (or one named in GONGJIA_ORIGINS)."""
        return _is_ours(self.method, self.headers.get(b"host", ""), self.headers.get(b"origin", ""))


@lru_cache(maxsize=1)
def _session_cookie() -> str:
    return settings.SESSION_COOKIE_NAME


@lru_cache(maxsize=1000)
def _is_ours(method: str, host: str, origin: str) -> bool:
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
    if not validate_host(name.lower(), settings.ALLOWED_HOSTS):
        return False
    if method == "GET":
        return True
    scheme = "https" if settings.HTTPS else "http"
    return origin == f"{scheme}://{host}" or origin in settings.CSRF_TRUSTED_ORIGINS


class Rush:
    """The application. `halls`: one per event that anybody asked for lately."""

    def __init__(self) -> None:
        self.began = time.monotonic()
        self.halls: dict[UUID, Hall] = {}
        self.missing: dict[UUID, float] = {}  # no such event: not asked again for a while
        self.claims = ThreadPoolExecutor(2, "claims")
        self.readers = ThreadPoolExecutor(2, "readers")
        self.known: dict[str, tuple[float, UUID | None]] = {}
        self.who = Gather(desk.who, self.readers)

    def close(self) -> None:
        """Let go of every connection: the threads end."""
        for pool, threads in ((self.claims, 2), (self.readers, 2)):
            meeting = threading.Barrier(threads)
            for _ in range(threads):
                pool.submit(lambda meeting=meeting: (meeting.wait(30), desk.let_go()))
            pool.shutdown()

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            raise RuntimeError(f"not served here: {scope['type']}")
        request = Request(scope)
        try:
            status, headers, body = await self.answer(request, receive)
        except Away:
            status, headers, body = page.away(request.wants_json)
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def answer(self, request: Request, receive: Any) -> page.Response:
        if request.path.startswith("/static/"):
            return page.static(request.path)
        if request.path == "/rush/healthz":
            return 200, [(b"content-type", b"text/plain")], b"ok\n"
        event_id = _event_of(request.path)
        if event_id is None:
            return page.missing(request.wants_json)
        if request.method not in ("GET", "POST"):
            return 405, [(b"allow", b"GET, POST")], b""
        if not request.is_ours():
            return page.foreign(request.wants_json)
        hall = await self.hall(event_id)
        if hall is None:
            return page.missing(request.wants_json)
        if request.method == "GET":
            return await self.stand(request, hall)
        form = await _form(receive)
        if form is None:
            return page.too_much()
        return await self.join(request, hall, form)

    async def hall(self, event_id: UUID) -> Hall | None:
        hall = self.halls.get(event_id)
        now = time.monotonic()
        if hall is None:
            if now - self.missing.get(event_id, -60.0) < 10.0:
                return None
            hall = Hall(event_id, self.claims, self.readers, began=self.began, alive=self.alive)
        if await hall.see() is None:
            self.halls.pop(event_id, None)
            if len(self.missing) > 10_000:
                self.missing.clear()
            self.missing[event_id] = now
            return None
        return self.halls.setdefault(event_id, hall)

    # -- who ---------------------------------------------------------------------------------------
    async def person(self, session_key: str, *, anew: bool = False) -> UUID | None:
        """The person behind a session; None where nobody is in, or no member."""
        now = time.monotonic()
        known = self.known.get(session_key)
        if known is not None and not anew and now - known[0] < KNOWN:
            return known[1]
        found = await self.who.of(session_key, self.alive(session_key))
        if found is not None:
            if len(self.known) > 400_000:
                self.known = {key: one for key, one in self.known.items() if now - one[0] < REMEMBERED}
            self.known[session_key] = (now, found)
        else:
            self.known.pop(session_key, None)
        return found

    def alive(self, session_key: str) -> float:
        """When this session was last found to be in, seconds of the epoch: whoever waits here is not idle."""
        known, now = self.known.get(session_key), time.monotonic()
        return time.time() - (now - known[0]) if known is not None and now - known[0] < REMEMBERED else 0.0

    async def number(self, request: Request, hall: Hall) -> numbers.Number | None:
        """The number that was brought; `Forged` when it is not this person's for this event."""
        text = request.cookies.get(COOKIE, "")
        if not text:
            return None
        number = numbers.read(text, hall.event_id)
        if number is None or await self.person(request.session_key) != number.person_id:
            raise Forged
        return number

    # -- reading -------------------------------------------------------------------------------------
    async def stand(self, request: Request, hall: Hall) -> page.Response:
        """Where one stands. Costs no query while there are places; a number that lost its line stands in it again."""
        sight, key = hall.sight, request.session_key
        try:
            number = await self.number(request, hall) if key else None
        except Forged:
            return page.forged(sight, request.wants_json)
        if key and (answer := await self.recalled(hall, key)) is not None:
            return page.told(sight, answer, request.wants_json)
        entry = hall.entries.get(key) if key else None
        if entry is None and number is not None:
            entry = hall.join(key, number, {}, "")
        if entry is not None:
            hall.seen(key)
            return page.waiting(sight, hall.ahead(entry), request.wants_json)
        if key and sight.opened(time.monotonic()) and page.is_full(sight):
            # one statement for all who look: nobody with a place shall read on another device that there is none left
            answer = await hall.asking.of(key, self.alive(key))
            if answer.standing is not None:
                hall.told[key] = (time.monotonic(), answer)
                return page.told(sight, answer, request.wants_json)
        return page.entrance(sight, bool(key), request.wants_json)

    async def recalled(self, hall: Hall, key: str) -> desk.Answer | None:
        """What this visitor was told. A place is looked up again after a while: it may have been given up since."""
        answer = hall.memory(key)
        old = hall.memory(key, REMEMBERED) if answer is None else None
        if old is not None and old.standing is not None:
            found = await hall.asking.of(key, self.alive(key))
            if found.standing is not None:
                answer = replace(old, standing=found.standing)
                hall.told[key] = (time.monotonic(), answer)
            else:
                hall.told.pop(key, None)
        return answer

    # -- into the line -----------------------------------------------------------------------------
    async def join(self, request: Request, hall: Hall, form: dict[str, str]) -> page.Response:
        sight, key = hall.sight, request.session_key
        if not key:
            return page.log_in(sight, request.wants_json)
        try:
            number = await self.number(request, hall)
        except Forged:
            return page.forged(sight, request.wants_json)
        wish = _wish(form, sight)
        now = time.monotonic()
        if sight.opened(now) and key not in hall.entries and self.is_gone(hall, wish):
            if (answer := hall.memory(key)) is not None:
                answer = answer.again()
            else:
                answer = await hall.asking.of(key, self.alive(key))
                hall.told[key] = (now, answer)
            return page.told(sight, answer, request.wants_json)
        early = number is None and not sight.opened(now)
        if early:
            person = await self.person(key, anew=True)
            if person is None:
                return page.log_in(sight, request.wants_json)
            held = hall.entries.get(key)
            number = held.number if held and held.number else numbers.new(
                hall.event_id, person, early=not sight.opened(time.monotonic()), arrived=time.time_ns() // 1000
            )  # fmt: skip
        entry = hall.join(key, number, wish, _request_key(form, key))
        if not sight.opened(time.monotonic()):
            return page.numbered(sight, entry.number, hall.ahead(entry), request.wants_json)
        return await self.wait(request, hall, entry)

    def is_gone(self, hall: Hall, wish: dict[str, Any]) -> bool:
        """Sold out, as far as memory says, for somebody who would not wait in the line for places that come back."""
        waits = hall.sight.waiting_list and wish["wait"]
        return not waits and hall.sight.sold_out(wish["session_id"])

    async def wait(self, request: Request, hall: Hall, entry: Entry) -> page.Response:
        """The answer when it comes soon, else a number to come back with."""
        answer = await hall.answer_to(entry)
        if answer is None:
            if entry.number is None:
                person = await self.person(entry.session_key)
                if person is None:
                    return page.log_in(hall.sight, request.wants_json)
                nonce = entry.request_key.removeprefix("rush:")
                entry.number = numbers.Number(person, False, entry.order[1], nonce)
            return page.numbered(hall.sight, entry.number, hall.ahead(entry), request.wants_json)
        return page.told(hall.sight, answer, request.wants_json)


class Forged(Exception):
    """A number that is none, or somebody else's."""


@lru_cache(maxsize=1000)
def _event_of(path: str) -> UUID | None:
    parts = path.split("/")
    if len(parts) != 4 or parts[1] != "rush" or parts[3]:
        return None
    try:
        return UUID(parts[2])
    except ValueError:
        return None


async def _form(receive: Any) -> dict[str, str] | None:
    """The few fields of a claim; None when more was sent than any of ours sends."""
    body = b""
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return {}
        body += message.get("body", b"")
        if len(body) > MOST_BODY:
            return None
        if not message.get("more_body"):
            break
    if not body:
        return {}
    try:
        if body.lstrip().startswith(b"{"):
            found = json.loads(body)
            return {str(name): str(value) for name, value in found.items()}
        return {name: values[0] for name, values in parse_qs(body.decode()).items()}
    except (ValueError, AttributeError):
        return {}


def _wish(form: dict[str, str], sight: desk.Sight) -> dict[str, Any]:
    """Session, guests, whether to wait and whether a clash is known. What is wrong with them the rules say."""
    try:
        session_id = UUID(form["session"]) if form.get("session") else None
    except ValueError:
        session_id = None
    guests = form.get("guests", "0")
    return {
        "session_id": session_id,
        "guests": int(guests) if guests.isdigit() and len(guests) < 3 else 0,
        "wait": form.get("wait", "1") not in ("0", "false", "False"),
        "clash_ok": form.get("clash_ok", "") in ("1", "true", "True", "on"),
    }


def _request_key(form: dict[str, str], session_key: str) -> str:
    """The same for a request that is sent twice with the client's own key, else new. A number's nonce, if it gets one."""
    given = form.get("key", "")
    nonce = hashlib.sha256(f"{session_key}\0{given}".encode()).hexdigest() if given else secrets.token_hex(8)
    return f"rush:{nonce[:16]}"


def application() -> Rush:
    return Rush()
