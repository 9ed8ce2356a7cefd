"""A round is drawn up step by step: from a type, a template or last year's; basics, conditions, form, desks, money,
notice; each step is saved when it is left, and the round stays a draft until it is published."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from gongjia.base import clock
from gongjia.faces.console.programmes import drawing_forms as ours
from gongjia.faces.console.programmes.one import OfRound, round_url
from gongjia.faces.console.programmes.rounds import OPEN, closing_day, end_of
from gongjia.faces.shared import flash
from gongjia.faces.shared.pages import Crumb, FormPage
from gongjia.faces.shared.policy import Policy
from gongjia.who.members.queries.person import trades_now
from gongjia.who.orgs import queries as orgs
from gongjia.work.programmes import actions, powers
from gongjia.work.programmes.actions.rounds import node_of
from gongjia.work.programmes.queries import lists
from gongjia.work.programmes.queries.templates import template_of, templates
from gongjia.work.programmes.registry import TYPES

STEPS = (
    ("basics", "基本情况"), ("form", "申报表"), ("conditions", "条件"), ("chain", "审核环节"), ("money", "名额和金额"),
    ("notice", "公示和评分"), ("open", "发布"),
)  # fmt: skip


def step_tabs(pk: Any, here: str) -> list[dict[str, Any]]:
    return [
        {"label": f"{number}. {label}", "url": round_url(pk, name), "active": name == here}
        for number, (name, label) in enumerate(STEPS, start=1)
    ]


def following(pk: Any, here: str) -> str:
    names = [name for name, _label in STEPS]
    return round_url(pk, names[names.index(here) + 1])


class New(FormPage):
    """Choose what it is made from; then the basics."""

    title = "新开一轮"
    policy = Policy("officer", powers.OPEN)
    form_class = ours.NewForm
    template = "console/programmes/new.html"
    submit_label = "保存，下一步"
    fields_of = {"title_bad": "title", "closes_before_opens": "closes_on"}

    @property
    def cancel_url(self) -> str:
        return reverse("console:programmes_new") if self.chosen else reverse("console:programmes")

    def crumbs(self) -> list[Crumb]:
        return [Crumb("申报项目", reverse("console:programmes"))]

    @property
    def chosen(self) -> dict[str, Any] | None:
        """{"type", "template", "previous", "label"} of what was chosen, or None."""
        asked = self.request.GET
        if pk := asked.get("previous"):
            previous = next((one for one in lists.previous_rounds(self.actor) if str(one.pk) == pk), None)
            if previous is not None:
                return {"type": previous.type, "template": "", "previous": previous, "label": previous.title}
        if key := asked.get("template"):
            row = next((one for one in templates() if one["key"] == key), None)
            if row is not None:
                return {"type": row["type"] or "general", "template": key, "previous": None, "label": row["label"]}
        if (key := asked.get("type")) and (kind := TYPES.find(key)) is not None:
            return {"type": key, "template": "", "previous": None, "label": kind.label}
        return None

    def form_kwargs(self) -> dict[str, Any]:
        own = [root.org_id for root in self.actor.roots(powers.OPEN)]
        near = Q(pk__in=own) | Q(parent_id__in=own) | Q(industry_parent_id__in=own)  # further down one acts there
        reach = orgs.visible(self.actor, powers.OPEN).filter(near, state="active").exclude(kind__in=("group", "branch"))
        return {"unions": [(str(pk), name) for pk, name in reach.order_by("path").values_list("pk", "name")[:300]]}

    def initial(self) -> dict[str, Any]:
        chosen, today = self.chosen, clock.today()
        standing = self.request.shell.standing
        found: dict[str, Any] = {"year": today.year, "opens_on": today, "org": str(standing.org_id) if standing else ""}
        if chosen is None:
            return found
        kind, previous = TYPES.get(chosen["type"]), chosen["previous"]
        found |= {"title": f"{today.year}年{chosen['label']}", "area": kind.area, "brief": kind.brief}
        if chosen["template"]:
            values = template_of(chosen["template"])
            found |= {"area": values.get("area") or kind.area, "brief": values.get("brief", "")}
        if previous is not None:
            found |= {
                "title": previous.title.replace(str(previous.year), str(today.year)), "area": previous.area,
                "brief": previous.brief, "org": str(previous.org_id), "cycle": "",
            }  # fmt: skip
        return found

    def context(self) -> dict[str, Any]:
        if self.chosen is not None:
            return {"chosen": self.chosen}
        return {
            "chosen": None,
            "types": [one for one in TYPES if one.key != "general"],
            "general": TYPES.find("general"),
            "templates": templates(),
            "previous": lists.previous_rounds(self.actor, 20),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.chosen is None:
            return HttpResponseRedirect(reverse("console:programmes_new"))
        return super().post(request, *args, **kwargs)

    def act(self, form: ours.NewForm) -> Any:
        values, chosen = dict(form.cleaned_data), self.chosen
        assert chosen is not None
        org = orgs.get(self.actor, UUID(values.pop("org")), powers.OPEN)
        return actions.make_round(
            type=chosen["type"], org=org, template=chosen["template"], previous=chosen["previous"], actor=self.actor,
            at=self.at, **_of_basics(values),
        )  # fmt: skip

    def after(self, result: Any) -> str:
        return following(result.pk, "basics")


def _of_basics(values: dict[str, Any]) -> dict[str, Any]:
    opens, closes = values.pop("opens_on"), values.pop("closes_on")
    return {**values, "opens_at": clock.start_of(opens), "closes_at": end_of(closes)}


class Step(OfRound, FormPage):
    """One step; only what differs is sent on, so that an open round refuses just what may not change."""

    policy = OPEN
    template = "console/programmes/step.html"
    submit_label = "保存，下一步"
    here = ""

    def crumbs(self) -> list[Crumb]:
        return [Crumb("申报项目", reverse("console:programmes")), Crumb(self.record.title, round_url(self.record.pk))]

    def context(self) -> dict[str, Any]:
        tabs = step_tabs(self.record.pk, self.here) if self.record.state == "draft" else []
        return {"tabs": tabs, "record": self.record}

    def show(self, form: forms.Form, status: int = 200) -> HttpResponse:
        self.groups = getattr(form, "blocks", ())
        self.submit_label = "保存，下一步" if self.record.state == "draft" else "保存"
        return super().show(form, status)

    def values(self, form: Any) -> dict[str, Any]:
        raise NotImplementedError

    def more(self, form: Any) -> dict[str, Any]:
        return {}

    def act(self, form: Any) -> Any:
        changed = {name: value for name, value in self.values(form).items() if value != getattr(self.record, name)}
        more = self.more(form)
        if not changed and not more:
            return self.record
        return actions.change_round(round_=self.record, values=changed, actor=self.actor, at=self.at, **more)

    def after(self, result: Any) -> str:
        if self.record.state != "draft":
            flash.say(self.request, "已保存。")
            return round_url(self.record.pk)
        return following(self.record.pk, self.here)


class Basics(Step):
    title, here = "基本情况", "basics"
    form_class = ours.BasicsForm
    fields_of = {"title_bad": "title", "closes_before_opens": "closes_on"}

    def initial(self) -> dict[str, Any]:
        one = self.record
        opens = one.opens_at.astimezone(clock.SHANGHAI).date()
        same = {name: getattr(one, name) for name in ("title", "year", "cycle", "area", "brief")}
        return {**same, "opens_on": opens, "closes_on": closing_day(one)}

    def values(self, form: Any) -> dict[str, Any]:
        found = _of_basics(dict(form.cleaned_data))
        if not {"opens_on", "closes_on"} & set(form.changed_data):  # an hour that a page does not show stays
            found.pop("opens_at")
            found.pop("closes_at")
        return found


class Conditions(Step):
    title, here = "条件", "conditions"
    lead = "勾选这一轮要求的条件。申报人打开就看到每一条是否符合、依据什么、谁能更正。"
    form_class = ours.ConditionsForm
    fields_of = {"condition_empty": "c_age_min"}

    def form_kwargs(self) -> dict[str, Any]:
        return {
            "subject": self.record.subject, "spec": self.record.form.spec,
            "trades": sorted(trades_now(self.at.date()).items()),
        }  # fmt: skip

    def initial(self) -> dict[str, Any]:
        return ours.ConditionsForm.initial_of(self.record)

    def values(self, form: Any) -> dict[str, Any]:
        values = form.cleaned_data
        return {
            "conditions": form.rows(self.record.subject, self.record.form.spec),
            "once_per": values["once_per"],
            "gap_years": values["gap_years"] or 0,
            "file_needed": values["file_needed"],
            "sensitive": values["sensitive"],
        }


class Desks(Step):
    title, here = "审核环节", "chain"
    lead = "从第一道排起。哪家工会来审，按申报人所在工会在组织树上的位置自动确定；树上没有的一级自动跳过。"
    form_class = ours.DesksForm
    fields_of = {"no_desk": "d1_place", "sensitive_own_only": "d1_place"}

    @property
    def held(self) -> list[Any]:
        return list(self.record.desks.select_related("org"))

    def form_kwargs(self) -> dict[str, Any]:
        uppers = [(str(one.pk), one.name) for one in orgs.chain_of(self.record.org)]
        return {"count": min(ours.MOST_DESKS, len(self.held) + 2), "named": uppers}

    def initial(self) -> dict[str, Any]:
        found: dict[str, Any] = {"decides": self.record.decides}
        for n, one in enumerate(self.held, start=1):
            found |= {
                f"d{n}_place": one.place, f"d{n}_org": str(one.org_id or ""), f"d{n}_role": one.role,
                f"d{n}_label": one.label, f"d{n}_days": one.days, f"d{n}_unit": one.day_unit, f"d{n}_stage": one.stage,
            }  # fmt: skip
        return found

    def values(self, form: Any) -> dict[str, Any]:
        return {"decides": form.cleaned_data["decides"]}

    def more(self, form: Any) -> dict[str, Any]:
        if not any(name.startswith("d") and name != "decides" for name in form.changed_data):
            return {}
        uppers = {str(one.pk): one for one in orgs.chain_of(self.record.org)}
        return {
            "desk_rules": [
                actions.DeskRule(
                    number, row["place"], row["label"], row["role"], row["days"], row["unit"], row["stage"],
                    node_of(uppers[row["org"]]) if row["org"] else None,
                )
                for number, row in enumerate(form.rows(), start=1)
            ]
        }  # fmt: skip


class Money(Step):
    title, here = "名额和金额", "money"
    form_class = ours.MoneyForm
    fields_of = {"amount_bad": "amount", "tiers_bad": "t1_label"}

    def form_kwargs(self) -> dict[str, Any]:
        return {"count": min(ours.MOST_TIERS, len(self.record.tiers) + 2)}

    def initial(self) -> dict[str, Any]:
        return ours.MoneyForm.initial_of(self.record)

    def values(self, form: Any) -> dict[str, Any]:
        values = form.cleaned_data
        return {
            "quota": values["quota"], "amount": values["amount"] or 0, "goods": values["goods"],
            "tiers": form.tiers(self.record.tiers),
        }  # fmt: skip


class Notice(Step):
    title, here = "公示和评分", "notice"
    lead = "评分项只在有评委打分时填；权重按比例计，总分折成 100 分。"
    form_class = ours.NoticeForm
    fields_of = {
        "notice_half": "notice_days", "sensitive_outside": "notice_place", "criterion_weight": "k1_weight",
        "criterion_key": "k1_label",
    }  # fmt: skip

    def form_kwargs(self) -> dict[str, Any]:
        return {"count": min(ours.MOST_CRITERIA, max(3, len(self.record.criteria) + 2))}

    def initial(self) -> dict[str, Any]:
        return ours.NoticeForm.initial_of(self.record)

    def values(self, form: Any) -> dict[str, Any]:
        values = form.cleaned_data
        return {
            "notice_place": values["notice_place"], "notice_days": values["notice_days"] or 0,
            "notice_unit": values["notice_unit"], "notice_phone": values["notice_phone"],
            "criteria": form.criteria(self.record.criteria),
        }  # fmt: skip
