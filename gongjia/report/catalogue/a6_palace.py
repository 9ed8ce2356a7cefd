"""Area 6: the workers' culture palace and its rebuilding."""

from __future__ import annotations

from gongjia.report.figure import Figure, figures
from gongjia.report.kinds import Measure, Time

figures.register(
    Figure(
        key="places.palace_investment",
        area=6,
        label="工人文化宫改造总投资",
        unit="元",
        time=Time.STOCK,
        measure=Measure.SUM,
        meaning="正在实施的工人文化宫改造提升工程的概算总投资。",
        counts="以批复的概算为准；调整概算后填报新数。",
    )
)
