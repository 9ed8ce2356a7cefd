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


class RosterState(TextChoices):
    UPLOADED = "uploaded", "已上传"
    CHECKED = "checked", "已检查"
    RUNNING = "running", "正在导入"
    DONE = "done", "已导入"
    UNDONE = "undone", "已撤销"
    CANCELLED = "cancelled", "已取消"


ROSTER_FLOW = Flow(
    name="roster",
    label="名册导入",
    initial=RosterState.UPLOADED.value,
    states=dict(RosterState.choices),
    moves=(
        Move("check", ("uploaded", "checked"), "checked", powers.IMPORT, None, "检查"),
        Move("run", "checked", "running", powers.IMPORT, None, "开始导入"),
        Move("finish", "running", "done", powers.IMPORT, None, "导入完成"),
        Move("undo", "done", "undone", powers.IMPORT, None, "撤销导入"),
        Move("cancel", ("uploaded", "checked"), "cancelled", powers.IMPORT, None, "取消"),
    ),
)

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
