"""The sections of the console. Each brings `patterns` (its pages) and `NAV_ITEMS` (its entries in the navigation)."""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from typing import Any
from uuid import UUID

NAMES = (
    "desk",
    "orgs",
    "members",
    "roster",
    "programmes",
    "positions",
    "households",
    "door",
    "notices",
    "funds",
    "events",
    "report",
    "journal",
    "setup",
)


def modules() -> list:
    """The `urls` module of every section."""
    return [importlib.import_module(f"gongjia.faces.console.{name}.urls") for name in NAMES]


def register_navigation() -> None:
    from gongjia.faces.shared.shell import NAV

    for module in modules():
        for item in module.NAV_ITEMS:
            NAV.register(item)


def key_of(text: str) -> UUID | str:
    """What an address says of a union: its key, else its code."""
    try:
        return UUID(text)
    except ValueError:
        return text


def keys_of(texts: Iterable[str]) -> list[UUID]:
    """The keys of ticked rows; what is no key is left out."""
    return [key for key in map(key_of, texts) if isinstance(key, UUID)]


def org_name(org: Any) -> str:
    """What a list calls a union; "" for none."""
    return (org.short_name or org.name) if org else ""
