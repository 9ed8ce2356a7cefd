"""C09: whatever the bank does and wherever we are killed, nobody is paid twice, nobody is forgotten, and the ledger
is the bank's to the fen, month by month."""

from __future__ import annotations

import random
from collections import Counter
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection

from gongjia.base import journal
from gongjia.base.refused import Refused
from gongjia.money.funds import actions, queries
from gongjia.money.funds.models import BankLine, BankResult, Batch, Payment, Posting
from tests.money.funds import bank as fake
from tests.money.funds.conftest import AT
from tests.money.funds.test_batches import refusals

pytestmark = pytest.mark.django_db

GATE, PROOF, CHUNK = 6, 10_000, 50  # traces; a chunk has books of its own, whose reconciliation stays short
HARMLESS = {"result_already_read", "result_nothing_new", "result_empty", "preview_stale"}


def ledger() -> dict[tuple[int, int], int]:
    sums: dict[tuple[int, int], int] = {}
    for on, net in Posting.objects.values_list("on", "net"):
        sums[on.year, on.month] = sums.get((on.year, on.month), 0) + net
    return {month: fen for month, fen in sums.items() if fen}


def told(bank: fake.Bank) -> dict[tuple[int, int], int]:
    return {month: fen for month, fen in fake.month_sums(bank.moved).items() if fen}


class Killed(BaseException):
    """The process is gone: nothing catches it, the connection drops, the transaction never was."""


def killed_at(place: int):
    """Die at the n-th statement from now on."""
    left = [place]

    def wrapper(execute, sql, params, many, context):
        if sql.startswith(("ROLLBACK", "RELEASE")):  # what the server does by itself when the connection is gone
            return execute(sql, params, many, context)
        if left[0] <= 0:
            raise Killed
        left[0] -= 1
        return execute(sql, params, many, context)

    return connection.execute_wrapper(wrapper)


# one answer at a time -----------------------------------------------------------------------------------------


def test_the_same_result_twice_is_posted_once_refused_and_journalled(chain, bank):
    batch = chain.send(chain.award(chain.member()))
    bank.accept(actions.take_file(batch=batch, actor=chain.maker, at=AT)[1], AT.date())
    content = bank.answer()
    chain.answer(batch, content)
    with pytest.raises(Refused) as why:
        chain.answer(batch, content)
    assert why.value.codes == ("result_already_read",) and "不能重复登记" in str(why.value)
    with pytest.raises(Refused) as why:
        chain.answer(batch, bank.answer(double=True))
    assert why.value.codes == ("result_nothing_new",)
    assert refusals(batch) == ["result_already_read", "result_nothing_new"]
    assert Posting.objects.count() == 1


def test_two_previews_of_one_answer_post_once(chain, bank):
    batch = chain.send(chain.award(chain.member()), chain.award(chain.member("李四")))
    bank.accept(actions.take_file(batch=batch, actor=chain.maker, at=AT)[1], AT.date())
    seen = [
        actions.see_result(batch=batch, content=content, name="回盘.xlsx", actor=chain.maker, at=AT)
        for content in (bank.answer(), bank.answer(double=True))
    ]
    actions.apply_result(file=seen[0], actor=chain.maker, at=AT)
    with pytest.raises(Refused) as why:
        actions.apply_result(file=seen[1], actor=chain.maker, at=AT)
    assert why.value.codes == ("preview_stale",)
    assert Posting.objects.count() == 2


def test_a_wrong_sum_or_a_foreign_line_is_shown_and_not_posted(chain, bank):
    batch = chain.send(chain.award(chain.member()), chain.award(chain.member("李四")))
    bank.accept(actions.take_file(batch=batch, actor=chain.maker, at=AT)[1], AT.date())
    first, second = bank.news
    first.fen += 1
    content = fake.result_file([first, second, fake.Done("别家流水", "6222", "某人", 5, "成功", AT.date())])
    file = chain.answer(batch, content)
    assert list(BankResult.objects.filter(file=file).values_list("verdict", flat=True)) == [
        "mismatch",
        "paid",
        "stranger",
    ]
    assert sorted(batch.payments.values_list("state", flat=True)) == ["paid", "sent"]
    assert batch.state == "sent"


