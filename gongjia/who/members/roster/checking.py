"""Every rule on every cell of a roster, column by column: no database, no clock.

Faults refuse their row; warnings do not. What spreadsheets and typists do harmlessly
(full-width digits, spaces, a lower-case x) is mended in silence; a number that a spreadsheet
has damaged is named as such and never guessed.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from gongjia.base import identity_numbers, sheets
from gongjia.base.secret import canonical, masks
from gongjia.base.sheets import Damaged
from gongjia.who.members.kinds import IdKind
from gongjia.who.members.roster.columns import BY_KEY, COLUMNS, FAULTS, WARNINGS, Table, Verdict
from gongjia.who.members.rules import identity

_MOBILE = re.compile(r"1[3-9][0-9]{9}").fullmatch
_DATE = re.compile(r"(\d{4})[-./年]?(\d{1,2})(?:[-./月]?(\d{1,2})日?|月)?").fullmatch
_DAY_NUMBER = re.compile(r"\d{4,5}(\.\d+)?").fullmatch
_STAMP = re.compile(r"\d{4}-\d{2}-\d{2}[T\d:. ]+").fullmatch
_SPACES = re.compile(r"\s+")
_EPOCH = date(1899, 12, 30)


@dataclass(frozen=True)
class Union:
    """Where a row may go. `status`: ok, unknown, out_of_scope."""

    status: str
    id: UUID | None = None
    path: str = ""
    code: str = ""
    name: str = ""


@dataclass
class Checked:
    """The table after checking: canonical texts by column, and what is wrong where."""

    numbers: list[int]
    values: dict[str, list[str]]
    unions: list[Union | None]
    faults: list[Verdict] = field(default_factory=list)
    warnings: list[Verdict] = field(default_factory=list)
    bad: set[int] = field(default_factory=set)  # positions of refused rows

    def fault(self, at: int, column: str, code: str, message: str = "", shown: str = "") -> None:
        self.bad.add(at)
        self.faults.append(Verdict(self.numbers[at], BY_KEY[column].label, code, message or FAULTS[code] + "。", shown))

    def warn(self, at: int, column: str, code: str, message: str = "", shown: str = "") -> None:
        self.warnings.append(
            Verdict(self.numbers[at], BY_KEY[column].label, code, message or WARNINGS[code] + "。", shown)
        )


def check(
    tables: Iterable[Table],
    *,
    today: date,
    unions: Mapping[str, Union],
    default_union: Union | None,
    counties: frozenset[str] = frozenset(),
    known_codes: Mapping[str, Mapping[str, str]] | None = None,
) -> Checked:
    """Check all rows of all tables at once.

    `unions`: what each text of the union column means (see `union_texts`); `default_union` is for
    rows that name none. `counties`: known six-digit codes, for a warning only. `known_codes`:
    column -> label -> code, asked once by the caller because one list is rows of the database.
    """
    raw, numbers = _columns(tables)
    count = len(numbers)
    checked = Checked(numbers, {}, [None] * count)
    for column in COLUMNS:
        if column.key == "union":
            continue
        cells = raw.get(column.key)
        if cells is None:
            checked.values[column.key] = [""] * count
        elif column.key in ("born_on", "joined_on"):
            checked.values[column.key] = _dates(checked, column.key, cells)
        elif column.codes is not None:
            codes = (known_codes or {}).get(column.key) or column.codes()
            checked.values[column.key] = _codes(checked, column.key, cells, codes)
        elif column.key == "id_no":
            checked.values["id_no"] = [_number_text(cell) for cell in cells]
        elif column.key == "phone":
            checked.values["phone"] = [canonical.phone(_number_text(cell)) for cell in cells]
        else:
            checked.values[column.key] = _texts(checked, column.key, cells, column.max_length)
    _names(checked)
    _unions(checked, raw.get("union"), unions, default_union)
    _identities(checked, today, counties)
    _phones(checked)
    _life(checked, today)
    checked.faults.sort(key=lambda verdict: verdict.row)
    checked.warnings.sort(key=lambda verdict: verdict.row)
    return checked


def union_texts(tables: Iterable[Table]) -> set[str]:
    """The distinct texts of the union column, to be looked up in one query."""
    found: set[str] = set()
    for table in tables:
        position = table.mapping.get("union")
        if position is not None:
            found |= {text for row in table.rows if position < len(row) and (text := written(row[position]))}
    return found


def tidy(cell: str | None) -> str:
    """A cell as a code or a day is read: half-width throughout, no spaces at the ends, one space inside."""
    if not cell:
        return ""
    if cell.isascii() and cell.isalnum():
        return cell
    return _SPACES.sub(" ", unicodedata.normalize("NFKC", cell)).strip()


def written(cell: str | None) -> str:
    """A cell as a name or a sentence is kept: as it was written, brackets and rare characters too; figures,
    letters and blanks are mended."""
    return sheets.clean(cell) if cell else ""


def _columns(tables: Iterable[Table]) -> tuple[dict[str, list], list[int]]:
    """Cells by column key over all tables, and the sheet's row numbers."""
    tables = list(tables)
    numbers: list[int] = []
    keys = {key for table in tables for key in table.mapping}
    raw: dict[str, list] = {key: [] for key in keys}
    for table in tables:
        numbers += table.numbers
        for key in keys:
            position = table.mapping.get(key)
            if position is None:
                raw[key] += [None] * len(table.rows)
            else:
                raw[key] += [row[position] if position < len(row) else None for row in table.rows]
    return raw, numbers


