"""States and moves of events, sign-ups, draws, results and no-show marks."""

from __future__ import annotations

from django.db.models import TextChoices

from gongjia.base.flow import Flow, Move
from gongjia.work.events import powers
from gongjia.work.events.rules import moves as rules


class EventState(TextChoices):
    DRAFT = "draft", "起草中"
    OPEN = "open", "已发布"
    CLOSED = "closed", "报名截止"
    HELD = "held", "已举办"
    SETTLED = "settled", "已办结"
    CANCELLED = "cancelled", "已取消"


class SignUpState(TextChoices):
    ENTERED = "entered", "已登记摇号"
    WAITING = "waiting", "候补"
    OFFERED = "offered", "递补待确认"
    PLACED = "placed", "报名成功"
    CANCELLED = "cancelled", "已取消"
    LOST = "lost", "未中签"
    EXPIRED = "expired", "逾期未确认"
    DECLINED = "declined", "已放弃"


class DrawState(TextChoices):
    COMMITTED = "committed", "已公布种子摘要"
    SEALED = "sealed", "名单已封存"
    OPENED = "opened", "已开号"
    FAILED = "failed", "未能开号"


class ResultState(TextChoices):
    DRAFT = "draft", "待认定"
    DECIDED = "decided", "已认定"


class FaultState(TextChoices):
    STANDS = "stands", "有效"
    APPEALED = "appealed", "申诉中"
    KEPT = "kept", "申诉未成立"
    STRUCK = "struck", "已撤销"


# one of these per person and event
LIVE = ("entered", "waiting", "offered", "placed")
# these take places: the counter of a cell is the sum of their seats
HOLDING = ("offered", "placed")
# of a no-show mark: these count
COUNTING = ("stands", "appealed", "kept")

EVENT_FLOW = Flow(
    name="event",
    label="活动",
    initial=EventState.DRAFT.value,
    states=dict(EventState.choices),
    moves=(
        Move("open", "draft", "open", powers.OPEN, rules.may_open, "发布"),
        Move("close", "open", "closed", powers.OPEN, rules.may_close, "截止报名"),
        Move("hold", ("open", "closed"), "held", powers.OPEN, rules.may_hold, "登记已举办"),
        Move("settle", "held", "settled", powers.OPEN, rules.may_settle, "办结"),
        Move("cancel", ("draft", "open", "closed"), "cancelled", powers.OPEN, rules.says_why, "取消"),
    ),
)

# Moves without a power: the action proves that the sign-up is one's own, or that the officer may act for its union.
SIGN_UP_FLOW = Flow(
    name="sign_up",
    label="报名",
    initial=SignUpState.ENTERED.value,
    states=dict(SignUpState.choices),
    moves=(
        Move("win", "entered", "placed", powers.DRAW, None, "中签"),
        Move("queue", "entered", "waiting", powers.DRAW, None, "进入候补"),
        Move("lose", "entered", "lost", powers.DRAW, None, "未中签"),
        Move("offer", "waiting", "offered", "", None, "递补"),
        Move("promote", "waiting", "placed", powers.SIGN, None, "直接递补"),
        Move("confirm", "offered", "placed", "", rules.may_confirm, "确认参加"),
        Move("decline", "offered", "declined", "", None, "放弃"),
        Move("expire", "offered", "expired", "", rules.may_expire, "逾期未确认"),
        Move("cancel", ("entered", "waiting", "offered", "placed"), "cancelled", "", rules.may_cancel, "取消报名"),
        Move("lapse", ("entered", "waiting"), "lost", "", None, "候补结束"),
    ),
)

DRAW_FLOW = Flow(
    name="draw",
    label="摇号",
    initial=DrawState.COMMITTED.value,
    states=dict(DrawState.choices),
    moves=(
        Move("seal", "committed", "sealed", powers.DRAW, None, "封存名单"),
        Move("open", "sealed", "opened", powers.DRAW, None, "开号"),
        Move("fail", ("committed", "sealed"), "failed", powers.DRAW, rules.says_why, "登记未能开号"),
    ),
)

RESULT_FLOW = Flow(
    name="result",
    label="成绩",
    initial=ResultState.DRAFT.value,
    states=dict(ResultState.choices),
    moves=(Move("decide", "draft", "decided", powers.RESULTS, None, "认定"),),
)

FAULT_FLOW = Flow(
    name="fault",
    label="爽约记录",
    initial=FaultState.STANDS.value,
    states=dict(FaultState.choices),
    moves=(
        Move("appeal", "stands", "appealed", "", rules.says_why, "申诉"),
        Move("strike", ("stands", "appealed"), "struck", powers.APPEALS, rules.says_why, "撤销爽约记录"),
        Move("keep", "appealed", "kept", powers.APPEALS, rules.says_why, "维持"),
    ),
)
