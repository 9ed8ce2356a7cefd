"""Area 9: officers and volunteers."""

from __future__ import annotations

from django.db.models import Q

from gongjia.report.catalogue import bases, gatherings
from gongjia.report.figure import Figure, figures
from gongjia.report.kinds import Measure, Time
from gongjia.who.members.kinds import Sex

# Administrators run the system; they are no officers of a union.
OFFICER = ~Q(role__startswith="admin_")


def _officers(key: str, label: str, where: Q, *, part_of: str = "cadres.officers", **more) -> None:
    figures.register(
        Figure(
            key=key,
            area=9,
            label=label,
            unit="人",
            time=Time.STOCK,
            measure=Measure.PERSONS,
            base=bases.POSTS,
            where=OFFICER & where,
            has_hand=False,
            part_of=part_of,
            **more,
        )
    )


_officers(
    "cadres.officers",
    "工会干部",
    Q(),
    part_of="",
    meaning="期末在任的工会干部人数。",
    counts="在本平台登记任职的各级工会干部；一人兼几职、跨几个工会也只计一次。系统管理员、安全管理员、审计管理员不计。",
    upper="全总统计年报：工会工作人员",
)
_officers(
    "cadres.full_time",
    "专职工会干部",
    Q(full_time=True),
    meaning="期末在任的专职工会干部人数。",
    counts="任职登记为专职的。",
    upper="全总统计年报：专职工会工作人员",
)
_officers(
    "cadres.women",
    "女工会干部",
    Q(person__sex=Sex.FEMALE.value),
    meaning="期末在任的女工会干部人数。",
    counts="性别未登记的不计。",
)
_officers(
    "cadres.chairs",
    "工会主席(主任)",
    Q(post_name__in=("主席", "主任", "常务副主席")) | Q(role="chair_grassroots"),
    meaning="期末在任的工会主席和工会工作委员会主任人数。",
    counts="含主持工作的常务副主席；一人任几个工会的主席只计一次。",
)
figures.register(
    Figure(
        key="cadres.volunteer_teams",
        area=9,
        label="工会志愿者服务队",
        unit="支",
        time=Time.FLOW,
        base=gatherings.TEAMS,
        meaning="期间内创立的工会志愿者服务队支数。",
        counts="以成立日期为准。",
    )
)
figures.register(
    Figure(
        key="cadres.volunteers",
        area=9,
        label="志愿者",
        unit="人",
        time=Time.FLOW,
        measure=Measure.PERSONS,
        base=gatherings.SERVED,
        has_hand=False,
        meaning="期间内参加志愿服务的人数。",
        counts="按签到；一人服务几次也只计一次。",
    )
)
figures.register(
    Figure(
        key="cadres.volunteer_visits",
        area=9,
        label="志愿服务人次",
        unit="人次",
        time=Time.FLOW,
        measure=Measure.TIMES,
        beside="cadres.volunteers",
        base=gatherings.SERVED,
        has_hand=False,
        meaning="期间内参加志愿服务的人次。",
        counts="一人服务一次计一人次。",
    )
)
figures.register(
    Figure(
        key="cadres.volunteer_hours",
        area=9,
        label="志愿服务时长",
        unit="小时",
        time=Time.FLOW,
        measure=Measure.TOTAL,
        base=gatherings.SERVED,
        has_hand=False,
        meaning="期间内志愿服务的时间合计。",
        counts="每人每次按小时计，满半小时的进一，不满的舍去。",
    )
)
figures.register(
    Figure(
        key="cadres.training_terms",
        area=9,
        label="工会干部培训",
        unit="期",
        time=Time.FLOW,
        base=gatherings.CADRE_TERMS,
        has_hand=False,
        meaning="期间内举办的工会干部业务培训期数。",
        counts="以结业日期为准，各级工会办的都计。",
    )
)
figures.register(
    Figure(
        key="cadres.trained",
        area=9,
        label="受训工会干部",
        unit="人",
        time=Time.FLOW,
        measure=Measure.PERSONS,
        base=gatherings.CADRES,
        has_hand=False,
        meaning="期间内到场参加工会干部培训的人数。",
        counts="按签到；一人参加几期也只计一次。",
    )
)
