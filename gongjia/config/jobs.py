"""Every timed job on one page, and how the worker runs.

A job is a nudge: the work to do is a row of ours, so each may run twice or late without harm.
Clock times are Shanghai's.
"""

from __future__ import annotations

import asyncio
import logging
import os
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

log = logging.getLogger("gongjia.jobs")


@dataclass(frozen=True)
class Timed:
    """`call` is a function of an app's `jobs.py`, without arguments; `why` is what is late when it does not run."""

    call: str
    cron: str
    why: str

    @property
    def name(self) -> str:
        module, _, function = self.call.rpartition(".")
        return f"{module.split('.')[-2]}.{function}"


def every_minutes(minutes: int) -> str:
    return f"*/{minutes} * * * *"


def daily(time: str) -> str:
    """02:30 in Shanghai (no summer time since 1991) as a cron line; the queue counts in UTC."""
    hour, minute = map(int, time.split(":"))
    return f"{minute} {(hour - 8) % 24} * * *"


TIMED: tuple[Timed, ...] = (
    Timed("gongjia.base.journal.jobs.seal_roots", every_minutes(5), "a cut tail of the journal is found later"),
    Timed("gongjia.base.outbox.jobs.send_due", every_minutes(1), "messages that failed or came at night wait"),
    Timed("gongjia.base.progress.jobs.sweep", every_minutes(1), "a long job whose worker was killed stays still"),
    Timed("gongjia.who.accounts.jobs.sweep_log_ins", every_minutes(60), "dead sessions and used codes stay"),
    Timed("gongjia.who.orgs.jobs.remind_of_terms", daily("07:30"), "a union learns too late that its term ends"),
    Timed("gongjia.who.members.jobs.end_posts", daily("00:10"), "posts and covers past their day still show"),
    Timed("gongjia.work.publish.jobs.end_notices", every_minutes(10), "a notice past its time is not marked ended"),
    Timed("gongjia.work.programmes.jobs.follow_rounds", every_minutes(10), "a round stays open, an award waits"),
    Timed("gongjia.work.programmes.jobs.follow_members", daily("01:20"), "who moved waits at the old union's desk"),
    Timed("gongjia.work.programmes.jobs.remind_desks", daily("08:10"), "nobody is told that a desk is late"),
    Timed("gongjia.work.programmes.jobs.purge_drafts", daily("03:30"), "drafts nobody came back to stay"),
    Timed("gongjia.work.events.jobs.expire_offers", every_minutes(1), "a place nobody confirmed stays empty"),
    Timed("gongjia.work.events.jobs.follow_events", every_minutes(1), "a window stays open, places are not given back"),
    Timed("gongjia.work.events.jobs.remind_of_events", every_minutes(10), "nobody is reminded of tomorrow's event"),
    Timed("gongjia.work.events.jobs.tell_rushed", every_minutes(1), "who got a place in the rush has no message of it"),
    Timed("gongjia.work.events.jobs.check_counters", daily("02:40"), "a counter of places that is wrong is not seen"),
    Timed(
        "gongjia.work.events.jobs.forget_children", daily("03:10"), "children's names and notes are kept beyond need"
    ),
    Timed("gongjia.work.events.jobs.follow_draws", every_minutes(5), "a closed list of a draw is not published"),
    Timed("gongjia.report.jobs.refresh_summaries", every_minutes(10), "the dashboard shows older figures"),
    Timed("gongjia.base.journal.jobs.sweep_files", daily("03:10"), "files of acts that never committed take room"),
    Timed("gongjia.faces.shared.jobs.sweep_drafts", daily("03:20"), "drafts nobody came back to stay"),
)

# A killed worker's jobs are taken up again after STALLED seconds; a heart that beats this often
# still beats while a job computes, because Python hands the thread over every few milliseconds.
# Longer than `progress` waits for a sign of life (two thirds of it): a job taken up again must find its row free.
STALLED = settings.GONGJIA_WORKER_SILENCE
HEARTBEAT = STALLED / 5
SWEEP = STALLED / 3  # seconds between looks for jobs of dead workers
MOST_ATTEMPTS = 6
KEEP_FAILED_HOURS = 30 * 24


