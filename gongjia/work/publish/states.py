"""The states of a notice and of an objection to it."""

from __future__ import annotations

from django.db.models import TextChoices

from gongjia.base.flow import Flow, Move
from gongjia.work.publish import powers, rules


class NoticeState(TextChoices):
    DRAFT = "draft", "拟定中"
    POSTED = "posted", "公示中"
    ENDED = "ended", "已期满"
    TAKEN_DOWN = "taken_down", "已撤下"


class ObjectionState(TextChoices):
    OPEN = "open", "待答复"
    UPHELD = "upheld", "异议成立"
    DISMISSED = "dismissed", "异议不成立"


NOTICE_FLOW = Flow(
    name="notice",
    label="公示",
    initial=NoticeState.DRAFT.value,
    states=dict(NoticeState.choices),
    moves=(
        Move("post", "draft", "posted", powers.NOTICE, rules.may_post, "开始公示"),
        Move("end", "posted", "ended", powers.NOTICE, rules.may_end, "结束公示"),
        Move("take_down", ("draft", "posted", "ended"), "taken_down", powers.TAKE_DOWN, rules.may_take_down, "撤下"),
    ),
)

OBJECTION_FLOW = Flow(
    name="objection",
    label="异议",
    initial=ObjectionState.OPEN.value,
    states=dict(ObjectionState.choices),
    moves=(
        Move("uphold", "open", "upheld", powers.ANSWER, rules.may_settle, "认定异议成立"),
        Move("dismiss", "open", "dismissed", powers.ANSWER, rules.may_settle, "认定异议不成立"),
    ),
)
