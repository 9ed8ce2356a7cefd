"""The pages of events in a real browser, at 1440 and 375 px: nothing clipped, no serious finding of axe."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gongjia.base import clock
from gongjia.faces.console.events import door, nominate, results, scores
from gongjia.work.events import actions, queries
from gongjia.work.events.models import Session, SignUp
from tests import looking
from tests.faces.console.events.conftest import to
from tests.journeys.conftest import PHONE, officer, sit_down, site  # noqa: F401
from tests.who.members.conftest import AT, DAY
from tests.work.events.conftest import me

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def pages(world, make, claim, some) -> dict[str, str]:
    """One event of every stage, and the address of each page."""
    by = {"actor": world.machine, "at": AT}
    opens = AT - timedelta(days=2)
    ends = clock.start_of(DAY + timedelta(days=6))
    draft = make("training", title="秋季夜校", published=False)
    lot = make(
        "show", title="中秋职工文艺晚会", way="lot", total=4, opens_at=opens, closes_at=ends, summary="职工自编自演。"
    )
    actions.commit_draw(
        event=lot, source="福利彩票3D第2018243期开奖号", public_on=ends + timedelta(hours=21, minutes=30), **by
    )
    for one in some:
        actions.enter(event=lot, person=one, actor=me(one), at=AT)
    first = make(title="插花体验课", total=4, opens_at=opens)
    row = claim(first, some[0])
    for one in some[1:]:
        claim(first, one)
    contest = make("contest", title="钳工技能竞赛", way="nomination", total=0)
    actions.nominate(event=contest, org=world.fed, person_ids=[one.pk for one in some], trade="钳工", **by)
    round_ = actions.set_rounds(event=contest, rounds=[actions.RoundPlan("决赛")], **by)[0]
    keys = SignUp.objects.filter(event=contest).values_list("pk", flat=True)
    actions.enter_scores(round_=round_, marks=[actions.NewMark(pk, "80", "85") for pk in keys], **by)
    actions.set_prizes(event=contest, prizes=[{"level": "一等奖", "count": 1, "amount": 300000}], **by)
    actions.work_out(event=contest, **by)
    rewarded = make("contest", title="电工技能竞赛", way="nomination", total=0)
    actions.nominate(event=rewarded, org=world.fed, person_ids=[one.pk for one in some], trade="电工", **by)
    final = actions.set_rounds(event=rewarded, rounds=[actions.RoundPlan("决赛")], **by)[0]
    keys = SignUp.objects.filter(event=rewarded).values_list("pk", flat=True)
    marks = [actions.NewMark(pk, 90 - place, 90 - place) for place, pk in enumerate(keys)]
    actions.enter_scores(round_=final, marks=marks, **by)
    actions.set_prizes(event=rewarded, prizes=[{"level": "一等奖", "count": 1, "amount": 300000}], **by)
    actions.work_out(event=rewarded, **by)
    actions.decide_results(event=rewarded, decided_on=DAY, document="建总工〔2018〕9号", **by)
    team = actions.make_team(org=world.firm, name="家电维修队", founded_on=DAY, leader=some[0], **by)
    assert queries.drift() == []
    return {
        "board": to(""), "new": to("new"), "kind": to("new") + "?kind=contest", "edit": to("edit", draft.pk),
        "plan": to("plan", draft.pk), "terms": to("terms", draft.pk), "publish": to("publish", draft.pk),
        "event": to("event", lot.pk), "draw": to("draw", lot.pk), "share": to("share", lot.pk), "quota": to("quota", first.pk),
        "sign_ups": to("sign_ups", first.pk), "sign_up": to("sign_up", row.pk), "nominate": to("nominate", first.pk),
        "list": to("list", contest.pk),
        "counter": to("counter", first.pk), "change": to("change", first.pk), "cancel": to("cancel", first.pk),
        "papers": to("papers", first.pk), "session": to("session", Session.objects.get(event=first).pk),
        "results": to("results", contest.pk), "decided": to("results", rewarded.pk), "scores": to("scores", round_.pk), "prizes": to("prizes", contest.pk),
        "teams": to("teams"), "team": to("team", team.pk), "work": to("work"), "faults": to("faults"),
    }  # fmt: skip


def test_every_page_looks_right(world, make, claim, people, officer, sit_down, monkeypatch):  # noqa: F811
    for one in (door, nominate, results, scores):
        monkeypatch.setattr(one, "SHOWN", 3)  # so that there is a second page
    _person, account = officer(world.fed, "city_service")
    wanted = pages(world, make, claim, people(6))
    hands = sit_down("console-events", account=account, screen=PHONE)
    for name, address in wanted.items():
        hands.open(address)
        hands.look_twice(name)
    hands.open(wanted["list"])
    some = SignUp.objects.select_related("person").order_by("pk")
    names = sorted({one.person.name for one in some})
    fresh = sorted({one.name for one in people(3, name="丁")})
    lines = [*names, *fresh, "查无此人\t19907654321", f"{names[0]}\t3.30E+17"]
    hands.page.fill("#f-text", "\n".join(lines))
    looking.press(hands.page, hands.page.get_by_role("button", name="检查名单"))
    hands.look_twice("list_check")
