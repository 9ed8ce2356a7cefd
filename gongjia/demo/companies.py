"""July and August: goods of the hot months are brought to firms and sites; the signed list of each is kept as a photo."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from gongjia.demo import chains, lookups, papers, unions
from gongjia.demo.story import moment
from gongjia.who.orgs import queries as orgs
from gongjia.work.programmes import actions

VISITED = 28
MADE, OPENS, CLOSES, LOOKED, LOOKED_ABOVE, DECIDED, BROUGHT, FINISHED = (
    date(2018, 6, 28), date(2018, 7, 2), date(2018, 7, 11), date(2018, 7, 13), date(2018, 7, 16), date(2018, 7, 18),
    date(2018, 7, 25), date(2018, 8, 3),
)  # fmt: skip
GOODS = (
    ("清凉饮料", 2, 4500),
    ("藿香正气水", 1, 1800),
    ("毛巾", 1, 1200),
    ("防暑药盒", 1, 3600),
)  # name, for each worker, fen


def visited() -> None:
    """Townships put forward firms that work in the heat; what was brought is confirmed by the photo of the list."""
    desks = chains.Desks()
    federation = orgs.by_code(unions.COUNTY)
    service = desks.player("service")
    round_ = actions.make_round(
        type="gifts_units", org=federation, title="2018年“送清凉”慰问企业", year=2018, cycle="2018年夏", opens_at=moment(OPENS, 0),
        closes_at=moment(CLOSES, 18), params={"per_head": 20_000}, goods="防暑降温用品", actor=service, at=moment(MADE),
    )  # fmt: skip
    round_ = actions.open_round(round_=round_, actor=service, at=moment(OPENS))
    pile = []
    for number, org in enumerate(lookups.firms(VISITED, within=lookups.townships(), last=True)):
        workers = 20 + number * 17 % 90
        goods = [
            {"name": name, "count": str(each * workers), "value": f"{fen / 100:.2f}"}
            for name, each, fen in GOODS[: 2 + number % 3]
        ]
        answers = {
            "site": org.employer_name, "group": "front_line", "workers": str(workers), "goods": goods,
            "on": (BROUGHT - timedelta(days=number % 4)).isoformat(),
        }  # fmt: skip
        pile.append(chains.Form(desks.of(org.parent_id), OPENS + timedelta(days=number % 6), answers, org=org))
    rows = chains.listed(round_, pile)
    actions.close_round(round_=round_, actor=service, at=moment(CLOSES, 18, 30))
    rows = _passed(rows, desks, service, federation)
    document = "建总工〔2018〕34号"
    paper = papers.keep(
        "关于2018年“送清凉”慰问企业的通知", [f"经主席办公会议研究，慰问{len(rows)}家高温作业企业。"], on=papers.zh(DECIDED), number=document,
        actor=service, at=moment(DECIDED), org=federation,
    )  # fmt: skip
    decision = actions.decide(
        round_=round_, choices=[actions.Choice(one.pk) for one in rows], decided_on=DECIDED, number=document,
        meeting="主席办公会议", attachment=paper, actor=service, at=moment(DECIDED, 16),
    )  # fmt: skip
    photo = papers.keep(
        "送清凉慰问品签收表",
        [f"{len(rows)}家企业已签收。"],
        on=papers.zh(BROUGHT),
        actor=service,
        at=moment(BROUGHT, 17),
        org=federation,
    )
    actions.receive_many(
        awards=list(decision.awards.order_by("pk")),
        how="signature",
        attachment=photo,
        actor=service,
        at=moment(BROUGHT, 18),
    )
    actions.finish_round(round_=round_, actor=service, at=moment(FINISHED))


def _passed(rows: list[Any], desks: chains.Desks, service: Any, federation: Any) -> list[Any]:
    by_desk: dict[Any, list[Any]] = {}
    for one in lookups.again(rows):
        if one.desk_org_id != federation.pk:
            by_desk.setdefault(one.desk_org_id, []).append(one)
    for org_id, some in by_desk.items():
        chains.review(some, "pass", desks.of(org_id), LOOKED)
    rows = lookups.again(rows)
    chains.review(rows, "pass", service, LOOKED_ABOVE)
    return lookups.again(rows)
