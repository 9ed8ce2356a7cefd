"""Set-up: what may be changed without a new version of the program, each through its action."""

from __future__ import annotations

import platform
from datetime import date
from typing import Any

import django
from django import forms
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

import gongjia
from gongjia.base import clock, outbox, workdays
from gongjia.base.holidays import actions as holiday_actions
from gongjia.base.holidays import powers as holiday_powers
from gongjia.base.holidays import queries as holidays
from gongjia.base.outbox import powers as outbox_powers
from gongjia.base.outbox.kinds import Channel, State
from gongjia.base.refused import Hidden
from gongjia.faces.console.setup import forms as ours
from gongjia.faces.shared import flash, keyset
from gongjia.faces.shared.marks import Badge, Column
from gongjia.faces.shared.pages import Crumb, Fact, Facts, FormPage, ListPage, MovePage, Page
from gongjia.faces.shared.policy import Policy
from gongjia.who.members import actions as member_actions
from gongjia.who.members import kinds as member_kinds
from gongjia.who.members import powers as member_powers
from gongjia.who.members import queries as members
from gongjia.who.orgs import actions as org_actions
from gongjia.who.orgs import kinds as org_kinds
from gongjia.who.orgs import powers as org_powers
from gongjia.who.orgs import queries as orgs

WORDING = Policy("officer", outbox_powers.TEMPLATES)
RULES = Policy("officer", org_powers.RULES)
EDIT = Policy("officer", holiday_powers.EDIT)

# wording ------------------------------------------------------------------------------------------------


def wording_url(row: Any) -> str:
    return reverse("console:setup_template", args=[row.default.channel, row.default.key])


def wording_name(row: Any) -> str:
    """What a message is called: its own name, else its first words."""
    return row.default.label or row.default.title.replace("{{ label }}：", "任务") or row.default.key


def wording_of(channel: str, key: str) -> Any:
    for row in outbox.template_rows():
        if (str(row.default.channel), row.default.key) == (channel, key):
            return row
    raise Hidden(key)


class Templates(ListPage):
    """Every message that the system sends."""

    title = "消息模板"
    lead = "系统发出的站内消息和短信的文字。改动只影响以后发出的消息。"
    policy = WORDING
    unit = "个"
    columns = (
        Column("label", "消息", value=wording_name, link=wording_url, head=True),
        Column("channel", "渠道", value=lambda row: Channel(row.default.channel).label),
        Column("words", "文字", value=lambda row: row.title or row.body, width="l"),
        Column("edited", "状态", kind="badge",
               value=lambda row: Badge("已修改", "info") if row.edited else Badge("默认", "neutral")),
        Column("changed_by", "修改人"),
    )  # fmt: skip

    def key_of(self, row: Any) -> str:
        return row.default.id

    def rows(self, actor: Any, filters: Any, cursor: Any) -> keyset.Slice:
        rows = outbox.template_rows()
        return keyset.Slice(rows=rows, total=len(rows))


class EditTemplate(FormPage):
    policy = WORDING
    form_class = ours.WordingForm
    submit_label = "保存"
    done_text = "已保存，以后发出的消息用新的文字。"
    template = "console/setup_template.html"
    fields_of = dict.fromkeys(("template_empty", "template_long", "template_syntax", "template_forbidden", "template_name"), "body")  # fmt: skip

    @property
    def row(self) -> Any:
        if not hasattr(self, "_row"):
            self._row = wording_of(self.kwargs["channel"], self.kwargs["key"])
        return self._row

    def heading(self) -> str:
        return wording_name(self.row)

    def crumbs(self) -> list[Crumb]:
        return [Crumb("消息模板", reverse("console:setup_templates"))]

    @property
    def cancel_url(self) -> str:
        return reverse("console:setup_templates")

    def initial(self) -> dict[str, Any]:
        return {"title": self.row.title, "body": self.row.body}

    def context(self) -> dict[str, Any]:
        return {"row": self.row, "is_sms": str(self.row.default.channel) == Channel.SMS}

    def act(self, form: forms.Form) -> Any:
        return outbox.edit_template(
            key=self.row.default.key, channel=str(self.row.default.channel), actor=self.actor, at=self.at,
            **form.cleaned_data,
        )  # fmt: skip

    def after(self, result: Any) -> str:
        return self.cancel_url