def _number_text(cell: str | None) -> str:
    """An ID, phone or code as it was typed; a damaged one stays recognisable as such."""
    if not cell or isinstance(cell, Damaged):
        return cell or ""
    return cell if cell.isascii() and cell.isalnum() else canonical.text(cell)


def _texts(checked: Checked, key: str, cells: list, limit: int) -> list[str]:
    texts = [written(cell) for cell in cells]
    if limit:
        for at, text in enumerate(texts):
            if len(text) > limit:
                checked.fault(at, key, "code_unknown", f"文字太长，最多 {limit} 个字。", text[:20] + "…")
    return texts


def _codes(checked: Checked, key: str, cells: list, codes: Mapping[str, str]) -> list[str]:
    meaning: dict[Any, str | None] = {None: "", "": ""}
    found = []
    for at, cell in enumerate(cells):
        code = meaning.get(cell, meaning)
        if code is meaning:
            text = tidy(cell)
            code = codes.get(text) if text else ""
            if code is None:
                code = codes.get(text.replace(" ", ""))
            meaning[cell] = code
        if code is None:
            options = "、".join(dict.fromkeys(label for label in codes if not label.isascii()))
            shown = options if len(options) < 80 else options[:80] + "…"
            checked.fault(at, key, "code_unknown", f"“{tidy(cell)}”不在选项之内，可填：{shown}。", tidy(cell))
            code = ""
        found.append(code)
    return found


def _dates(checked: Checked, key: str, cells: list) -> list[str]:
    meaning: dict[Any, str | None] = {}
    found = []
    for at, cell in enumerate(cells):
        if cell not in meaning:
            meaning[cell] = read_date(cell)
        day = meaning[cell]
        if day is None:
            checked.fault(at, key, "date_impossible", f"“{tidy(cell)}”不是一个日期，请写成 2018-06-30。", tidy(cell))
            day = ""
        found.append(day)
    return found


def read_date(cell: str | None) -> str | None:
    """ISO text of a date cell; "" when empty, None when it is no date. 1990年5月 is its first day."""
    text = tidy(cell).replace(" ", "")
    if not text:
        return ""
    if _DAY_NUMBER(text) and 3654 < (number := int(float(text))) < 80000:
        return (_EPOCH + timedelta(days=number)).isoformat()  # how a spreadsheet stores a day
    text = text[:10] if _STAMP(text) else text
    parts = _DATE(text)
    if not parts:
        return None
    try:
        return date(int(parts[1]), int(parts[2]), int(parts[3] or 1)).isoformat()
    except ValueError:
        return None


def _names(checked: Checked) -> None:
    for at, name in enumerate(checked.values["name"]):
        if not name:
            checked.fault(at, "name", "name_missing")
    checked.values["name"] = [_name(name) for name in checked.values["name"]]


def _name(name: str) -> str:
    """苏 示例 is 苏示例; spaces inside a Latin name stay."""
    return name if name.isascii() else name.replace(" ", "")


def _unions(checked: Checked, cells: list | None, unions: Mapping[str, Union], default: Union | None) -> None:
    for at in range(len(checked.numbers)):
        text = written(cells[at]) if cells else ""
        if not text:
            union = default
            if union is None:
                checked.fault(at, "union", "union_unknown", "没有填所在工会，也没有指定整份名册属于哪家工会。")
                continue
        else:
            union = unions.get(text) or Union("unknown")
            if union.status == "unknown":
                checked.fault(at, "union", "union_unknown", f"找不到“{text}”，请填工会全称或代码。", text)
                continue
        if union.status == "out_of_scope":
            checked.fault(at, "union", "union_out_of_scope", f"“{text}”不属于您管理的工会。", text)
            continue
        checked.unions[at] = union


