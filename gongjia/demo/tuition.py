"""March to June: a year of tuition aid. Members apply on the phone or at the counter; fifty-one are taken in."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

from gongjia.demo import chains, lookups, papers, unions
from gongjia.demo.story import moment
from gongjia.who.orgs import queries as orgs
from gongjia.work.programmes import actions
from gongjia.work.publish import actions as notices

GRANTED, DECLINED, OF_ONE = 51, 4, 3
ASKED = GRANTED + DECLINED
ALONE = 5  # every fifth of those with a log-in applies on the phone
MADE, OPENS, CLOSES = date(2018, 3, 8), date(2018, 3, 12), date(2018, 4, 20)
OWN, TOWNSHIP, QUALIFIED = date(2018, 4, 25), date(2018, 5, 3), date(2018, 5, 11)
DECIDED, SETTLED, FINISHED = date(2018, 5, 17), date(2018, 5, 28), date(2018, 6, 4)
# the diploma on file -> (level asked for, diploma told)
LEVELS = {"41": ("college", "high_school"), "60": ("college", "high_school"), "30": ("bachelor", "college")}
SCHOOLS = (
    ("浙江广播电视大学建德学院", "工商企业管理"), ("国家开放大学", "机械制造与自动化"), ("浙江工业大学继续教育学院", "化学工程与工艺"),
    ("杭州职业技术学院", "数控技术"), ("浙江大学远程教育学院", "行政管理"), ("中国计量大学继续教育学院", "电子商务"),
)  # fmt: skip


def granted() -> None:
    """The round of 2018, from the call to the list that hung on the walls."""
    desks, dice = chains.Desks(), random.Random(20180312)
    federation = orgs.by_code(unions.COUNTY)
    labour = desks.player("labour")
    round_ = actions.make_round(
        type="tuition", org=federation, title="2018年“求学圆梦”学历提升资助", year=2018, cycle="2018年度",
        opens_at=moment(OPENS, 0), closes_at=moment(CLOSES, 18), quota=60, notice_phone=chains.PHONE, actor=labour,
        at=moment(MADE),
    )  # fmt: skip
    round_ = actions.open_round(round_=round_, actor=labour, at=moment(OPENS))
    rows = _asked(round_, desks, dice)
    actions.close_round(round_=round_, actor=labour, at=moment(CLOSES, 18, 30))
    rows = _reviewed(rows, desks, labour, federation)
    document = "建总工〔2018〕24号"
    paper = papers.keep(
        "关于2018年学历提升资助对象的决定", [f"经资格审核，市总工会主席办公会议研究，拟资助{len(rows)}名职工，名单张榜公示。"],
        on="2018年5月17日", number=document, actor=labour, at=moment(DECIDED), org=federation,
    )  # fmt: skip
    decision = actions.decide(
        round_=round_, choices=[actions.Choice(one.pk) for one in rows], decided_on=DECIDED, number=document,
        meeting="主席办公会议", attachment=paper, actor=labour, at=moment(DECIDED, 16),
    )  # fmt: skip
    actions.settle_notice(decision=decision, actor=labour, at=moment(SETTLED))
    notices.end_due(actor=labour, at=moment(SETTLED))
    actions.finish_round(round_=round_, actor=labour, at=moment(FINISHED))


def _asked(round_: Any, desks: chains.Desks, dice: random.Random) -> list[Any]:
    """Some apply on the phone without anybody's help; for the others the chair hands in the pile of papers."""
    chairs = lookups.chairs()
    facts = {
        "person__education__in": sorted(LEVELS), "person__born_on__gt": date(1974, 1, 1),
        "person__born_on__lt": date(1999, 1, 1),
    }  # fmt: skip
    found = lookups.candidates(chairs, since=date(2018, 1, 31), person__account__isnull=False, **facts)
    if len(found) < 3 * ASKED:  # a small story has few log-ins
        found = lookups.candidates(chairs, since=date(2018, 1, 31), **facts)
    made, pile = {}, []
    for number, spell in enumerate(chains.picked(found, ASKED, OF_ONE)):
        day = OPENS + timedelta(days=1 + number * 37 // ASKED)
        account = spell.person.account_id if number % ALONE == 0 else None
        actor = desks.account(account or chairs[spell.org_id])
        answers = _answers(spell, number, actor, day, dice)
        if account:
            made[number] = chains.by_oneself(round_, answers, actor, day)
        else:
            pile.append((number, chains.Form(actor, day, answers, spell.person)))
    rows = chains.listed(round_, [form for _, form in pile])
    made |= {number: one for (number, _), one in zip(pile, rows, strict=True)}
    return [made[number] for number in sorted(made)]


def _answers(spell: Any, number: int, actor: Any, day: date, dice: random.Random) -> dict[str, Any]:
    level, diploma = LEVELS[spell.person.education]
    school, major = SCHOOLS[number % len(SCHOOLS)]
    paper = papers.keep(
        "学籍证明", [f"兹证明该生为{school}{major}专业在籍学生。"], on=f"{day.year}年{day.month}月{day.day}日", actor=actor,
        at=moment(day), org=spell.org, signed=school,
    )  # fmt: skip
    return {
        "level": level, "school": school, "major": major, "diploma": diploma, "insured_months": str(dice.randint(9, 120)),
        "contract": True, "tuition": str(dice.choice((6400, 7200, 8600, 9000))), "honour": "none",
        "enrolment": [str(paper.pk)], "promise": True,
    }  # fmt: skip


def _reviewed(rows: list[Any], desks: chains.Desks, labour: Any, federation: Any) -> list[Any]:
    """Own union, township or industry, qualification; four lack the proof of insurance."""
    for day in (OWN, TOWNSHIP):
        by_desk: dict[Any, list[Any]] = {}
        for one in lookups.again(rows):
            if one.desk_org_id != federation.pk:  # a union right below the federation has no desk between
                by_desk.setdefault(one.desk_org_id, []).append(one)
        for org_id, some in by_desk.items():
            chains.review(some, "pass", desks.of(org_id), day)
    rows = lookups.again(rows)
    declined = rows[6::14][:DECLINED]
    chains.review(declined, "decline", labour, QUALIFIED, reason="社会保险缴纳记录不足六个月")
    rest = [one for one in rows if one not in declined]
    chains.review(rest, "pass", labour, QUALIFIED)
    return lookups.again(rest)
