"""A worker's own hardship file: what is in it, by what formula, when it is looked at again, whom to ask."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from gongjia.base.secret import masks
from gongjia.faces.portal.pages import PortalPage
from gongjia.faces.shared import formats
from gongjia.work.households import actions, kinds, queries


class Household(PortalPage):
    """The files of one's own household. Names and numbers are masked: the phone lies on the table."""

    title = "我家的困难职工档案"
    template = "portal/services/household.html"

    @property
    def back(self) -> str:
        return reverse("portal:me")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        answer = super().get(request, *args, **kwargs)
        answer["Cache-Control"] = "no-store"
        return answer

    def context(self) -> dict[str, Any]:
        files = queries.own_files(self.me.person.pk, self.at.date()) if self.me is not None else []
        return {"files": [self.shown(one) for one in files]}

    def shown(self, one: queries.OwnFile) -> dict[str, Any]:
        file = one.file
        return {
            "file": file,
            "own": one.is_head,
            "head": masks.name(file.head.name),
            "waits": one.waits_for,
            "facts": _facts(one),
            "people": [
                {"label": f"{row.relation_label}　{row.name.masked()}", "note": str(row.id_no) if row.id_no else "没有登记身份证号",
                 "sign": "user"}
                for row in one.members
            ],
            "opened": actions.open_facts(file=file, reason="", actor=self.actor, at=self.at) if one.is_head else None,
            "means": _means,
            "ask": file.org,
        }  # fmt: skip


def _facts(one: queries.OwnFile) -> list[dict[str, Any]]:
    file = one.file
    found = [
        ("档案编号", file.number),
        ("状态", file.state_label),
        ("困难类别", file.category_label if file.category else ""),
        ("档案级别", file.level_label if file.level else ""),
        ("申请", formats.day(file.applied_on)),
        ("建档", formats.day(file.opened_on) if file.opened_on else ""),
        ("上次复核", f"{file.verified_year} 年" if file.verified_year else ""),
        ("下次复核", f"{one.verify_by.year} 年内" if one.verify_by else ""),
        ("正在核对", "、".join(one.checks_wait)),
        ("帮扶保留到", formats.day(file.help_until) if file.help_until else ""),
        ("退回、不予建档的原因", file.why_back if file.state in ("returned", "declined") else ""),
    ]
    return [{"label": label, "value": value} for label, value in found if value]


def _means(facts: actions.HouseholdFacts) -> list[dict[str, Any]]:
    """Own figures, in the order of the form; what is nothing is left out."""
    found = (
        ("本人月平均收入", facts.own_monthly), ("家庭其他年收入", facts.income_other), ("医疗支出（年）", facts.rigid_medical),
        ("教育支出（年）", facts.rigid_school), ("住房支出（年）", facts.rigid_housing), ("其他必要支出（年）", facts.rigid_other),
    )  # fmt: skip
    rows = [{"label": label, "value": formats.yuan(fen)} for label, fen in found if fen]
    if facts.health:
        rows.append({"label": "健康状况", "value": kinds.HEALTH.get(facts.health, facts.health)})
    return rows
