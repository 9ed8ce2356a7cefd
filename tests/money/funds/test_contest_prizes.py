"""A contest of 24 with two rounds and a tie: titles, prizes, and the prizes paid through decision, notice and batch."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.db.models import Sum

from gongjia.base import clock
from gongjia.base.refused import Refused
from gongjia.money.funds import actions as funds
from gongjia.money.funds.models import Payment, Posting
from gongjia.work.events import actions as events
from gongjia.work.events import queries
from gongjia.work.events.models import Result, SignUp
from gongjia.work.programmes import actions as programmes
from gongjia.work.programmes.models import Application, Award
from gongjia.work.programmes.queries import payable
from tests.money.funds.conftest import in_role

pytestmark = pytest.mark.django_db
EARLY = datetime(2018, 4, 2, 9, tzinfo=clock.SHANGHAI)
HELD = datetime(2018, 4, 14, 9, tzinfo=clock.SHANGHAI)
PRIZES = [
    {"level": "一等奖", "count": 1, "amount": 300_000},
    {"level": "二等奖", "count": 2, "amount": 200_000},
    {"level": "三等奖", "count": 3, "amount": 100_000},
]


def at(day: int, month: int = 5) -> datetime:
    return datetime(2018, month, day, 10, tzinfo=clock.SHANGHAI)


def codes(call, *args, **more) -> set[str]:
    with pytest.raises(Refused) as why:
        call(*args, **more)
    return set(why.value.codes)


@pytest.fixture
def contest(chain):
    """24 entrants, six of them in the final, the first two equal; decided after a play-off."""
    world = chain.world
    by = {"actor": world.machine, "at": EARLY}
    event = events.make_event(
        org=world.fed, kind="contest", title="2018年职工技能竞赛", place="文化宫", way="nomination",
        opens_at=EARLY - timedelta(hours=1), closes_at=EARLY + timedelta(days=5),
        sessions=[events.SessionPlan(HELD - timedelta(hours=4), HELD)], **by,
    )  # fmt: skip
    event = events.publish(event=event, **by)
    people = [chain.member(f"选手{place:02d}", account=False) for place in range(24)]
    named = events.nominate(event=event, org=world.fed, person_ids=[one.pk for one in people], trade="钳工", **by)
    assert {one.verdict for one in named} == {"placed"}, named[0].reasons
    events.set_rounds(
        event=event, rounds=[events.RoundPlan("初赛", 30, 70, go_on=6), events.RoundPlan("决赛", 20, 80)], **by
    )
    events.set_prizes(event=event, prizes=PRIZES, klass="2", place="建德市", **by)
    by = {"actor": world.machine, "at": HELD + timedelta(hours=1)}
    events.hold(event=event, **by)
    rows = list(SignUp.objects.filter(event=event).order_by("person__name"))
    assert len(rows) == 24
    first, final = queries.rounds_of(event)
    events.enter_scores(
        round_=first, marks=[events.NewMark(one.pk, 80, 95 - place) for place, one in enumerate(rows)], **by
    )
    events.enter_scores(
        round_=final,
        marks=[events.NewMark(one.pk, 80, 90 if place < 2 else 85 - place) for place, one in enumerate(rows[:6])],
        **by,
    )
    worked = events.work_out(event=event, **by)
    assert [one.code for one in worked.ties] == ["tie_at_edge"]
    tied = [one.pk for one in worked.results if one.rank == 1]
    events.settle_tie(event=event, order=tied, why="加赛", **by)
    done = events.decide_results(event=event, decided_on=date(2018, 4, 14), document="建总工〔2018〕9号", **by)
    assert not done.warnings and [one.title_won for one in done.results if one.title_won] == ["建德市技术能手"]
    return event


def opened(chain, **more):
    made = programmes.make_round(
        type="contest_prize", org=chain.world.fed, title="2018年技能竞赛奖励", year=2018, opens_at=at(1), actor=chain.world.machine,
        at=at(1), notice_phone="0571-64000000", **more,
    )  # fmt: skip
    return programmes.open_round(round_=made, actor=chain.world.machine, at=at(1))


def listed(chain, round_, event, day=2):
    labour = in_role(chain.world.fed, "city_labour")
    return programmes.list_prizes(
        round_=round_, contests=[event], happened_on=date(2018, 5, day), actor=labour, at=at(day)
    )


def test_prizes_are_paid_through_decision_notice_award_batch_and_the_banks_answer(chain, contest, bank):
    machine, round_ = chain.world.machine, opened(chain)
    handed = listed(chain, round_, contest)
    assert handed.refused == [] and len(handed.done) == 6
    one = Application.objects.get(contest_result__rank=1)
    assert (one.subject, one.amount, one.tier, one.answers["contest"]) == (
        "result",
        300_000,
        "一等奖",
        "2018年职工技能竞赛",
    )
    assert codes(listed, chain, round_, contest) == {"all_listed"}  # each rank once
    with_desk = list(Application.objects.filter(round=round_))
    done = programmes.review_many(applications=with_desk, verdict="pass", actor=machine, at=at(3))
    assert not done.refused
    decision = programmes.decide(
        round_=round_, choices=[programmes.Choice(row.pk) for row in with_desk], decided_on=date(2018, 5, 4), number="建总工〔2018〕12号",
        meeting="主席办公会", actor=machine, at=at(4),
    )  # fmt: skip
    assert decision.notice is not None and not Award.objects.exists()  # nothing before the notice has run
    assert not programmes.settle_notice(decision=decision, actor=machine, at=at(8)).awarded
    awarded = programmes.settle_notice(decision=decision, actor=machine, at=at(20)).awarded
    assert len(awarded) == 6
    first = Award.objects.get(contest_result__rank=1)
    assert first.contest_result.person_id == first.person_id
    assert (first.amount, first.title) == (300_000, "2018年职工技能竞赛钳工一等奖")

    pay = datetime(2018, 6, 4, 9, 30, tzinfo=clock.SHANGHAI)
    funds.set_earmark(line=chain.line, round=round_, amount=2_000_000, actor=chain.maker, at=pay)
    for row in awarded:
        chain.account(row.person)
    awards = list(payable(chain.maker, at=pay, award_ids=[row.pk for row in awarded]))
    assert len(awards) == 6
    batch = chain.send(*awards, when=pay)
    batch.refresh_from_db()
    lines = list(batch.lines.select_related("payment"))
    assert batch.state == "sent" and len(lines) == 6
    assert sum(line.payment.gross for line in lines) == 300_000 + 2 * 200_000 + 3 * 100_000
    # a prize is 偶然所得: a fifth of it goes to the tax office
    assert {line.payment.tax * 5 == line.payment.gross for line in lines} == {True}
    # the bank answers: five arrive and one comes back; what is posted is what moved
    bank.accept(funds.take_file(batch=batch, actor=chain.maker, at=pay)[1], pay.date())
    bank.bounce(bank.news[0].reference, pay.date())
    del bank.news[0]  # its first word is not in the file any more
    chain.answer(batch, bank.answer(), when=pay + timedelta(1))
    paid = Payment.objects.filter(award__in=awarded, state="paid")
    assert paid.count() == 5 and Payment.objects.get(award__in=awarded, state="returned").net % 80_000 == 0
    assert Posting.objects.filter(payment__in=paid).aggregate(sum=Sum("net"))["sum"] == bank.total()


def test_nobody_applies_for_a_prize_and_no_listed_rank_is_rewritten(chain, contest):
    from gongjia.base.actor import Actor

    round_ = opened(chain)
    winner = Result.objects.get(rank=1).person
    own = Actor(None, winner.pk, winner.name)
    assert codes(programmes.start_draft, round_=round_, actor=own, at=at(2)) == {"by_result"}
    handed = listed(chain, round_, contest)
    back = programmes.send_back(
        application=handed.done[0], missing="请核对奖金数额", actor=chain.world.machine, at=at(3)
    )
    assert codes(
        programmes.save_draft, application=back, answers={"prize": "99999"}, actor=chain.world.machine, at=at(3)
    ) == {"by_result"}  # fmt: skip
    paper = programmes.Paper(
        {"contest": "x", "rank": "1", "level": "一", "prize": "9"}, date(2018, 5, 2), person_id=winner.pk
    )
    slipped = programmes.hand_in_list(round_=round_, papers=[paper], actor=chain.world.machine, at=at(2))
    assert [one.code for one in slipped.refused[0][1]] == ["result_missing"]


def test_only_decided_ranks_of_own_contests_are_listed(chain, contest):
    Result.objects.filter(event=contest).update(state="draft", decided_on=None)
    round_ = opened(chain)
    assert codes(listed, chain, round_, contest) == {"nothing_decided"}
    general = chain.round()
    assert codes(listed, chain, general, contest) == {"round_no_prizes"}


def test_one_result_carries_one_award(chain, contest):
    """The control of the database's own guard."""
    from django.db import IntegrityError, transaction

    result = Result.objects.filter(rank=1).first()
    award = chain.award(chain.member("甲", account=False))
    other = chain.award(chain.member("乙", account=False))
    Award.objects.filter(pk=award.pk).update(contest_result=result)
    with pytest.raises(IntegrityError), transaction.atomic():
        Award.objects.filter(pk=other.pk).update(contest_result=result)
    with pytest.raises(IntegrityError), transaction.atomic():
        Application.objects.filter(pk=award.application_id).update(subject="result", contest_result=None)


def test_prizes_of_earlier_years_come_in_by_name_and_number(chain):
    """Imported history of prizes is of persons: the blank sheet asks for what finds them."""
    heads = [one.title for one in programmes.blank_sheet("contest_prize")]
    assert "姓名" in heads and "身份证号" in heads