def test_a_return_counts_in_the_month_it_returns_and_is_paid_again(chain, bank):
    from gongjia.base.period import Period

    person = chain.member()
    award = chain.award(person, 600_00)
    batch = chain.send(award)
    bank.accept(actions.take_file(batch=batch, actor=chain.maker, at=AT)[1], AT.date())
    chain.answer(batch, bank.answer())
    bank.bounce(bank.news[0].reference, AT.date() + timedelta(30))
    chain.answer(batch, bank.answer(), AT + timedelta(30))
    payment = Payment.objects.get()
    assert (payment.state, payment.reason) == ("returned", "账户已销户")
    assert queries.paid_sums(Period.parse("2018-06"))["general"]["net"] == 600_00
    assert queries.paid_sums(Period.parse("2018-07"))["general"]["net"] == -600_00
    chain.account(person, when=AT + timedelta(31))
    again = chain.batch(title="重发", when=AT + timedelta(33))
    actions.retry(batch=again, payments=[payment], actor=chain.maker, at=AT + timedelta(33))
    chain.sign(again, AT + timedelta(33))
    actions.send(batch=again, actor=chain.maker, at=AT + timedelta(33))
    bank.accept(actions.take_file(batch=again, actor=chain.maker, at=AT)[1], AT.date() + timedelta(33))
    chain.answer(again, bank.answer(again.number.replace("-", "")), AT + timedelta(34))
    payment.refresh_from_db()
    assert (payment.state, payment.attempt, payment.lines.count()) == ("paid", 2, 2)
    assert Payment.objects.get().key == payment.key
    assert bank.total() == 600_00 and ledger() == told(bank) == {(2018, 6): 600_00}
    assert queries.reconcile(chain.world.fed.pk) == []


def test_what_is_unknown_is_asked_and_never_sent_again(chain, bank):
    award = chain.award(chain.member())
    batch = chain.send(award)
    bank.accept(actions.take_file(batch=batch, actor=chain.maker, at=AT)[1], AT.date(), slow=1.0)
    chain.answer(batch, bank.answer())
    payment = Payment.objects.get()
    assert payment.state == "unknown"
    again = chain.batch(title="重发")
    with pytest.raises(Refused) as why:
        actions.retry(batch=again, payments=[payment], **chain.by)
    assert why.value.codes == ("result_unknown",) and refusals(again) == ["result_unknown"]
    with pytest.raises(Refused) as why:
        actions.plan(batch=again, awards=[award], **chain.by)
    assert why.value.codes == ("already_planned",)
    name, _ = actions.ask_bank(batch=batch, actor=chain.maker, at=AT)
    assert name.startswith("查询-") and batch.lines.get().asked_on == AT.date()
    bank.settle(AT.date() + timedelta(2))
    chain.answer(batch, bank.answer(), AT + timedelta(2))
    payment.refresh_from_db()
    assert payment.state == "paid" and bank.total() == payment.net


def test_the_database_lets_an_obligation_go_to_the_bank_once(chain):
    batch = chain.send(chain.award(chain.member()))
    line = batch.lines.get()
    with pytest.raises(IntegrityError):
        BankLine.objects.create(
            batch=batch,
            payment=line.payment,
            account=line.account,
            attempt=9,
            reference="x",
            amount=1,
            sent_on=AT.date(),
        )


def test_recovered_money_is_a_reversal_by_two(chain, bank):
    batch = chain.send(chain.award(chain.member(), 700_00))
    bank.accept(actions.take_file(batch=batch, actor=chain.maker, at=AT)[1], AT.date())
    chain.answer(batch, bank.answer())
    payment = Payment.objects.get()
    ask = {"payment": payment, "kind": "recovered", "why": "不符合条件，退回", **chain.by}
    with pytest.raises(Refused) as why:
        actions.ask_reversal(amount=700_01, **ask)
    assert why.value.codes == ("reversal_too_much",)
    part = actions.ask_reversal(amount=200_00, **ask)
    own = type(chain.maker)(chain.maker.account_id, chain.maker.person_id, "同一人", chain.checker.posts)
    with pytest.raises(Refused) as why:
        actions.confirm_reversal(reversal=part, actor=own, at=AT)
    assert why.value.codes == ("same_person",)
    actions.confirm_reversal(reversal=part, actor=chain.checker, at=AT + timedelta(40))
    payment.refresh_from_db()
    assert payment.state == "paid" and queries.out_of(payment.pk)[2] == 500_00
    rest = actions.ask_reversal(amount=500_00, **{**ask, "kind": "written_off"})
    actions.confirm_reversal(reversal=rest, actor=chain.checker, at=AT + timedelta(40))
    payment.refresh_from_db()
    assert payment.state == "recovered" and queries.out_of(payment.pk) == (0, 0, 0)
    assert queries.reconcile(chain.world.fed.pk) == []


