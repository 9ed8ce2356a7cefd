"""The states of a union in the register, and of a members' home."""

from __future__ import annotations

from django.db.models import TextChoices

from gongjia.base.flow import Flow, Move
from gongjia.who.orgs import powers, rules


class OrgState(TextChoices):
    PREPARING = "preparing", "筹建中"
    ACTIVE = "active", "正常"
    DISSOLVED = "dissolved", "已撤销"
    MERGED = "merged", "已合并"


class HomeState(TextChoices):
    PLANNED = "planned", "计划"
    BUILDING = "building", "在建"
    OPEN = "open", "已开放"
    CLOSED = "closed", "已停用"


# Founding, closing and merging are the next higher union's to approve (工会法 12, 13):
# `Org.org` answers the parent, so the power counts there.
ORG_FLOW = Flow(
    name="org",
    label="工会",
    initial=OrgState.PREPARING.value,
    states=dict(OrgState.choices),
    moves=(
        Move("approve", "preparing", "active", powers.FOUND, rules.may_found, "批准成立"),
        Move("abandon", "preparing", "dissolved", powers.FOUND, None, "终止筹建"),
        Move("dissolve", "active", "dissolved", powers.CLOSE, rules.may_dissolve, "撤销"),
        Move("merge", "active", "merged", powers.CLOSE, rules.may_merge, "合并"),
    ),
)

HOME_FLOW = Flow(
    name="home",
    label="职工之家",
    initial=HomeState.PLANNED.value,
    states=dict(HomeState.choices),
    moves=(
        Move("start", "planned", "building", powers.HOMES, rules.home_dates_in_order, "开工建设"),
        Move("open", ("planned", "building"), "open", powers.HOMES, rules.home_dates_in_order, "建成开放"),
        Move("close", ("planned", "building", "open"), "closed", powers.HOMES, rules.home_dates_in_order, "停止使用"),
    ),
)
