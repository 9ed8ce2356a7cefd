"""A worker of the kill test: `python -m tests.base.progress.victim JOB_ID`, ended by kill -9 wherever it stands.

It enters 400 days in chunks; each chunk is committed with the count of the job, and the work goes on from the days
that are there, as every job must.
"""

from __future__ import annotations

import sys
import time
from datetime import date, timedelta
from uuid import UUID

import django

FIRST, DAYS, CHUNK = date(2040, 1, 1), 400, 10


def enter_days(run) -> None:
    from django.db import transaction

    from gongjia.base.holidays.models import Holiday

    while (there := Holiday.objects.filter(day__gte=FIRST).count()) < DAYS:
        with transaction.atomic():
            new = [Holiday(day=FIRST + timedelta(days=there + n)) for n in range(CHUNK)]
            Holiday.objects.bulk_create(new)
            time.sleep(0.01)  # so that a kill also meets the middle of a chunk
            run.tick(there + CHUNK)
    run.finish({"days": DAYS})


def prepare() -> None:
    from gongjia.base import progress
    from gongjia.base.progress import running
    from gongjia.base.progress.registry import jobs

    running.BEAT, running.STALE = 0.1, timedelta(seconds=0.6)
    if "test.victim" not in jobs:
        progress.job("test.victim")(enter_days)


if __name__ == "__main__":
    django.setup()
    prepare()
    from gongjia.base.progress import running

    running.execute(UUID(sys.argv[1]))
