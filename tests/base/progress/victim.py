"""The work of the kill test: 400 days entered in chunks.

Each chunk is committed with the count of the job, and the work goes on from the days that are there, as every job must.
"""

from __future__ import annotations

import time
from datetime import date, timedelta

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
