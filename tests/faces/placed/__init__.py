"""Records of the later apps in the small world of the permission table: one module a section of the console.

A module has `build(world)`, which puts its records at the places, and `FACTORIES`, which says what the arguments of
its URLs name (as in `tests.faces.placements`).
"""

from __future__ import annotations

import pkgutil
from importlib import import_module
from types import ModuleType


def sections() -> list[ModuleType]:
    return [import_module(f"{__name__}.{one.name}") for one in pkgutil.iter_modules(__path__)]
