"""States and moves of rounds, applications, awards and appeals."""

from __future__ import annotations

from django.db.models import TextChoices

from gongjia.base.flow import Flow, Move
from gongjia.work.programmes import powers
from gongjia.work.programmes.rules import moves as rules


class RoundState(TextChoices):
    DRAFT = "draft", "起草中"
    OPEN = "open", "正在申报"
    CLOSED = "closed", "申报截止，审核中"
    DECIDED = "decided", "已决定"
    FINISHED = "finished", "已办结"
    CANCELLED = "cancelled", "已取消"


class ApplicationState(TextChoices):
    DRAFT = "draft", "填写中"
    IN_REVIEW = "in_review", "审核中"
    RETURNED = "returned", "待补正"
    ON_NOTICE = "on_notice", "公示中"
    AWARDED = "awarded", "已办结"
    DECLINED = "declined", "未通过"
    WITHDRAWN = "withdrawn", "已撤回"
    REVOKED = "revoked", "已撤销"


class AwardState(TextChoices):
    ACTIVE = "active", "有效"
    REVOKED = "revoked", "已撤销"


class AppealState(TextChoices):
    OPEN = "open", "待复核"
    UPHELD = "upheld", "复核成立，重新审核"
    DISMISSED = "dismissed", "维持原结果"


# An application that still holds a place in its round: a second one by the same subject is refused.
LIVE = ("draft", "in_review", "returned", "on_notice", "awarded")
# Not settled yet.


ROUND_FLOW = Flow(
    name="round",
    label="申报项目",
    initial=RoundState.DRAFT.value,
    states=dict(RoundState.choices),
    moves=(
        Move("open", "draft", "open", powers.OPEN, rules.may_open, "开放申报"),
        Move("close", "open", "closed", powers.OPEN, rules.may_close, "截止申报"),
        Move("reopen", "closed", "open", powers.OPEN, rules.may_reopen, "重新开放申报"),
        Move("decide", "closed", "decided", powers.DECIDE, None, "作出决定"),
        Move("finish", ("open", "closed", "decided"), "finished", powers.OPEN, rules.may_finish, "办结"),
        Move("cancel", ("draft", "open", "closed"), "cancelled", powers.OPEN, rules.may_cancel, "取消"),
    ),
)

# Moves of the applicant have no power of their own: the action proves that the record is theirs, or that
# the officer at the counter may act for them. Desks prove that it is their turn.
APPLICATION_FLOW = Flow(
    name="application",
    label="申报",
    initial=ApplicationState.DRAFT.value,
    states=dict(ApplicationState.choices),
    moves=(
        Move("submit", "draft", "in_review", "", rules.may_submit, "提交"),
        Move("resubmit", "returned", "in_review", "", rules.may_submit, "补正后再提交"),
        Move("withdraw", ("draft", "in_review", "returned", "on_notice"), "withdrawn", "", None, "撤回"),
        Move("pass", "in_review", "in_review", powers.REVIEW, rules.may_pass, "通过"),
        Move("return", "in_review", "returned", powers.REVIEW, rules.may_return, "退回补正"),
        Move("next_stage", "in_review", "returned", powers.REVIEW, rules.may_pass, "通过，待补报"),
        Move("decline", "in_review", "declined", powers.REVIEW, rules.says_why, "不通过"),
        Move("choose", "in_review", "on_notice", powers.DECIDE, rules.may_choose, "列入公示"),
        Move("award", "in_review", "awarded", powers.DECIDE, rules.may_choose, "授予"),
        Move("grant", "in_review", "awarded", powers.REVIEW, rules.may_pass, "通过并办结"),
        Move("confirm", "on_notice", "awarded", powers.DECIDE, rules.may_confirm, "公示期满，授予"),
        Move("strike", "on_notice", "declined", powers.DECIDE, rules.may_strike, "异议成立"),
        Move("leave_out", "in_review", "declined", powers.DECIDE, None, "未列入"),
        Move("revoke", "awarded", "revoked", powers.REVOKE, rules.says_why, "撤销"),
        Move("reopen", "declined", "in_review", powers.APPEALS, rules.says_why, "复核成立"),
        Move("lapse", ("draft", "returned", "in_review"), "withdrawn", powers.OPEN, None, "随项目终止"),
    ),
)

AWARD_FLOW = Flow(
    name="award",
    label="授予",
    initial=AwardState.ACTIVE.value,
    states=dict(AwardState.choices),
    moves=(Move("revoke", "active", "revoked", powers.REVOKE, rules.says_why, "撤销"),),
)

APPEAL_FLOW = Flow(
    name="appeal",
    label="复核申请",
    initial=AppealState.OPEN.value,
    states=dict(AppealState.choices),
    moves=(
        Move("uphold", "open", "upheld", powers.APPEALS, rules.says_why, "复核成立"),
        Move("dismiss", "open", "dismissed", powers.APPEALS, rules.says_why, "维持原结果"),
    ),
)
