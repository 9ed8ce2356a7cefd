"""April to June: free convalescence for front-line workers. One coach of forty-four is listed, forty-two go."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from gongjia.demo import chains, lookups, papers, unions
from gongjia.demo.story import moment
from gongjia.who.orgs import queries as orgs
from gongjia.work.programmes import actions

LISTED, OF_ONE, STAYED = 44, 4, 2
MADE, OPENS, CLOSES = date(2018, 4, 2), date(2018, 4, 4), date(2018, 4, 27)
RECOMMENDED, LOOKED, DECIDED, BACK, FINISHED = (
    date(2018, 5, 4), date(2018, 5, 10), date(2018, 5, 15), date(2018, 6, 8), date(2018, 6, 11),
)  # fmt: skip
GROUPS = (["front_line"], ["front_line", "hard"], ["front_line", "skilled"], ["front_line", "retiring"])


def taken() -> None:
    """From the places to the list of those who went."""
    desks = chains.Desks()
    federation = orgs.by_code(unions.COUNTY)
    service = desks.player("service")
    round_ = actions.make_round(
        type="convalescence", org=federation, title="2018年一线职工免费疗休养（第一批）", year=2018, cycle="2018年第一批",
        opens_at=moment(OPENS, 0), closes_at=moment(CLOSES, 18), quota=LISTED, actor=service, at=moment(MADE),
    )  # fmt: skip
    round_ = actions.open_round(round_=round_, actor=service, at=moment(OPENS))
    chairs = lookups.chairs()
    found = lookups.candidates(
        chairs, since=date(2018, 1, 31), org__kind="single", person__born_on__lt=date(1985, 1, 1),
        person__applications__isnull=True, person__education__in=("10", "20", "70", "61", "71"),
    )  # fmt: skip
    if len(found) < 3 * LISTED:
        found = lookups.candidates(
            chairs, since=date(2018, 1, 31), person__born_on__lt=date(1985, 1, 1), person__applications__isnull=True
        )
    pile = []
    for number, spell in enumerate(chains.picked(found, LISTED, OF_ONE)):
        answers = {
            "place": "zhejiang", "days": "3", "cost": "1800", "parts": "1", "groups": GROUPS[number % len(GROUPS)], "family": "0",
        }  # fmt: skip
        day = OPENS + timedelta(days=2 + number % 3 * 6)
        pile.append(chains.Form(desks.account(chairs[spell.org_id]), day, answers, spell.person))
    rows = chains.listed(round_, pile)
    actions.close_round(round_=round_, actor=service, at=moment(CLOSES, 18, 30))
    rows = _passed(rows, desks, service, federation)
    document = "建总工〔2018〕23号"
    paper = papers.keep(
        "关于2018年第一批一线职工疗休养名单的通知", [f"经基层推荐、审核，安排{len(rows)}名一线职工参加疗休养，时间三天。"],
        on=papers.zh(DECIDED), number=document, actor=service, at=moment(DECIDED), org=federation,
    )  # fmt: skip
    decision = actions.decide(
        round_=round_, choices=[actions.Choice(one.pk) for one in rows], decided_on=DECIDED, number=document,
        meeting="主席办公会议", attachment=paper, actor=service, at=moment(DECIDED, 16),
    )  # fmt: skip
    actions.finish_round(round_=round_, actor=service, at=moment(FINISHED))
    order = {one.pk: place for place, one in enumerate(rows)}
    awards = sorted(decision.awards.all(), key=lambda award: order[award.application_id])
    sheet = papers.keep(
        "疗休养签到表",
        [f"实到{len(awards) - STAYED}人。"],
        on=papers.zh(BACK),
        actor=service,
        at=moment(BACK),
        org=federation,
    )
    for number, award in enumerate(awards):
        went = number >= STAYED
        actions.check_award(
            award=award, kind="attendance", ok=went, note="" if went else "临时有事，没有参加", attachment=sheet, actor=service,
            at=moment(BACK, 17),
        )  # fmt: skip


def _passed(rows: list[Any], desks: chains.Desks, service: Any, federation: Any) -> list[Any]:
    """The own union recommends, the service centre looks."""
    by_desk: dict[Any, list[Any]] = {}
    for one in lookups.again(rows):
        if one.desk_org_id != federation.pk:
            by_desk.setdefault(one.desk_org_id, []).append(one)
    for org_id, some in by_desk.items():
        chains.review(some, "pass", desks.of(org_id), RECOMMENDED)
    rows = lookups.again(rows)
    chains.review(rows, "pass", service, LOOKED)
    return lookups.again(rows)
