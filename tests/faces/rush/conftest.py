"""The application of the rush, called as a server would call it, over real rows."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from bench.rush_people import logged_in
from gongjia.base import clock
from gongjia.faces.rush.app import COOKIE, Rush
from tests.work.events.conftest import in_role, join, machine, make, officer, paper, world  # noqa: F401

HOST = "127.0.0.1:8001"


class Said:
    """One answer."""

    def __init__(self, status: int, headers: list[tuple[bytes, bytes]], body: bytes):
        self.status, self.headers, self.text = status, headers, body.decode()
        self.all = {name.decode(): value.decode() for name, value in headers}

    @property
    def json(self) -> dict[str, Any]:
        return json.loads(self.text)

    @property
    def verdict(self) -> str:
        return self.json["verdict"]

    @property
    def number(self) -> str:
        """The signed number that was given."""
        return self.all.get("set-cookie", "").partition(";")[0].partition("=")[2]


class Visitors:
    """Everybody's browser."""

    def __init__(self, rush: Rush, event_id: Any):
        self.rush, self.event_id = rush, event_id

    async def call(
        self, method: str, session: str = "", *, number: str = "", path: str = "", body: Any = b"", html: bool = False,
        origin: str | None = f"http://{HOST}", host: str = HOST,
    ) -> Said:  # fmt: skip
        cookies = "; ".join(f"{name}={value}" for name, value in (("gongjia", session), (COOKIE, number)) if value)
        headers = [(b"host", host.encode()), (b"cookie", cookies.encode())]
        headers.append((b"accept", b"text/html" if html else b"application/json"))
        if origin is not None:
            headers.append((b"origin", origin.encode()))
        data = json.dumps(body).encode() if isinstance(body, dict) else body
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": data, "more_body": False}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        scope = {"type": "http", "method": method, "path": path or f"/rush/{self.event_id}/", "headers": headers}
        await self.rush(scope, receive, send)
        return Said(sent[0]["status"], sent[0]["headers"], sent[1]["body"])

    async def post(self, session: str, **more: Any) -> Said:
        return await self.call("POST", session, **more)

    async def get(self, session: str = "", **more: Any) -> Said:
        return await self.call("GET", session, **more)

    async def all(self, sessions: list[str], **more: Any) -> list[Said]:
        return await asyncio.gather(*(self.post(one, **more) for one in sessions))

    async def answered(self, sessions: list[str]) -> list[Said]:
        """All at once; who is told to be still in line (a slow machine) asks again, as their page does."""
        said = dict(zip(sessions, await self.all(sessions), strict=True))
        for _ in range(20):
            waiting = [one for one in sessions if said[one].verdict == "in_line"]
            said |= zip(waiting, await self.all(waiting), strict=True)
        return [said[one] for one in sessions]


@pytest.fixture
def site(settings, plain_static) -> None:
    settings.ALLOWED_HOSTS = ["127.0.0.1"]


@pytest.fixture
def rush(site, transactional_db) -> Iterator[Callable[[], Rush]]:
    """rush() is a process of its own, as far as memory goes."""
    made: list[Rush] = []

    def new() -> Rush:
        made.append(Rush())
        return made[-1]

    yield new
    for one in made:
        one.close()


@pytest.fixture
def crowd(world) -> Callable[[int], list[tuple[str, UUID]]]:  # noqa: F811
    """So many members who are logged in: (session key, person)."""

    def of(count: int) -> list[tuple[str, UUID]]:
        found = logged_in(count, [world.firm, world.school, world.other], clock.now())
        return [(key, UUID(person)) for key, person in found]

    return of


@pytest.fixture
def event(make) -> Callable[..., Any]:  # noqa: F811
    """An event by first come that is open now, without a waiting list unless said otherwise."""

    def new(total: int = 3, *, opens_in: float = -3600, **values: Any) -> Any:
        at = clock.now()
        values = {"waiting_list": False, "closes_at": at + timedelta(days=5), **values}
        return make(total=total, at=at, opens_at=at + timedelta(seconds=opens_in), **values)

    return new
