"""The upper system's template, described as data: which of our facts fills which of its columns, and how.

The same engine serves unions and members; each brings its records as plain values.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

SHAPES = ("text", "yyyymmdd", "yyyy-mm-dd", "yes_no", "number")


@dataclass(frozen=True)
class UpperColumn:
    """One column of the upper template: from a fact of ours, a fixed text, or a coded fact."""

    title: str
    fact: str = ""
    fixed: str = ""
    shape: str = "text"
    codes: Mapping[str, str] | None = None
    other: str = ""  # what a code not in `codes` becomes
    required: bool = False
    width: int = 16


@dataclass(frozen=True)
class Template:
    """One sheet of the upper system."""

    key: str
    title: str
    of: str  # model label of the records it lists: "orgs.org", "members.person"
    sheet: str
    columns: tuple[UpperColumn, ...]
    match: str = ""  # title of the column by which a returned sheet is matched to ours
    match_fact: str = ""
    number: str = ""  # title of the column that brings the upper system's number back
    only: Mapping[str, tuple[str, ...]] | None = None  # fact -> the values that are sent at all

    @property
    def facts(self) -> frozenset[str]:
        """The facts of a record that the template needs."""
        used = {column.fact for column in self.columns if column.fact} | set(self.only or ())
        return frozenset(used | ({self.match_fact} if self.match_fact else set()))


def load(text: str) -> Template:
    """Read a template from its JSON; ValueError names what is wrong with it."""
    data = json.loads(text)
    columns = []
    for column in data["columns"]:
        unknown = set(column) - {"title", "fact", "fixed", "shape", "codes", "other", "required", "width"}
        if unknown:
            raise ValueError(f"{data['key']}: {column.get('title')}: unknown {sorted(unknown)}")
        made = UpperColumn(**column)
        if made.shape not in SHAPES:
            raise ValueError(f"{data['key']}: {made.title}: unknown shape {made.shape!r}")
        columns.append(made)
    titles = [column.title for column in columns]
    if len(set(titles)) < len(titles):
        raise ValueError(f"{data['key']}: a title stands twice")
    rest = {key: data.get(key, "") for key in ("match", "match_fact", "number")}
    only = {fact: tuple(values) for fact, values in data.get("only", {}).items()} or None
    return Template(data["key"], data["title"], data["of"], data["sheet"], tuple(columns), only=only, **rest)


def wanted(template: Template, values: Mapping[str, Any]) -> bool:
    """Whether the upper system takes this record at all."""
    return all(str(values.get(fact, "")) in allowed for fact, allowed in (template.only or {}).items())


def cells(template: Template, values: Mapping[str, Any]) -> list[str]:
    """The row of one record, as the upper template writes it."""
    return [_cell(column, values) for column in template.columns]


def _cell(column: UpperColumn, values: Mapping[str, Any]) -> str:
    if not column.fact:
        return column.fixed
    value = values.get(column.fact)
    if column.codes is not None:
        text = "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
        return column.codes.get(text, column.other)
    if value is None or value == "":
        return column.fixed
    if column.shape == "yes_no":
        return "是" if value else "否"
    if isinstance(value, date):
        return value.strftime("%Y%m%d") if column.shape == "yyyymmdd" else value.isoformat()
    return str(value)


def gaps(template: Template, row: Iterable[str]) -> list[str]:
    """Titles of required columns that the row leaves blank: the upper system would refuse it."""
    return [column.title for column, cell in zip(template.columns, row, strict=True) if column.required and not cell]
