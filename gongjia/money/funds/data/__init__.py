"""Tables with dates: tax rules, limits, expenditure items. Read once; a change of law is a new row.

What holds and what does not: the two-level approval, maker ≠ checker ≠ payer, the fund sources and the shares per line
are in domain rules 10. Nothing there names the expenditure items, the tax class of an award, the sum from which a
third person signs or a number of days: those rows carry `"check": true` (待核对) and their supposed source, and an
officer overrides each from a day on (`queries.norms`, the page 科目和计税). Tax rates are the articles of the law.
"""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


@cache
def _read(name: str) -> Any:
    return json.loads((HERE / name).read_text("utf-8"))


def in_force(rows: list[dict[str, Any]], on: date) -> list[dict[str, Any]]:
    """Rows of [since, until) that hold on a day."""
    day = on.isoformat()
    return [row for row in rows if row["since"] <= day and (row.get("until") is None or day < row["until"])]


def limit(key: str, on: date) -> dict[str, Any] | None:
    """The shipped row of a limit on a day; None before there was one."""
    rows = sorted(in_force(_read("limits.json")[key], on), key=lambda row: row["since"])
    return dict(rows[-1]) if rows else None


def tax_rows(on: date) -> dict[str, dict[str, Any]]:
    """Tax class -> its rule on a day."""
    return {row["class"]: row for row in in_force(_read("tax.json")["rules"], on)}


def tax_clause(key: str) -> str:
    """The article behind a rule of the table."""
    return next((row["clause"] for row in _read("tax.json")["rules"] if row["key"] == key), "")


def tax_classes() -> list[dict[str, Any]]:
    """Which awards fall into which class; a row that names a type wins over one that names the kind alone."""
    return list(_read("tax.json")["classes"])


def items() -> list[dict[str, Any]]:
    """Expenditure items as shipped."""
    return list(_read("items.json"))
