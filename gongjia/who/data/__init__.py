"""Code lists that come as files: divisions, nationalities, committee sizes.

`divisions.csv` holds the county-level codes of GB/T 2260 with their spans (to the year: a change is
dated on 1 January of the year of the first list that has it; "" = from the beginning / still valid),
the codes used in ID cards of Hong Kong, Macao and Taiwan residents, and nine-digit township codes.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources


@dataclass(frozen=True)
class Division:
    """A name that a code bore in [valid_from, valid_to)."""

    code: str
    name: str
    valid_from: date | None
    valid_to: date | None

    def holds(self, on: date) -> bool:
        return (self.valid_from is None or self.valid_from <= on) and (self.valid_to is None or on < self.valid_to)


@dataclass(frozen=True)
class SizeRow:
    """A committee of `low` to `high` people for `at_least` … `at_most` members (None: no upper end)."""

    at_least: int
    at_most: int | None
    low: int
    high: int
    odd_only: bool


def _rows(name: str) -> list[dict[str, str]]:
    text = resources.files(__name__).joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


@cache
def divisions() -> Mapping[str, tuple[Division, ...]]:
    """Code -> its names over time."""
    found: dict[str, list[Division]] = {}
    for row in _rows("divisions.csv"):
        division = Division(row["code"], row["name"], _day(row["valid_from"]), _day(row["valid_to"]))
        found.setdefault(row["code"], []).append(division)
    return {code: tuple(names) for code, names in found.items()}


def division_known(code: str) -> bool:
    """Whether the code was ever valid: what an ID number's first six digits are asked."""
    return code in divisions()


def division_name(code: str, on: date | None = None) -> str:
    """The name of a code on a day (None: its latest); "" when unknown."""
    names = divisions().get(code, ())
    if on is not None:
        names = tuple(name for name in names if name.holds(on))
    return names[-1].name if names else ""


def townships_of(county: str) -> list[Division]:
    """The nine-digit codes of a county, in code order."""
    return [names[-1] for code, names in sorted(divisions().items()) if len(code) == 9 and code.startswith(county)]


@cache
def nationalities() -> Mapping[str, str]:
    """GB/T 3304: code -> name."""
    return {row["code"]: row["name"] for row in _rows("nationalities.csv")}


@cache
def committee_sizes() -> Mapping[str, tuple[str, tuple[SizeRow, ...]]]:
    """Scheme -> (title, rows). Shipped tables; a federation may enter its own."""
    found: dict[str, tuple[str, list[SizeRow]]] = {}
    for row in _rows("committee_sizes.csv"):
        size = SizeRow(
            int(row["at_least"]),
            int(row["at_most"]) if row["at_most"] else None,
            int(row["low"]),
            int(row["high"]),
            row["odd_only"] == "1",
        )
        found.setdefault(row["scheme"], (row["title"], []))[1].append(size)
    return {scheme: (title, tuple(rows)) for scheme, (title, rows) in found.items()}
