"""The form of a round, edited in the console: fields in their order, each on a page of its own, with a preview."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from gongjia.base.refused import Hidden, Refused
from gongjia.faces.console.programmes.drawing import step_tabs
from gongjia.faces.console.programmes.one import OfRound, round_url
from gongjia.faces.console.programmes.rounds import OPEN
from gongjia.faces.shared import filling, flash
from gongjia.faces.shared.fields import CountField, Mended, NoteField
from gongjia.faces.shared.pages import Crumb, FormPage, Page
from gongjia.work.programmes import actions, kinds
from gongjia.work.programmes.queries import lists

KINDS = dict(kinds.FieldKind.choices)
IN_TABLE = ("text", "number", "money", "date", "choice")


class FormEditor(OfRound, Page):
    """The fields in their order, moved and taken out here, and how the form looks on a phone."""

    title = "申报表"
    policy = OPEN
    template = "console/programmes/fields.html"

    @property
    def record(self) -> Any:
        if not hasattr(self, "_record"):
            self._record = self.get_record()
            self.must_here(self._record.org)
        return self._record

    def crumbs(self) -> list[Crumb]:
        return OfRound.crumbs(self)

    def context(self, faults: Sequence[Any] = ()) -> dict[str, Any]:
        fields = self.record.form.spec.get("fields", [])
        return {
            "record": self.record,
            "fields": fields,
            "kinds": KINDS,
            "faults": list(faults) or lists.form_faults(fields),
            "parts": filling.empty(fields),
            "tabs": step_tabs(self.record.pk, "form") if self.record.state == "draft" else [],
            "editable": self.record.state == "draft",
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """`_op` is "up:key", "down:key" or "drop:key"."""
        verb, _, key = request.POST.get("_op", "").partition(":")
        fields = list(self.record.form.spec.get("fields", []))
        at = next((place for place, one in enumerate(fields) if one["key"] == key), None)
        if at is not None and verb in ("up", "down", "drop"):
            if verb == "drop":
                fields.pop(at)
            elif 0 <= (to := at + (1 if verb == "down" else -1)) < len(fields):
                fields[at], fields[to] = fields[to], fields[at]
            try:
                actions.change_round(round_=self.record, values={}, fields=fields, actor=self.actor, at=self.at)
            except Refused as refused:
                return self.render(status=422, **self.context(refused.reasons))
        return HttpResponseRedirect(request.path)


class FieldForm(forms.Form):
    """One field, in an officer's words. Choices and columns are written a line each."""

    label = Mended(label="栏目名称", max_length=60, wide="full")
    kind = forms.ChoiceField(label="种类", choices=kinds.FieldKind.choices)
    required = forms.BooleanField(label="必填", required=False)
    sensitive = forms.BooleanField(label="敏感内容：加密保存，干部看前要写事由，不会出现在公示里", required=False)
    help = Mended(label="填写说明", max_length=200, required=False, wide="full")
    lines = forms.BooleanField(label="可以写几行（文字）", required=False)
    most = CountField(label="最多", required=False, help_text="文字是字数，文件是个数，表格是行数。")
    min = Mended(label="不小于", required=False, max_length=20, help_text="数字、金额（元）、日期（如 2018-01-01）。")
    max = Mended(label="不大于", required=False, max_length=20)
    choices = NoteField(label="选项", rows=4, max_length=2000, required=False, help_text="种类是“选择”时填，一行一个。")
    many = forms.BooleanField(label="可以选几项", required=False)
    columns = NoteField(
        label="各列", rows=4, max_length=1000, required=False,
        help_text="种类是“表格”时填，一行一列：名称，种类。种类写文字、数字、金额或日期，如：支出项目，文字",
    )  # fmt: skip
    show_field = forms.ChoiceField(label="只在这一栏", required=False)
    show_is = Mended(
        label="是这些时才显示", required=False, max_length=100, help_text="选项的名称，几个用顿号隔开；勾选栏写“勾选”。"
    )
    stage = CountField(label="第几阶段填", required=False, min_value=1, max_value=3, help_text="一次填完的不用改。")

    def __init__(self, *args: Any, before: Sequence[Mapping[str, Any]] = (), **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.before = {one["key"]: one for one in before if one["kind"] in ("choice", "tick")}
        self.fields["show_field"].choices = [("", "总是显示"), *((k, one["label"]) for k, one in self.before.items())]
        self.blocks = [
            ("", ("label", "kind", "required", "sensitive", "help")),
            ("范围和长短", ("lines", "most", "min", "max")),
            ("选项和各列", ("choices", "many", "columns")),
            ("什么时候显示", ("show_field", "show_is", "stage")),
        ]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if values.get("kind") == "choice" and len(_lines(values.get("choices"))) < 2:
            self.add_error("choices", "至少写两个选项，一行一个。")
        if values.get("kind") == "rows":
            words = {label: code for code, label in KINDS.items()}
            for line in _lines(values.get("columns")):
                name, kind = _pair(line)
                if words.get(kind) not in IN_TABLE or words.get(kind) == "choice" or not name:
                    self.add_error("columns", f"“{line}”看不懂，要写成：名称，文字（或数字、金额、日期）。")
            if not _lines(values.get("columns")):
                self.add_error("columns", "表格至少写一列。")
        return values

    def spec(self, key: str, held: Mapping[str, Any]) -> dict[str, Any]:
        """The field as the specification has it. Codes of choices stay with their names."""
        values = self.cleaned_data
        one: dict[str, Any] = {"key": key, "label": values["label"], "kind": values["kind"]}
        one |= {name: True for name in ("required", "sensitive", "lines", "many") if values.get(name)}
        one |= {name: values[name] for name in ("help", "most", "min", "max") if values.get(name)}
        if values["kind"] == "choice":
            codes = {label: str(code) for code, label in held.get("choices") or ()}
            one["choices"] = _coded(_lines(values["choices"]), codes)
        if values["kind"] == "rows":
            words = {label: code for code, label in KINDS.items()}
            codes = {column["label"]: column["key"] for column in held.get("columns") or ()}
            pairs = [_pair(line) for line in _lines(values["columns"])]
            kinds_of = dict(pairs)
            one["columns"] = [
                {"key": code, "label": label, "kind": words[kinds_of[label]]}
                for code, label in _coded([label for label, _kind in pairs], codes)
            ]
        if (shown := values.get("show_field")) and values.get("show_is"):
            labels = {label: str(code) for code, label in self.before[shown].get("choices") or [("yes", "勾选")]}
            wanted = [part.strip() for part in values["show_is"].replace("，", "、").split("、") if part.strip()]
            one["show_if"] = {"field": shown, "is": [labels.get(part, part) for part in wanted]}
        if values.get("stage") and values["stage"] > 1:
            one["stage"] = values["stage"]
        # what this page does not show stays as the type or the template gave it
        one |= {name: held[name] for name in ("whole", "past", "unit", "files") if held.get(name)}
        return one


def _lines(text: Any) -> list[str]:
    return [line.strip() for line in str(text or "").splitlines() if line.strip()]


def _pair(line: str) -> tuple[str, str]:
    name, _, kind = line.replace(",", "，").rpartition("，")
    return name.strip(), kind.strip()


def _coded(labels: Sequence[str], held: Mapping[str, str]) -> list[list[str]]:
    """[[code, label], …]: known labels keep their codes, new ones get the next free."""
    taken, found, number = set(held.values()), [], 1
    for label in dict.fromkeys(labels):
        if label in held:
            found.append([held[label], label])
            continue
        while f"c{number}" in taken:
            number += 1
        taken.add(f"c{number}")
        found.append([f"c{number}", label])
    return found


class FieldPage(OfRound, FormPage):
    """Add a field, or change one."""

    policy = OPEN
    form_class = FieldForm
    submit_label = "保存栏目"
    template = "console/programmes/field.html"
    fields_of = {
        "field_label": "label", "choices_few": "choices", "choices_twice": "choices", "rows_empty": "columns",
        "rows_kind": "columns", "range_bad": "min", "range_order": "min", "show_if_unknown": "show_field",
        "show_if_empty": "show_is", "stage_bad": "stage",
    }  # fmt: skip

    @property
    def held(self) -> Mapping[str, Any]:
        key = self.kwargs.get("key", "")
        if not key:
            return {}
        found = next((one for one in self.all if one["key"] == key), None)
        if found is None:
            raise Hidden(key)
        return found

    @property
    def all(self) -> list[Mapping[str, Any]]:
        return list(self.record.form.spec.get("fields", []))

    def heading(self) -> str:
        return f"修改栏目：{self.held['label']}" if self.held else "加一个栏目"

    def crumbs(self) -> list[Crumb]:
        return [*OfRound.crumbs(self), Crumb("申报表", self.cancel_url)]

    @property
    def cancel_url(self) -> str:
        return round_url(self.kwargs["pk"], "form")

    def context(self) -> dict[str, Any]:
        return {"tabs": [], "record": self.record, "held": self.held}

    def form_kwargs(self) -> dict[str, Any]:
        keys = [one["key"] for one in self.all]
        here = keys.index(self.held["key"]) if self.held else len(keys)
        return {"before": self.all[:here]}

    def show(self, form: forms.Form, status: int = 200) -> HttpResponse:
        self.groups = form.blocks
        return super().show(form, status)

    def initial(self) -> dict[str, Any]:
        one = self.held
        if not one:
            return {"kind": "text"}
        found = {
            name: one.get(name)
            for name in (
                "label",
                "kind",
                "required",
                "sensitive",
                "help",
                "lines",
                "most",
                "min",
                "max",
                "many",
                "stage",
            )
        }
        found["choices"] = "\n".join(label for _code, label in one.get("choices") or ())
        found["columns"] = "\n".join(f"{c['label']}，{KINDS[c['kind']]}" for c in one.get("columns") or ())
        if rule := one.get("show_if"):
            upon = next((other for other in self.all if other["key"] == rule["field"]), {})
            labels = {str(code): label for code, label in upon.get("choices") or [("yes", "勾选")]}
            wanted = rule.get("is")
            codes = wanted if isinstance(wanted, list) else [wanted]
            found |= {"show_field": rule["field"], "show_is": "、".join(labels.get(str(c), str(c)) for c in codes)}
        return found

    def act(self, form: FieldForm) -> Any:
        fields, held = self.all, self.held
        keys = {one["key"] for one in fields}
        if held:
            fresh = form.spec(held["key"], held)
            fields = [fresh if one["key"] == held["key"] else one for one in fields]
        else:
            number = next(n for n in range(1, 200) if f"f{n}" not in keys)
            fields.append(form.spec(f"f{number}", {}))
        return actions.change_round(round_=self.record, values={}, fields=fields, actor=self.actor, at=self.at)

    def after(self, result: Any) -> str:
        """To the form, or straight on to the next field: six fields are six pages, not twelve."""
        flash.say(self.request, "栏目已保存。")
        if self.request.POST.get("_more") and not self.held:
            return round_url(self.kwargs["pk"], "field_new")
        return self.cancel_url


class Preview(FormEditor):
    """The form as a worker sees it, in the portal's own look."""

    layout = "ui/layouts/portal.html"
    template = "console/programmes/preview.html"

    def heading(self) -> str:
        return self.record.title
