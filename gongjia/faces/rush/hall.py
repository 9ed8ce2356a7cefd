"""The waiting hall of one event: who stands in line, and the one hand that serves it.

Before the opening everybody who comes gets a signed number and waits; whoever is still there at the opening (asked
within `PRESENT` seconds) is served in the random order of the numbers, without having to tap at the right second.
After it the order is that of arrival. One batch is in flight per event: what comes while the database works makes
up the next batch, and those are recognised meanwhile. Sold out is said from memory as soon as the database has said so, and taken back within a second of
a place coming free.

Nothing here is the truth. A process that dies takes no place with it: numbers are signed and rows are rows; whoever
comes back stands where their number says, or hears what they have already.
"""

from __future__ import annotations

import asyncio
import bisect
import heapq
import itertools
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import DatabaseError

from gongjia.base.refused import Reason
from gongjia.faces.rush import desk, numbers
from gongjia.work.events import actions

log = logging.getLogger(__name__)

GATHER = 0.003  # seconds in which claims come together
BATCH = 100  # claims in one transaction: while the database has these, the next come in and the last go out
PRESENT = 90.0  # who has not asked for so long is not there
REFRESH = 1.0  # the event is read so often while anybody is there
TOLD = 5.0  # so long an answer is given again from memory
RETURN = 3.0  # a process started in the minutes of the opening lets those with early numbers come back first
OPENING = 120.0  # seconds
MOST_IN_LINE = 300_000
ANSWER_WITHIN = 2.0  # seconds that a request waits for its answer before it is given its number
PAUSE = 0.2  # after a fault of the database
TRIES = 3  # of a batch that stumbles over something else than the database
STUMBLED = Reason("stumbled", "系统出错，这次没有报上。", cure="请在活动页面报名，或稍后再试。")


@dataclass(slots=True)
class Entry:
    """One in the line."""

    number: numbers.Number | None  # None: comes after the opening, and is answered at once
    session_key: str
    order: tuple[int, int]
    wish: dict[str, Any]
    received: float
    seen: float
    request_key: str
    waiters: list[tuple[float, asyncio.Future]] = field(default_factory=list)
    tries: int = 0


class Gather:
    """Questions that come within `GATHER` seconds, or while the last ones are being answered, are asked together."""

    def __init__(self, ask: Callable[[dict[str, float]], dict[str, Any]], pool: ThreadPoolExecutor):
        self.ask, self.pool = ask, pool
        self.waiting: dict[str, tuple[float, list[asyncio.Future]]] = {}
        self.task: asyncio.Task | None = None

    async def of(self, key: str, alive: float) -> Any:
        future = asyncio.get_running_loop().create_future()
        self.waiting.setdefault(key, (alive, []))[1].append(future)
        if self.task is None or self.task.done():
            self.task = asyncio.create_task(self.work())
        return await future

    async def work(self) -> None:
        loop = asyncio.get_running_loop()
        while self.waiting:
            await asyncio.sleep(GATHER)
            taken = dict(itertools.islice(self.waiting.items(), 500))
            for key in taken:
                del self.waiting[key]
            try:
                found = await loop.run_in_executor(self.pool, _asking, self.ask, {k: v[0] for k, v in taken.items()})
            except Exception as error:
                for _alive, futures in taken.values():
                    for one in futures:
                        if not one.done():
                            one.set_exception(Away(str(error)))
                continue
            for key, (_alive, futures) in taken.items():
                for one in futures:
                    if not one.done():
                        one.set_result(found.get(key))


class Away(Exception):
    """The database does not answer: come again, nothing is lost."""


def _asking(ask: Callable[..., Any], *given: Any) -> Any:
    try:
        return ask(*given)
    except DatabaseError:
        desk.let_go()
        raise


