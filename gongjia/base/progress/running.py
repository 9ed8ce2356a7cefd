"""Running a long job: one worker at a time, alive as long as its heart beats, taken up again when it was killed."""

from __future__ import annotations

import logging
import threading
import traceback
import uuid
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

import psycopg
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import InterfaceError, OperationalError, connection, connections, transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.module_loading import import_string

from gongjia.base import clock
from gongjia.base.actor import Actor
from gongjia.base.models import one_of
from gongjia.base.progress import actions
from gongjia.base.progress.kinds import State
from gongjia.base.progress.models import Progress
from gongjia.base.progress.registry import jobs
from gongjia.base.refused import Forbidden, Hidden, Refused

log = logging.getLogger(__name__)

_SILENCE = float(getattr(settings, "GONGJIA_WORKER_SILENCE", 15))
STALE = timedelta(seconds=_SILENCE * 2 / 3)  # without a sign for so long, the worker counts as dead
BEAT = _SILENCE * 2 / 15  # seconds between signs of life
NUDGE_AFTER = timedelta(seconds=45)  # a row that waits longer has lost its nudge
MOST_ATTEMPTS = 6  # a job that ends its worker each time is given up
AGAIN_AFTER = 3  # seconds, after the database was away


class Run:
    """What a job function gets: the row's facts, the actor as of now, and its ways to speak."""

    def __init__(self, row: Progress):
        self.row = row
        self.id: UUID = row.pk
        self.kind, self.label, self.args, self.total = row.kind, row.label, row.args, row.total
        self.account_id, self.org_id, self.attempts = row.account_id, row.org_id, row.attempts

    @property
    def at(self) -> datetime:
        """Business time now: what the job does is done now, not when it was asked for."""
        return clock.now()

    @cached_property
    def actor(self) -> Actor:
        """Rebuilt from data: who lost a post since the start no longer has its powers."""
        if self.row.system_powers is not None:
            return Actor.system(self.row.actor_label, self.row.system_powers)
        account = one_of(get_user_model()._default_manager.filter(pk=self.account_id))
        if account is None or not account.is_active:
            raise Forbidden("", "发起人的账号已停用。")
        behalf = self.args.get("behalf")  # started while acting for a place below: it goes on so
        for_whom = {"behalf": UUID(behalf)} if behalf else {}
        return import_string(settings.GONGJIA_ACTOR_FACTORY)(account, clock.now(), **for_whom)

    def tick(self, done: int, total: int | None = None, message: str | None = None) -> None:
        actions.tick(self.id, done, total, message)

    def check(self) -> None:
        actions.check(self.id)

    def finish(self, result: dict[str, Any] | None = None, *, message: str = "", file: Any = None) -> None:
        actions.finish(self.id, result, message=message, file=file)

    def fail(self, message: str, result: dict[str, Any] | None = None) -> None:
        actions.fail(self.id, message, result)


def run_now(row: Progress | UUID) -> Progress:
    """Run it here and now (command line, tests); answers the row as it ended. A fault of the program is raised."""
    pk = row.pk if isinstance(row, Progress) else row
    execute(pk, reraise=True)
    ended = Progress.objects.get(pk=pk)
    if isinstance(row, Progress):
        row.refresh_from_db()
    return ended


def execute(pk: UUID, *, reraise: bool = False) -> bool:
    """Take the lease and call the job. False when there is nothing to do: ended, or alive elsewhere."""
    row = _claim(pk)
    if row is None:
        return False
    held = actions.lease.set((pk, row.run_id))
    # inside an open transaction (a test) the row is not visible to a second connection
    heart = None if connection.in_atomic_block else Heart(pk, row.run_id)
    try:
        _call(row, reraise)
    finally:
        if heart:
            heart.stop()
        actions.lease.reset(held)
    return True


def _claim(pk: UUID) -> Progress | None:
    with transaction.atomic():
        # a row that is locked is being worked on, whatever its last sign of life says
        row = one_of(
            Progress.objects.select_for_update(skip_locked=True)
            .filter(pk=pk)
            .filter(Q(state=State.WAITING) | Q(state=State.RUNNING, beat_at__lt=Now() - STALE))
        )
        if row is None:
            return None
        if row.cancel_asked:
            actions.end(pk, State.CANCELLED, "")
            return None
        Progress.objects.filter(pk=pk).update(
            state=State.RUNNING,
            run_id=uuid.uuid4(),
            beat_at=Now(),
            started_at=row.started_at or clock.real_now(),
            attempts=F("attempts") + 1,
        )
        row.refresh_from_db()
        return row


