"""Fields of a form's specification as fields of a Django form, and what was typed as answers again.

The checking is the domain's (`rules.forms`); a field here only brings the right keyboard. A sensitive answer is never
put into a page again: its field comes back empty and says that it is filled in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.forms.utils import ErrorDict
from django.http import QueryDict

from gongjia.base import money
from gongjia.faces.shared.fields import DayField, Mended, NoteField, OneOf, SomeOf, UploadField
from gongjia.work.programmes.rules.forms import PICTURES_AND_PDF

Field = Mapping[str, Any]
FEW = 7  # so many choices stand open, more are a list
KEPT = "已填写，为保护隐私不再显示。不改就留空。"
PREFIX = "a"


class Many(forms.FileInput):
    allow_multiple_selected = True


class StepForm(forms.Form):
    """The fields of one screen. `faults`: key -> sentences, from the domain's check."""

    def __init__(self, *args: Any, faults: Mapping[str, Sequence[str]] | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.faults = faults or {}
        self.use_required_attribute = False

    def full_clean(self) -> None:
        """Nothing is judged here: what is wrong was said by the domain."""
        self._errors = ErrorDict()
        self.cleaned_data: dict[str, Any] = {}
        for key, sentences in self.faults.items():
            if key in self.fields and self.is_bound:
                self._errors[key] = self.error_class(list(sentences))


def build(
    some: Sequence[Field],
    answers: Mapping[str, Any],
    *,
    data: QueryDict | None = None,
    faults: Mapping[str, Sequence[str]] | None = None,
) -> StepForm:
    """A form of the plain fields among `some`; tables, members and unions have parts of their own on the page."""
    made = {one["key"]: _field(one, answers.get(one["key"])) for one in some if one["kind"] in _MAKERS}
    form = StepForm(
        data, initial={key: _initial(one, answers.get(one["key"])) for key, one in _by_key(some).items()},
        prefix=PREFIX, auto_id="f-%s", faults=faults,
    )  # fmt: skip
    form.fields.update(made)
    return form


def _by_key(some: Sequence[Field]) -> dict[str, Field]:
    return {one["key"]: one for one in some}


def _initial(one: Field, value: Any) -> Any:
    if value in (None, "") or (one.get("sensitive") and one["kind"] not in ("file", "tick")):
        return None
    return money.plain(value).replace(",", "") if one["kind"] == "money" and isinstance(value, int) else value


def _field(one: Field, held: Any) -> forms.Field:
    help_text = str(one.get("help") or "")
    if one.get("sensitive") and held not in (None, "", []) and one["kind"] not in ("file", "tick"):
        help_text = f"{KEPT}{help_text}"
    return _MAKERS[one["kind"]](one, label=one["label"], required=bool(one.get("required")), help_text=help_text)


def _text(one: Field, **common: Any) -> forms.Field:
    most = int(one.get("most") or 200)
    if one.get("lines"):
        return NoteField(rows=5, max_length=None, **common)
    field = Mended(wide="full", **common)
    field.widget.attrs["maxlength"] = str(most)
    return field


def _number(one: Field, **common: Any) -> forms.Field:
    field = Mended(wide="s", unit=str(one.get("unit") or ""), **common)
    field.widget.attrs["inputmode"] = "numeric" if one.get("whole") else "decimal"
    return field


def _money(one: Field, **common: Any) -> forms.Field:
    field = Mended(unit="元", **common)
    field.widget.attrs["inputmode"] = "decimal"
    return field


def _date(one: Field, **common: Any) -> forms.Field:
    return DayField(**common)


def _choice(one: Field, **common: Any) -> forms.Field:
    choices = [(str(code), str(label)) for code, label in one["choices"]]
    if one.get("many"):
        return SomeOf(choices=choices, **common)
    if len(choices) > FEW:
        return forms.ChoiceField(choices=[("", "请选择"), *choices], **common)
    return OneOf(choices=choices if common["required"] else [*choices, ("", "都不是或不想说")], **common)


def _tick(one: Field, **common: Any) -> forms.Field:
    return forms.BooleanField(**common)


def _file(one: Field, **common: Any) -> forms.Field:
    kinds = tuple(one.get("files") or PICTURES_AND_PDF)
    pictures = any(kind.startswith("image/") for kind in kinds)
    accept = ",".join((["image/*"] if pictures else []) + [kind for kind in kinds if not kind.startswith("image/")])
    several = int(one.get("most") or 6) > 1
    words = "拍照或从相册选择" if pictures else "点这里选择文件"
    return UploadField(
        pick_words=words + ("，可以选几张" if several and pictures else ""), accept=accept,
        widget=Many(attrs={"accept": accept, **({"multiple": True} if several else {})}), **common,
    )  # fmt: skip


_MAKERS = {
    "text": _text, "number": _number, "money": _money, "date": _date, "choice": _choice, "tick": _tick, "file": _file,
}  # fmt: skip


# -- tables ----------------------------------------------------------------------------------------------------


def row_form(one: Field, number: int, row: Mapping[str, Any], data: QueryDict | None = None) -> StepForm:
    """One line of a table."""
    columns = one["columns"]
    form = build(columns, row, data=data)
    form.prefix = f"{PREFIX}-{one['key']}-{number}"
    return form


def rows_typed(one: Field, data: QueryDict, held: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The table as it is on the page: lines kept as they were (`have`), then those typed, without those crossed out."""
    name = f"{PREFIX}-{one['key']}"
    gone = {text.rpartition("-")[2] for text in data.getlist(f"{name}-gone")}
    kept = [dict(held[int(at)]) for at in data.getlist(f"{name}-have") if at.isdigit() and int(at) < len(held)
            and f"h{at}" not in gone]  # fmt: skip
    typed = []
    for number in data.getlist(f"{name}-line"):
        if not number.isdigit() or number in gone:
            continue
        row = {
            column["key"]: value.strip()
            for column in one["columns"]
            if (value := data.get(f"{name}-{number}-{column['key']}", "")).strip()
        }
        if row:
            typed.append(row)
    return kept + typed


def typed(some: Sequence[Field], data: QueryDict, held: Mapping[str, Any]) -> dict[str, Any]:
    """What a screen says, as a patch for the draft. Files, members and unions are found by the page itself."""
    patch: dict[str, Any] = {}
    for one in some:
        key, kind, name = one["key"], one["kind"], f"{PREFIX}-{one['key']}"
        if kind in ("file", "person", "union"):
            continue
        if kind == "rows":
            if f"{name}-here" in data:
                lines = held.get(key)
                patch[key] = rows_typed(one, data, lines if isinstance(lines, list) else [])
            continue
        value: Any = data.getlist(name) if kind == "choice" and one.get("many") else data.get(name, "").strip()
        if kind == "tick":
            value = True if value else None
        if one.get("sensitive") and kind != "tick" and value in ("", []) and held.get(key) not in (None, "", []):
            continue  # left empty: stays as it is
        patch[key] = value
    return patch
