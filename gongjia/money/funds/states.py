"""States and moves of batches, payments, reversals and queries of the auditor."""

from __future__ import annotations

from django.db.models import TextChoices

from gongjia.base.flow import Flow, Move
from gongjia.money.funds import powers, rules


class BatchState(TextChoices):
    DRAFT = "draft", "编制中"
    MADE = "made", "待复核"
    CHECKED = "checked", "已复核"
    APPROVED = "approved", "已审批"
    SENT = "sent", "已送银行"
    SETTLED = "settled", "已办结"
    VOID = "void", "已作废"


BATCH_FLOW = Flow(
    name="batch",
    label="发放批次",
    initial=BatchState.DRAFT.value,
    states=dict(BatchState.choices),
    moves=(
        Move("make", "draft", "made", powers.MAKE, rules.may_make, "制单"),
        Move("check", "made", "checked", powers.CHECK, rules.may_check, "复核"),
        Move("approve", "checked", "approved", powers.APPROVE, rules.may_approve, "审批"),
        Move("send", ("checked", "approved"), "sent", powers.SEND, rules.may_send, "生成代发文件"),
        Move("settle", "sent", "settled", "", None, "办结"),
        Move("reopen", ("made", "checked", "approved"), "draft", powers.MAKE, rules.says_why, "退回编制"),
        Move("send_back", ("made", "checked", "approved"), "draft", powers.CHECK, rules.says_why, "退回制单人"),
        Move("turn_down", "checked", "draft", powers.APPROVE, rules.says_why, "不予审批"),
        # the change of a payee's account proves the right: the payee's own
        Move("lapse", ("made", "checked", "approved"), "draft", "", None, "审核作废"),
        Move("void", ("draft", "made", "checked", "approved"), "void", powers.MAKE, rules.says_why, "作废"),
    ),
)


class PaymentState(TextChoices):
    PLANNED = "planned", "待发放"
    SENT = "sent", "已送银行"
    UNKNOWN = "unknown", "结果不明"
    PAID = "paid", "已到账"
    RETURNED = "returned", "退汇"
    DROPPED = "dropped", "已移出"
    RECOVERED = "recovered", "已追回或冲销"


# Payments whose money is claimed under budgets and ceilings: a returned one is still owed.
CLAIMED = ("planned", "sent", "unknown", "paid", "returned")

PAYMENT_FLOW = Flow(
    name="payment",
    label="发放",
    initial=PaymentState.PLANNED.value,
    states=dict(PaymentState.choices),
    moves=(
        Move("replan", ("dropped", "returned"), "planned", powers.MAKE, None, "重新列入批次"),
        Move("drop", ("planned", "returned"), "dropped", powers.MAKE, None, "移出批次"),
        Move("put_back", "planned", "returned", powers.MAKE, None, "移出批次，仍为退汇"),
        Move("send", "planned", "sent", powers.SEND, None, "送银行"),
        Move("pay", ("sent", "unknown"), "paid", powers.SEND, None, "到账"),
        Move("doubt", "sent", "unknown", powers.SEND, None, "结果不明"),
        Move("bounce", ("sent", "unknown", "paid"), "returned", powers.SEND, None, "退汇"),
        Move("recover", "paid", "recovered", powers.CHECK, None, "追回或冲销"),
    ),
)


class ReversalState(TextChoices):
    ASKED = "asked", "待确认"
    CONFIRMED = "confirmed", "已入账"
    DROPPED = "dropped", "已撤回"


REVERSAL_FLOW = Flow(
    name="reversal",
    label="追回或冲销",
    initial=ReversalState.ASKED.value,
    states=dict(ReversalState.choices),
    moves=(
        Move("confirm", "asked", "confirmed", powers.CHECK, rules.may_confirm_reversal, "确认"),
        Move("drop", "asked", "dropped", powers.MAKE, None, "撤回"),
    ),
)


class DoubtState(TextChoices):
    OPEN = "open", "待答复"
    ANSWERED = "answered", "已答复"
    CLOSED = "closed", "已了结"


DOUBT_FLOW = Flow(
    name="doubt",
    label="疑点单",
    initial=DoubtState.OPEN.value,
    states=dict(DoubtState.choices),
    moves=(
        Move("answer", ("open", "answered"), "answered", powers.ANSWER, rules.says_why, "答复"),
        Move("again", "answered", "open", powers.AUDIT, rules.says_why, "继续追问"),
        Move("close", ("open", "answered"), "closed", powers.AUDIT, rules.says_why, "了结"),
    ),
)
