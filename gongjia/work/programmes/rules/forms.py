"""The specification of a form, and the checking of what was answered. The one place for both.

A spec is `{"fields": [field, …]}`; a field is a dict:

    key        ascii name, unique in the form (in a table: among its columns)
    label      what the applicant reads
    kind       kinds.FieldKind: text number money date choice person union file rows tick
    required   must be answered (when shown)
    sensitive  sealed at rest, masked for officers, never in a notice
    help       a line below the field
    most       text: characters; file: how many; rows: how many
    min max    number, money (yuan as text), date: the including kind
    choices    choice: [[code, label], …];  many: several may be chosen
    lines      text: more than one line
    files      file: allowed media types (default pictures and PDF)
    columns    rows: fields of kind text number money date choice
    show_if    {"field": key, "is": [codes]}: asked only then; an answer to a hidden field is dropped
    stage      asked when the review has come so far (default 1)

Clean values: text str; number a decimal as text; money int of fen; date "YYYY-MM-DD"; choice code (or list);
person and union their id as text; file list of attachment ids; rows list of dicts; tick True.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from gongjia.base import money
from gongjia.base.refused import Reason, Refused
from gongjia.work.programmes.kinds import FieldKind

Spec = Mapping[str, Any]
Field = Mapping[str, Any]
Answers = dict[str, Any]
KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
MOST_FIELDS, MOST_ROWS, MOST_FILES, MOST_TEXT = 60, 200, 12, 5000
IN_ROWS = frozenset({"text", "number", "money", "date", "choice"})
_WIDE = str.maketrans("０１２３４５６７８９．－／", "0123456789.-/")
_DATE = re.compile(r"(\d{4})\s*[-年/.]\s*(\d{1,2})\s*[-月/.]\s*(\d{1,2})\s*日?")
PICTURES_AND_PDF = ("image/jpeg", "image/png", "application/pdf")


# -- the specification --------------------------------------------------------------------------------


def spec_faults(spec: Any) -> list[Reason]:
    """What is wrong with a form as an officer drew it; empty when it can be published."""
    if not isinstance(spec, Mapping) or not isinstance(spec.get("fields"), Sequence):
        return [Reason("form_bad", "申报表的格式不对。")]
    fields = spec["fields"]
    found = []
    if not fields:
        found.append(Reason("form_empty", "申报表里还没有栏目。", cure="请至少加一个栏目。"))
    if len(fields) > MOST_FIELDS:
        found.append(Reason("form_long", f"栏目太多，最多 {MOST_FIELDS} 个。", fact=str(len(fields))))
    seen: dict[str, Field] = {}
    for number, one in enumerate(fields, start=1):
        found += _field_faults(one, number, seen)
        if isinstance(one, Mapping) and isinstance(one.get("key"), str):
            seen.setdefault(one["key"], one)
    return found


def _field_faults(one: Any, number: int, seen: Mapping[str, Field]) -> list[Reason]:
    where = f"第 {number} 个栏目"
    if not isinstance(one, Mapping):
        return [Reason("field_bad", f"{where}的格式不对。")]
    found = []
    key, kind, label = one.get("key"), one.get("kind"), str(one.get("label") or "").strip()
    where += f"“{label}”" if label else ""
    if not isinstance(key, str) or not KEY.fullmatch(key):
        found.append(Reason("field_key", f"{where}的代号只能用小写字母、数字和下划线。", fact=str(key)[:40]))
    elif key in seen:
        found.append(Reason("field_twice", f"{where}的代号“{key}”重复了。", fact=key, cure="请换一个代号。"))
    if not label or len(label) > 60:
        found.append(Reason("field_label", f"{where}的名称须为 1 到 60 个字。"))
    if kind not in FieldKind.values:
        return [*found, Reason("field_kind", f"{where}没有选种类。", fact=str(kind)[:20])]
    if kind == "choice":
        found += _choice_faults(one, where)
    if kind == "rows":
        columns = one.get("columns") or []
        inner: dict[str, Field] = {}
        if not columns:
            found.append(Reason("rows_empty", f"{where}是表格，请至少设一列。"))
        for place, column in enumerate(columns, start=1):
            found += _field_faults(column, place, inner)
            if isinstance(column, Mapping):
                inner.setdefault(str(column.get("key")), column)
                if column.get("kind") not in IN_ROWS:
                    found.append(Reason("rows_kind", f"{where}的列不能是这个种类。", fact=str(column.get("kind"))))
    if kind in ("number", "money", "date"):
        found += _range_faults(one, where)
    shown = one.get("show_if")
    if shown:
        on = shown.get("field") if isinstance(shown, Mapping) else None
        if on not in seen:
            found.append(Reason("show_if_unknown", f"{where}的显示条件要指向它前面的栏目。", fact=str(on)))
        elif not shown.get("is"):
            found.append(Reason("show_if_empty", f"{where}的显示条件没有写什么时候显示。"))
    if int(one.get("stage") or 1) not in (1, 2, 3):
        found.append(Reason("stage_bad", f"{where}的填报阶段只能是 1 到 3。", fact=str(one.get("stage"))))
    return found


def _choice_faults(one: Field, where: str) -> list[Reason]:
    choices = one.get("choices") or []
    pairs = [pair for pair in choices if isinstance(pair, (list, tuple)) and len(pair) == 2 and all(map(str, pair))]
    if len(pairs) < 2 or len(pairs) != len(choices):
        return [Reason("choices_few", f"{where}至少要有两个选项，每项要有代号和名称。")]
    if len({str(code) for code, _label in pairs}) < len(pairs):
        return [Reason("choices_twice", f"{where}有重复的选项。")]
    return []


def _range_faults(one: Field, where: str) -> list[Reason]:
    try:
        least, most = (_comparable(one, one.get(side)) for side in ("min", "max"))
    except (Refused, ValueError, ArithmeticError):
        return [Reason("range_bad", f"{where}的最小值或最大值看不懂。", fact=f"{one.get('min')}..{one.get('max')}")]
    if least is not None and most is not None and least > most:
        return [Reason("range_order", f"{where}的最小值比最大值大。", fact=f"{one.get('min')}..{one.get('max')}")]
    return []


def _comparable(one: Field, value: Any) -> Any:
    if value in (None, ""):
        return None
    if one["kind"] == "money":
        return money.yuan(str(value))
    return Decimal(str(value)) if one["kind"] == "number" else date.fromisoformat(str(value))


def fields_of(spec: Spec, stage: int = 99) -> list[Field]:
    """The fields asked up to a stage."""
    return [one for one in spec.get("fields", ()) if int(one.get("stage") or 1) <= stage]


def sensitive_keys(spec: Spec) -> frozenset[str]:
    return frozenset(one["key"] for one in spec.get("fields", ()) if one.get("sensitive"))


def shown(one: Field, answers: Mapping[str, Any]) -> bool:
    """Whether a field is asked, given the answers before it."""
    rule = one.get("show_if")
    if not rule:
        return True
    given = answers.get(rule["field"])
    wanted = rule.get("is")
    wanted = [str(code) for code in (wanted if isinstance(wanted, (list, tuple)) else [wanted])]
    given = ["yes"] if given is True else given if isinstance(given, list) else [given]
    return any(str(code) in wanted for code in given)


# -- the answers -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Known:
    """What answers may point at: files this application holds, members and unions that were found."""

    files: frozenset[str] = frozenset()
    persons: frozenset[str] = frozenset()
    unions: frozenset[str] = frozenset()
    today: date | None = None


@dataclass
class Checked:
    """Clean answers by key, and what is wrong by key. `plain` and `sealed` are the two places they are kept."""

    answers: Answers = field(default_factory=dict)
    faults: dict[str, list[Reason]] = field(default_factory=dict)

    @property
    def reasons(self) -> tuple[Reason, ...]:
        return tuple(reason for some in self.faults.values() for reason in some)

    def split(self, spec: Spec) -> tuple[Answers, Answers]:
        """(open answers, answers to be sealed)."""
        secret = sensitive_keys(spec)
        return (
            {key: value for key, value in self.answers.items() if key not in secret},
            {key: value for key, value in self.answers.items() if key in secret},
        )


def check_answers(
    spec: Spec, raw: Mapping[str, Any], *, stage: int = 1, draft: bool = False, known: Known | None = None
) -> Checked:
    """Check answers against a spec, field by field. A draft may have gaps; what it has must still be of its kind
    as far as it can be read, and what cannot be read stays as it was typed."""
    known = known or Known()
    done = Checked()
    for one in fields_of(spec, stage):
        key = one["key"]
        if not shown(one, done.answers):
            continue
        value = raw.get(key)
        if _empty(value):
            if one.get("required") and not draft:
                words = "请勾选" if one["kind"] == "tick" else "请填写"
                done.faults[key] = [Reason(f"{key}_missing", f"{words}“{one['label']}”。", cure="请补填后再提交。")]
            continue
        try:
            done.answers[key] = _READERS[one["kind"]](one, value, known)
        except _Fault as fault:
            if draft:
                done.answers[key] = value if isinstance(value, (str, int, bool, list)) else str(value)
            else:
                done.faults[key] = list(fault.reasons)
    return done


class _Fault(Exception):
    def __init__(self, one: Field, words: str, code: str, cure: str = ""):
        # never the value: a refusal is shown and written down, a sensitive answer is not
        self.reasons = (Reason(f"{one['key']}_{code}", f"“{one['label']}”{words}", cure=cure or "请改正后再提交。"),)
        super().__init__(words)


def _empty(value: Any) -> bool:
    return value is None or value is False or value == [] or (isinstance(value, str) and not value.strip())


def _text(one: Field, value: Any, known: Known) -> str:
    text = str(value).strip()
    most = min(int(one.get("most") or 200), MOST_TEXT)
    if len(text) > most:
        raise _Fault(one, f"太长，最多 {most} 个字。", "long")
    if not one.get("lines"):
        text = " ".join(text.split())
    if any(ord(sign) < 32 and sign not in "\n\r\t" for sign in text):
        raise _Fault(one, "里有看不见的字符。", "signs")
    return text


def _number(one: Field, value: Any, known: Known) -> str:
    text = str(value).translate(_WIDE).replace(",", "").strip()
    if not re.fullmatch(r"-?\d{1,12}(\.\d{1,6})?", text):
        raise _Fault(one, "要填数字。", "not_number")
    number = Decimal(text)
    if one.get("whole") and number != number.to_integral_value():
        raise _Fault(one, "要填整数。", "not_whole")
    _within(one, number, lambda bound: Decimal(str(bound)), str)
    return text


def _money(one: Field, value: Any, known: Known) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        fen = value  # a clean value that comes back: fen already
    else:
        try:
            fen = money.yuan(str(value))
        except Refused:
            raise _Fault(one, "看不懂这个金额，可以写成 4500 或 4,500.00。", "not_money") from None
    _within(one, fen, lambda bound: money.yuan(str(bound)), lambda bound: money.show(money.yuan(str(bound))))
    return fen


def _date(one: Field, value: Any, known: Known) -> str:
    match = _DATE.fullmatch(str(value).translate(_WIDE).strip())
    try:
        day = date(*map(int, match.groups())) if match else None
    except ValueError:
        day = None
    if day is None or not 1900 <= day.year <= 2100:
        raise _Fault(one, "要填日期，如 2018-08-27。", "not_date")
    if one.get("past") and known.today and day > known.today:
        raise _Fault(one, "不能晚于今天。", "in_future")
    _within(one, day, lambda bound: date.fromisoformat(str(bound)), str)
    return day.isoformat()


def _within(one: Field, value: Any, read: Callable[[Any], Any], words: Callable[[Any], str]) -> None:
    least, most = one.get("min"), one.get("max")
    if least not in (None, "") and value < read(least):
        raise _Fault(one, f"不能小于 {words(least)}。", "small")
    if most not in (None, "") and value > read(most):
        raise _Fault(one, f"不能大于 {words(most)}。", "big")


def _choice(one: Field, value: Any, known: Known) -> Any:
    codes = [str(code) for code, _label in one["choices"]]
    if one.get("many"):
        given = [str(code) for code in (value if isinstance(value, (list, tuple)) else [value])]
        if any(code not in codes for code in given):
            raise _Fault(one, "请从选项里选。", "not_listed")
        return list(dict.fromkeys(given))
    if str(value) not in codes:
        raise _Fault(one, "请从选项里选。", "not_listed")
    return str(value)


def _person(one: Field, value: Any, known: Known) -> str:
    if str(value) not in known.persons:
        raise _Fault(one, "没有找到这位会员。", "not_found", "请用证件号码或姓名重新查找。")
    return str(value)


def _union(one: Field, value: Any, known: Known) -> str:
    if str(value) not in known.unions:
        raise _Fault(one, "没有找到这家工会。", "not_found", "请从列表里选。")
    return str(value)


def _file(one: Field, value: Any, known: Known) -> list[str]:
    given = [str(pk) for pk in (value if isinstance(value, (list, tuple)) else [value])]
    most = min(int(one.get("most") or 6), MOST_FILES)
    if len(given) > most:
        raise _Fault(one, f"最多 {most} 个文件。", "many")
    if any(not _is_uuid(pk) or pk not in known.files for pk in given):
        raise _Fault(one, "有文件没有传上来，请重新上传。", "not_found")
    return given


def _rows(one: Field, value: Any, known: Known) -> list[Answers]:
    most = min(int(one.get("most") or 30), MOST_ROWS)
    if not isinstance(value, (list, tuple)) or not all(isinstance(row, Mapping) for row in value):
        raise _Fault(one, "的内容看不懂。", "bad")
    rows = [row for row in value if any(not _empty(cell) for cell in row.values())]
    if len(rows) > most:
        raise _Fault(one, f"最多 {most} 行。", "many")
    clean = []
    for number, row in enumerate(rows, start=1):
        line: Answers = {}
        for column in one["columns"]:
            cell = row.get(column["key"])
            named = {
                **column,
                "key": f"{one['key']}_{column['key']}",
                "label": f"{one['label']} 第 {number} 行 {column['label']}",
            }
            if _empty(cell):
                if column.get("required"):
                    raise _Fault(named, "没有填。", "missing")
                continue
            line[column["key"]] = _READERS[column["kind"]](named, cell, known)
        clean.append(line)
    return clean


def _tick(one: Field, value: Any, known: Known) -> bool:
    if value is not True and str(value).lower() not in ("1", "true", "on", "yes"):
        raise _Fault(one, "要勾选。", "not_ticked")
    return True


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


_READERS: dict[str, Callable[[Field, Any, Known], Any]] = {
    "text": _text, "number": _number, "money": _money, "date": _date, "choice": _choice, "person": _person,
    "union": _union, "file": _file, "rows": _rows, "tick": _tick,
}  # fmt: skip


def wanted(spec: Spec, raw: Mapping[str, Any], kind: str) -> set[str]:
    """Ids that answers of a kind name: for one look-up of all of them."""
    found: set[str] = set()
    for one in spec.get("fields", ()):
        if one["kind"] == kind and not _empty(raw.get(one["key"])):
            value = raw[one["key"]]
            found |= {str(pk) for pk in (value if isinstance(value, (list, tuple)) else [value])}
    return {text for text in found if _is_uuid(text)}


def show(one: Field, value: Any, names: Mapping[str, str] | None = None) -> str:
    """A clean answer in words. `names`: id -> name of members, unions and files."""
    names = names or {}
    if value in (None, "", []):
        return ""
    kind = one["kind"]
    if kind == "money" and isinstance(value, int):
        return money.show(value)
    if kind == "choice":
        labels = {str(code): label for code, label in one["choices"]}
        return "、".join(labels.get(str(code), str(code)) for code in (value if isinstance(value, list) else [value]))
    if kind == "tick":
        return "已确认"
    if kind in ("person", "union"):
        return names.get(str(value), "")
    if kind == "file":
        return "、".join(names.get(str(pk), "文件") for pk in value) if isinstance(value, list) else ""
    if kind == "rows":
        return f"{len(value)} 行"
    return str(value)
