"""Starting a long job, and what it says of itself while it runs."""

from __future__ import annotations

import logging
import time
from contextvars import ContextVar
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from gongjia.base import clock, outbox
from gongjia.base.actor import Actor
from gongjia.base.models import one_of
from gongjia.base.progress.kinds import ENDED, State
from gongjia.base.progress.models import Progress
from gongjia.base.progress.registry import jobs
from gongjia.base.refused import Hidden

if TYPE_CHECKING:
    from gongjia.base.journal.models import Attachment

log = logging.getLogger(__name__)

TICK_EVERY = 0.5  # seconds: more often nobody looks
TASK = "progress.run"


class Cancelled(Exception):
    """The starter asked to stop. Raised by `tick`; what is committed stays, the open transaction is undone."""


class Lost(Exception):
    """Another worker took this run over, or it was given up. Raised so that nothing is done twice."""


# the lease of the run in this thread: (progress id, run id); writes of a run that lost it change nothing
lease: ContextVar[tuple[UUID, UUID] | None] = ContextVar("gongjia_progress_lease", default=None)
_ticked: dict[UUID, float] = {}


def start(
    *,
    kind: str,
    label: str,
    actor: Actor,
    at: datetime,
    total: int = 0,
    args: dict[str, Any] | None = None,
    org: Any = None,
    url: str = "",
    defer: bool = True,
) -> Progress:
    """Write the row and, in the same transaction, a nudge for the worker. `defer=False`: the caller runs it itself."""
    jobs.get(kind)  # a KeyError here rather than in the worker
    with transaction.atomic():
        row = Progress.objects.create(
            kind=kind,
            label=label[:200],
            total=total,
            args={**(args or {}), **({"behalf": str(actor.behalf.id)} if actor.behalf else {})},
            url=url,
            account_id=actor.account_id,
            org_id=getattr(org, "id", org),
            actor_label=actor.label[:120],
            system_powers=sorted(actor.all_powers) if actor.everywhere else None,
            created_at=at,
        )
        if defer:
            nudge(row.pk)
    return row


def nudge(pk: UUID, delay: int = 0) -> None:
    """Put the job into the queue, once: a nudge that waits there already is enough."""
    from procrastinate.contrib.django import app
    from procrastinate.exceptions import AlreadyEnqueued

    options: dict[str, Any] = {"schedule_in": {"seconds": delay}} if delay else {}
    try:
        with transaction.atomic():  # the refusal of a second nudge must not spoil the caller's transaction
            app.configure_task(TASK, queueing_lock=f"progress:{pk}", **options).defer(progress_id=str(pk))
    except AlreadyEnqueued:
        pass


def tick(pk: UUID, done: int, total: int | None = None, message: str | None = None) -> None:
    """Say how far it is. Cheap enough for every chunk; raises `Cancelled` when the starter asked to stop.

    Call it as the last thing of a chunk's transaction: the row stays locked until that commits.
    """
    now = time.monotonic()
    if message is None and total is None and now - _ticked.get(pk, 0.0) < TICK_EVERY:
        return
    _ticked[pk] = now
    asked = _write(
        pk,
        # a run that gets on is not one that ends every worker: its attempts count anew
        "attempts = case when %s > done then least(attempts, 1) else attempts end,"
        " done = greatest(%s, 0), total = coalesce(%s, total), message = coalesce(%s, message),"
        " beat_at = clock_timestamp()",
        [done, done, total, None if message is None else message[:500]],
    )
    if asked:
        raise Cancelled


def check(pk: UUID) -> None:
    """Raise `Cancelled` when asked to stop, `Lost` when the run is no longer ours: for long steps without a count."""
    if _write(pk, "beat_at = clock_timestamp()", []):
        raise Cancelled


def _write(pk: UUID, sets: str, values: list[Any]) -> bool:
    held = lease.get()
    where, more = "", []
    if held is not None and held[0] == pk:
        where, more = " and run_id = %s", [held[1]]
    with connection.cursor() as cursor:
        cursor.execute(
            f"update progress_progress set {sets} where id = %s and state = 'running'{where} returning cancel_asked",
            [*values, pk, *more],
        )
        row = cursor.fetchone()
    if row is None:
        raise Lost(f"progress {pk} is no longer run here")
    return row[0]


def finish(
    pk: UUID, result: dict[str, Any] | None = None, *, message: str = "", file: Attachment | None = None
) -> None:
    """It is done; rings the bell of whoever started it."""
    row = end(pk, State.DONE, message, result=result or {}, result_file=file)
    if row is None:
        raise Lost(f"progress {pk} is no longer run here")


def fail(pk: UUID, message: str, result: dict[str, Any] | None = None) -> None:
    """It cannot go on, and why, in words for whoever started it."""
    end(pk, State.FAILED, message, result=result or {})


def end(pk: UUID, state: State, message: str, **fields: Any) -> Progress | None:
    """Close the row, once. None when it was closed already or is another's."""
    with transaction.atomic():
        found = Progress.objects.select_for_update().filter(pk=pk).exclude(state__in=ENDED)
        if (held := lease.get()) is not None and held[0] == pk:
            found = found.filter(run_id=held[1])
        row = found.first()
        if row is None:
            return None
        row.state, row.message, row.ended_at, row.run_id = state, message[:500], clock.real_now(), None
        for name, value in fields.items():
            setattr(row, name, value)
        if state == State.DONE and row.total:
            row.done = row.total
        row.save()
        if row.account_id and state != State.CANCELLED:
            _ring(row)
    _ticked.pop(pk, None)
    return row


def _ring(row: Progress) -> None:
    url = row.url or getattr(settings, "GONGJIA_PROGRESS_URL", "").format(id=row.pk)
    outbox.notify(
        [row.account_id],
        template="progress.done" if row.state == State.DONE else "progress.failed",
        context={"label": row.label, "message": row.message},
        at=clock.now(),
        url=url,
    )


def cancel(pk: UUID, *, actor: Actor) -> None:
    """Ask it to stop: one that waits ends at once, one that runs at its next safe point. Only the starter may."""
    with transaction.atomic():
        row = one_of(Progress.objects.select_for_update().filter(pk=pk))
        if row is None or not (actor.everywhere or (row.account_id and row.account_id == actor.account_id)):
            raise Hidden
        if row.ended:
            return
        row.cancel_asked = True
        row.save(update_fields=["cancel_asked"])
        if row.state == State.WAITING:
            end(pk, State.CANCELLED, "")
