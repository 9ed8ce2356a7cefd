from __future__ import annotations

import threading
import uuid
from datetime import timedelta

import pytest
from django.db import connection, connections, transaction

from gongjia.base import clock, outbox, progress
from gongjia.base.actor import Actor
from gongjia.base.progress import actions, running
from gongjia.base.progress.models import Progress
from gongjia.base.progress.registry import jobs
from gongjia.base.refused import Forbidden, Hidden, Reason, Refused

ROBOT = Actor.system("试验", ["*"])


@pytest.fixture
def job():
    """Register jobs for one test."""
    keys = []

    def register(call, key=None):
        key = key or f"test.{uuid.uuid4().hex[:8]}"
        progress.job(key)(call)
        keys.append(key)
        return key

    yield register
    for key in keys:
        jobs._things.pop(key, None)


def started(kind, actor=ROBOT, **more):
    return progress.start(kind=kind, label="试一试", actor=actor, at=clock.now(), **more)


def queued(row) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from procrastinate_jobs where task_name = 'progress.run' and args->>'progress_id' = %s"
            " and status = 'todo'",
            [str(row.pk)],
        )
        return cursor.fetchone()[0]


@pytest.mark.django_db
def test_from_start_to_result(job):
    seen = []

    def work(run):
        seen.append((run.args, run.actor.label, run.total))
        for done in range(1, 4):
            run.tick(done)
        return {"added": 3}

    row = started(job(work), total=3, args={"batch": "x"})
    assert (row.state, queued(row)) == ("waiting", 1)
    ended = progress.run_now(row)
    assert seen == [({"batch": "x"}, "试验", 3)]
    assert (ended.state, ended.done, ended.result, ended.run_id) == ("done", 3, {"added": 3}, None)
    assert ended.started_at <= ended.ended_at and row.state == "done"
    assert progress.find(row.pk) == ended and progress.find(uuid.uuid4()) is None


@pytest.mark.django_db
def test_an_unknown_kind_is_a_fault_of_the_caller():
    with pytest.raises(KeyError):
        started("no.such.job")


@pytest.mark.django_db
def test_start_that_is_rolled_back_leaves_no_nudge(job):
    kind = job(lambda run: None)
    with pytest.raises(RuntimeError), transaction.atomic():
        row = started(kind)
        raise RuntimeError
    assert progress.find(row.pk) is None and queued(row) == 0


@pytest.mark.django_db
def test_a_second_nudge_is_swallowed_and_spoils_nothing(job):
    row = started(job(lambda run: None))
    actions.nudge(row.pk)
    assert queued(row) == 1 and progress.find(row.pk) == row


@pytest.mark.django_db
def test_running_twice_does_the_work_once(job):
    calls = []
    row = started(job(lambda run: calls.append(run.id)))
    progress.run_now(row)
    progress.run_now(row)
    assert calls == [row.pk]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "error,message",
    [
        (Refused([Reason("a", "名册里没有姓名。"), Reason("b", "工会不存在。")]), "名册里没有姓名。；工会不存在。"),
        (Forbidden("members.import"), "您没有办理这件事的权限。"),
        (Hidden(), "要办理的内容已经不在了，或者不归您管。"),
    ],
)
def test_what_a_job_refuses_is_told(job, error, message):
    def work(run):
        raise error

    ended = progress.run_now(started(job(work)))
    assert (ended.state, ended.message) == ("failed", message)


@pytest.mark.django_db
def test_a_fault_of_the_program_is_told_without_its_words_and_raised_to_tests(job, caplog):
    def work(run):
        raise ValueError(run.args["row"])

    row = started(job(work), args={"row": "330100199001010018"})
    with pytest.raises(ValueError):
        progress.run_now(row)
    row.refresh_from_db()
    assert row.state == "failed" and "330100" not in row.message and str(row.pk)[-8:] in row.message
    assert "330100" not in caplog.text and "ValueError" in caplog.text
    again = started(job(work), args={"row": ""})
    running.execute(again.pk)  # as the worker does
    again.refresh_from_db()
    assert again.state == "failed"


@pytest.mark.django_db
def test_cancel(job):
    account = uuid.uuid4()
    person = Actor(account, None, "赵干部")

    def work(run):
        progress.cancel(run.id, actor=person)
        run.tick(5, message="第五行")
        raise AssertionError("it went on")

    waiting = started(job(lambda run: None), actor=person)
    with pytest.raises(Hidden):
        progress.cancel(waiting.pk, actor=Actor(uuid.uuid4(), None, "别人"))
    progress.cancel(waiting.pk, actor=person)
    waiting.refresh_from_db()
    assert waiting.state == "cancelled"
    assert progress.run_now(waiting).state == "cancelled"
    row = started(job(work))
    Progress.objects.filter(pk=row.pk).update(account_id=account)
    assert progress.run_now(row).state == "cancelled"
    progress.cancel(row.pk, actor=person)  # over already: nothing happens


@pytest.mark.django_db
def test_the_bell_rings_for_the_starter(job):
    account = uuid.uuid4()
    row = started(
        job(lambda run: run.finish({"n": 1}, message="新增 3 人。")),
        actor=Actor(account, None, "赵干部"),
        url="/console/x",
    )
    progress.run_now(row)
    (item,) = outbox.inbox(account)
    assert (item.title, item.body, item.url) == ("试一试：办好了", "新增 3 人。", "/console/x")
    assert list(progress.mine(account)) == [row] and not progress.mine(uuid.uuid4()).exists()


