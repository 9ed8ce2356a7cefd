"""Layouts of files that go to the bank and come back: one file a layout under `types/`."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from gongjia.base.registry import Registry


@dataclass(frozen=True)
class OutLine:
    """One line of a file to the bank. The only place below the faces where an account number is whole."""

    reference: str
    holder: str
    number: str
    bank: str
    amount: int
    purpose: str


@dataclass(frozen=True)
class InLine:
    """One line of a result file, in our terms. What a layout does not tell is empty."""

    outcome: str
    reference: str = ""
    holder: str = ""
    number: str = ""
    amount: int | None = None
    on: date | None = None
    reason: str = ""


@dataclass(frozen=True)
class Layout:
    """How one bank wants a file and gives its answer."""

    key: str
    label: str
    suffix: str  # .xlsx | .csv
    write: Callable[[str, Sequence[OutLine]], bytes]
    read: Callable[[Sequence[Sequence[str]]], list[InLine]]  # rows of text of the first sheet


LAYOUTS: Registry[Layout] = Registry("bank layouts")


def load() -> None:
    """Import every layout once; called when the app is ready."""
    package = importlib.import_module("gongjia.money.funds.types")
    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"{package.__name__}.{module.name}")


def layout_labels() -> dict[str, str]:
    return {layout.key: layout.label for layout in LAYOUTS}
