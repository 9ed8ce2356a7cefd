"""A form drawn from its specification: for a worker's phone, an officer's counter and the preview. The one place.

The checking is the domain's (`rules.forms`); a field here only brings the right keyboard, and what was typed goes
back as answers. A sensitive answer is never put into a page again: its field comes back empty and says that it is
filled in. Which fields stand on a screen, whom a worker or an officer may name: that the faces say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.forms.utils import ErrorDict
from django.http import HttpRequest, QueryDict

from gongjia.base import money
from gongjia.base.journal import attachments
from gongjia.base.refused import Reason, Refused
from gongjia.faces.shared.fields import DayField, Mended, NoteField, OneOf, SomeOf, UploadField
from gongjia.faces.shared.pages.forms import faults_of, sentence_of
from gongjia.work.programmes.rules.forms import PICTURES_AND_PDF

Field = Mapping[str, Any]
Faults = dict[str, list[str]]
FEW = 7  # so many choices stand open, more are a list
KEPT = "已填写，为保护隐私不再显示。不改就留空。"
PREFIX = "a"
EMPTY: tuple[Any, ...] = (None, "", [])


# -- the fields ----------------------------------------------------------------------------------------------


class Many(forms.FileInput):
    allow_multiple_selected = True


class SpecForm(forms.Form):
    """The plain fields of one screen. `faults`: key -> sentences, from the domain's check."""

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
    hints: Sequence[Field] = (),
) -> SpecForm:
    """A form of the plain fields among `some`; tables, members and unions have parts of their own on the page.
    `hints`: the fields that stand on the same page, so that a field can say which answer it hangs on."""
    made = {one["key"]: _field(one, answers.get(one["key"]), hints) for one in some if one["kind"] in _MAKERS}
    form = SpecForm(
        data, initial={one["key"]: _initial(one, answers.get(one["key"])) for one in some},
        prefix=PREFIX, auto_id="f-%s", faults=faults,
    )  # fmt: skip
    form.fields.update(made)
    return form


def hint(one: Field, some: Sequence[Field]) -> str:
    """Which answer a field hangs on, in words."""
    rule = one.get("show_if")
    upon = next((other for other in some if rule and other["key"] == rule["field"]), None)
    if not rule or upon is None:
        return ""
    wanted = rule.get("is")
    codes = [str(code) for code in (wanted if isinstance(wanted, (list, tuple)) else [wanted])]
    labels = {str(code): label for code, label in upon.get("choices") or [("yes", "勾选")]}
    return f"“{upon['label']}”是{'、'.join(labels.get(code, code) for code in codes)}时填写。"


def placed(some: Sequence[Field], places: Mapping[str, Sequence[str]]) -> list[Field]:
    """Where somebody without an employer works is picked, not typed: the routing table only knows its own words."""
    return [
        {**one, "kind": "choice", "choices": [[value, value] for value in places[one["key"]]]}
        if one["kind"] == "text" and one["key"] in places
        else one
        for one in some
    ]


def _initial(one: Field, value: Any) -> Any:
    if value in (None, "") or (one.get("sensitive") and one["kind"] not in ("file", "tick")):
        return None
    return money.plain(value).replace(",", "") if one["kind"] == "money" and isinstance(value, int) else value


def _field(one: Field, held: Any, hints: Sequence[Field]) -> forms.Field:
    help_text = str(one.get("help") or "") + hint(one, hints)
    if one.get("sensitive") and held not in EMPTY and one["kind"] not in ("file", "tick"):
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


def row_form(one: Field, number: int, row: Mapping[str, Any]) -> SpecForm:
    """One line of a table."""
    form = build(one["columns"], row)
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