@pytest.mark.django_db
def test_the_actor_is_rebuilt_when_the_job_runs(job, settings, monkeypatch):
    """A post that ended between start and run gives no power any more."""
    seen = []
    row = started(job(lambda run: seen.append(run.actor)), actor=ROBOT)
    progress.run_now(row)
    assert seen[0].everywhere and seen[0].holds("members.import")
    gone = started(job(lambda run: run.actor), actor=Actor(uuid.uuid4(), None, "已删"))
    assert progress.run_now(gone).message == "发起人的账号已停用。"


@pytest.mark.django_db
def test_ticks_are_few(job, django_assert_max_num_queries):
    def work(run):
        with django_assert_max_num_queries(3):
            for done in range(10_000):
                run.tick(done)

    assert progress.run_now(started(job(work), total=10_000)).state == "done"


@pytest.mark.django_db
def test_a_run_that_lost_its_lease_can_write_nothing(job):
    """A worker that was frozen while another took over must not end the row, nor go on."""

    def work(run):
        Progress.objects.filter(pk=run.id).update(run_id=uuid.uuid4())
        with pytest.raises(progress.Lost):
            run.tick(1, message="x")
        with pytest.raises(progress.Lost):
            run.finish({})
        with pytest.raises(progress.Lost):
            run.check()
        raise progress.Lost

    ended = progress.run_now(started(job(work)))
    assert (ended.state, ended.done, ended.message) == ("running", 0, "")


@pytest.mark.django_db
def test_sweep_takes_up_what_was_left(job):
    calls = []
    kind = job(lambda run: calls.append(run.attempts))
    killed, alive, lost, fresh = (started(kind, defer=False) for _ in range(4))
    now = clock.real_now()
    Progress.objects.filter(pk=killed.pk).update(state="running", attempts=1, beat_at=now - timedelta(seconds=11))
    Progress.objects.filter(pk=alive.pk).update(state="running", attempts=1, beat_at=now)
    Progress.objects.filter(pk=fresh.pk).update(beat_at=now)
    assert progress.sweep() == 2
    assert [queued(row) for row in (killed, alive, lost, fresh)] == [1, 0, 1, 0]
    assert progress.run_now(alive).state == "running"
    assert progress.run_now(killed).state == "done" and calls == [2]


@pytest.mark.django_db
def test_a_job_that_ends_every_worker_is_given_up(job):
    row = started(job(lambda run: None), defer=False)
    Progress.objects.filter(pk=row.pk).update(
        state="running", attempts=running.MOST_ATTEMPTS, beat_at=clock.real_now() - timedelta(minutes=1)
    )
    progress.sweep()
    row.refresh_from_db()
    assert row.state == "failed" and "中断" in row.message and queued(row) == 0


@pytest.mark.django_db(transaction=True)
def test_two_workers_and_a_heart(job, monkeypatch):
    """While one works, past the time a silent worker counts as dead, a second finds nothing to do."""
    monkeypatch.setattr(running, "BEAT", 0.05)
    monkeypatch.setattr(running, "STALE", timedelta(seconds=0.4))
    inside, leave, calls = threading.Event(), threading.Event(), []

    def work(run):
        calls.append(run.id)
        inside.set()
        assert leave.wait(10)

    row = started(job(work), defer=False)

    def worker():
        running.execute(row.pk)
        connections.close_all()

    first = threading.Thread(target=worker)
    first.start()
    assert inside.wait(10)
    first.join(timeout=0.8)  # longer than STALE: only the heart keeps the lease
    assert running.execute(row.pk) is False and progress.sweep() == 0
    leave.set()
    first.join(timeout=10)
    row.refresh_from_db()
    assert calls == [row.pk] and row.state == "done"


@pytest.mark.django_db(transaction=True)
def test_negative_control_without_a_heart_a_second_worker_would_start(job, monkeypatch):
    monkeypatch.setattr(running, "STALE", timedelta(seconds=0.2))
    monkeypatch.setattr(running.Heart, "start", lambda self: None)
    monkeypatch.setattr(running.Heart, "stop", lambda self: None)
    calls = []

    def work(run):
        calls.append(run.id)
        if len(calls) == 1:
            threading.Event().wait(0.4)
            assert running.execute(run.id) is True

    row = started(job(work), defer=False)
    running.execute(row.pk)
    assert len(calls) == 2


@pytest.mark.django_db(transaction=True)
def test_a_row_locked_by_its_chunk_is_not_taken_for_dead(job):
    row = started(job(lambda run: None), defer=False)
    Progress.objects.filter(pk=row.pk).update(state="running", beat_at=clock.real_now() - timedelta(minutes=5))
    found = []

    def second():
        found.append(running.execute(row.pk))
        connections.close_all()

    with transaction.atomic():
        Progress.objects.select_for_update().get(pk=row.pk)
        other = threading.Thread(target=second)
        other.start()
        other.join(timeout=10)
    assert found == [False]


@pytest.mark.django_db(transaction=True)
def test_a_lost_connection_is_tried_again(job):
    calls = []

    def work(run):
        calls.append(run.attempts)
        if len(calls) == 1:
            with connection.cursor() as cursor:
                cursor.execute("select pg_terminate_backend(pg_backend_pid())")

    row = started(job(work), defer=False)
    running.execute(row.pk)
    row.refresh_from_db()
    assert (row.state, queued(row)) == ("waiting", 1)
    running.execute(row.pk)
    row.refresh_from_db()
    assert (row.state, calls) == ("done", [1, 2])