def worker_options() -> dict[str, Any]:
    return {
        "concurrency": int(os.environ.get("GONGJIA_WORKER_THREADS") or 3),
        "update_heartbeat_interval": HEARTBEAT,
        "stalled_worker_timeout": STALLED,
        "fetch_job_polling_interval": 5.0,
        "shutdown_graceful_timeout": 20.0,
        "delete_jobs": "successful",
    }


def on_app_ready(app: Any) -> None:
    """Called once by the queue when Django is ready: put the timed jobs on its calendar."""
    for timed in TIMED:
        _put_on_calendar(app, timed)

    @app.periodic(cron=daily("03:40"))
    @app.task(name="queue.forget_old", queueing_lock="queue.forget_old", pass_context=True)
    async def forget_old(context: Any, timestamp: int) -> None:
        await context.app.job_manager.delete_old_jobs(nb_hours=KEEP_FAILED_HOURS, include_failed=True)


def _put_on_calendar(app: Any, timed: Timed) -> None:
    @app.periodic(cron=timed.cron)
    @app.task(name=f"timed.{timed.name}", queueing_lock=f"timed.{timed.name}", lock=f"timed.{timed.name}")
    def run(timestamp: int) -> None:
        import_string(timed.call)()


async def take_up_stalled(app: Any) -> int:
    """Jobs whose worker was killed go back into the queue; one that ended every worker is given up. How many."""
    from procrastinate import exceptions, jobs, utils

    manager = app.job_manager
    await manager.prune_stalled_workers(seconds_since_heartbeat=STALLED)
    stalled = list(await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED))
    for job in stalled:
        given_up = job.attempts >= MOST_ATTEMPTS
        if not given_up:
            try:
                await manager.retry_job(job, retry_at=utils.utcnow())
                log.warning("job %s %s is taken up again: its worker ended", job.id, job.task_name)
                continue
            except exceptions.UniqueViolation:
                pass  # the same nudge waits in the queue already: this one is not needed
        if given_up:
            log.error("job %s %s is given up: its worker ended %s times", job.id, job.task_name, job.attempts)
        await manager.finish_job(job, status=jobs.Status.FAILED, delete_job=not given_up)
    return len(stalled)


def run_worker() -> None:
    """The worker process: until a stop signal, or until it loses the database (the supervisor starts it again)."""
    from procrastinate.exceptions import ConnectorException

    try:
        asyncio.run(_run(worker_app()))
    except ConnectorException as error:
        log.error("the worker lost the database: %s", error.__cause__ or error)
        raise SystemExit(1) from None


def worker_app() -> Any:
    """The queue's app over a connection pool of its own.

    An app beside Django's, not a connector put in its place: a job that enqueues another does so on
    Django's connection, and thus in its own transaction.
    """
    from procrastinate.contrib.django import DjangoApp, app, connector_params
    from procrastinate.psycopg_connector import PsycopgConnector

    connector = PsycopgConnector(kwargs=connector_params("default"), min_size=1, max_size=4, timeout=5)
    own = DjangoApp(connector=connector)
    own.tasks, own.periodic_registry = app.tasks, app.periodic_registry
    return own


async def _run(app: Any) -> None:
    async with app.open_async():
        sweeper = asyncio.create_task(_keep_sweeping(app))
        try:
            await app.run_worker_async(**worker_options())
        finally:
            sweeper.cancel()


async def _keep_sweeping(app: Any) -> None:
    """Beside the jobs, not one of them: it must run also while long jobs hold every place."""
    while True:
        try:
            await take_up_stalled(app)
        except Exception as error:  # the database is away: the worker itself will notice and end
            log.warning("looking for stalled jobs failed: %s", type(error).__name__)
        await asyncio.sleep(SWEEP)