class RestoreTemplate(MovePage):
    title = "恢复默认文字"
    verb = "恢复默认"
    policy = WORDING
    ask_note = False
    done_text = "已恢复默认文字。"

    def get_record(self) -> Any:
        return wording_of(self.kwargs["channel"], self.kwargs["key"])

    def facts(self) -> list[Fact]:
        default = self.record.default
        return [
            Fact("消息", wording_name(self.record)),
            Fact("默认标题", default.title),
            Fact("默认正文", default.body),
        ]

    def consequences(self) -> list[str]:
        return ["现在的文字不再使用，历次修改仍在日志里。"]

    @property
    def cancel_url(self) -> str:
        return wording_url(self.record)

    def act(self, note: str) -> Any:
        default = self.record.default
        return outbox.restore_template(key=default.key, channel=str(default.channel), actor=self.actor, at=self.at)

    def after(self, result: Any) -> str:
        return reverse("console:setup_templates")


# holidays -----------------------------------------------------------------------------------------------


class Holidays(FormPage):
    """The calendar of a year, and entering the days of a new notice."""

    title = "节假日"
    policy = EDIT
    form_class = ours.HolidayForm
    submit_label = "登记"
    done_text = "已登记，办理期限按新的日历计算。"
    template = "console/setup_holidays.html"

    @property
    def year(self) -> int:
        text = self.request.GET.get("year", "")
        return int(text) if text.isdigit() and 2000 <= int(text) <= 2100 else self.at.year

    def heading(self) -> str:
        return f"{self.year}年节假日"

    def context(self) -> dict[str, Any]:
        rows = holidays.of_year(self.year)
        return {"year": self.year, "rows": rows, "missing": self.year not in workdays.known_years()}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        gone = request.POST.get("forget", "")
        if not gone:
            return super().post(request, *args, **kwargs)
        try:
            day = date.fromisoformat(gone)
        except ValueError:
            raise Hidden(gone) from None
        holiday_actions.forget_day(day=day, actor=self.actor, at=self.at)
        flash.say(request, "已撤回。")
        return HttpResponseRedirect(f"{request.path}?year={day.year}")

    def act(self, form: ours.HolidayForm) -> Any:
        holiday_actions.set_days(days=form.days(), actor=self.actor, at=self.at)
        return form.cleaned_data["since"].year

    def after(self, result: int) -> str:
        return f"{self.request.path}?year={result}"


# rules --------------------------------------------------------------------------------------------------


class Rules(Page):
    """Thresholds in force today, what was entered, and the tables of committee sizes."""

    title = "规则数值"
    lead = "本地规定与默认不同的，从生效日期起改用本地数值；以前的事项仍按当时的数值。"
    policy = RULES
    template = "console/setup_rules.html"

    def context(self) -> dict[str, Any]:
        now = orgs.rule_values(self.at.date())
        schemes = orgs.committee_schemes()
        return {
            "rows": [
                (
                    key,
                    kind,
                    schemes.get(str(now[key]), now[key]) if key == "size.scheme" else now[key],
                    now[key] != kind.default,
                )
                for key, kind in org_kinds.RULE_VALUES.items()
            ],
            "entered": orgs.rule_value_rows(),
            "schemes": schemes,
            "in_use": now["size.scheme"],
        }


class SetRule(FormPage):
    policy = RULES
    form_class = ours.RuleForm
    submit_label = "保存"
    done_text = "已保存。"
    fields_of = {"rule_value_bad": "value", "scheme_unknown": "value"}

    @property
    def kind(self) -> Any:
        kind = org_kinds.RULE_VALUES.get(self.kwargs["key"])
        if kind is None:
            raise Hidden(self.kwargs["key"])
        return kind

    def heading(self) -> str:
        return self.kind.label

    def crumbs(self) -> list[Crumb]:
        return [Crumb("规则数值", reverse("console:setup_rules"))]

    @property
    def cancel_url(self) -> str:
        return reverse("console:setup_rules")

    def form_kwargs(self) -> dict[str, Any]:
        return {"choices": tuple(orgs.committee_schemes().items()) if self.kwargs["key"] == "size.scheme" else ()}

    def initial(self) -> dict[str, Any]:
        _ = self.kind
        return {"value": orgs.rule_values(self.at.date())[self.kwargs["key"]], "from_on": self.at.date()}

    def act(self, form: forms.Form) -> Any:
        return org_actions.set_rule_value(key=self.kwargs["key"], actor=self.actor, at=self.at, **form.cleaned_data)

    def after(self, result: Any) -> str:
        return self.cancel_url


