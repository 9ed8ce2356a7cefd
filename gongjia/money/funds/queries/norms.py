"""The tables that ship with the program, with what officers set anew: expenditure items, tax classes, limits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from gongjia.base.models import one_of
from gongjia.money.funds import data, kinds
from gongjia.money.funds.models import Norm

OWN = "own:"  # before the id of an officer's row, where a payment names the rule of its tax


@dataclass(frozen=True)
class NormRow:
    """One row as it holds on a day. `check`: shipped from memory and confirmed by nobody yet (待核对)."""

    table: str
    key: str
    value: str
    since: date
    clause: str
    check: bool
    own: Norm | None = None  # set by an officer
    next: Norm | None = None  # one that begins later


def _shipped(on: date, tables: tuple[str, ...]) -> dict[tuple[str, str], NormRow]:
    found: list[NormRow] = []

    def add(table: str, key: str, value: Any, row: dict[str, Any]) -> None:
        clause = row.get("source") or row.get("clause", "")
        found.append(NormRow(table, key, str(value), date.fromisoformat(row["since"]), clause, bool(row.get("check"))))

    if kinds.Norms.ITEM in tables:
        for row in data.items():
            add(kinds.Norms.ITEM.value, row["code"], row["name"], row)
    if kinds.Norms.TAX in tables:
        for row in data.tax_classes():
            add(kinds.Norms.TAX.value, "/".join(filter(None, (row["kind"], row["type"]))), row["class"], row)
    if kinds.Norms.RATE in tables:
        for key, row in data.tax_rows(on).items():
            add(kinds.Norms.RATE.value, key, f"{row['rate'] / 100:g}", row)
    if kinds.Norms.LIMIT in tables:
        for key in kinds.LIMITS:
            if row := data.limit(key, on):
                add(kinds.Norms.LIMIT.value, key, row["value"], row)
    return {(one.table, one.key): one for one in found}


def norms(on: date, *tables: str) -> list[NormRow]:
    """Every row of the tables on a day: as shipped, or as an officer set it. One query."""
    tables = tables or tuple(kinds.Norms.values)
    rows = _shipped(on, tables)
    for one in Norm.objects.filter(table__in=tables).order_by("since"):
        place = one.table, one.key
        before = rows.get(place)
        if one.since <= on:
            rows[place] = NormRow(one.table, one.key, one.value, one.since, one.clause, False, one)
        elif before is not None:
            rows[place] = NormRow(**{**vars(before), "next": before.next or one})
    order = {table: place for place, table in enumerate(kinds.Norms.values)}
    return sorted(rows.values(), key=lambda row: (order[row.table], row.key))


def items(on: date) -> dict[str, str]:
    """Expenditure item code -> 中文, those in use on a day."""
    return {row.key: row.value for row in norms(on, kinds.Norms.ITEM.value) if row.value}


def item_names() -> dict[str, str]:
    """Every code that ever was in use, to read old rows by; the newest name that is not empty."""
    names = {row["code"]: row["name"] for row in data.items()}
    own = Norm.objects.filter(table=kinds.Norms.ITEM).exclude(value="").order_by("since")
    return {**names, **dict(own.values_list("key", "value"))}


def tax_classes(on: date) -> list[dict[str, str]]:
    """Which awards fall into which tax class on a day."""
    found = []
    for row in norms(on, kinds.Norms.TAX.value):
        kind, _, type_key = row.key.partition("/")
        found.append({"kind": kind, "type": type_key, "class": row.value})
    return found


def tax_rows(on: date) -> dict[str, dict[str, Any]]:
    """Tax class -> its rule on a day: {"key", "rate" in 1/10000, "clause"}."""
    found = data.tax_rows(on)
    for row in norms(on, kinds.Norms.RATE.value):
        if row.own is not None:
            rate = int(Decimal(row.value) * 100)
            found[row.key] = {"class": row.key, "key": f"{OWN}{row.own.pk}", "rate": rate, "clause": row.clause}
    return found


def tax_clause(key: str) -> str:
    """The article, or the officer's document, behind a rule by which a payment was reckoned."""
    if not key.startswith(OWN):
        return data.tax_clause(key)
    return one_of(Norm.objects.filter(pk=key.removeprefix(OWN)).values_list("clause", flat=True)) or ""


def limit(key: str, on: date) -> int:
    """A limit in its own unit (days, hours) on a day; 0 before there was one."""
    return next((int(row.value) for row in norms(on, kinds.Norms.LIMIT.value) if row.key == key), 0)