def _table(one: Field, rows: list[Any], add: bool) -> dict[str, Any]:
    """Lines that are there, then an empty one. Lines of a sensitive table are named by their first column only."""
    if one.get("sensitive"):
        first = one["columns"][0]["key"]
        held = [{"number": n, "text": str(row.get(first, ""))} for n, row in enumerate(rows)]
        return {"held": held, "lines": [(0, row_form(one, 0, {}))]}
    lines = [*rows, {}] if add or not rows else rows
    return {"held": [], "lines": [(n, row_form(one, n, row)) for n, row in enumerate(lines)]}


# -- what was typed ----------------------------------------------------------------------------------------------


def typed(some: Sequence[Field], data: QueryDict, held: Mapping[str, Any]) -> dict[str, Any]:
    """What a screen says, as a patch for the draft. Files, members and unions are found by `Filling.take`."""
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
        if one.get("sensitive") and kind != "tick" and value in ("", []) and held.get(key) not in EMPTY:
            continue  # left empty: stays as it is
        patch[key] = value
    return patch


def by_key(some: Sequence[Field], reasons: Sequence[Reason]) -> tuple[Faults, list[str]]:
    """Reasons beside the field whose key their code begins with; the others are said on top."""
    keys = sorted((one["key"] for one in some), key=len, reverse=True)
    found: Faults = {}
    said: list[str] = []
    for reason in reasons:
        key = next((key for key in keys if reason.code.startswith(f"{key}_")), None)
        (found.setdefault(key, []) if key else said).append(sentence_of(reason))
    return found, said


def empty(some: Sequence[Field]) -> list[dict[str, Any]]:
    """The parts of a form that nobody has begun, for a preview."""
    form = build(some, {}, hints=some)
    made: list[dict[str, Any]] = []
    for one in some:
        part = {"key": one["key"], "kind": one["kind"], "spec": one, "faults": [], "files": [], "by_paper": True}
        if one["kind"] in _MAKERS:
            part["field"] = form[one["key"]]
        else:
            part["help"] = str(one.get("help") or "") + hint(one, some)
            part |= _table(one, [], False) if one["kind"] == "rows" else {"chosen": "", "found": []}
        made.append(part)
    return made


