"""Ready-made round templates: data, not code. They open as `general` rounds (or as another type's)."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any

from gongjia.base.refused import refuse
from gongjia.work.programmes.rules.desks import DeskRule


@cache
def _all() -> dict[str, dict[str, Any]]:
    text = resources.files("gongjia.work.programmes.data").joinpath("templates.json").read_text(encoding="utf-8")
    return {row["key"]: row for row in json.loads(text)}


def templates() -> list[dict[str, Any]]:
    """[{"key","label","type","area","brief"}, …] in their order: for the page that opens a round."""
    return [{name: row.get(name, "") for name in ("key", "label", "type", "area", "brief")} for row in _all().values()]


def template_of(key: str) -> dict[str, Any]:
    """The values a template gives a round: columns, `fields`, `desks` (as rules)."""
    row = _all().get(key)
    if row is None:
        refuse("template_unknown", "没有这个模板。", fact=key)
    made = json.loads(
        json.dumps({**row["values"], "fields": row["fields"], "area": row["area"], "brief": row["brief"]})
    )
    if row.get("desks"):
        made["desks"] = [
            DeskRule(
                number, one["place"], one.get("label", ""), one.get("role", ""), int(one.get("days", 5)),
                one.get("unit", "workday"), int(one.get("stage", 1)),
            )
            for number, one in enumerate(row["desks"], start=1)
        ]  # fmt: skip
    return made
