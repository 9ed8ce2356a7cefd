"""One hardship file. What the household told is shown after a reason, and that it was is written down."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from gongjia.base import journal, money
from gongjia.base.journal import attachments
from gongjia.base.refused import Forbidden, Refused
from gongjia.faces.console.households.lists import CATEGORY_TONES, TONES, crumbs, file_url
from gongjia.faces.console.notices.lists import notice_url
from gongjia.faces.shared import formats
from gongjia.faces.shared.marks import Badge, Link, NotNow
from gongjia.faces.shared.pages import Crumb, DetailPage, Fact, Facts, Page
from gongjia.faces.shared.policy import Policy
from gongjia.work.households import actions, kinds, powers, queries

AT_ORG = Policy("officer", powers.READ, at="org")
WHY = {
    "visiting": "入户前了解情况", "reviewing": "审核", "approving": "审批", "active": "帮扶、复核", "draft": "核对填写内容",
    "returned": "补正",
}  # fmt: skip


class FilePage(DetailPage):
    policy = AT_ORG
    template = "console/household_one.html"
    opened: Any = None
    reasons: Any = ()

    def get_record(self) -> Any:
        return queries.get(self.actor, self.kwargs["pk"])

    def crumbs(self) -> list[Crumb]:
        return crumbs()

    def heading(self) -> str:
        return self.record.number

    def subtitle(self) -> str:
        return self.record.org.name

    def badge(self) -> Badge:
        return Badge(self.record.state_label, TONES[self.record.state])

    def _to(self, name: str) -> str:
        return reverse(f"console:households_{name}", args=[self.record.pk])

    def steps(self) -> list[Link | NotNow]:
        file, found, state = self.record, [], self.record.state

        def may(power: str) -> bool:
            return self.actor.can(power, file.org)

        if state in ("draft", "returned") and may(powers.EDIT) and may(powers.FACTS):
            found.append(Link("提交", self._to("submit"), "send", "primary"))
            found.append(Link("接着填写", self._to("family"), "edit"))
        if state in ("visiting", "reviewing", "approving", "active") and may(powers.EDIT):
            found.append(Link("登记入户", self._to("visit"), "door-exit", "primary" if state == "visiting" else ""))
        if state == "reviewing" and may(powers.REVIEW):
            found.append(Link("审核通过", self._to("review"), "check", "primary"))
        if state in ("reviewing", "approving") and may(powers.EDIT) and file.notice_ref is None:
            found.append(Link("单位内公示", self._to("notice"), "speakerphone"))
        if state in ("reviewing", "approving", "active") and may(powers.APPROVE):
            found.append(Link("发核对请求", self._to("check"), "search"))
        if state == "approving" and may(powers.APPROVE):
            found.append(Link("审批建档", self._to("approve"), "checks", "primary"))
        if state in ("visiting", "reviewing", "approving") and may(powers.REVIEW):
            found.append(Link("退回补正", self._to("return"), "arrow-back-up"))
            found.append(Link("不予建档", self._to("decline"), "x", "danger"))
        if state == "active" and may(powers.VERIFY) and self._due():
            found.append(Link("年度复核", self._to("verify"), "refresh", "primary"))
        if state == "active" and may(powers.APPROVE):
            found.append(Link("脱困、注销", self._to("end"), "logout"))
        if state in ("draft", "visiting", "reviewing", "approving", "returned") and may(powers.EDIT):
            found.append(Link("撤回申请", self._to("withdraw"), "ban"))
        if state in ("active", "exited", "cancelled") and may(powers.UPWARD):
            found.append(Link("登记上级编号", self._to("number"), "tag"))
        return found

    def _due(self) -> bool:
        file = self.record
        return file.opened_on.year < self.at.year and (file.verified_year or 0) < self.at.year

    def groups(self) -> list[Facts]:
        file = self.record
        notice = notice_url(file.notice_ref) if file.notice_ref else ""
        return [
            Facts(
                "档案",
                [
                    Fact("职工", file.head.name, "mask", mask="name", note=(file.head.merged_into_id and "已合并") or ""),
                    Fact("困难类别", Badge(file.category_label, CATEGORY_TONES[file.category]) if file.category else "",
                         "badge" if file.category else "text"),
                    Fact("档案级别", file.level_label),
                    Fact("家庭人口", f"{file.persons} 人"),
                    Fact("主要致困原因", file.cause_main_label),
                    Fact("次要致困原因", file.cause_second_label),
                    Fact("困难农民工", "是" if file.rural_worker else "否"),
                    Fact("申请地点", file.via_label, note="本单位工会只知道有这份档案" if file.via == "township" else ""),
                    Fact("来源", file.origin_label),
                    Fact("全国系统编号", file.upper_no),
                ],
            ),
            Facts(
                "日期",
                [
                    Fact("申请", file.applied_on, "day"),
                    Fact("单位内公示", f"至 {formats.moment(file.notice_until)}" if file.notice_until else "", link=notice),
                    Fact("建档", file.opened_on, "day"),
                    Fact("复核到", f"{file.verified_year} 年" if file.verified_year else ""),
                    Fact("退出", file.closed_on, "day", note=file.close_why_label if file.close_why else ""),
                    Fact("帮扶保留到", file.help_until, "day"),
                    Fact("审批文号", file.document_no),
                    Fact("上次退回、不予建档的原因", file.why_back, wide=True),
                ],
            ),
        ]  # fmt: skip

    def timeline(self) -> list[Any]:
        return journal.timeline(self.record)

    def extra(self) -> dict[str, Any]:
        file = self.record
        may_open = self.actor.can(powers.FACTS, file.org)
        return {
            "members": queries.members(file),
            "visits": queries.visits(file),
            "checks": queries.checks(file),
            "verifications": queries.verifications(file),
            "may_open": may_open,
            "may_check": self.actor.can(powers.APPROVE, file.org),
            "why": WHY.get(file.state, ""),
            "opened": self.opened,
            "told": told_facts(self.opened.facts) if self.opened else [],
            "reasons": self.reasons,
            "health": kinds.HEALTH,
            "yuan": money.show,
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.actor.can(powers.FACTS, self.record.org):
            raise Forbidden(powers.FACTS)
        status = 200
        try:
            self.opened = actions.open_facts(
                file=self.record, reason=request.POST.get("reason", ""), actor=self.actor, at=self.at
            )
        except Refused as refused:
            self.reasons, status = refused.reasons, 422
        answer = self.render(status=status, **self.context())
        answer["Cache-Control"] = "no-store"
        return answer


def told_facts(facts: actions.HouseholdFacts) -> list[Fact]:
    """What the household told, each figure with the paper it comes from."""
    said = facts.sources
    found = [
        Fact("本人月平均收入", money.show(facts.own_monthly), note=said.get("own_monthly", "")),
        Fact("家庭其他年收入", money.show(facts.income_other), note=said.get("income_other", "")),
        Fact("医疗支出（年）", money.show(facts.rigid_medical), note=said.get("rigid_medical", "")),
        Fact("教育支出（年）", money.show(facts.rigid_school), note=said.get("rigid_school", "")),
        Fact("住房支出（年）", money.show(facts.rigid_housing), note=said.get("rigid_housing", "")),
        Fact("其他必要支出（年）", money.show(facts.rigid_other), note=said.get("rigid_other", "")),
        Fact("年度致困费用", money.show(facts.accident_cost), note=said.get("accident_cost", "")),
        Fact("意外类型", kinds.AccidentKind(facts.accident).label),
        Fact("健康状况", kinds.HEALTH.get(facts.health, "")),
        Fact("残疾", kinds.DISABILITIES.get(facts.disability, "")),
        Fact("住房", kinds.Housing(facts.housing).label if facts.housing else ""),
        Fact("婚姻", kinds.Marriage(facts.marriage).label if facts.marriage else ""),
        Fact("人员身份", kinds.Identity(facts.identity).label if facts.identity else ""),
        Fact("单亲", "是" if facts.single_parent else "否"),
        Fact("零就业家庭", "是" if facts.nobody_works else "否"),
        Fact("有自救能力", "是" if facts.can_help_self else "否"),
        Fact("不得建档的情形", "、".join(kinds.Exclusion(code).label for code in facts.exclusions) or "没有"),
        Fact("住址", facts.address, wide=True),
        Fact("致困说明", facts.story, wide=True),
    ]
    return [fact for fact in found if fact.value not in ("", None)]


class Paper(Page):
    """A photo of a visit or the answer of an office."""

    policy = Policy("officer", powers.FACTS)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        paper = queries.photo_of(self.actor, self.kwargs["pk"], self.kwargs["paper"])
        response = HttpResponse(attachments.open(paper), content_type=paper.kind)
        response["Content-Disposition"] = "inline" if paper.kind in attachments.PICTURES else "attachment"
        response["Cache-Control"] = "private, no-store"
        return response


__all__ = ["FilePage", "Paper", "file_url", "told_facts"]
