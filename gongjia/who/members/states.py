"""States and moves of hand-overs and of what workers ask for."""

from __future__ import annotations

from django.db.models import TextChoices

from gongjia.base.flow import Flow, Move
from gongjia.who.members import powers, rules


class TransferState(TextChoices):
    ASKED = "asked", "待转出工会确认"
    OFFERED = "offered", "待转入工会接收"
    ACCEPTED = "accepted", "已转入"
    DECLINED = "declined", "未接收"
    WITHDRAWN = "withdrawn", "已撤回"


class CorrectionState(TextChoices):
    OPEN = "open", "待处理"
    SETTLED = "settled", "已更正"
    REFUSED = "refused", "未更正"
    WITHDRAWN = "withdrawn", "已撤回"


class HelpState(TextChoices):
    OPEN = "open", "待处理"
    DONE = "done", "已办好"
    CLOSED = "closed", "已关闭"


# `Transfer.org` answers the union whose turn it is. Withdrawing has no power of its own:
# only who set the hand-over going may take it back, and the action proves that.
TRANSFER_FLOW = Flow(
    name="transfer",
    label="会员转接",
    initial=TransferState.OFFERED.value,
    states=dict(TransferState.choices),
    moves=(
        Move("confirm", "asked", "offered", powers.TRANSFER, rules.may_hand_over, "确认转出"),
        # the receiving union asked for the member: its acceptance is in the asking
        Move("release", "asked", "accepted", powers.TRANSFER, rules.may_take_over, "同意转出"),
        Move("accept", "offered", "accepted", powers.TRANSFER, rules.may_take_over, "接收"),
        Move("decline", ("asked", "offered"), "declined", powers.TRANSFER, rules.says_why, "不接收"),
        Move("withdraw", ("asked", "offered"), "withdrawn", "", None, "撤回"),
    ),
)

CORRECTION_FLOW = Flow(
    name="correction",
    label="更正申请",
    initial=CorrectionState.OPEN.value,
    states=dict(CorrectionState.choices),
    moves=(
        Move("settle", "open", "settled", powers.SETTLE, rules.may_settle, "更正"),
        Move("refuse", "open", "refused", powers.SETTLE, rules.says_why, "不予更正"),
        Move("withdraw", "open", "withdrawn", "", None, "撤回"),
    ),
)

HELP_FLOW = Flow(
    name="help",
    label="求助",
    initial=HelpState.OPEN.value,
    states=dict(HelpState.choices),
    moves=(
        Move("finish", "open", "done", powers.SETTLE, rules.says_why, "办好"),
        Move("close", "open", "closed", powers.SETTLE, rules.says_why, "关闭"),
    ),
)
