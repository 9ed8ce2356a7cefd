"""One thing that was looked at, and what came of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Literal

MARKS = {"ok": "✓", "note": "·", "bad": "✗"}


@dataclass(frozen=True)
class Finding:
    """`bad` must be mended, `note` should be known, `ok` is said so that one sees it was looked at."""

    level: Literal["ok", "note", "bad"]
    about: str
    what: str
    mend: str = ""

    def text(self) -> str:
        lines = [f"{MARKS[self.level]} {self.about}：{self.what}"]
        return "\n    → ".join([*lines, self.mend] if self.mend else lines)

    def as_dict(self) -> dict[str, str]:
        return asdict(self)
