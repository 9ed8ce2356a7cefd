"""Spring and summer: who retires keeps the membership, who lost the job too; some come back to work."""

from __future__ import annotations

import random
from datetime import date, timedelta

from gongjia.base import journal
from gongjia.demo import lookups, size
from gongjia.demo.story import MACHINE, moment
from gongjia.who.members import actions

RETIRED, OUT_OF_WORK, BACK = 96, 18, 5
FIRST, LAST = date(2018, 2, 1), date(2018, 8, 20)
ENTERED_AFTER = timedelta(days=5)


def kept() -> None:
    """Men who turn sixty in these months, and some whose firm let them go; of these a few find work again."""
    dice = random.Random(20180701)
    now = size.now()
    retiring = lookups.men_born(date(1958, 1, 20), date(1958, 8, 5), now.of(RETIRED), enrolled_by=FIRST)
    others = lookups.men_born(date(1984, 3, 1), date(1986, 3, 1), now.of(OUT_OF_WORK), enrolled_by=FIRST)
    steps = []
    for person in retiring:
        sixty = person.born_on.replace(year=2018)
        steps.append((max(FIRST, sixty + timedelta(days=dice.randint(0, 12))), person, "11"))
    for person in others:
        steps.append((FIRST + timedelta(days=dice.randint(20, 140)), person, "3"))
    steps.sort(key=lambda step: step[0])
    with journal.act():
        for on, person, reason in steps:
            actions.retain(person=person, reason=reason, on=on, actor=MACHINE, at=moment(on + ENTERED_AFTER))
        for number, person in enumerate(others[: min(BACK, len(others) // 2)]):
            on = LAST - timedelta(days=3 * number)
            actions.resume(person=person, on=on, actor=MACHINE, at=moment(on))
