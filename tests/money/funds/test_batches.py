"""From a decided award to the arrived payment, and every refusal on the way."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from gongjia.base import journal
from gongjia.base.refused import Forbidden, Refused
from gongjia.money.funds import actions, kinds, queries
from gongjia.money.funds.models import BankLine, Batch, Payment, PaymentShare, Posting
from tests.money.funds import bank as fake
from tests.money.funds.conftest import AT, card
from tests.who.members.conftest import in_role

pytestmark = pytest.mark.django_db


def refusals(batch) -> list[str]:
    from gongjia.base.journal.models import Entry

    found = Entry.objects.filter(action="funds.refused", subjects__subject_id=batch.pk).select_related("payload")
    return [code for one in found.order_by("seq") for code in one.payload.body["codes"]]


def test_a_chain_from_award_to_arrived(chain, bank):
    award = chain.award(chain.member(), 800_00)
    assert [one.total for one in queries.to_pay(chain.maker, AT)] == [800_00]
    batch = chain.send(award)
    assert queries.to_pay(chain.maker, AT) == []
    name, content = actions.take_file(batch=batch, actor=chain.maker, at=AT)
    assert name == f"代发-{batch.number}.xlsx"
    assert actions.take_file(batch=batch, actor=chain.maker, at=AT)[1] == content
    bank.accept(content, AT.date())
    chain.answer(batch, bank.answer())
    payment = Payment.objects.get(award=award)
    assert (payment.state, payment.paid_on, batch.state) == ("paid", AT.date(), "settled")
    assert Posting.objects.get().net == bank.total() == 800_00
    assert queries.reconcile(chain.world.fed.pk) == []
    assert journal.verify() == []


def test_money_for_a_prize_is_taxed_and_relief_is_not(chain):
    prize = chain.award(chain.member(), 10_000_01, kind="honour", title="工匠奖金")
    relief = chain.award(chain.member("李四"), 1_000_00)
    batch = chain.batch(prize, relief)
    by = {one.award_id: one for one in batch.payments.all()}
    assert (by[prize.pk].tax, by[prize.pk].net, by[prize.pk].tax_rule) == (2_000_00, 8_000_01, "prize-2011")
    assert (by[relief.pk].tax, by[relief.pk].net, by[relief.pk].tax_rule) == (0, 1_000_00, "relief-2011")
    batch.refresh_from_db()
    assert (batch.gross, batch.tax, batch.net) == (11_000_01, 2_000_00, 9_000_01)


def test_shares_between_levels_carry_every_fen(chain):
    upper = actions.open_line(
        org=chain.world.fed, year=2018, source="city", title="杭州配套", amount=9_000_00, item="50204",
        document_no="杭工财〔2018〕3号", **chain.by,
    )  # fmt: skip
    round = chain.round("求学圆梦", 5_000_00, share=5000)
    actions.set_earmark(line=upper, round=round, amount=5_000_00, share=5000, **chain.by)
    batch = chain.batch(chain.award(chain.member(), 333_33, round=round))
    parts = sorted(PaymentShare.objects.filter(payment__batch=batch).values_list("amount", flat=True))
    assert parts == [166_66, 166_67]
    with pytest.raises(Refused) as why:
        actions.set_earmark(line=chain.line, round=round, amount=5_000_00, share=6000, **chain.by)
    assert why.value.codes == ("share_over",)


def test_maker_is_not_checker_though_the_account_differs(chain):
    batch = chain.batch(chain.award(chain.member()))
    actions.make(batch=batch, shown=chain.shown(batch), **chain.by)
    same = in_role(chain.world.fed, "finance_checker", person=_person(chain.maker))
    with pytest.raises(Refused) as why:
        actions.check(batch=batch, shown=chain.shown(batch), actor=same, at=AT)
    assert why.value.codes == ("same_person",)
    assert "不相容岗位分离" in why.value.reasons[0].clause and "同一个人" in str(why.value)
    assert refusals(batch) == ["same_person"]
    batch.refresh_from_db()
    assert (batch.state, batch.checker) == ("made", None)


def _person(actor):
    from gongjia.who.members.models import Person

    return Person.objects.get(pk=actor.person_id)


def test_the_database_itself_keeps_the_signers_apart(chain):
    batch = chain.batch(chain.award(chain.member()))
    actions.make(batch=batch, shown=chain.shown(batch), **chain.by)
    for values in (
        {"checker_id": chain.maker.person_id},
        {"approver_id": chain.maker.person_id},
        {"state": "sent", "sent_at": AT},
        {"state": "checked"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Batch.objects.filter(pk=batch.pk).update(**values)


def test_a_second_file_of_the_same_person_is_the_same_person(chain):
    from gongjia.who.members.models import Person

    twin = Person.objects.create(name="财务制单", merged_into_id=chain.maker.person_id)
    batch = chain.batch(chain.award(chain.member()))
    actions.make(batch=batch, shown=chain.shown(batch), **chain.by)
    with pytest.raises(Refused) as why:
        actions.check(
            batch=batch, shown=chain.shown(batch), actor=in_role(chain.world.fed, "finance_checker", person=twin), at=AT
        )
    assert why.value.codes == ("same_person",)


def test_an_account_changed_after_the_signatures_voids_them(chain):
    person = chain.member()
    batch = chain.sign(chain.batch(chain.award(person)))
    assert batch.state == "checked"
    chain.account(person, when=AT + timedelta(hours=1))
    batch.refresh_from_db()
    assert (batch.state, batch.maker, batch.checker, batch.digest) == ("draft", None, None, "")
    assert not batch.approvals.filter(live=True).exists()
    with pytest.raises(Refused) as why:
        actions.send(batch=batch, actor=chain.maker, at=AT + timedelta(hours=2))
    assert why.value.codes == ("approvals_void",) and "收款账户" in str(why.value)
    assert refusals(batch) == ["approvals_void"]
    assert not BankLine.objects.exists()
    # a changed account rests for a day, then the batch is made anew with it
    with pytest.raises(Refused) as why:
        actions.make(batch=batch, shown=chain.shown(batch), actor=chain.maker, at=AT + timedelta(hours=3))
    assert why.value.codes == ("account_cooling",)
    chain.sign(batch, AT + timedelta(hours=26))
    assert batch.state == "checked"


def test_a_swap_that_voided_nothing_is_found_when_the_file_is_made(chain):
    """The second wall: an account row that ended without its batches being told."""
    from gongjia.money.funds.models import PayeeAccount

    person = chain.member()
    batch = chain.sign(chain.batch(chain.award(person)))
    PayeeAccount.objects.filter(person=person).update(until=AT)
    with pytest.raises(Refused) as why:
        actions.send(batch=batch, actor=chain.maker, at=AT)
    assert why.value.codes == ("account_changed",)
    assert refusals(batch) == ["account_changed"]


def test_rows_changed_behind_the_signatures_do_not_leave(chain):
    batch = chain.sign(chain.batch(chain.award(chain.member())))
    other = chain.account(chain.member("别人", account=False))
    Payment.objects.filter(batch=batch).update(account=other)
    with pytest.raises(Refused) as why:
        actions.send(batch=batch, actor=chain.maker, at=AT)
    assert "changed_after_made" in why.value.codes


def test_who_approves_approves_what_was_shown(chain):
    batch = chain.batch(chain.award(chain.member()))
    shown = chain.shown(batch)
    actions.plan(batch=batch, awards=[chain.award(chain.member("李四"))], **chain.by)
    with pytest.raises(Refused) as why:
        actions.make(batch=batch, shown=shown, **chain.by)
    assert why.value.codes == ("not_as_shown",)


def test_payee_and_kin_do_not_sign(chain):
    from gongjia.work.households.models import HouseholdFile

    payee = chain.member()
    batch = chain.batch(chain.award(payee))
    own = in_role(chain.world.fed, "finance_maker", person=payee)
    with pytest.raises(Refused) as why:
        actions.make(batch=batch, shown=chain.shown(batch), actor=own, at=AT)
    assert why.value.codes == ("own_interest",)
    file = HouseholdFile.objects.create(
        number="K1", org=chain.world.lotus, head=_person(chain.checker), city="330100", applied_on=AT.date()
    )
    kin = chain.batch(chain.award(chain.member("家人"), household=file))
    actions.make(batch=kin, shown=chain.shown(kin), **chain.by)
    with pytest.raises(Refused) as why:
        actions.check(batch=kin, shown=chain.shown(kin), actor=chain.checker, at=AT)
    assert why.value.codes == ("own_interest",)


def test_an_account_of_the_signer_under_another_name_is_found(chain):
    number = card()
    chain.account(_person(chain.checker), number=number)
    payee = chain.member("外人", account=False)
    chain.account(payee, number=number)
    batch = chain.batch(chain.award(payee))
    actions.make(batch=batch, shown=chain.shown(batch), **chain.by)
    with pytest.raises(Refused) as why:
        actions.check(batch=batch, shown=chain.shown(batch), actor=chain.checker, at=AT)
    assert why.value.codes == ("own_interest",)


def test_above_the_limit_a_third_person_signs(chain):
    award = chain.award(chain.member(), 50_000_00)
    batch = chain.batch(award)
    actions.make(batch=batch, shown=chain.shown(batch), **chain.by)
    assert batch.needs_approval and "审批限额" in batch.approval_why
    actions.check(batch=batch, shown=chain.shown(batch), actor=chain.checker, at=AT)
    with pytest.raises(Refused) as why:
        actions.send(batch=batch, actor=chain.maker, at=AT)
    assert why.value.codes == ("approval_missing",)
    with pytest.raises(Refused) as why:
        actions.approve(
            batch=batch, shown=chain.shown(batch), at=AT,
            actor=in_role(chain.world.fed, "finance_approver", person=_person(chain.checker)),
        )  # fmt: skip
    assert why.value.codes == ("same_person",)
    actions.approve(batch=batch, shown=chain.shown(batch), actor=chain.approver, at=AT)
    actions.send(batch=batch, actor=chain.maker, at=AT)
    assert batch.state == "sent"


def test_a_sum_cut_into_pieces_counts_whole(chain):
    first = chain.batch(chain.award(chain.member(), 30_000_00))
    chain.sign(first)
    assert not first.needs_approval
    second = chain.batch(chain.award(chain.member("李四"), 25_000_00))
    actions.make(batch=second, shown=chain.shown(second), **chain.by)
    assert second.needs_approval and "合并计算" in second.approval_why


def test_an_award_is_paid_once(chain, bank):
    award = chain.award(chain.member())
    batch = chain.batch(award)
    with pytest.raises(Refused) as why:
        chain.batch(award, title="又一批")
    assert why.value.codes == ("already_planned",)
    with pytest.raises(IntegrityError), transaction.atomic():
        Payment.objects.create(
            key="another", award=award, instalment=1, org=chain.world.fed, union=chain.world.firm, batch=batch,
            type="general", title="x", year=2018, item="502", gross=1, net=1, planned_at=AT,
        )  # fmt: skip


def test_instalments_stay_within_the_award(chain):
    award = chain.award(chain.member(), 1_000_00)
    batch = chain.batch()
    actions.plan(batch=batch, awards=[award], amounts={award.pk: 600_00}, **chain.by)
    with pytest.raises(Refused) as why:
        actions.plan(batch=batch, awards=[award], amounts={award.pk: 500_00}, **chain.by)
    assert why.value.codes == ("award_exceeded",)
    actions.plan(batch=batch, awards=[award], **chain.by)
    assert sorted(batch.payments.values_list("instalment", "gross")) == [(1, 600_00), (2, 400_00)]


def test_out_of_a_draft_and_in_again_is_the_same_obligation(chain):
    award = chain.award(chain.member())
    batch = chain.batch(award)
    payment = batch.payments.get()
    actions.take_out(payments=[payment], **chain.by)
    assert [one.total for one in queries.to_pay(chain.maker, AT)] == [500_00]
    actions.plan(batch=batch, awards=[award], **chain.by)
    assert Payment.objects.get().pk == payment.pk
    actions.void(batch=batch, note="重做", **chain.by)
    payment.refresh_from_db()
    assert (batch.state, payment.state, payment.batch) == ("void", "dropped", None)


def test_nothing_without_money_set_aside(chain):
    round = chain.round("没钱的批次", 0)
    with pytest.raises(Refused) as why:
        chain.batch(chain.award(chain.member(), round=round))
    assert why.value.codes == ("no_earmark",)
    small = chain.round("钱少的批次", 900_00)
    awards = [chain.award(chain.member(name), 500_00, round=small) for name in ("甲", "乙")]
    batch = chain.batch()
    planned = actions.plan(batch=batch, awards=awards, **chain.by)
    assert len(planned.added) == 1
    assert [why.codes for _, why in planned.refused] == [("earmark_short",)]
    assert refusals(batch) == ["earmark_short"]


def test_a_line_is_never_cut_below_what_is_set_aside(chain):
    chain.round(amount=100_000_00)
    with pytest.raises(Refused) as why:
        actions.change_line(line=chain.line, delta=-250_000_00, document_no="1号", **chain.by)
    assert why.value.codes == ("line_short",)
    actions.change_line(line=chain.line, delta=-200_000_00, document_no="1号", **chain.by)
    with pytest.raises(Refused) as why:
        chain.round("再来一批", 1)
    assert why.value.codes == ("line_short",)


@pytest.mark.parametrize("scope", ["person", "household", "programme", "year"])
def test_above_a_ceiling_is_refused_with_its_clause_and_journalled(chain, scope):
    from gongjia.work.households.models import HouseholdFile

    person = chain.member()
    file = HouseholdFile.objects.create(
        number="K2", org=chain.world.lotus, head=person, city="330100", applied_on=AT.date()
    )
    actions.set_ceiling(
        org=chain.world.fed, scope=scope, amount=1_000_00, clause="帮扶资金办法 第十条", since=AT.date(),
        actor=chain.approver, at=AT,
    )  # fmt: skip
    batch = chain.batch(chain.award(person, 1_000_00, household=file))  # 以内 includes the number
    with pytest.raises(Refused) as why:
        actions.plan(batch=batch, awards=[chain.award(person, 1, household=file)], **chain.by)
    reason = why.value.reasons[0]
    assert (reason.code, reason.clause) == ("over_ceiling", "帮扶资金办法 第十条") and "超过上限" in reason.sentence
    assert refusals(batch) == ["over_ceiling"]


def test_a_new_ceiling_ends_the_old_one(chain):
    by = {"org": chain.world.fed, "scope": "person", "clause": "办法", "actor": chain.approver, "at": AT}
    first = actions.set_ceiling(amount=100, since=AT.date(), **by)
    with pytest.raises(Refused):
        actions.set_ceiling(amount=200, since=AT.date(), **by)
    actions.set_ceiling(amount=200, since=AT.date() + timedelta(10), **by)
    first.refresh_from_db()
    assert first.until == AT.date() + timedelta(10)
    with pytest.raises(Forbidden):
        actions.set_ceiling(amount=1, since=AT.date() + timedelta(20), **{**by, "actor": chain.maker})


def test_a_revoked_award_leaves_in_nobodys_file(chain):
    from gongjia.work.programmes.models import Award

    award = chain.award(chain.member())
    batch = chain.sign(chain.batch(award))
    Award.objects.filter(pk=award.pk).update(state="revoked", revoked_on=AT.date())
    with pytest.raises(Refused) as why:
        actions.send(batch=batch, actor=chain.maker, at=AT)
    assert why.value.codes == ("award_stopped",) and "撤销" in str(why.value)


def test_a_payment_without_an_account_is_not_made(chain):
    person = chain.member(account=False)
    batch = chain.batch(chain.award(person))
    with pytest.raises(Refused) as why:
        actions.make(batch=batch, shown=chain.shown(batch), **chain.by)
    assert why.value.codes == ("account_missing",)
    chain.account(person, when=AT)
    chain.sign(batch)


def test_accounts_are_entered_by_the_person_or_from_a_paper(chain, paper):
    person = chain.member(account=False)
    with pytest.raises(Forbidden):
        actions.enter_account(person=person, number=card(), bank="农行", actor=chain.maker, at=AT)
    with pytest.raises(Refused) as why:
        actions.enter_account(person=person, number="6200000000000000001", bank="", actor=chain.own(person), at=AT)
    assert why.value.codes == ("account_check", "bank_missing")
    office = in_role(chain.world.lotus, "officer_township")
    with pytest.raises(Refused) as why:
        actions.enter_account(person=person, number=card(), bank="农行", actor=office, at=AT)
    assert why.value.codes == ("paper_missing",)
    kept = actions.enter_account(person=person, number=card(), bank="农行", paper=paper, actor=office, at=AT)
    assert kept.who == kinds.AccountWho.COUNTER
    with pytest.raises(Refused) as why:
        actions.enter_account(
            person=person,
            number=card(),
            bank="农行",
            holder="他妈妈",
            guardian=True,
            relation="",
            actor=chain.own(person),
            at=AT,
        )
    assert why.value.codes == ("relation_missing", "proof_missing")
    child = actions.enter_account(
        person=person, number=card(), bank="农行", holder="王母", guardian=True, relation="母亲", paper=paper,
        actor=chain.own(person), at=AT,
    )  # fmt: skip
    assert (child.kind, child.holder, str(child.account_no)[:3]) == ("guardian", "王母", "***")


def test_a_union_is_paid_on_its_own_account(chain):
    chair = in_role(chain.world.firm, "chair_grassroots")
    actions.enter_account(
        union=chain.world.firm, number="201000012345678", bank="农商", actor=chair, at=AT - timedelta(3)
    )
    award = chain.award(for_org=chain.world.firm, amount=2_000_00, kind="honour", title="示范单位奖励")
    batch = chain.send(award)
    payment = batch.payments.get()
    assert (payment.tax, payment.account.kind) == (0, "org")


@pytest.mark.parametrize("layout", ["sheet", "csv", "short"])
def test_every_layout_goes_out_and_comes_back(chain, bank, layout):
    awards = [chain.award(chain.member(name), fen) for name, fen in (("甲乙", 300_01), ("丙丁", 400_99), ("戊己", 5))]
    batch = chain.send(*awards, layout=layout)
    _, content = actions.take_file(batch=batch, actor=chain.maker, at=AT)
    rows = fake.read_out(content)
    assert sorted(fen for *_, fen in rows) == [5, 300_01, 400_99]
    answers = [
        fake.Done(reference, account, holder, fen, "成功", AT.date()) for reference, account, holder, fen in rows
    ]
    chain.answer(batch, fake.result_file(answers))
    assert set(batch.payments.values_list("state", flat=True)) == {"paid"}
    assert batch.state == "settled"


def test_the_payee_is_told_what_arrived_and_what_came_back(chain, bank):
    from gongjia.base import outbox
    from gongjia.who.members import actions as members

    person = chain.member()
    members.open_account(person=person, actor=None, at=AT)
    batch = chain.send(chain.award(person, 800_00))
    bank.accept(actions.take_file(batch=batch, actor=chain.maker, at=AT)[1], AT.date())
    chain.answer(batch, bank.answer())
    bank.bounce(bank.news[0].reference, AT.date() + timedelta(2))
    chain.answer(batch, bank.answer(), AT + timedelta(2))
    chain.account(person, when=AT + timedelta(3))
    person.refresh_from_db()
    told = [f"{one.title} {one.body}" for one in outbox.inbox(person.account_id).order_by("pk")]
    assert any("到账" in one and "800.00" in one for one in told), told
    assert any("账户已销户" in one for one in told) and any("收款账户已变更" in one for one in told)
    assert queries.my_account(chain.own(person)).since == AT + timedelta(3)
    (payments,) = queries.paid_awards([batch.payments.get().award_id]).values()
    assert payments[0].state_label == "退汇"
