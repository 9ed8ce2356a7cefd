"""Area 2: workers' skills: contests, training, tuition aid, talks and shows."""

from __future__ import annotations

from gongjia.report.figure import Figure, figures
from gongjia.report.kinds import Measure, Time

figures.register(
    Figure(
        key="skills.contests_city",
        area=2,
        label="市级技能竞赛",
        unit="项",
        time=Time.FLOW,
        meaning="期间内由市总工会主办或联合主办的职工技能竞赛项数。",
        counts="以决赛日期为准；一项竞赛的初赛、复赛不另计。",
        upper="全总统计年报：县级及以上技能竞赛次数",
    )
)
figures.register(
    Figure(
        key="skills.contests_drawn_in",
        area=2,
        label="带动全市技能竞赛",
        unit="项",
        time=Time.FLOW,
        meaning="期间内乡镇(街道)、产业工会和基层工会组织的职工技能竞赛项数。",
        counts="由组织竞赛的工会各自填报本级的项数。",
        overlap="不含市总工会主办的市级技能竞赛(skills.contests_city)。",
        upper="全总统计年报：基层技能竞赛次数",
    )
)
figures.register(
    Figure(
        key="skills.training_terms",
        area=2,
        label="免费职业技能培训",
        unit="期",
        time=Time.FLOW,
        meaning="期间内市级层面免费开办的职业技能培训期数。",
        counts="以结业日期为准。基层自办的培训不计。",
    )
)
figures.register(
    Figure(
        key="skills.tuition_grants",
        area=2,
        label="资助上大学",
        unit="名",
        time=Time.FLOW,
        measure=Measure.PERSONS,
        meaning="期间内获得学历提升资助的优秀职工和农民工人数。",
        counts="以批准资助的日期为准；同一人同一年度只计一次。",
        upper="“求学圆梦行动”资助人数",
    )
)
figures.register(
    Figure(
        key="skills.talks",
        area=2,
        label="职工讲座",
        unit="场",
        time=Time.FLOW,
        meaning="期间内为职工举办的各类讲座场数。",
        counts="同一讲座在不同单位举办的，每到一处计一场。",
    )
)
figures.register(
    Figure(
        key="skills.shows",
        area=2,
        label="文艺演出",
        unit="场",
        time=Time.FLOW,
        meaning="期间内为职工举办的文艺演出场数。",
        counts="市总工会主办、承办的演出。",
    )
)