def _call(row: Progress, reraise: bool) -> None:
    try:
        job = jobs.find(row.kind)
        if job is None:
            actions.fail(row.pk, "这个版本的程序里没有这项任务了。")
            return
        answer = job.call(Run(row))
        if Progress.objects.filter(pk=row.pk, state=State.RUNNING, run_id=row.run_id).exists():
            actions.finish(row.pk, answer if isinstance(answer, dict) else None)
    except actions.Cancelled:
        actions.end(row.pk, State.CANCELLED, "")
    except actions.Lost as lost:
        log.warning("%s", lost)
    except Refused as refused:
        reasons = [reason.as_dict() for reason in refused.reasons]
        actions.fail(row.pk, str(refused), {"reasons": reasons})
    except Forbidden as forbidden:
        actions.fail(row.pk, str(forbidden))
    except Hidden:
        actions.fail(row.pk, "要办理的内容已经不在了，或者不归您管。")
    except (OperationalError, InterfaceError, psycopg.OperationalError, psycopg.InterfaceError) as error:
        # the driver's own too: inside a COPY no layer of Django's is between
        if reraise:
            raise
        log.warning("progress %s: the database failed it: %s", row.pk, type(error).__name__)
        _try_again(row)
    except Exception as error:
        # where it broke, not its words: they may quote a person's row
        trace = "".join(traceback.format_tb(error.__traceback__))
        log.error("progress %s %s failed: %s\n%s", row.kind, row.pk, type(error).__name__, trace)
        if reraise and connection.in_atomic_block and connection.needs_rollback:
            raise
        actions.fail(row.pk, f"程序出错，没有办完，已记录。请联系系统管理员，报编号 {str(row.pk)[-8:]}。")
        if reraise:
            raise


def _try_again(row: Progress) -> None:
    """A lost connection, a deadlock: expected. Where the database is still away, `sweep` finds the row later."""
    try:
        connection.close()
        if row.attempts >= MOST_ATTEMPTS:
            _give_up(row.pk)
            return
        Progress.objects.filter(pk=row.pk, run_id=row.run_id, state=State.RUNNING).update(
            state=State.WAITING, run_id=None, beat_at=Now()
        )
        actions.nudge(row.pk, delay=AGAIN_AFTER)
    except (OperationalError, InterfaceError) as error:
        log.warning("progress %s waits for the database: %s", row.pk, type(error).__name__)
        connection.close()


def _give_up(pk: UUID) -> None:
    log.error("progress %s is given up after %s attempts", pk, MOST_ATTEMPTS)
    actions.end(pk, State.FAILED, f"任务中断了 {MOST_ATTEMPTS} 次，已停下。已办好的部分不受影响，请联系系统管理员。")


def sweep() -> int:
    """Nudge rows whose worker died or whose nudge was lost; give up those that end every worker. How many."""
    dead = Q(state=State.RUNNING, beat_at__lt=Now() - STALE)
    forgotten = Q(state=State.WAITING) & (Q(beat_at__lt=Now() - NUDGE_AFTER) | Q(beat_at__isnull=True))
    found = list(Progress.objects.filter(dead | forgotten).values_list("pk", "attempts", "state"))
    for pk, attempts, state in found:
        if attempts >= MOST_ATTEMPTS and state == State.RUNNING:
            _give_up(pk)
        else:
            actions.nudge(pk)
    return len(found)


class Heart(threading.Thread):
    """Says every two seconds that this run lives, on a connection of its own, also while the job computes."""

    def __init__(self, pk: UUID, run_id: UUID):
        super().__init__(name=f"heart-{pk}", daemon=True)
        self.pk, self.run_id, self.ended = pk, run_id, threading.Event()
        self.start()

    def run(self) -> None:
        try:
            while not self.ended.wait(BEAT):
                try:
                    if not Progress.objects.filter(pk=self.pk, run_id=self.run_id).update(beat_at=Now()):
                        return
                except (OperationalError, InterfaceError):
                    connection.close()
        finally:
            connections.close_all()

    def stop(self) -> None:
        self.ended.set()
        self.join(timeout=BEAT)
