"""Tables with dates: tax rules, limits, expenditure items. Read once; a change of law is a new row."""

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


def limit(key: str, on: date) -> int:
    """The shipped value of a limit on a day; 0 before there was one."""
    rows = sorted(in_force(_read("limits.json")[key], on), key=lambda row: row["since"])
    return int(rows[-1]["value"]) if rows else 0


def limit_clause(key: str, on: date) -> str:
    rows = sorted(in_force(_read("limits.json")[key], on), key=lambda row: row["since"])
    return rows[-1]["clause"] if rows else ""


def tax_rows(on: date) -> dict[str, dict[str, Any]]:
    """Tax class -> its rule on a day."""
    return {row["class"]: row for row in in_force(_read("tax.json")["rules"], on)}


def tax_clause(key: str) -> str:
    """The article behind a rule of the table."""
    return next((row["clause"] for row in _read("tax.json")["rules"] if row["key"] == key), "")


def tax_classes() -> list[dict[str, str]]:
    """Which awards fall into which class; a row that names a type wins over one that names the kind alone."""
    return list(_read("tax.json")["classes"])


def items() -> dict[str, str]:
    """Expenditure item code -> 中文."""
    return {row["code"]: row["name"] for row in _read("items.json")}
