"""One record: who or what and its state on top, the next steps, facts in groups, the timeline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from gongjia.faces.shared.marks import Badge, Link, NotNow
from gongjia.faces.shared.pages.base import RecordPage


@dataclass(frozen=True)
class Fact:
    """One line: label and value. `kind` as in a list's column; `note` says where it comes from."""

    label: str
    value: Any
    kind: str = "text"
    link: str = ""
    mask: str = ""
    reveal: str = ""  # address of the page that asks why and then shows the full value
    note: str = ""
    wide: bool = False


@dataclass(frozen=True)
class Facts:
    """A group of facts under one heading."""

    title: str
    facts: Sequence[Fact] = field(default_factory=list)
    link: Link | None = None


class DetailPage(RecordPage):
    """Subclass: `get_record()` by `queries.visible(actor)` (raise Hidden when it finds none) and the parts."""

    template = "ui/pages/detail.html"

    def heading(self) -> str:
        return str(self.record)

    def badge(self) -> Badge | None:
        return None

    def subtitle(self) -> str:
        return ""

    def steps(self) -> Sequence[Link | NotNow]:
        """What may be done next; what is not allowed is absent, what is not possible now says why."""
        return ()

    def groups(self) -> Sequence[Facts]:
        return ()

    def files(self) -> Sequence[Any]:
        return ()

    def timeline(self) -> Sequence[Any]:
        """Entries with .at .actor_label .label_zh .note, newest first."""
        return ()

    def context(self) -> dict[str, Any]:
        return {
            "record": self.record,
            "badge": self.badge(),
            "subtitle": self.subtitle(),
            "steps": self.steps(),
            "groups": self.groups(),
            "files": self.files(),
            "timeline": self.timeline(),
            **self.extra(),
        }

    def extra(self) -> dict[str, Any]:
        return {}