# killed anywhere ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", ["make", "check", "send", "apply"])
def test_killed_at_any_statement_an_act_was_never_begun_or_is_whole(chain, bank, step):
    """One act is killed at its 1st, 2nd, … statement; then it is done once more and ends as if undisturbed."""
    batch = chain.batch(chain.award(chain.member()), chain.award(chain.member("李四")))
    if step != "make":
        actions.make(batch=batch, shown=chain.shown(batch), **chain.by)
    if step in ("send", "apply"):
        actions.check(batch=batch, shown=chain.shown(batch), actor=chain.checker, at=AT)
    file = None
    if step == "apply":
        actions.send(batch=batch, actor=chain.maker, at=AT)
        bank.accept(actions.take_file(batch=batch, actor=chain.maker, at=AT)[1], AT.date(), bad=0.5)
        file = actions.see_result(batch=batch, content=bank.answer(), name="回盘.xlsx", actor=chain.maker, at=AT)
    shown = chain.shown(batch)
    acts = {
        "make": lambda: actions.make(batch=batch, shown=shown, **chain.by),
        "check": lambda: actions.check(batch=batch, shown=shown, actor=chain.checker, at=AT),
        "send": lambda: actions.send(batch=batch, actor=chain.maker, at=AT),
        "apply": lambda: actions.apply_result(file=file, actor=chain.maker, at=AT),
    }
    before, kills, place = state(), 0, 0
    while True:
        try:
            with killed_at(place):
                acts[step]()
            break
        except Killed:
            kills += 1
            assert state() == before, f"statement {place} left something behind"
            batch = Batch.objects.get(pk=batch.pk)
            place += 3
    assert kills > 3
    assert queries.reconcile(chain.world.fed.pk) == []
    if step == "apply":
        assert ledger() == told(bank)
        assert Posting.objects.count() == sum(fen > 0 for _, fen, _ in bank.moved)


def state() -> list:
    """The business tables, without technical columns."""
    return [
        sorted(Batch.objects.values_list("number", "state", "digest", "maker", "checker")),
        sorted(Payment.objects.values_list("key", "state", "attempt", "batch__number")),
        sorted(BankLine.objects.values_list("reference", "state", "amount")),
        sorted(Posting.objects.values_list("kind", "on", "net")),
    ]


# random traces ------------------------------------------------------------------------------------------------


def run_trace(chain, seed: int, *, people: int = 5, steps: int = 12) -> tuple[fake.Bank, Counter]:
    """A random story of sends, answers, time-outs and kills; at its end everything that hangs is settled."""
    dice, bank, seen = random.Random(seed), fake.Bank(seed), Counter()
    day = AT + timedelta(seed % 5)
    round = chain.round(f"第{seed}批", 2_000_00 * people)
    awards = [
        chain.award(chain.member(f"甲{place}"), 100_00 + dice.randrange(90_000), round=round) for place in range(people)
    ]
    batches = [chain.sign(chain.batch(*awards, when=day), day)]

    def attempt(what: str, call) -> bool:
        """Do something, perhaps dying in the middle; a refusal that harms nobody is counted."""
        try:
            if dice.random() < 0.3:
                with killed_at(dice.randrange(60)):
                    call()
            else:
                call()
        except Killed:
            seen["killed"] += 1
            return False
        except Refused as why:
            assert set(why.codes) <= {*HARMLESS, "state_not_allowed"}, why.codes
            seen[why.codes[0]] += 1
            return False
        seen[what] += 1
        return True

    def answer(batch, **how) -> None:
        content = bank.answer(batch.number.replace("-", ""), **how)

        def read() -> None:
            file = actions.see_result(batch=batch, content=content, name="回盘.xlsx", actor=chain.maker, at=day)
            actions.apply_result(file=file, actor=chain.maker, at=day)

        attempt("answer", read)

    def hand_over(batch) -> None:
        """The file goes to the bank; the confirmation may be lost, and it is handed over again."""
        if not attempt("send", lambda: actions.send(batch=batch, actor=chain.maker, at=day)):
            batch.refresh_from_db()
        if batch.state == "sent":
            content = actions.take_file(batch=batch, actor=chain.maker, at=day)[1]
            for _ in range(dice.choice((1, 1, 2))):  # a time-out after success: once more, with the same references
                bank.accept(content, day.date(), bad=0.2, slow=0.2)

    for _ in range(steps):
        day += timedelta(dice.choice((0, 1, 9)))
        batch = dice.choice(batches)
        batch.refresh_from_db()
        move = dice.random()
        if batch.state in ("checked", "approved"):
            hand_over(batch)
        elif batch.state in ("sent", "settled"):
            good = [one.reference for one in bank.done.values() if one.outcome == "成功"]
            if move < 0.15 and good:
                bank.bounce(dice.choice(good), day.date())
            elif move < 0.3:
                bank.settle(day.date(), bad=0.2)
            else:
                answer(
                    batch, share=dice.choice((0.4, 0.7, 1.0)), double=dice.random() < 0.4, shuffle=dice.random() < 0.5
                )
        if move > 0.8 and (back := list(queries.returned(chain.maker).filter(round=round))):
            again = chain.batch(title="重发", when=day)
            actions.retry(batch=again, payments=back, actor=chain.maker, at=day)
            batches.append(chain.sign(again, day))
            seen["retried"] += len(back)
    dice = random.Random(-1)  # the storm is over: nobody dies any more
    dice.random = lambda: 0.99  # type: ignore[method-assign]
    for _ in range(8):
        day += timedelta(1)
        for batch in batches:
            batch.refresh_from_db()
            if batch.state in ("checked", "approved"):
                hand_over(batch)
        bank.settle(day.date())
        for batch in batches:
            batch.refresh_from_db()
            if batch.state in ("sent", "settled"):
                answer(batch)
        back = list(queries.returned(chain.maker).filter(round=round))
        if not back:
            break
        again = chain.batch(title="重发", when=day)
        actions.retry(batch=again, payments=back, actor=chain.maker, at=day)
        batches.append(chain.sign(again, day))
    prove(chain, bank, round, awards)
    return bank, seen


