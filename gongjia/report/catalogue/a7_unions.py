"""Area 7: unions founded and kept: all from the register."""

from __future__ import annotations

from django.db.models import Q

from gongjia.base.period import Period
from gongjia.report.catalogue import bases
from gongjia.report.figure import Figure, Ratio, figures
from gongjia.report.kinds import Measure, Time
from gongjia.who.orgs.kinds import BASIC_KINDS, OrgKind
from gongjia.who.orgs.queries import rule_values

BASIC = Q(kind__in=sorted(BASIC_KINDS))


def _must_found(period: Period) -> Q:
    """GHF 11; the number is a rule value, so that a later law changes no code."""
    return Q(staff_count__gte=int(rule_values(period.last_day)["found.must_members"]))


figures.register(
    Figure(
        key="orgs.founded",
        area=7,
        label="新建工会",
        unit="家",
        time=Time.FLOW,
        base=bases.FOUNDED,
        where=BASIC,
        has_hand=False,
        meaning="期间内批准成立的基层工会家数。",
        counts="单独基层工会和联合基层工会，以成立日期为准。成立后又撤销的也计。分工会、工会小组、各级总工会和联合会不计。",
        upper="全总《基层工会调查表》：新建基层工会数",
    )
)
figures.register(
    Figure(
        key="orgs.founded_joint",
        area=7,
        label="新建联合工会",
        unit="家",
        time=Time.FLOW,
        base=bases.FOUNDED,
        where=Q(kind=OrgKind.JOINT.value),
        has_hand=False,
        part_of="orgs.founded",
        meaning="期间内新建的基层工会中，由两个以上单位联合建立的家数。",
        counts="是“新建工会”的其中数。",
        upper="全总《基层工会调查表》904 组织类型 2:联合基层工会",
    )
)
figures.register(
    Figure(
        key="orgs.members_homes_building",
        area=7,
        label="在建区域职工之家",
        unit="家",
        time=Time.STOCK,
        base=bases.HOMES_BUILDING,
        where=Q(kind="regional"),
        has_hand=False,
        to_cutoff=True,
        meaning="报告截止日正在建设、尚未开放的区域职工之家家数。",
        counts="已开工、未建成开放的计入；只有计划的不计。",
    )
)
figures.register(
    Figure(
        key="orgs.members_homes",
        area=7,
        label="已开放职工之家",
        unit="家",
        time=Time.STOCK,
        base=bases.HOMES_OPEN,
        has_hand=False,
        meaning="期末已建成开放的职工之家家数。",
        counts="区域职工之家和企业职工之家；停止使用的不计。",
    )
)
figures.register(
    Figure(
        key="orgs.basic",
        area=7,
        label="基层工会",
        unit="家",
        time=Time.STOCK,
        base=bases.UNIONS,
        where=BASIC,
        has_hand=False,
        meaning="期末基层工会家数。",
        counts="单独基层工会和联合基层工会。",
        upper="全总统计年报：基层工会数",
    )
)
figures.register(
    Figure(
        key="orgs.units_single",
        area=7,
        label="单独建会单位",
        unit="家",
        time=Time.STOCK,
        base=bases.UNIONS,
        where=Q(kind=OrgKind.SINGLE.value),
        has_hand=False,
        part_of="orgs.basic",
        meaning="期末单独建立基层工会的单位家数。",
        counts="一个单位一个基层工会。",
    )
)
figures.register(
    Figure(
        key="orgs.covered_units",
        area=7,
        label="联合建会涵盖单位",
        unit="家",
        time=Time.STOCK,
        base=bases.COVERED,
        has_hand=False,
        meaning="期末由联合基层工会、工会联合会涵盖的单位家数。",
        counts="本身已单独建会的单位不计；一个单位被几个工会涵盖也只计一次。",
        upper="全总统计年报：联合工会涵盖单位数",
    )
)
figures.register(
    Figure(
        key="orgs.open_units",
        area=7,
        label="未建会单位",
        unit="家",
        time=Time.STOCK,
        base=bases.OPEN_UNITS,
        has_hand=False,
        meaning="期末台账上尚未建立工会的单位家数。",
        counts="已注销、迁出和已建会的不计。",
    )
)
figures.register(
    Figure(
        key="orgs.open_units_due",
        area=7,
        label="25人以上未建会单位",
        unit="家",
        time=Time.STOCK,
        base=bases.OPEN_UNITS,
        where=_must_found,
        has_hand=False,
        part_of="orgs.open_units",
        meaning="期末尚未建会的单位中，职工二十五人以上、依法应当建立基层工会委员会的家数。",
        counts="职工人数以台账登记的最近一次为准，二十五人计入(工会法第十一条)。",
    )
)
figures.register(
    Ratio(
        key="orgs.coverage",
        area=7,
        label="建会率",
        unit="%",
        time=Time.STOCK,
        part=("orgs.units_single", "orgs.covered_units"),
        whole=("orgs.units_single", "orgs.covered_units", "orgs.open_units"),
        meaning="期末已建会单位占应建会单位的百分比。",
        counts="已建会单位 = 单独建会单位 + 联合建会涵盖单位；应建会单位 = 已建会单位 + 未建会单位。",
        overlap="是比率，各乡镇(街道)的数不能相加。",
    )
)
figures.register(
    Figure(
        key="orgs.terms_due",
        area=7,
        label="届满未换届",
        unit="家",
        time=Time.STOCK,
        base=bases.TERMS_OVERDUE,
        has_hand=False,
        meaning="期末任期已满、还没有换届的工会家数。",
        counts="经上级工会批准延期的，以延期后的日期为准。工作委员会、办事处没有届，不计。",
        upper="工会法第十六条",
    )
)
figures.register(
    Figure(
        key="members.admitted",
        area=7,
        label="新发展会员",
        unit="人",
        time=Time.FLOW,
        measure=Measure.PERSONS,
        base=bases.CHANGES,
        where=Q(kind="1"),
        has_hand=False,
        meaning="期间内入会的人数。",
        counts="以入会日期为准；从别的工会转入的不计，同一人只计一次。",
        upper="会籍变化类型 1 入会",
    )
)
