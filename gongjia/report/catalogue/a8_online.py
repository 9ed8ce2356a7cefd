"""Area 8: unions and members on record, and who uses the platform."""

from __future__ import annotations

from django.db.models import Q

from gongjia.report.catalogue import bases
from gongjia.report.figure import Figure, figures
from gongjia.report.kinds import Measure, Time
from gongjia.who.members.kinds import Sex
from gongjia.who.members.queries.counts import activated_by
from gongjia.who.orgs.kinds import PART_KINDS

ACTIVE = Q(standing="active")


def _members(key: str, label: str, where, *, part_of: str = "members.total", has_hand: bool = False, **more) -> Figure:
    """A figure of members who stand on the roster on the day; all of them share one statement."""
    return figures.register(
        Figure(
            key=key,
            area=8,
            label=label,
            unit="人",
            time=Time.STOCK,
            measure=Measure.PERSONS,
            base=bases.SPELLS,
            where=where,
            has_hand=has_hand,
            to_cutoff=True,
            part_of=part_of,
            **more,
        )
    )


figures.register(
    Figure(
        key="orgs.registered",
        area=8,
        label="录入工会",
        unit="个",
        time=Time.STOCK,
        base=bases.UNIONS,
        where=~Q(kind__in=sorted(PART_KINDS)),
        has_hand=False,
        to_cutoff=True,
        meaning="报告截止日登记在本平台、正常运转的工会个数。",
        counts="各级总工会、工会工作委员会、产业工会、联合会和基层工会；分工会和工会小组不计。已撤销、合并和筹建中的不计。",
        upper="全总工会组织和会员实名制管理系统：工会组织数",
    )
)
figures.register(
    Figure(
        key="orgs.platforms_opened",
        area=8,
        label="开通管理平台",
        unit="个",
        time=Time.STOCK,
        base=bases.AT_WORK,
        where=~Q(kind__in=sorted(PART_KINDS)),
        has_hand=False,
        to_cutoff=True,
        part_of="orgs.registered",
        meaning="报告截止日有任职干部登录过本平台的工会个数。",
        counts="只发了账号、没有人登录过的不计。",
    )
)
_members(
    "members.total",
    "在册会员",
    ACTIVE,
    part_of="",
    has_hand=True,  # of unions whose roster has not come in yet
    meaning="报告截止日在册的工会会员人数。",
    counts="一人只计一次。保留会籍的另计，不在本数内；已转出、退会、除名和去世的不计。名册还没有导入的工会可以手工填报。",
    upper="全总统计年报：工会会员数",
)
_members(
    "members.women",
    "女会员",
    ACTIVE & Q(person__sex=Sex.FEMALE.value),
    has_hand=True,
    meaning="在册会员中的女会员人数。",
    counts="性别未登记的不计。",
    upper="全总统计年报：女会员",
)
_members(
    "members.rural_workers",
    "农民工会员",
    ACTIVE & Q(person__is_rural_worker=True),
    has_hand=True,
    meaning="在册会员中的农民工人数。",
    counts="按工作所在地统计，一次入会、流动管理。",
    upper="全总统计年报：农民工会员",
)
_members(
    "members.new_trades",
    "新就业形态会员",
    ACTIVE & ~Q(trade=""),
    meaning="在册会员中从事新就业形态职业的人数。",
    counts="会籍上登记了新就业形态职业(货车司机、网约车司机、快递员、外卖配送员等)的。",
)
_members(
    "members.with_documents",
    "有证件会员",
    ACTIVE & Q(person__id_index__isnull=False),
    meaning="在册会员中登记了有效证件号码的人数。",
    counts="居民身份证、港澳台通行证、护照等都计。",
    overlap="在册、有证件、本平台开通(本人认证)是三个不同的数。",
)
_members(
    "members.real_name",
    "实名制会员",
    ACTIVE & Q(person__id_index__isnull=False, person__phone_index__isnull=False) & ~Q(person__name=""),
    part_of="members.with_documents",
    meaning="在册会员中姓名、证件号码、手机号三项齐全的人数。",
    counts="以工会会员实名制采集表的必填项为准。",
    upper="全总实名制(总工办发〔2017〕14号)：已采集会员数",
)
_members(
    "members.portal_activated",
    "本平台开通",
    lambda period: ACTIVE & activated_by(period.last_day),
    meaning="在册会员中本人用手机登录过本平台并同意隐私规则的人数。",
    counts="以首次登录为准(本人认证)。由干部代办、没有本人登录的不计。",
)
figures.register(
    Figure(
        key="members.retained",
        area=8,
        label="保留会籍",
        unit="人",
        time=Time.STOCK,
        measure=Measure.PERSONS,
        base=bases.SPELLS,
        where=Q(standing="retained"),
        has_hand=False,
        to_cutoff=True,
        meaning="报告截止日保留会籍的人数。",
        counts="保留会籍期间不交会费、不计入会员数。",
        overlap="不含在“在册会员”内。",
        upper="会籍变化类型 3 保留",
    )
)
figures.register(
    Figure(
        key="members.city_app",
        area=8,
        label="杭工e家推广",
        unit="人",
        time=Time.STOCK,
        measure=Measure.PERSONS,
        to_cutoff=True,
        meaning="报告截止日注册杭州市总工会“杭工e家”的本市会员人数。",
        counts="由杭州市总工会后台导出，手工填报。",
        overlap="与“本平台开通”是两个平台，人员可能重叠，不能相加。",
        upper="杭工e家后台：建德市注册会员数",
    )
)
