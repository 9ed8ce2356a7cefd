"""June and July: aid to households on file, decided on a meeting, hung inside the units, paid in one batch."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from gongjia.demo import chains, lookups, papers
from gongjia.demo.paying import Till
from gongjia.demo.story import moment
from gongjia.work.programmes import actions
from gongjia.work.publish import actions as notices

MADE, OPENS, ASKED, REVIEW, CLOSES, DECIDED, SETTLED, FINISHED = (
    date(2018, 6, 12), date(2018, 6, 13), date(2018, 6, 15), date(2018, 6, 19), date(2018, 6, 22), date(2018, 6, 26),
    date(2018, 7, 5), date(2018, 7, 6),
)  # fmt: skip
SENT, ANSWERED = date(2018, 7, 12), date(2018, 7, 16)
ITEM = "50205"
# kind, yuan asked, what the household tells
NEEDS = (
    ("medical", 6000, "家属住院，自付医疗费多。"), ("school", 5000, "孩子今年上大学，学费有困难。"), ("living", 4000, "家中老人无收入，日常开支紧张。"),
    ("medical", 6000, "长期服药，每月药费一千多元。"), ("living", 2000, "单位减产，收入减少。"),
)  # fmt: skip


def decided(files: list[Any], federation: Any, desks: chains.Desks, service: Any) -> tuple[Any, list[Any]]:
    """Two of every five households ask; each gets what it asked, below the caps."""
    round_ = actions.make_round(
        type="aid", org=federation, title="2018年上半年困难职工帮扶", year=2018, cycle="2018年第一批",
        opens_at=moment(OPENS, 0), closes_at=moment(CLOSES, 18), notice_phone=chains.PHONE, actor=service, at=moment(MADE),
    )  # fmt: skip
    round_ = actions.open_round(round_=round_, actor=service, at=moment(OPENS))
    asking = [file for number, file in enumerate(files) if number % 5 in (0, 3)]
    pile = []
    for number, file in enumerate(asking):
        kin, yuan, why = NEEDS[number % len(NEEDS)]
        answers = {"kin": kin, "asked": str(yuan), "why": why, "honest": True}
        pile.append(chains.Form(desks.of(file.org_id), ASKED, answers, file.head))
    rows = chains.listed(round_, pile)
    actions.close_round(round_=round_, actor=service, at=moment(CLOSES, 18, 30))
    rows = chains.walk(rows, desks, {"city_rights|city_service": "service"}, lambda turn: REVIEW + timedelta(days=turn))
    document = "建总工〔2018〕29号"
    paper = papers.keep(
        "关于2018年上半年困难职工帮扶的决定", [f"经主席办公会议研究，对{len(rows)}户在档困难职工家庭给予帮扶，名单在单位内公示。"],
        on=papers.zh(DECIDED), number=document, actor=service, at=moment(DECIDED), org=federation,
    )  # fmt: skip
    decision = actions.decide(
        round_=round_, choices=[actions.Choice(one.pk) for one in rows], decided_on=DECIDED, number=document,
        meeting="主席办公会议", attachment=paper, actor=service, at=moment(DECIDED, 16),
    )  # fmt: skip
    actions.settle_notice(decision=decision, actor=service, at=moment(SETTLED))
    notices.end_due(actor=service, at=moment(SETTLED))
    actions.finish_round(round_=round_, actor=service, at=moment(FINISHED))
    order = {one.pk: place for place, one in enumerate(lookups.again(rows))}
    return round_, sorted(decision.awards.all(), key=lambda award: order[award.application_id])


def paid(round_: Any, awards: list[Any], till: Till) -> None:
    """All at once, from the province's purse."""
    whole = sum(award.amount for award in awards)
    line = till.line("省级困难职工帮扶资金", "province", whole, ITEM, SETTLED, "浙财社〔2018〕45号")
    till.earmark(line, round_, whole, SETTLED)
    till.answered(till.first("2018年上半年困难职工帮扶资金", [award.pk for award in awards], ITEM, SENT), ANSWERED)
