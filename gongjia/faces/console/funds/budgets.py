"""预算: lines with what is set aside, claimed, arrived and left; ceilings."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.urls import reverse

from gongjia.base import journal
from gongjia.base.refused import Hidden
from gongjia.faces.console.funds import forms as ours
from gongjia.faces.console.funds import words
from gongjia.faces.shared.marks import Badge, Link
from gongjia.faces.shared.pages import Crumb, DetailPage, Fact, Facts, FormPage, MovePage, Page
from gongjia.faces.shared.policy import Policy
from gongjia.money.funds import actions, powers, queries
from gongjia.who.orgs.queries import get, root
from gongjia.work.programmes import queries as programmes


def crumbs_of(row: Any = None) -> list[Crumb]:
    found = [Crumb("预算", reverse("console:funds_budget"))]
    return [*found, Crumb(str(row.line), reverse("console:funds_line", args=[row.id]))] if row is not None else found


def paying_union(actor: Any, power: str) -> Any:
    """The union that this person keeps money for: where the power is held, else the federation."""
    post = next((one for one in actor.posts if power in one.powers), None)
    return get(actor, post.org_id) if post is not None else root()


class Budget(Page):
    title = "预算"
    lead = "每条预算安排给哪些申报项目，用了多少，还剩多少。数字都由发放记录算出。"
    policy = Policy("officer", powers.READ)
    template = "console/funds_budget.html"

    def context(self) -> dict[str, Any]:
        years = queries.budget_years(self.actor)
        asked = self.request.GET.get("year", "")
        year = int(asked) if asked.isdigit() else (years[0] if years else self.at.year)
        rows = queries.budget(self.actor, year)
        return {
            "year": year,
            "years": [{"label": f"{one}年", "url": f"?year={one}", "active": one == year} for one in years],
            "rows": rows,
            "amount": sum(row.line.amount for row in rows),
            "set_aside": sum(row.set_aside for row in rows),
            "used": sum(row.used for row in rows),
            "paid": sum(row.paid for row in rows),
            "may_edit": self.actor.holds(powers.BUDGET),
            "differences": len(queries.reconcile(rows[0].line.org_id)) if rows else 0,
        }


class LineNew(FormPage):
    title = "新建预算"
    policy = Policy("officer", powers.BUDGET)
    form_class = ours.LineForm
    submit_label = "建立预算"
    done_text = "预算已建立，可以给申报项目安排资金了。"
    fields_of = {
        "document_missing": "document_no",
        "title_missing": "title",
        "line_exists": "title",
        "amount_negative": "amount",
    }

    def crumbs(self) -> list[Crumb]:
        return crumbs_of()

    @property
    def cancel_url(self) -> str:
        return reverse("console:funds_budget")

    def initial(self) -> dict[str, Any]:
        return {"year": self.at.year, "source": "own", "item": "50204"}

    def act(self, form: forms.Form) -> Any:
        org = paying_union(self.actor, powers.BUDGET)
        return actions.open_line(org=org, actor=self.actor, at=self.at, **form.cleaned_data)

    def after(self, result: Any) -> str:
        return reverse("console:funds_line", args=[result.pk])


class Line(DetailPage):
    """One line: its sums, its changes, its earmarks."""

    policy = Policy("officer", powers.READ, at="org")
    template = "console/funds_line.html"

    def get_record(self) -> Any:
        rows = queries.budget(self.actor, line_id=self.kwargs["pk"])
        if not rows:
            raise Hidden("line")
        return rows[0]

    def org_of(self, record: Any) -> Any:
        return record.line.org

    def crumbs(self) -> list[Crumb]:
        return crumbs_of()

    def heading(self) -> str:
        return str(self.record.line)

    def subtitle(self) -> str:
        return f"{self.record.line.source_label}资金 · {self.record.line.org.name}"

    def badge(self) -> Badge:
        return Badge("已关闭", "neutral") if self.record.line.closed_on else Badge("在用", "success")

    def steps(self) -> list[Link]:
        line = self.record.line
        if line.closed_on or not self.actor.can(powers.BUDGET, line.org):
            return []
        return [
            Link("安排资金", reverse("console:funds_earmark", args=[line.pk]), "cash", "primary"),
            Link("追加或调减", reverse("console:funds_line_change", args=[line.pk]), "edit"),
            Link("关闭", reverse("console:funds_line_close", args=[line.pk]), "lock"),
        ]

    def groups(self) -> list[Facts]:
        row, line = self.record, self.record.line
        return [
            Facts(
                "预算",
                [
                    Fact("预算金额", line.amount, "money"),
                    Fact("已安排", row.set_aside, "money"),
                    Fact("已列支", row.used, "money"),
                    Fact("已到账", row.paid, "money"),
                    Fact("尚未安排", row.free, "money"),
                    Fact("指标文号", line.document_no),
                    Fact("支出科目", words.item(line)),
                    Fact("建立日期", line.opened_on, "day"),
                ],
            )
        ]

    def timeline(self) -> list[Any]:
        return journal.timeline(self.record.line)

    def extra(self) -> dict[str, Any]:
        return {"row": self.record, "changes": queries.changes_of(self.record.line)}


class LineForm(FormPage):
    """What the forms about one line share."""

    policy = Policy("officer", powers.BUDGET, at="org")

    def get_record(self) -> Any:
        return queries.budget_line(self.actor, self.kwargs["pk"])

    def crumbs(self) -> list[Crumb]:
        return [*crumbs_of(), Crumb(str(self.record), self.cancel_url)]

    @property
    def cancel_url(self) -> str:
        return reverse("console:funds_line", args=[self.record.pk])

    def after(self, result: Any) -> str:
        return self.cancel_url


class LineChange(LineForm):
    title = "追加或调减预算"
    form_class = ours.ChangeForm
    submit_label = "办理"
    done_text = "预算已调整。"
    fields_of = {"document_missing": "document_no", "line_short": "amount", "amount_zero": "amount"}

    def act(self, form: forms.Form) -> Any:
        values = form.cleaned_data
        delta = values["amount"] if values["way"] == "add" else -values["amount"]
        return actions.change_line(
            line=self.record,
            delta=delta,
            document_no=values["document_no"],
            why=values["why"],
            actor=self.actor,
            at=self.at,
        )


class EarmarkNew(LineForm):
    title = "给申报项目安排资金"
    form_class = ours.EarmarkForm
    submit_label = "安排"
    done_text = "资金已安排。"
    fields_of = {
        "line_short": "amount", "earmark_used": "amount", "share_over": "share", "share_range": "share",
        "round_elsewhere": "round",
    }  # fmt: skip

    def form_kwargs(self) -> dict[str, Any]:
        rounds = programmes.rounds_of(self.actor).exclude(state__in=("draft", "cancelled"))
        rows = rounds.order_by("-year", "title")[:500]
        return {"rounds": [("", "请选择"), *((str(one.pk), f"{one.title}（{one.year}年）") for one in rows)]}

    def initial(self) -> dict[str, Any]:
        return {"round": self.request.GET.get("round", "")}

    def act(self, form: forms.Form) -> Any:
        values = form.cleaned_data
        round = programmes.round_of(self.actor, UUID(values["round"]))
        share = int(values["share"] * 100) if values["share"] else None
        return actions.set_earmark(
            line=self.record, round=round, amount=values["amount"], share=share, actor=self.actor, at=self.at
        )


class LineClose(MovePage):
    title = "关闭预算"
    verb = "关闭"
    done_text = "预算已关闭。"
    policy = Policy("officer", powers.BUDGET, at="org")

    def get_record(self) -> Any:
        return queries.budget_line(self.actor, self.kwargs["pk"])

    def crumbs(self) -> list[Crumb]:
        return [*crumbs_of(), Crumb(str(self.record), self.cancel_url)]

    def consequences(self) -> list[str]:
        return ["不能再从这条预算安排资金；已经安排的仍可以用完。"]

    @property
    def cancel_url(self) -> str:
        return reverse("console:funds_line", args=[self.record.pk])

    def act(self, note: str) -> Any:
        return actions.close_line(line=self.record, actor=self.actor, at=self.at, note=note)

    def after(self, result: Any) -> str:
        return self.cancel_url


class Ceilings(Page):
    title = "发放上限"
    lead = "每人、每户、每个项目、全年最多发多少；多少以上要审批。超过上限的一律不能列入发放。"
    policy = Policy("officer", powers.READ)
    template = "console/funds_ceilings.html"

    def crumbs(self) -> list[Crumb]:
        return crumbs_of()

    def context(self) -> dict[str, Any]:
        rows = queries.ceilings(self.actor, self.at.date())
        org = root()
        return {
            "rows": [(one, queries.ceiling_label(one)) for one in rows],
            "may_set": self.actor.holds(powers.CEILING),
            "approval": queries.approval_limit(org, self.at.date()) if org else 0,
        }


class CeilingNew(FormPage):
    title = "设定上限"
    policy = Policy("officer", powers.CEILING)
    form_class = ours.CeilingForm
    submit_label = "设定"
    done_text = "上限已设定，从所填的那天起执行；原来的到前一天为止。"
    fields_of = {"dates_order": "since", "clause_missing": "clause", "amount_negative": "amount"}

    def crumbs(self) -> list[Crumb]:
        return [*crumbs_of(), Crumb("发放上限", self.cancel_url)]

    @property
    def cancel_url(self) -> str:
        return reverse("console:funds_ceilings")

    def initial(self) -> dict[str, Any]:
        return {"since": self.at.date(), "scope": "household"}

    def act(self, form: forms.Form) -> Any:
        org = paying_union(self.actor, powers.CEILING)
        return actions.set_ceiling(org=org, actor=self.actor, at=self.at, **form.cleaned_data)

    def after(self, result: Any) -> str:
        return self.cancel_url
