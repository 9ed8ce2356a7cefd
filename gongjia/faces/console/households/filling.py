"""A new file in four steps: who, the family, income and spending, the rest. Each step is kept when it is done."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django import forms
from django.urls import reverse

from gongjia.base.refused import Reason, Refused
from gongjia.faces.console.households import forms as ours
from gongjia.faces.console.households.lists import crumbs, file_url
from gongjia.faces.shared.marks import Link
from gongjia.faces.shared.pages import Crumb, FormPage
from gongjia.faces.shared.policy import Policy
from gongjia.who.members import queries as members
from gongjia.work.households import actions, powers, queries

OPENED_FOR = "填写申请"
SOURCED = ("own_monthly", "income_other", "rigid_medical", "rigid_school", "rigid_housing", "accident_cost")


class Start(FormPage):
    title = "新建困难职工档案"
    lead = "第 1 步，共 4 步：哪位职工。一户只建一份档案。"
    policy = Policy("officer", powers.EDIT)
    form_class = ours.StartForm
    submit_label = "下一步"
    fields_of = {
        "not_member": "id_no", "household_has_file": "id_no", "who_unknown": "id_no", "applied_in_future": "applied_on",
    }  # fmt: skip

    @property
    def cancel_url(self) -> str:
        return reverse("console:households")

    def crumbs(self) -> list[Crumb]:
        return crumbs()

    def initial(self) -> dict[str, Any]:
        return {"via": "own", "applied_on": self.at.date()}

    def act(self, form: forms.Form) -> Any:
        values = form.cleaned_data
        found = members.find_person(self.actor, id_no=values["id_no"])
        if len(found) != 1:
            raise Refused(
                Reason(
                    "who_unknown", "会员名册里没有这个人，或不在您的范围内。", cure="请核对号码；还不是会员的先办入会。"
                )
            )
        head = members.person_to_appoint(self.actor, found[0].id)
        return actions.start_file(
            head=head, via=values["via"], applied_on=values["applied_on"], actor=self.actor, at=self.at
        )

    def after(self, result: Any) -> str:
        return reverse("console:households_family", args=[result.pk])


class Step(FormPage):
    """A later step of a file that is being filled in."""

    policy = Policy("officer", powers.EDIT, at="org")
    submit_label = "保存，下一步"
    step = 2
    following = ""
    template = "console/household_step.html"

    def get_record(self) -> Any:
        return queries.get(self.actor, self.kwargs["pk"])

    @property
    def told(self) -> Any:
        """What was told so far; that it was looked at is written down."""
        if not hasattr(self, "_told"):
            self._told = actions.open_facts(file=self.record, reason=OPENED_FOR, actor=self.actor, at=self.at)
        return self._told

    @property
    def lead(self) -> str:
        return f"第 {self.step} 步，共 4 步。填的内容加密保存，提交前可以随时改。"

    @property
    def cancel_url(self) -> str:
        return file_url(self.kwargs["pk"])

    def crumbs(self) -> list[Crumb]:
        return [*crumbs(), Crumb(self.record.number, self.cancel_url)]

    def after(self, result: Any) -> str:
        if not self.following:
            return self.cancel_url
        return reverse(f"console:households_{self.following}", args=[self.kwargs["pk"]])

    def context(self) -> dict[str, Any]:
        return {"more": None}


class Family(Step):
    title = "家庭成员"
    form_class = ours.FamilyForm
    following = "income"
    fields_of = {"member_name": "name_1", "member_id": "id_no_1", "member_twice": "id_no_1"}

    @property
    def lead(self) -> str:
        return "第 2 步，共 4 步：共同生活的家庭成员，本人不用再填。"

    @property
    def count(self) -> int:
        return rows_of(self)

    def form_kwargs(self) -> dict[str, Any]:
        return {"rows": self.count}

    @property
    def groups(self) -> list[tuple[str, tuple[str, ...]]]:  # type: ignore[override]
        return family_groups(self.count)

    def initial(self) -> dict[str, Any]:
        return family_of(queries.members(self.record), self.told.members)

    def context(self) -> dict[str, Any]:
        return {"more": Link("再加一位", f"?rows={self.count + 1}", "plus")}

    def act(self, form: forms.Form) -> Any:
        told = family_in(form.cleaned_data, self.count)
        actions.fill(file=self.record, household=told, actor=self.actor, at=self.at)


class Income(Step):
    title = "收入和支出"
    form_class = ours.IncomeForm
    groups = ours.INCOME_GROUPS
    step = 3
    following = "life"

    def initial(self) -> dict[str, Any]:
        return income_of(self.told.facts)

    def act(self, form: forms.Form) -> Any:
        facts = with_income(self.told.facts, form.cleaned_data)
        actions.fill(file=self.record, facts=facts, actor=self.actor, at=self.at)


class Life(Step):
    title = "家庭情况和致困原因"
    form_class = ours.LifeForm
    groups = ours.LIFE_GROUPS
    step = 4
    submit_label = "保存"

    def initial(self) -> dict[str, Any]:
        facts, file = self.told.facts, self.record
        found = {name: getattr(facts, name) for name in ours.LifeForm.base_fields if hasattr(facts, name)}
        return {**found, "cause_main": file.cause_main, "cause_second": file.cause_second,
                "rural_worker": file.rural_worker}  # fmt: skip

    def act(self, form: forms.Form) -> Any:
        values = dict(form.cleaned_data)
        causes = {name: values.pop(name) for name in ("cause_main", "cause_second", "rural_worker")}
        numbers = {name: values[name] or 0 for name in ("area_m2", "months_of_work")}
        facts = replace(self.told.facts, **{**values, **numbers})
        actions.fill(file=self.record, facts=facts, causes=causes, actor=self.actor, at=self.at)


def rows_of(page: Any) -> int:
    """How many blocks of the family a page shows: what it was asked for, at least one more than there are people."""
    wanted = page.request.POST.get("_rows") or page.request.GET.get("rows") or ""
    least = max(len(page.told.members) + 1, 3)
    return min(max(int(wanted) if wanted.isdigit() and len(wanted) < 3 else 0, least), 12)


def family_groups(count: int) -> list[tuple[str, tuple[str, ...]]]:
    return [
        (f"家庭成员 {number}", tuple(f"{part}_{number}" for part in ours.FamilyForm.PARTS))
        for number in range(1, count + 1)
    ]


def family_of(rows: Any, told: Any) -> dict[str, Any]:
    """For the form: the others of the household as they stand on file; their numbers are never shown again."""
    found: dict[str, Any] = {}
    others = [row for row in rows if row.relation != "self"]
    opened = [one for one in told if one.relation != "本人"]
    for number, (row, one) in enumerate(zip(others, opened, strict=True), 1):
        found |= {
            f"relation_{number}": row.relation, f"name_{number}": one.name,
            f"monthly_{number}": f"{one.facts.monthly / 100:.2f}" if one.facts.monthly else "",
            f"identity_{number}": one.facts.identity, f"health_{number}": one.facts.health,
        }  # fmt: skip
    return found


def family_in(values: dict[str, Any], count: int) -> list[actions.HouseholdMember]:
    """The others of the household as the form tells them."""
    return [
        actions.HouseholdMember(
            values[f"relation_{number}"], values[f"name_{number}"], values[f"id_no_{number}"],
            actions.MemberFacts(
                monthly=values[f"monthly_{number}"] or 0, identity=values[f"identity_{number}"],
                health=values[f"health_{number}"],
            ),
        )
        for number in range(1, count + 1)
        if values.get(f"name_{number}")
    ]  # fmt: skip


def income_of(facts: actions.HouseholdFacts) -> dict[str, Any]:
    """For the form: yuan, and the papers beside."""
    found: dict[str, Any] = {"accident": facts.accident, "exclusions": list(facts.exclusions)}
    for name in (*SOURCED, "rigid_other"):
        found[name] = f"{getattr(facts, name) / 100:.2f}"
    return found | {f"{name}_source": facts.sources.get(name, "") for name in SOURCED}


def with_income(facts: actions.HouseholdFacts, values: dict[str, Any]) -> actions.HouseholdFacts:
    sources = {name: values[f"{name}_source"] for name in SOURCED if values.get(f"{name}_source")}
    figures = {name: values[name] or 0 for name in (*SOURCED, "rigid_other")}
    return replace(
        facts, **figures, accident=values["accident"], accident_harm=values["accident"] != "none",
        exclusions=tuple(values["exclusions"]), sources=sources,
    )  # fmt: skip
