"""Large lists as one parameter: the driver looks at every element of a list, the database reads a text as fast.

cursor.execute(f"… = any({UUIDS})", [uuids(ids)])
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any
from uuid import UUID

UUIDS = "%s::uuid[]"
TEXTS = "array(select jsonb_array_elements_text(%s::jsonb))"


def uuids(values: Iterable[UUID | None]) -> str:
    return "{" + ",".join(["NULL" if one is None else one.hex for one in values]) + "}"


def numbers(values: Iterable[int | None]) -> str:
    return "{" + ",".join(["NULL" if one is None else str(one) for one in values]) + "}"


def texts(values: Iterable[str]) -> str:
    return json.dumps(list(values), ensure_ascii=False)


def of(kind: str, values: list[Any]) -> tuple[str, Any]:
    """The mark in the statement and the parameter, for a list of that kind."""
    if kind == "uuid":
        return UUIDS, uuids(values)
    if kind == "int":
        return "%s::int[]", numbers(values)
    if kind == "text":
        return TEXTS, texts(values)
    return f"%s::{kind}[]", values