class Filling:
    """What every page with such a form shares. A page gives `asked`, `answers`, and how to name and find."""

    request: HttpRequest
    actor: Any
    at: Any
    hinted = False  # all fields stand on one page: a field says which answer it hangs on
    by_paper = True  # a member is named by name and number together; else by one of them

    @property
    def asked(self) -> list[Any]:
        raise NotImplementedError

    @property
    def home_org(self) -> Any:
        """The union under which files are kept."""
        raise NotImplementedError

    answers: Mapping[str, Any]

    names: Mapping[str, str]  # id -> name of the files, members and unions that the answers name

    def file_url(self, pk: str) -> str:
        """Where a file that is there can be looked at."""
        return ""

    def find_person(self, name: str, number: str) -> Any:
        """A person's id; raises Refused."""
        raise NotImplementedError

    def find_unions(self, text: str) -> list[Any]:
        """Unions that the words may mean; raises Refused when there is none."""
        raise NotImplementedError

    # drawing

    def drawn(self, faults: Faults, said: Sequence[str] = (), found: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """All that `ui/parts/filling.html` and the summary of faults need."""
        data, asked = None, self.asked
        if self.request.method == "POST":
            data = self.request.POST.copy()
            for one in asked:  # what was kept is not shown a second time
                if one.get("sensitive") and one["key"] not in faults:
                    data.pop(f"{PREFIX}-{one['key']}", None)
        form = build(asked, self.answers, data=data, faults=faults, hints=asked if self.hinted else ())
        summary = faults_of(form) if form.is_bound else []
        for one in asked:
            if one["key"] not in form.fields:
                summary += [
                    {"label": one["label"], "sentence": text, "anchor": f"f-{PREFIX}-{one['key']}"}
                    for text in faults.get(one["key"], ())
                ]
        summary += [{"label": "", "sentence": text, "anchor": ""} for text in said]
        return {
            "form": form,
            "parts": [self._part(one, form, faults, found or {}) for one in asked],
            "faults": summary,
            "has_files": any(one["kind"] == "file" for one in asked),
        }

    def _part(self, one: Any, form: SpecForm, faults: Faults, found: Mapping[str, Any]) -> dict[str, Any]:
        key, kind = one["key"], one["kind"]
        value = self.answers.get(key)
        made: dict[str, Any] = {"key": key, "kind": kind, "spec": one, "faults": faults.get(key, [])}
        if kind in ("rows", "person", "union"):
            made["help"] = str(one.get("help") or "") + (hint(one, self.asked) if self.hinted else "")
        if kind == "rows":
            add = key in (self.request.POST.get("add"), self.request.GET.get("add"))
            made |= _table(one, value if isinstance(value, list) else [], add)
        elif kind in ("person", "union"):
            chosen = ("已填写" if one.get("sensitive") else self.names.get(str(value), "")) if value else ""
            made |= {"chosen": chosen, "found": found.get(key, []), "by_paper": self.by_paper}
        else:
            made["field"] = form[key]
            held = [str(pk) for pk in value] if kind == "file" and isinstance(value, list) else []
            made["files"] = [
                {"id": pk, "name": self.names[pk], "url": self.file_url(pk)} for pk in held if pk in self.names
            ]
        return made

    # reading

    def take(self) -> tuple[dict[str, Any], Faults, dict[str, list[Any]]]:
        """(a patch for the draft, what could not be taken, unions to choose from), by the fields of the page."""
        patch = typed(self.asked, self.request.POST, self.answers)
        wrong: Faults = {}
        found: dict[str, list[Any]] = {}
        for one in self.asked:
            if one["kind"] == "file":
                self._take_files(one, patch, wrong)
            elif one["kind"] in ("person", "union"):
                try:
                    (self._take_person if one["kind"] == "person" else self._take_union)(one, patch, wrong, found)
                except Refused as refused:
                    wrong[one["key"]] = [sentence_of(reason) for reason in refused.reasons]
        return patch, wrong, found

    def _take_files(self, one: Field, patch: dict[str, Any], wrong: Faults) -> None:
        """What is there, without what was crossed out, with what was picked now."""
        key, name = one["key"], f"{PREFIX}-{one['key']}"
        gone = set(self.request.POST.getlist(f"{name}-gone"))
        value = self.answers.get(key)
        held = [str(pk) for pk in value if str(pk) not in gone] if isinstance(value, list) else []
        for upload in self.request.FILES.getlist(name):
            try:
                kept = attachments.store(
                    upload, name=upload.name, actor=self.actor, at=self.at, org=self.home_org,
                    kinds=tuple(one.get("files") or PICTURES_AND_PDF),
                )  # fmt: skip
                held.append(str(kept.pk))
            except Refused as refused:
                wrong.setdefault(key, []).extend(sentence_of(reason) for reason in refused.reasons)
        patch[key] = held

    def _take_person(self, one: Field, patch: dict[str, Any], wrong: Faults, found: dict[str, list[Any]]) -> None:
        name = f"{PREFIX}-{one['key']}"
        said, number = self.request.POST.get(f"{name}-name", ""), self.request.POST.get(f"{name}-number", "")
        if said.strip() or number.strip():
            patch[one["key"]] = str(self.find_person(said.strip(), number.strip()))

    def _take_union(self, one: Field, patch: dict[str, Any], wrong: Faults, found: dict[str, list[Any]]) -> None:
        name = f"{PREFIX}-{one['key']}"
        if picked := self.request.POST.get(f"{name}-pick"):
            patch[one["key"]] = picked
        elif text := self.request.POST.get(f"{name}-text", "").strip():
            unions = self.find_unions(text)
            if len(unions) == 1:
                patch[one["key"]] = str(unions[0].pk)
            else:
                wrong[one["key"]] = ["请从下面选一家。"]
                found[one["key"]] = unions
