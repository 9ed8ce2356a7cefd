"""The sections of the console. Each brings `patterns` (its pages) and `NAV_ITEMS` (its entries in the navigation)."""

from __future__ import annotations

import importlib
import importlib.util
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
    return [importlib.import_module(f"gongjia.faces.console.{name}.urls") for name in NAMES if _there(name)]


def _there(name: str) -> bool:
    try:
        return importlib.util.find_spec(f"gongjia.faces.console.{name}.urls") is not None
    except ModuleNotFoundError:
        return False


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
