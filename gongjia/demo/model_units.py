"""April to July: model units of wage bargaining. Twenty-six apply by the scoring table, twenty-three are named."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

from gongjia.demo import chains, lookups, papers, unions
from gongjia.demo.story import moment
from gongjia.who.orgs import queries as orgs
from gongjia.work.programmes import actions
from gongjia.work.publish import actions as notices

APPLIED, DECLINED = 26, 3  # the year's target is 20
MADE, OPENS, CLOSES = date(2018, 4, 9), date(2018, 4, 16), date(2018, 6, 8)
CHECKED, LOOKED, DECIDED, SETTLED, FINISHED = (
    date(2018, 6, 15), date(2018, 6, 25), date(2018, 7, 2), date(2018, 7, 11), date(2018, 7, 12),
)  # fmt: skip
DEEDS = (
    "每年三月发出要约，劳资双方就工资水平、调整幅度和支付办法协商，协议经职代会审议通过后公示。",
    "行业最低工资和计件单价由工会与企业代表逐项商定，夜班津贴连续三年提高。",
    "协商前发放问卷，协商中请区域工会指导员列席，协商后逐条公布落实情况。",
)


def named() -> None:
    """The round of 2018, from the call to the names on the site."""
    desks, dice = chains.Desks(), random.Random(20180409)
    federation = orgs.by_code(unions.COUNTY)
    rights = desks.player("rights")
    round_ = actions.make_round(
        type="model_unit", org=federation, title="2018年工资集体协商示范单位", year=2018, cycle="2018年度",
        opens_at=moment(OPENS, 0), closes_at=moment(CLOSES, 18), notice_phone=chains.PHONE, actor=rights, at=moment(MADE),
    )  # fmt: skip
    round_ = actions.open_round(round_=round_, actor=rights, at=moment(OPENS))
    rows = _applied(round_, desks, dice)
    actions.close_round(round_=round_, actor=rights, at=moment(CLOSES, 18, 30))
    by_desk: dict[Any, list[Any]] = {}
    for one in lookups.again(rows):
        if one.desk_org_id != federation.pk:
            by_desk.setdefault(one.desk_org_id, []).append(one)
    for org_id, some in by_desk.items():
        chains.review(some, "pass", desks.of(org_id), CHECKED, reason="已到单位核验，材料属实")
    rows = lookups.again(rows)
    declined = rows[4::9][:DECLINED]
    chains.review(declined, "decline", rights, LOOKED, reason="工资专项集体合同没有报送备案")
    rest = [one for one in rows if one not in declined]
    chains.review(rest, "pass", rights, LOOKED)
    document = "建总工〔2018〕30号"
    paper = papers.keep(
        "关于命名2018年工资集体协商示范单位的决定", [f"经评分、核验，市总工会主席办公会议研究，拟命名{len(rest)}家单位，公示后公布。"],
        on=papers.zh(DECIDED), number=document, actor=rights, at=moment(DECIDED), org=federation,
    )  # fmt: skip
    decision = actions.decide(
        round_=round_, choices=[actions.Choice(one.pk) for one in rest], decided_on=DECIDED, number=document,
        meeting="主席办公会议", attachment=paper, actor=rights, at=moment(DECIDED, 16),
    )  # fmt: skip
    actions.settle_notice(decision=decision, actor=rights, at=moment(SETTLED))
    notices.end_due(actor=rights, at=moment(SETTLED))
    actions.finish_round(round_=round_, actor=rights, at=moment(FINISHED))


def _applied(round_: Any, desks: chains.Desks, dice: random.Random) -> list[Any]:
    """The officers of townships hand in for firms of theirs, with the collective contract as proof."""
    pile = []
    for number, org in enumerate(lookups.firms(APPLIED, within=lookups.townships())):
        officer = desks.of(org.parent_id)
        day = OPENS + timedelta(days=6 + number % 5 * 9)
        proof = papers.keep(
            "工资专项集体合同", [f"{org.employer_name}与工会就2018年工资调整达成协议，经职工代表大会审议通过。"],
            on=papers.zh(day - timedelta(days=20)), actor=officer, at=moment(day), org=org, signed=org.name,
        )  # fmt: skip
        answers = {
            "contract_rate": str(dice.randint(97, 100)), "insurance_rate": str(dice.randint(88, 99)), "wage_paid_on_time": True,
            "collective_rate": str(dice.randint(80, 100)), "consultation": True, "congress": True, "open_books": True,
            "safety": True, "mediation": number % 4 != 3, "satisfaction": str(dice.randint(86, 98)),
            "deeds": DEEDS[number % len(DEEDS)], "proof": [str(proof.pk)],
        }  # fmt: skip
        pile.append(chains.Form(officer, day, answers, org=org))
    return chains.listed(round_, pile)
