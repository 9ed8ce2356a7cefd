"""Area 1: craftsmen chosen and made known."""

from __future__ import annotations

from gongjia.report.catalogue import chains
from gongjia.report.figure import Figure, figures
from gongjia.report.kinds import Measure, Time

figures.register(
    Figure(
        key="honours.craftsmen",
        area=1,
        label="认定建德工匠",
        unit="名",
        time=Time.FLOW,
        base=chains.CRAFTSMEN,
        measure=Measure.PERSONS,
        meaning="期间内由市总工会发文认定的“建德工匠”人数。",
        counts="以认定文件的日期为准；同一人一届只计一次。获提名未认定的不计。",
        upper="杭州市总工会工匠培育统计：县(市)级工匠",
    )
)
figures.register(
    Figure(
        key="honours.craftsmen_nominated",
        area=1,
        label="工匠申报",
        unit="人",
        time=Time.FLOW,
        measure=Measure.PERSONS,
        base=chains.NOMINATIONS,
        has_hand=False,
        meaning="期间内提交“建德工匠”申报的人数。",
        counts="以提交日期为准，不论结果；只存了草稿、没有提交的不计。",
    )
)
figures.register(
    Figure(
        key="honours.stories",
        area=1,
        label="工匠风采录",
        unit="期",
        time=Time.FLOW,
        meaning="期间内推出的“建德工匠”风采录期数。",
        counts="以首次刊播日期为准；重播、转载不另计。",
    )
)
