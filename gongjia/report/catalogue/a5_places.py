"""Area 5: places with a name of their own: rest stations, nursing rooms, meeting friends, little birds."""

from __future__ import annotations

from gongjia.report.figure import Figure, figures
from gongjia.report.kinds import Measure, Time

figures.register(
    Figure(
        key="places.rest_stations",
        area=5,
        label="爱心驿家",
        unit="家",
        time=Time.FLOW,
        meaning="期间内建成的“爱心驿家”(户外劳动者服务站点)家数。",
        counts="以开放日期为准；配套未齐全的不计。",
        upper="全总“户外劳动者服务站点”建成数",
    )
)
figures.register(
    Figure(
        key="places.nursing_rooms",
        area=5,
        label="妈咪暖心小屋",
        unit="家",
        time=Time.FLOW,
        meaning="期间内建成的“妈咪暖心小屋”(母婴室)家数。",
        counts="以开放日期为准。",
        upper="浙江省“妈咪暖心小屋”建设数",
    )
)
figures.register(
    Figure(
        key="places.nursing_rooms_national",
        area=5,
        label="达到国家级母婴室标准",
        unit="家",
        time=Time.FLOW,
        part_of="places.nursing_rooms",
        meaning="期间内建成的“妈咪暖心小屋”中达到国家级母婴室标准的家数。",
        counts="是“妈咪暖心小屋”的其中数。",
    )
)
figures.register(
    Figure(
        key="places.dating_events",
        area=5,
        label="大型相亲交友活动",
        unit="场",
        time=Time.FLOW,
        meaning="期间内举办的大型相亲交友活动场数。",
        counts="以举办日期为准。职工交友小屋的日常活动不计。",
    )
)
figures.register(
    Figure(
        key="places.little_birds",
        area=5,
        label="小候鸟关爱活动",
        unit="名",
        time=Time.FLOW,
        measure=Measure.PERSONS,
        to_cutoff=True,
        meaning="参加小候鸟关爱活动的外来务工人员子女人数。",
        counts="一个孩子一季只计一次，计到报告截止日。",
    )
)