class Sizes(FormPage):
    """One table of committee sizes; entering it again replaces it."""

    policy = RULES
    form_class = ours.SizesForm
    submit_label = "保存"
    done_text = "名额表已保存。"
    fields_of = {"size_table_gap": "rows"}

    def heading(self) -> str:
        return orgs.committee_schemes().get(self.kwargs["scheme"], "委员名额表")

    def crumbs(self) -> list[Crumb]:
        return [Crumb("规则数值", reverse("console:setup_rules"))]

    @property
    def cancel_url(self) -> str:
        return reverse("console:setup_rules")

    def initial(self) -> dict[str, Any]:
        if self.kwargs["scheme"] not in orgs.committee_schemes():
            raise Hidden(self.kwargs["scheme"])
        _title, rows = orgs.committee_table(self.kwargs["scheme"])
        lines = [
            f"{row.at_least} {row.at_most if row.at_most is not None else '以上'} {row.low} {row.high}" for row in rows
        ]
        return {"rows": "\n".join(lines), "odd_only": any(row.odd_only for row in rows)}

    def act(self, form: forms.Form) -> Any:
        return org_actions.set_size_table(
            scheme=self.kwargs["scheme"], rows=form.cleaned_data["rows"], odd_only=form.cleaned_data["odd_only"],
            actor=self.actor, at=self.at,
        )  # fmt: skip

    def after(self, result: Any) -> str:
        return self.cancel_url


class NewSizes(Sizes):
    form_class = ours.NewSizesForm
    done_text = "名额表已保存。要采用它，请在规则数值里选择。"

    def heading(self) -> str:
        return "新的委员名额表"

    def initial(self) -> dict[str, Any]:
        return {}

    def act(self, form: forms.Form) -> Any:
        return org_actions.set_size_table(actor=self.actor, at=self.at, **form.cleaned_data)


# trades -------------------------------------------------------------------------------------------------


class Trades(FormPage):
    """The list of trades of the new forms of employment, as a whole, from a day on."""

    title = "新就业形态职业目录"
    policy = Policy("officer", member_powers.TRADES)
    form_class = ours.TradesForm
    submit_label = "保存目录"
    done_text = "目录已保存。"
    fields_of = {"code_twice": "rows", "before_last_list": "from_on"}

    def initial(self) -> dict[str, Any]:
        groups = dict(member_kinds.TradeGroup.choices)
        lines = [
            f"{code} {name} {groups.get(group, group)}" for code, name, group, _ in members.trade_rows(self.at.date())
        ]
        return {"rows": "\n".join(lines), "from_on": self.at.date()}

    def act(self, form: forms.Form) -> Any:
        return member_actions.set_trades(actor=self.actor, at=self.at, **form.cleaned_data)

    def after(self, result: Any) -> str:
        return self.request.path


# health -------------------------------------------------------------------------------------------------


class Health(Page):
    """How sending goes, and which versions run here."""

    title = "运行状况"
    policy = Policy("officer", (holiday_powers.EDIT, outbox_powers.TEMPLATES))
    template = "console/setup_health.html"
    CHANNELS = {"file": "写入文件(演示、调试)", "http_sms": "短信平台", "none": "没有设置"}

    def context(self) -> dict[str, Any]:
        status = outbox.status()
        labels = dict(State.choices)
        version = connection.pg_version
        standing = clock.demo_day()
        known = workdays.known_years()
        years = [year for year in (self.at.year, self.at.year + 1) if year not in known]
        return {
            "sending": status,
            "states": [(labels.get(state, state), count) for state, count in sorted(status["states"].items())],
            "facts": Facts(
                "版本",
                [
                    Fact("工家", gongjia.__version__, "code"),
                    Fact("Python", platform.python_version(), "code"),
                    Fact("Django", django.get_version(), "code"),
                    Fact("PostgreSQL", f"{version // 10000}.{version % 10000}", "code"),
                    Fact("系统时间", self.at, "moment", note="演示时间，停在这一天" if standing else ""),
                ],
            ),
            "channel": self.CHANNELS.get(str(status["channel"]), str(status["channel"]) or "没有设置"),
            "years": years,
        }
