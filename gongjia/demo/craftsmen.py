"""March to June: the first craftsmen. Sixty nominations, four desks, a panel, a notice, ten names, ten prizes."""

from __future__ import annotations

import io
import random
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from gongjia.base import sheets
from gongjia.demo import chains, lookups, papers, unions
from gongjia.demo.paying import Counter, Till
from gongjia.demo.story import moment
from gongjia.who.orgs import queries as orgs
from gongjia.work.programmes import actions
from gongjia.work.publish import actions as notices

NOMINATED, OF_ONE, PLACES, PRIZE = 60, 3, 10, 1_000_000  # the prize in fen: 1 万元 each
MADE, OPENS, CLOSES = date(2018, 3, 1), date(2018, 3, 5), date(2018, 4, 13)
QUALIFIED, PANEL, RANKED, DECIDED = date(2018, 4, 24), date(2018, 5, 8), date(2018, 5, 10), date(2018, 5, 14)
OBJECTED, UPHELD, SETTLED, MOVED_UP, FINISHED = (
    date(2018, 5, 16), date(2018, 5, 18), date(2018, 5, 22), date(2018, 5, 28), date(2018, 6, 1),
)  # fmt: skip
SIGNED, SENT, ANSWERED = date(2018, 6, 5), date(2018, 6, 12), date(2018, 6, 14)
ITEM, CARDS = "50101", 5_000_000
TRADES = (
    ("数控车工", "把薄壁件的车削废品率降到千分之三", "innovation"),
    ("模具钳工", "独创冲模间隙“三步调整法”", "skill"),
    ("电焊工", "压力容器单面焊双面成形一次合格", "skill"),
    ("维修电工", "改造旧生产线的控制柜，年节电二十万度", "innovation"),
    ("化工工艺员", "优化精馏操作，年节约蒸汽三千吨", "innovation"),
    ("纺织挡车工", "总结“一眼五看”巡回操作法", "influence"),
    ("中式烹调师", "恢复九姓渔民传统菜六道", "influence"),
    ("草莓栽培工", "带出种植能手四十多人", "teaching"),
    ("航空设备装调工", "带徒十二名，八名成为班组长", "teaching"),
    ("起重装卸机械操作工", "连续十五年安全作业无事故", "skill"),
)
JUDGES = (
    ("俞示例", "市人力社保局职业能力建设科"), ("柴示例", "市经信局技术进步科"), ("胡示例", "市高级技工学校"),
    ("许示例", "企业首席技师"), ("诸示例", "杭州市总工会劳动经济工作部"),
)  # fmt: skip
CRITERIA = ("craft", "results", "teaching", "conduct")
LABELS = ("技艺水平", "业绩贡献", "传帮带", "职业道德")


def chosen() -> None:
    """The whole round, from the call to the ten certificates."""
    desks, dice = chains.Desks(), random.Random(20180305)
    federation = orgs.by_code(unions.COUNTY)
    labour = desks.player("labour")
    round_ = actions.make_round(
        type="craftsman", org=federation, title="首届“建德工匠”认定", year=2018, cycle="首届", opens_at=moment(OPENS, 0),
        closes_at=moment(CLOSES, 18), quota=PLACES, amount=PRIZE, notice_phone=chains.PHONE, actor=labour, at=moment(MADE),
    )  # fmt: skip
    round_ = actions.open_round(round_=round_, actor=labour, at=moment(OPENS))
    rows = _nominated(round_, desks, dice)
    actions.close_round(round_=round_, actor=labour, at=moment(CLOSES, 18, 30))
    # the desk of qualification leaves out those whose years do not hold against the papers
    rows = _desks(rows, desks)
    _scored(round_, rows, labour, dice)
    places = actions.rank(round_=round_, actor=labour, at=moment(RANKED))
    _decided(round_, [place.ref for place in places[:PLACES]], federation, labour)
    _paid(round_, federation, desks)


