"""The states of a hardship file and of a request to check a household's means.

申请 → 入户 → 审核 → 审批 → 建档 → 复核 → 脱困/注销 (domain rules 6.2). The yearly 复核 changes no state: it leaves a row.
"""

from __future__ import annotations

from django.db.models import TextChoices

from gongjia.base.flow import Flow, Move
from gongjia.work.households import powers, rules


class FileState(TextChoices):
    DRAFT = "draft", "填写中"
    VISITING = "visiting", "待入户核查"
    REVIEWING = "reviewing", "待审核"
    APPROVING = "approving", "待审批"
    RETURNED = "returned", "退回补正"
    ACTIVE = "active", "在档"
    EXITED = "exited", "已脱困"
    CANCELLED = "cancelled", "已注销"
    DECLINED = "declined", "不予建档"
    WITHDRAWN = "withdrawn", "已撤回"


class CheckState(TextChoices):
    SENT = "sent", "等回复"
    ANSWERED = "answered", "已回复"
    DROPPED = "dropped", "已撤销"


IN_REVIEW = ("visiting", "reviewing", "approving", "returned")
LIVE = ("draft", *IN_REVIEW, "active")  # one household has at most one of these
ONCE_ACTIVE = ("active", "exited", "cancelled")

# submit and withdraw are the household's own too: the action proves who may
FILE_FLOW = Flow(
    name="household",
    label="困难职工档案",
    initial=FileState.DRAFT.value,
    states=dict(FileState.choices),
    moves=(
        Move("submit", ("draft", "returned"), "visiting", "", rules.may_submit, "提交"),
        Move("visit_done", "visiting", "reviewing", powers.EDIT, rules.may_finish_visit, "入户核查完成"),
        Move("review", "reviewing", "approving", powers.REVIEW, rules.may_review, "审核通过"),
        Move("approve", "approving", "active", powers.APPROVE, rules.may_approve, "审批建档"),
        Move("return", ("visiting", "reviewing", "approving"), "returned", powers.REVIEW, rules.says_why, "退回补正"),
        Move("decline", ("visiting", "reviewing", "approving", "returned"), "declined", powers.REVIEW,
             rules.says_why, "不予建档"),
        Move("withdraw", ("draft", *IN_REVIEW), "withdrawn", "", None, "撤回"),
        Move("exit", "active", "exited", powers.APPROVE, rules.may_exit, "脱困"),
        Move("cancel", "active", "cancelled", powers.APPROVE, rules.may_exit, "注销"),
    ),
)  # fmt: skip

CHECK_FLOW = Flow(
    name="household_check",
    label="核对请求",
    initial=CheckState.SENT.value,
    states=dict(CheckState.choices),
    moves=(
        Move("answer", "sent", "answered", powers.APPROVE, rules.may_answer, "登记结果"),
        Move("drop", "sent", "dropped", powers.APPROVE, rules.says_why, "撤销"),
    ),
)