class Hall:
    def __init__(
        self,
        event_id: UUID,
        pool: ThreadPoolExecutor,
        readers: ThreadPoolExecutor,
        *,
        began: float,
        alive: Callable[[str], float],
    ):
        self.event_id, self.pool, self.readers, self.alive = event_id, pool, readers, alive
        self.sight: desk.Sight | None = None
        self.began = began  # when this process started
        self.line: list[tuple[tuple[int, int], int, Entry]] = []
        self.entries: dict[str, Entry] = {}  # by session
        self.told: dict[str, tuple[float, desk.Answer]] = {}  # by session: (when, what)
        self.ahead_of: list[tuple[int, int]] = []  # orders of the line when it was last counted
        self.counted = 0.0
        self.asked = time.monotonic()
        self.ties = itertools.count()
        self.task: asyncio.Task | None = None
        self.serving: asyncio.Task | None = None
        self.refresher: asyncio.Task | None = None
        self.impatient: asyncio.Task | None = None
        self.asking = Gather(lambda keys: desk.standing(event_id, keys), readers)

    # -- the event as all see it ---------------------------------------------------------------
    async def see(self) -> desk.Sight | None:
        """The event from memory; the first who asks waits for it."""
        self.asked = time.monotonic()
        if self.sight is None:
            await self.refresh()
        if self.sight is not None and (self.refresher is None or self.refresher.done()):
            self.refresher = asyncio.create_task(self.keep_fresh())
        return self.sight

    async def refresh(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            self.put(await loop.run_in_executor(self.readers, _asking, desk.look, self.event_id))
        except DatabaseError as error:
            if self.sight is None:
                raise Away(str(error)) from error

    async def keep_fresh(self) -> None:
        while self.entries or time.monotonic() - self.asked < PRESENT:
            await asyncio.sleep(REFRESH)
            await self.refresh()
            now = time.monotonic()
            if len(self.told) > 50_000:
                self.told = {key: value for key, value in self.told.items() if now - value[0] < PRESENT}

    def put(self, sight: desk.Sight | None) -> None:
        """A later sight replaces an earlier one; a batch and the refresher may cross."""
        if sight is None or self.sight is None or sight.asked >= self.sight.asked:
            self.sight = sight

    # -- the line --------------------------------------------------------------------------------
    def memory(self, session_key: str, seconds: float = TOLD) -> desk.Answer | None:
        known = self.told.get(session_key)
        return known[1] if known is not None and time.monotonic() - known[0] < seconds else None

    def join(self, session_key: str, number: numbers.Number | None, wish: dict[str, Any], request_key: str) -> Entry:
        """Into the line, once per session; asking again changes the wish and never the place."""
        now = time.monotonic()
        entry = self.entries.get(session_key)
        if entry is not None:
            entry.seen, entry.wish = now, wish or entry.wish
            return entry
        if len(self.entries) >= MOST_IN_LINE:
            raise Away("the line is full")
        order = number.order if number is not None else (1, time.time_ns() // 1000)
        key = number.request_key if number is not None else request_key
        entry = Entry(number, session_key, order, wish, now, now, key)
        self.entries[session_key] = entry
        self.push(entry)
        if self.task is None or self.task.done():
            self.task = asyncio.create_task(self.work())
        return entry

    def push(self, entry: Entry) -> None:
        heapq.heappush(self.line, (entry.order, next(self.ties), entry))

    def answer_to(self, entry: Entry) -> asyncio.Future:
        """The answer when it comes, or None after `ANSWER_WITHIN` seconds. One task looks after all who wait."""
        future = asyncio.get_running_loop().create_future()
        entry.waiters.append((time.monotonic(), future))
        if self.impatient is None or self.impatient.done():
            self.impatient = asyncio.create_task(self.let_off())
        return future

    async def let_off(self) -> None:
        while self.entries:
            await asyncio.sleep(ANSWER_WITHIN / 8)
            late = time.monotonic() - ANSWER_WITHIN
            for entry in list(self.entries.values()):
                for since, one in entry.waiters:
                    if since < late and not one.done():
                        one.set_result(None)
                if entry.waiters and entry.waiters[0][0] < late:
                    entry.waiters = [pair for pair in entry.waiters if not pair[1].done()]

    def seen(self, session_key: str) -> None:
        if (entry := self.entries.get(session_key)) is not None:
            entry.seen = time.monotonic()

    def ahead(self, entry: Entry) -> int:
        """How many stand before, counted at most once a second for all."""
        now = time.monotonic()
        if now - self.counted > 1.0:
            self.ahead_of, self.counted = sorted(item[0] for item in self.line), now
        return bisect.bisect_left(self.ahead_of, entry.order)

    # -- serving -----------------------------------------------------------------------------------
    async def work(self) -> None:
        """Serve the line while anybody stands in it: one batch is with the database, the next is being recognised."""
        while self.line or self.serving is not None:
            try:
                if not self.line:
                    await self.served()
                    continue
                wait = self.pause()
                if wait > 0:
                    await asyncio.sleep(min(wait, REFRESH))
                    continue
                if len(self.line) < BATCH:
                    await asyncio.sleep(GATHER)
                if batch := self.take():
                    wishes = self.wishes(batch)
                    people = await self.recognised(wishes)
                    await self.served()
                    self.serving = asyncio.create_task(self.batch(batch, wishes, people))
            except Exception:
                log.exception("the line of %s stumbled", self.event_id)
                await asyncio.sleep(PAUSE)

    async def served(self) -> None:
        """Wait for the batch that is with the database."""
        serving, self.serving = self.serving, None
        if serving is not None:
            await serving

    async def recognised(self, wishes: list[desk.Wish]) -> dict[str, UUID | None] | None:
        """Who they are, asked while the batch before is served; None: the one who serves asks."""
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self.readers, _asking, desk.recognise, wishes)
        except Exception as error:  # the one who serves stumbles over the same thing, and gives the batch again
            log.warning("a batch of %s was not recognised: %s", len(wishes), str(error).partition("\n")[0])
            return None

    def pause(self) -> float:
        """Seconds until the line moves: to the opening, or until those of before have come back."""
        now = time.monotonic()
        if self.sight is None:
            return REFRESH
        if not self.sight.opened(now):
            return max(self.sight.seconds_to_opening(now), 0.001)
        since = -self.sight.seconds_to_opening(now)
        if self.sight.opens_at is not None and since < OPENING:
            return self.began + RETURN - now
        return 0.0

    def take(self) -> list[Entry]:
        """The first of the line who are there."""
        found, now = [], time.monotonic()
        while self.line and len(found) < BATCH:
            entry = heapq.heappop(self.line)[2]
            if now - entry.seen < PRESENT or any(not one.done() for _since, one in entry.waiters):
                found.append(entry)
            else:
                self.entries.pop(entry.session_key, None)
        return found

    def wishes(self, batch: list[Entry]) -> list[desk.Wish]:
        return [
            desk.Wish(
                one.session_key, one.number.person_id if one.number else None, one.request_key, one.received,
                self.alive(one.session_key), **one.wish,
            )
            for one in batch
        ]  # fmt: skip

    async def batch(self, batch: list[Entry], wishes: list[desk.Wish], people: dict[str, UUID | None] | None) -> None:
        loop = asyncio.get_running_loop()
        try:
            answers, sight = await loop.run_in_executor(self.pool, _asking, desk.serve, self.sight, wishes, people)
        except Exception as error:
            # it may have been written or not: the same wishes again, the same places
            log.warning("a batch of %s is given again: %s", len(batch), str(error).partition("\n")[0])
            for one in batch:
                one.tries += not isinstance(error, DatabaseError)
                if one.tries < TRIES:
                    self.push(one)
                else:
                    self.tell(one, desk.Answer(actions.REFUSED, reasons=(STUMBLED,)))
            await asyncio.sleep(PAUSE)
            return
        self.put(sight)
        for one, answer in zip(batch, answers, strict=True):
            if answer.verdict == desk.NOT_YET:
                self.push(one)
            else:
                self.tell(one, answer)

    def tell(self, entry: Entry, answer: desk.Answer) -> None:
        self.entries.pop(entry.session_key, None)
        self.told[entry.session_key] = (time.monotonic(), answer)
        for _since, one in entry.waiters:
            if not one.done():
                one.set_result(answer)
