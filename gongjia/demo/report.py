"""July and August: what is not born here yet is entered by hand with evidence; targets; the half-year report."""

from __future__ import annotations

from datetime import date

from gongjia.base.period import Period
from gongjia.demo import cast, lookups, papers, unions
from gongjia.demo.story import LAST_DAY, MACHINE, moment
from gongjia.report import actions
from gongjia.who.orgs import queries as orgs

HALF = "2018H1"
TO_AUGUST = "2018-01-01..2018-08-24"
ENTRY_DAY, LATE_DAY = date(2018, 7, 16), date(2018, 8, 25)

# (department, figure, span, value in the figure's unit (fen for money), paper, its lines)
BY_DEPARTMENT = (
    ("labour", "honours.stories", HALF, 10, "“建德工匠”风采录刊播清单", "刊播风采录10期。"),
    ("service", "care.mutual_aid_covers", "2018", 58_000, "职工医疗互助参保汇总表", "参保5.8万人次。"),
    ("service", "care.mutual_aid_persons", "2018", 24_360, "职工医疗互助参保人数表", "参保24360人。"),
    ("service", "care.mutual_aid_claims", "2018", 3_126, "医疗互助补助汇总表", "补助3126人次。"),
    ("service", "care.mutual_aid_claimants", "2018", 2_415, "医疗互助补助人数表", "补助2415人。"),
    ("service", "care.mutual_aid_paid", "2018", 412_800_000, "医疗互助补助支付汇总表", "补助412.8万元。"),
    ("service", "care.safe_returns", HALF, 326, "“平安返乡”乘车名册", "帮助326名。"),
    ("service", "care.accident_claims", HALF, 15, "意外伤害和家财损失保障支付表", "支付15起。"),
    ("service", "care.accident_paid", HALF, 4_500_000, "意外伤害和家财损失保障金支付凭证", "支付4.5万元。"),
    ("service", "care.health_checks", HALF, 420, "外来务工人员体检到检名册", "体检420名。"),
    ("women", "places.rest_stations", HALF, 2, "“爱心驿家”验收表", "建成2家。"),
    ("women", "places.nursing_rooms", HALF, 3, "“妈咪暖心小屋”验收表", "建成3家。"),
    ("women", "places.nursing_rooms_national", HALF, 3, "国家级母婴室标准核对表", "3家均达标。"),
    ("palace", "places.palace_investment", HALF, 3_860_000_000, "寿昌工人文化宫改造概算批复", "总投资3860万元。"),
    ("publicity", "members.city_app", TO_AUGUST, 21_356, "“杭工e家”推广统计截图", "推广21356人。"),
)  # fmt: skip
TARGETS = {
    "labour.model_units": 20, "orgs.founded": 30, "orgs.members_homes_building": 5, "places.rest_stations": 4,
    "places.nursing_rooms": 5, "skills.contests_city": 15, "skills.tuition_grants": 100, "honours.craftsmen": 10,
    "care.mutual_aid_covers": 60_000, "members.real_name": 66_000, "members.portal_activated": 6_000,
    "orgs.platforms_opened": 700, "skills.talks": 80,
}  # fmt: skip
EVIDENCE = (
    (6, "目前土建工程已完成，", "寿昌工人文化宫土建工程验收单"),
    (9, "组织开展工会干部业务培训，", "工会干部业务培训通知和签到表"),
    (9, "赴湖州、绍兴等地召开推介会，助推建德全域旅游更快更好地发展。", "全域旅游推介会方案"),
)


def half_year() -> None:
    """Targets in January, hand entries in July and August, the report with its sections and evidence."""
    federation = orgs.by_code(unions.COUNTY)
    players = {
        player.key: lookups.actor_of(lookups.person_by_id(player.id_no).account_id, LAST_DAY)
        for player in cast.FEDERATION
    }
    for figure, value in TARGETS.items():
        actions.set_target(
            org=federation,
            figure=figure,
            year=2018,
            value=value,
            actor=players["publicity"],
            at=moment(date(2018, 7, 4)),
        )
    for department, figure, span, value, title, line in BY_DEPARTMENT:
        _enter(federation, figure, span, value, title, line, players[department])
    for code, _, short, _ in unions.second_level():
        org = orgs.by_code(code)
        if code.isdigit():
            _enter(
                org,
                "labour.congress_observations",
                HALF,
                1,
                f"{short}区域职代会观摩会签到表",
                "召开观摩会1次。",
                MACHINE,
            )
    _report(federation, players)


def _enter(org, figure: str, span: str, value: int, title: str, line: str, actor) -> None:
    period = Period.parse(span)
    day = LATE_DAY if period.last_day >= date(2018, 8, 1) else ENTRY_DAY
    if actor is MACHINE:
        actor = second_level_actor(org)
    attachment = papers.keep(
        title, [line], on=f"2018年{day.month}月{day.day}日", actor=actor, at=moment(day), org=org, signed=org.name
    )
    actions.enter_hand(
        org=org, figure=figure, period=period, value=value, attachment=attachment, actor=actor, at=moment(day)
    )


def second_level_actor(org):
    """The officer of a second-level union."""
    return lookups.actor_of(lookups.officer_accounts(org=org)[0], LAST_DAY)


def _report(federation, players: dict) -> None:
    report = actions.open_report(
        key=HALF, org=federation, period=Period.parse(HALF), cutoff=LAST_DAY,
        title="建德市总工会2018年上半年工作总结", actor=players["publicity"], at=moment(date(2018, 8, 20)), due_on=date(2018, 8, 27),
        preface="今年以来，在市委和上级工会的指导下，市总工会深入学习十九大精神，围绕“五个主题年”活动，聚焦主业主责、致力维权维稳，夯实基层基础，改革创新、岗位练兵、服务大局，团结带领广大职工，为实现建德新崛起贡献工会新作为。",
    )  # fmt: skip
    sections = {section.area: section for section in report.sections.all()}
    department = {
        1: "labour",
        2: "labour",
        3: "rights",
        4: "service",
        5: "women",
        6: "palace",
        7: "publicity",
        8: "publicity",
        9: "publicity",
    }
    for area, line, title in EVIDENCE:
        actor = players[department[area]]
        paper = papers.keep(
            title, ["详见附件。"], on="2018年8月22日", actor=actor, at=moment(date(2018, 8, 22)), org=federation
        )
        actions.attach_evidence(
            section=sections[area], line=line, attachments=[paper], actor=actor, at=moment(date(2018, 8, 22))
        )
    for area in (1, 2, 3, 5, 6, 7, 8):
        actions.sign_section(section=sections[area], actor=players[department[area]], at=moment(date(2018, 8, 24)))
