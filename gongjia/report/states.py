"""States of hand entries, reports and their sections."""

from __future__ import annotations

from django.db.models import TextChoices

from gongjia.base.flow import Flow, Move
from gongjia.report import powers, rules


class HandState(TextChoices):
    STANDING = "standing", "有效"
    REVERSED = "reversed", "已冲销"


class ReportState(TextChoices):
    DRAFT = "draft", "撰写中"
    FROZEN = "frozen", "已定稿"


class SectionState(TextChoices):
    WRITING = "writing", "撰写中"
    SIGNED = "signed", "已签认"


HAND_FLOW = Flow(
    name="hand",
    label="手工填报",
    initial=HandState.STANDING.value,
    states=dict(HandState.choices),
    moves=(Move("reverse", "standing", "reversed", powers.HAND, rules.may_reverse, "冲销"),),
)

REPORT_FLOW = Flow(
    name="report",
    label="报告",
    initial=ReportState.DRAFT.value,
    states=dict(ReportState.choices),
    moves=(Move("freeze", "draft", "frozen", powers.FREEZE, rules.may_freeze, "定稿"),),
)

SECTION_FLOW = Flow(
    name="section",
    label="章节",
    initial=SectionState.WRITING.value,
    states=dict(SectionState.choices),
    moves=(
        Move("sign", "writing", "signed", powers.SIGN, rules.may_sign, "签认"),
        Move("reopen", "signed", "writing", powers.FREEZE, rules.may_reopen, "退回修改"),
    ),
)