def prove(chain, bank: fake.Bank, round, awards) -> None:
    """The conservation laws, from the bank's own ledger: 0 double, 0 lost, 0 fen of difference."""
    award_of = dict(BankLine.objects.filter(payment__round=round).values_list("reference", "payment__award_id"))
    got: dict = Counter()
    for reference, fen, _ in bank.moved:
        got[award_of[reference]] += fen
    net = dict(Payment.objects.filter(round=round).values_list("award_id", "net"))
    assert {award.pk: got[award.pk] for award in awards} == net
    ours: dict[tuple[int, int], int] = {}
    for on, fen in Posting.objects.filter(payment__round=round).values_list("on", "net"):
        ours[on.year, on.month] = ours.get((on.year, on.month), 0) + fen
    assert {month: fen for month, fen in ours.items() if fen} == told(bank)
    assert set(Payment.objects.filter(round=round).values_list("state", flat=True)) == {"paid"}
    assert queries.reconcile(chain.world.fed.pk) == []


CHUNKS = [
    pytest.param(range(first, first + CHUNK), marks=pytest.mark.proof, id=f"from-{first}")
    for first in range(GATE, GATE + PROOF, CHUNK)
]


@pytest.mark.parametrize("seeds", [pytest.param(range(GATE), id="gate"), *CHUNKS])
def test_random_traces_end_with_the_banks_ledger(chain, seeds, record_property):
    from gongjia.money.funds.models import BudgetLine

    BudgetLine.objects.filter(pk=chain.line.pk).update(amount=10**12)
    total: Counter = Counter()
    for seed in seeds:
        total += run_trace(chain, seed)[1]
    record_property("traces", len(seeds))
    print(f"\n{len(seeds)} traces: {dict(total)}; 0 double, 0 lost, 0 fen")
    assert total["killed"] and total["answer"] and total["retried"]
    assert journal.verify() == []


# negative controls --------------------------------------------------------------------------------------------


def test_control_resending_what_is_unknown_pays_twice(chain):
    """Sabotage: the line's end is guessed at a time-out and the payment sent anew. The laws must then break."""
    bank = fake.Bank()
    round = chain.round("对照批", 1_000_00)
    award = chain.award(chain.member(), round=round)
    batch = chain.send(award)
    bank.accept(actions.take_file(batch=batch, actor=chain.maker, at=AT)[1], AT.date())  # paid, the answer lost
    BankLine.objects.filter(batch=batch).update(state="returned", returned_on=AT.date())
    Payment.objects.update(state="returned", returned_on=AT.date())
    again = chain.batch(title="重发")
    actions.retry(batch=again, payments=list(Payment.objects.all()), **chain.by)
    chain.sign(again)
    actions.send(batch=again, actor=chain.maker, at=AT)
    bank.accept(actions.take_file(batch=again, actor=chain.maker, at=AT)[1], AT.date())
    chain.answer(again, bank.answer(again.number.replace("-", "")))
    with pytest.raises(AssertionError):
        prove(chain, bank, round, [award])


def test_control_a_difference_in_the_books_is_found_and_stops_the_next_batch(chain, bank):
    awards = [chain.award(chain.member(f"甲{n}"), 100_00 + n) for n in range(5)]
    batch = chain.send(*awards)
    bank.accept(actions.take_file(batch=batch, actor=chain.maker, at=AT)[1], AT.date())
    chain.answer(batch, bank.answer())
    rows = list(batch.payments.order_by("key"))
    Payment.objects.filter(pk=rows[0].pk).update(state="sent")
    Posting.objects.filter(payment=rows[1]).update(net=1, gross=1)
    Posting.objects.filter(payment=rows[2]).delete()
    BankLine.objects.filter(payment=rows[3]).update(state="unknown")
    rows[4].shares.all().delete()
    found = {one.payment for one in queries.reconcile(chain.world.fed.pk)}
    assert found == {one.pk for one in rows}
    follow = chain.batch(chain.award(chain.member("后来")), title="下一批")
    with pytest.raises(Refused) as why:
        actions.make(batch=follow, shown=chain.shown(follow), **chain.by)
    assert why.value.codes == ("books_differ",)
