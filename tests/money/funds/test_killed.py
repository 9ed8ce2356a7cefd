"""C09 with real processes: an act of money is killed with -9 at its n-th statement, and done again by another process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from gongjia.money.funds import actions, queries
from gongjia.money.funds.models import BankLine, Batch, Payment, Posting
from tests.money.funds.conftest import AT

pytestmark = pytest.mark.django_db(transaction=True)

WORKER = """
import os, signal, sys
import django
django.setup()
from django.db import connection
from gongjia.base.actor import Actor
from gongjia.money.funds import actions
from gongjia.money.funds.models import BankFile, Batch
from tests.money.funds.conftest import AT
step, key, place = sys.argv[1], sys.argv[2], int(sys.argv[3])
left = [place]
def die(execute, sql, params, many, context):
    if left[0] == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    left[0] -= 1
    return execute(sql, params, many, context)
machine = Actor.system("测试", ["*"])
with connection.execute_wrapper(die):
    if step == "send":
        actions.send(batch=Batch.objects.get(pk=key), actor=machine, at=AT)
    else:
        actions.apply_result(file=BankFile.objects.get(pk=key), actor=machine, at=AT)
"""


def run(step: str, key, place: int) -> int:
    """The exit code of a process that dies at that statement, or ends before it."""
    done = subprocess.run(
        [sys.executable, "-c", WORKER, step, str(key), str(place)],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "gongjia.config.settings", "PYTHONPATH": str(Path.cwd())},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode in (0, -signal.SIGKILL), done.stderr[-2000:]
    return done.returncode


# a statement in two, the odd ones and the even ones in turn: 36 and 42 kills a round, 1,000 in all
ROUNDS = [
    pytest.param((*range(1 + number % 2, 80, 2), 10**6), marks=pytest.mark.proof, id=f"round-{number}")
    for number in range(26)
]


@pytest.mark.parametrize("places", [pytest.param((4, 22, 10**6), id="gate"), *ROUNDS])
def test_a_process_killed_in_the_middle_leaves_nothing_half(chain, bank, places):
    batch = chain.sign(chain.batch(*(chain.award(chain.member(f"甲{n}"), 100_00 + n) for n in range(3))))
    kills = 0
    for place in places:
        kills += run("send", batch.pk, place) != 0
        batch.refresh_from_db()
        if batch.state != "checked":
            break
        assert not BankLine.objects.exists()
        assert set(Payment.objects.values_list("state", flat=True)) == {"planned"}
    assert batch.state == "sent" and BankLine.objects.count() == 3 and kills
    content = actions.take_file(batch=batch, actor=chain.maker, at=AT)[1]
    for _ in range(2):  # handed over, the confirmation lost, handed over again
        bank.accept(content, AT.date())
    file = actions.see_result(batch=batch, content=bank.answer(), name="回盘.xlsx", actor=chain.maker, at=AT)
    for place in places:
        kills += run("apply", file.pk, place) != 0
        file.refresh_from_db()
        if file.state != "seen":
            break
        assert not Posting.objects.exists()
    print(
        f"\n{kills} kills with -9; 0 double, 0 lost, ledger {sum(Posting.objects.values_list('net', flat=True))} = bank {bank.total()}"
    )
    assert sum(Posting.objects.values_list("net", flat=True)) == bank.total() == 3 * 100_00 + 3
    assert Batch.objects.get().state == "settled"
    assert queries.reconcile(chain.world.fed.pk) == []