def _nominated(round_: Any, desks: chains.Desks, dice: random.Random) -> list[Any]:
    """The chairs of basic unions put forward the best of their firm, at most three of one."""
    chairs = lookups.chairs()
    found = lookups.candidates(
        chairs, since=date(2018, 1, 31), person__skill_level__in=("1", "2", "3"), person__born_on__lt=date(1986, 1, 1),
    )  # fmt: skip
    found = sorted(found, key=lambda one: (one.code, one.skill_level, one.pk))
    pile = []
    for number, spell in enumerate(chains.picked(found, NOMINATED, OF_ONE)):
        day = OPENS + timedelta(days=3 + number * 34 // NOMINATED)
        chair = desks.account(chairs[spell.org_id])
        pile.append(chains.Form(chair, day, _answers(spell, number, chair, day, dice), spell.person))
    return chains.listed(round_, pile)


def _answers(spell: Any, number: int, chair: Any, day: date, dice: random.Random) -> dict[str, Any]:
    trade, deed, five = TRADES[number % len(TRADES)]
    years = min(2018 - spell.person.born_on.year - 19, dice.randint(12, 30))
    answers: dict[str, Any] = {
        "trade": trade, "years": str(max(years, 11)), "front_line": True, "five": [five], "prize": "none",
        "deeds": f"{deed}，在本岗位工作{max(years, 11)}年，多次解决生产难题。", "brief": f"{trade}，{deed}。", "honest": True,
    }  # fmt: skip
    if number % 20 == 7:  # a first prize in a contest of the greater city, with its certificate
        paper = papers.keep(
            f"{trade}技能大赛获奖证书", [f"在杭州市职工技能大赛{trade}项目中获第一名。"], on="2016年10月20日", actor=chair,
            at=moment(day), org=spell.org, signed="杭州市职工技能大赛组委会",
        )  # fmt: skip
        answers |= {"five": [five, "contest"], "prize": "city", "prize_proof": [str(paper.pk)]}
    return answers


def _desks(rows: Sequence[Any], desks: chains.Desks) -> list[Any]:
    """Own union, township or industry, qualification, second look; five do not pass the third."""
    days = {1: date(2018, 4, 16), 2: date(2018, 4, 20), 3: QUALIFIED, 4: date(2018, 4, 28)}
    for number in (1, 2):
        rows = lookups.again(rows)
        by_desk: dict[Any, list[Any]] = {}
        for one in rows:
            if not one.desk_role:
                by_desk.setdefault(one.desk_org_id, []).append(one)
        for org_id, some in by_desk.items():
            chains.review(some, "pass", desks.of(org_id), days[number], reason="事迹属实，同意推荐")
    declined = rows[9::12]
    labour = desks.player("labour")
    chains.review(declined, "decline", labour, QUALIFIED, reason="从事本工种的年限缺少佐证材料")
    rest = [one for one in rows if one not in declined]
    chains.walk(
        rest, desks, {"city_labour": "labour", "city_publicity|leader": "publicity"}, lambda turn: days[turn + 2]
    )
    return lookups.again(rest)


def _scored(round_: Any, rows: Sequence[Any], labour: Any, dice: random.Random) -> None:
    """Five judges hand in their sheets; one stands aside where his own apprentice is concerned."""
    at = moment(PANEL)
    judges = actions.set_judges(
        round_=round_, judges=[actions.NewJudge(name, title) for name, title in JUDGES], actor=labour, at=at
    )
    by_name = {judge.name: judge for judge in judges}
    mentor = by_name["许示例"]
    actions.declare_conflict(judge=mentor, application=rows[4], reason="师徒关系", actor=labour, at=at)
    worth = {one.pk: 70 + place * 29 // len(rows) for place, one in enumerate(dice.sample(list(rows), len(rows)))}
    for name, _title in JUDGES:
        lines = []
        for one in rows:
            aside = by_name[name] is mentor and one is rows[4]
            marks = ["" if aside else f"{min(100, worth[one.pk] + dice.randint(-3, 3)) / 10:.1f}" for _ in CRITERIA]
            lines.append([one.number, one.applicant_name, *marks])
        buffer = io.BytesIO()
        columns = [sheets.Column(title, width=14, text=True) for title in ("申报编号", "姓名", *LABELS)]
        sheets.write(buffer, [sheets.SheetOut("评分表", columns, lines)])
        done = actions.import_scores(
            judge=by_name[name], source=buffer.getvalue(), name=f"{name}评分表.xlsx", actor=labour, at=at
        )
        if done.refused:
            raise RuntimeError(str(done.refused[0]))


def _decided(round_: Any, first: Sequence[Any], federation: Any, labour: Any) -> None:
    """Ten on notice; an objection against the tenth is upheld, the eleventh moves up; ten are named."""
    document = "建总工〔2018〕21号"
    paper = papers.keep(
        "关于认定首届“建德工匠”的决定", ["经基层推荐、资格审查、专家评审，市总工会党组会议研究，拟认定首届“建德工匠”10名，公示后公布。"],
        on="2018年5月14日", number=document, actor=labour, at=moment(DECIDED), org=federation,
    )  # fmt: skip
    decision = actions.decide(
        round_=round_, choices=[actions.Choice(ref) for ref in first], decided_on=DECIDED, number=document,
        meeting="市总工会党组会议", attachment=paper, actor=labour, at=moment(DECIDED, 16),
    )  # fmt: skip
    notice = decision.notice
    line = notice.lines.get(ref=first[-1])
    objection = notices.object_to(
        notice=notice, line=line, text="申报表里写的带徒成绩是班组集体的，不是他一个人的。", at=moment(OBJECTED, 20)
    )
    notices.settle_objection(
        objection=objection, upheld=True, answer="经到所在单位核实，反映的情况属实，取消其本届人选资格。", actor=labour, at=moment(UPHELD, 10),
    )  # fmt: skip
    moved = actions.settle_notice(decision=decision, actor=labour, at=moment(UPHELD, 11)).moved_up
    if moved is None:
        raise RuntimeError("nobody moved up")
    actions.settle_notice(decision=decision, actor=labour, at=moment(SETTLED))
    actions.settle_notice(decision=moved, actor=labour, at=moment(MOVED_UP))
    notices.end_due(actor=labour, at=moment(MOVED_UP))
    actions.finish_round(round_=round_, actor=labour, at=moment(FINISHED))


def _paid(round_: Any, federation: Any, desks: chains.Desks) -> None:
    """The prizes, with the tax on each, signed by three and paid."""
    till, counter = Till(desks, federation), Counter(desks, CARDS)
    awards = list(round_.awards.select_related("person").order_by("serial", "pk"))
    line = till.line("“建德工匠”奖励金", "own", PRIZE * PLACES, ITEM, FINISHED)
    till.earmark(line, round_, PRIZE * PLACES, FINISHED)
    for award in awards:
        counter.enter(award.person, federation, SIGNED, "service")
    till.answered(till.first("首届“建德工匠”奖励金", [award.pk for award in awards], ITEM, SENT), ANSWERED)
