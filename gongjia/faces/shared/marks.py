"""Small values that pages are made of: a badge, a link, a column, a tile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

Tone = Literal["neutral", "info", "success", "warning", "danger", "brand"]

TONE_ICONS: dict[str, str] = {
    "neutral": "circle-minus",
    "info": "progress",
    "success": "circle-check",
    "warning": "clock",
    "danger": "alert-circle",
    "brand": "star",
}


@dataclass(frozen=True)
class Badge:
    """A state in a word with its icon: never by colour alone."""

    label: str
    tone: Tone = "neutral"
    icon: str = ""

    @property
    def sign(self) -> str:
        return self.icon or TONE_ICONS[self.tone]


@dataclass(frozen=True)
class Link:
    """Where a click leads. `post=True` makes a button that posts (a move without a page of its own)."""

    label: str
    url: str
    icon: str = ""
    tone: str = ""  # "" | "primary" | "danger"
    hint: str = ""
    post: bool = False


@dataclass(frozen=True)
class NotNow:
    """A step that is allowed to this person but not possible now, and why."""

    label: str
    why: str
    icon: str = ""


@dataclass(frozen=True)
class Column:
    """One column of a list. `value` and `link` may be a callable of the row.

    kind: text · code · number · money (分) · wan (分) · day · moment · badge · mask · percent · progress
    `head`: this column is the title of the card a row becomes on a phone; `wide_only`: left out there.
    """

    key: str
    label: str
    kind: str = "text"
    value: Callable[[Any], Any] | None = None
    link: Callable[[Any], str] | None = None
    head: bool = False
    wide_only: bool = False
    width: str = ""  # "" | "xs" | "s" | "m" | "l"
    tones: dict[str, Tone] | None = None
    mask: str = ""  # for kind="mask": id | phone | name | card
    hint: str = ""
    export: bool = True

    def read(self, row: Any) -> Any:
        """The value of a row: by `value`, else the attribute or key, followed through dots."""
        if self.value is not None:
            return self.value(row)
        for part in self.key.split("."):
            if row is None:
                return None
            row = row.get(part) if isinstance(row, dict) else getattr(row, part)
        return row

    def badge(self, row: Any) -> Badge | None:
        """For kind="badge": the value may be a Badge, or a code with `tones` and `<key>_label`."""
        value = self.read(row)
        if value is None or value == "" or isinstance(value, Badge):
            return value or None
        label = row.get(f"{self.key}_label") if isinstance(row, dict) else getattr(row, f"{self.key}_label", None)
        return Badge(str(label or value), (self.tones or {}).get(str(value), "neutral"))

    @property
    def numeric(self) -> bool:
        return self.kind in ("number", "money", "wan", "percent")
