"""The published form of a round as a Django form: for the preview and for what an officer enters at the counter.

Only the shape is made here. What an answer must be is said by the rules behind the action; their reasons come back
beside the field, by the code `<key>_…` that each carries.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from gongjia.base import money
from gongjia.base.refused import Reason
from gongjia.faces.shared.fields import DayField, Mended, OneOf, SomeOf, UploadField
from gongjia.faces.shared.pages.forms import sentence_of

FEW = 6  # so many choices are all shown; more are a list
NEW_ROWS = 2


class _Many(forms.FileInput):
    allow_multiple_selected = True


class _Files(UploadField):
    """Several files at once."""

    def to_python(self, data: Any) -> list[Any]:
        some = data if isinstance(data, (list, tuple)) else [data] if data else []
        return [one for one in (super(_Files, self).to_python(item) for item in some) if one is not None]

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        return self.to_python(data)


class _ManyFiles(_Many):
    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return files.getlist(name) if hasattr(files, "getlist") else files.get(name)


def _text(one: Mapping[str, Any]) -> forms.Field:
    if one.get("lines"):
        field: forms.Field = forms.CharField(widget=forms.Textarea(attrs={"rows": 4}))
    else:
        field = Mended(wide="full" if int(one.get("most") or 200) > 60 else "m")
    field.widget.attrs["maxlength"] = str(one.get("most") or 200)
    return field


def _number(one: Mapping[str, Any]) -> forms.Field:
    field = Mended(unit=one.get("unit") or "")
    field.widget.attrs["inputmode"] = "numeric" if one.get("whole") else "decimal"
    return field


def _money(one: Mapping[str, Any]) -> forms.Field:
    field = Mended(unit="元")
    field.widget.attrs["inputmode"] = "decimal"
    return field


def _choice(one: Mapping[str, Any]) -> forms.Field:
    choices = [(str(code), label) for code, label in one["choices"]]
    if one.get("many"):
        return SomeOf(choices=choices)
    if len(choices) <= FEW:
        return OneOf(choices=choices, row=len(choices) <= 3)
    return forms.ChoiceField(choices=[("", "请选择"), *choices])


def _tick(one: Mapping[str, Any]) -> forms.Field:
    return forms.BooleanField()


def _file(one: Mapping[str, Any]) -> forms.Field:
    return _Files(accept=",".join(one.get("files") or ("image/*", "application/pdf")), widget=_ManyFiles())


def _named(one: Mapping[str, Any]) -> forms.Field:
    field = Mended(wide="m", help_text="填姓名。" if one["kind"] == "person" else "填全称、简称或编码。")
    if one["kind"] == "union":
        field.widget.attrs["list"] = "unions"
    return field


_MAKERS = {
    "text": _text, "number": _number, "money": _money, "date": lambda one: DayField(), "choice": _choice,
    "tick": _tick, "file": _file, "person": _named, "union": _named,
}  # fmt: skip


class FillForm(forms.Form):
    """One field of the spec, one field of the form; a table is so many rows of columns."""

    def __init__(
        self, *args: Any, asked: Sequence[Mapping[str, Any]] = (), rows: Mapping[str, int] | None = None, **kwargs: Any
    ):
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
        self.asked = list(asked)
        self.rows = dict(rows or {})
        self.blocks: list[tuple[str, tuple[str, ...]]] = []
        run: list[str] = []
        for one in self.asked:
            if one["kind"] == "rows":
                if run:
                    self.blocks.append(("", tuple(run)))
                    run = []
                self._table(one)
                continue
            field = _MAKERS[one["kind"]](one)
            field.label, field.required = one["label"], bool(one.get("required"))
            field.help_text = (
                " ".join(part for part in (one.get("help", ""), self._shown_if(one)) if part) or field.help_text
            )
            self.fields[one["key"]] = field
            run.append(one["key"])
        if run:
            self.blocks.append(("", tuple(run)))

    def full_clean(self) -> None:
        """What is missing is said by the rules when it is handed in; a draft may have gaps."""
        needed = [field for field in self.fields.values() if field.required]
        for field in needed:
            field.required = False
        super().full_clean()
        for field in needed:
            field.required = True

    def _shown_if(self, one: Mapping[str, Any]) -> str:
        rule = one.get("show_if")
        if not rule:
            return ""
        upon = next((other for other in self.asked if other["key"] == rule["field"]), None)
        if upon is None:
            return ""
        wanted = rule.get("is")
        codes = [str(code) for code in (wanted if isinstance(wanted, (list, tuple)) else [wanted])]
        labels = {str(code): label for code, label in upon.get("choices") or [("yes", "勾选")]}
        return f"“{upon['label']}”是{'、'.join(labels.get(code, code) for code in codes)}时填写。"

    def _table(self, one: Mapping[str, Any]) -> None:
        count = min(int(one.get("most") or 30), self.rows.get(one["key"], 0) + NEW_ROWS)
        for number in range(1, count + 1):
            names = []
            for column in one["columns"]:
                field = _MAKERS[column["kind"]](column)
                field.label, field.required = column["label"], bool(column.get("required"))
                names.append(f"{one['key']}-{number}-{column['key']}")
                self.fields[names[-1]] = field
            self.blocks.append((f"{one['label']} 第 {number} 行", tuple(names)))

    def answers(self) -> dict[str, Any]:
        """What was typed, as the rules read it; files are stored by the page and come on top."""
        found: dict[str, Any] = {}
        for one in self.asked:
            key, kind = one["key"], one["kind"]
            if kind == "file":
                continue
            if kind == "rows":
                found[key] = self._rows_of(one)
            elif kind == "date":
                value = self.cleaned_data.get(key)
                found[key] = value.isoformat() if value else ""
            elif kind == "tick":
                found[key] = True if self.cleaned_data.get(key) else ""
            else:
                found[key] = self.cleaned_data.get(key) or ""
        return found

    def _rows_of(self, one: Mapping[str, Any]) -> list[dict[str, Any]]:
        found, number = [], 1
        while f"{one['key']}-{number}-{one['columns'][0]['key']}" in self.fields:
            row = {}
            for column in one["columns"]:
                value = self.cleaned_data.get(f"{one['key']}-{number}-{column['key']}")
                row[column["key"]] = value.isoformat() if hasattr(value, "isoformat") else (value or "")
            if any(row.values()):
                found.append(row)
            number += 1
        return found

    def put(self, reasons: Sequence[Reason]) -> None:
        """Each reason beside the field whose key its code begins with, else on top."""
        keys = sorted((one["key"] for one in self.asked), key=len, reverse=True)
        for reason in reasons:
            key = next((key for key in keys if reason.code.startswith(f"{key}_")), None)
            name = (
                key if key in self.fields else next((n for n in self.fields if key and n.startswith(f"{key}-")), None)
            )
            self.add_error(name, sentence_of(reason))


def initial_of(asked: Sequence[Mapping[str, Any]], answers: Mapping[str, Any]) -> dict[str, Any]:
    """Clean answers as the form shows them again: money in yuan, tables row by row."""
    found: dict[str, Any] = {}
    for one in asked:
        value = answers.get(one["key"])
        if value in (None, ""):
            continue
        if one["kind"] == "rows" and isinstance(value, list):
            for number, row in enumerate(value, start=1):
                for column in one["columns"]:
                    shown = row.get(column["key"])
                    found[f"{one['key']}-{number}-{column['key']}"] = _shown(column["kind"], shown)
        else:
            found[one["key"]] = _shown(one["kind"], value)
    return found


def _shown(kind: str, value: Any) -> Any:
    return str(money.decimal(value)) if kind == "money" and isinstance(value, int) else value


def rows_of(asked: Sequence[Mapping[str, Any]], answers: Mapping[str, Any]) -> dict[str, int]:
    """How many lines each table has already."""
    return {one["key"]: len(answers.get(one["key"]) or ()) for one in asked if one["kind"] == "rows"}