def _identities(checked: Checked, today: date, counties: frozenset[str]) -> None:
    """Numbers: damage, check digit, birth date and sex inside, duplicates in the file."""
    numbers, kinds = checked.values["id_no"], checked.values["id_kind"]
    born, sexes = checked.values["born_on"], checked.values["sex"]
    days: dict[date | None, str] = {None: ""}
    seen: dict[str, int] = {}
    cards = identity_numbers.check_id_cards(numbers, today=today)
    for at, found in enumerate(cards):
        if not numbers[at]:
            checked.warn(at, "id_no", "id_missing", "没有证件号码：可以入册，但不能核对是否重复。")
            continue
        kind = kinds[at] or IdKind.ID_CARD.value
        kinds[at] = kind
        if kind != "id_card":
            found = identity_numbers.check_document(kind, numbers[at], today=today)
        number = numbers[at] = found.value
        if not found.ok:
            _name_identity_fault(checked, at, found, today)
            continue
        if found.born_on is not None:
            day = days.get(found.born_on) or days.setdefault(found.born_on, found.born_on.isoformat())
            if born[at] and born[at][:7] != day[:7]:
                checked.warn(at, "born_on", "value_differs", "与证件号码里的出生日期不同，以证件号码为准。")
            born[at] = day
            if sexes[at] in ("1", "2") and sexes[at] != found.sex:
                checked.warn(at, "sex", "value_differs", "与证件号码推算的性别不同，以证件号码为准。")
            sexes[at] = found.sex
            if counties and found.county and found.county not in counties:
                checked.warn(at, "id_no", "county_unknown", "", masks.id_number(number))
        first = seen.setdefault(number, at)
        if first != at:
            message = f"与第 {checked.numbers[first]} 行的证件号码相同。"
            checked.fault(at, "id_no", "id_duplicate_in_file", message, masks.id_number(number))


def _name_identity_fault(checked: Checked, at: int, found: identity_numbers.Checked, today: date) -> None:
    code = _IDENTITY_CODES.get(found.code, "id_check_digit")
    message = found.sentence
    if found.code == "id_check_digit" and (fits := identity_numbers.suggest_swap(found.value, today=today)):
        place = next(position for position in range(18) if found.value[position] != fits[position])
        message += f"如果第 {place + 1}、{place + 2} 两位写颠倒了，对调后就对得上。"
    shown = "" if code == "id_damaged" else masks.id_number(found.value)
    checked.fault(at, "id_no", code, message, shown)


_IDENTITY_CODES = {"id_damaged": "id_damaged", "id_birth_date": "date_impossible", "id_kind": "code_unknown"}


def _phones(checked: Checked) -> None:
    phones = checked.values["phone"]
    for at, phone in enumerate(phones):
        if phone and not _MOBILE(phone):
            checked.fault(at, "phone", "phone_bad", "手机号应是 11 位，以 1 开头。", masks.phone(phone))
    shared = {phone for phone, times in Counter(phones).items() if phone and times > 1}
    if shared:
        for at, phone in enumerate(phones):
            if phone in shared:
                checked.warn(at, "phone", "phone_shared", "本表中有人与此手机号相同。", masks.phone(phone))


def _life(checked: Checked, today: date) -> None:
    """Age and joining date: a member is at least 16 (labour law); nobody joined before being born, or tomorrow."""
    now = today.isoformat()
    too_young = f"{today.year - identity.MINIMUM_AGE}{now[4:]}"
    for at, born in enumerate(checked.values["born_on"]):
        if born:
            if born > too_young:
                checked.fault(at, "born_on", "too_young", "未满 16 周岁，不能入会。", born)
            elif born < "1900-01-01":
                checked.fault(at, "born_on", "date_impossible", "出生日期早于 1900 年。", born)
    for at, joined in enumerate(checked.values["joined_on"]):
        if joined:
            born = checked.values["born_on"][at]
            if joined > now:
                checked.fault(at, "joined_on", "date_impossible", "入会日期晚于今天。", joined)
            elif joined < "1921-01-01" or (born and joined[:4] < str(int(born[:4]) + identity.MINIMUM_AGE - 1)):
                checked.fault(at, "joined_on", "date_impossible", "入会日期早得不合情理，请核对。", joined)
