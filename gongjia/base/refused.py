"""Every refusal says why.

Three different answers, never mixed up:
`Hidden`    the asker may not know it exists         -> 404, the same as none
`Forbidden` it is visible but not permitted          -> 403
`Refused`   permitted, but not now, and here is why  -> 422
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from zoneinfo import ZoneInfo


def fact_of(moment: datetime) -> str:
    """A moment as the fact of a reason: in Asia/Shanghai, whatever zone the database answered in."""
    return f"{moment.astimezone(ZoneInfo('Asia/Shanghai')):%Y-%m-%d %H:%M}"


@dataclass(frozen=True)
class Reason:
    """One reason of a refusal, the same on a page, in the API and in tests.

    `code` is stable and for programs; `sentence` is what the person reads;
    `fact` is the value the rule looked at; `clause` names the article;
    `cure` says who can mend it and how.
    """

    code: str
    sentence: str
    fact: str = ""
    clause: str = ""
    cure: str = ""

    def as_dict(self) -> dict[str, str]:
        return asdict(self)


class Refused(Exception):
    """Permitted, but not now. Carries one or more reasons."""

    def __init__(self, reasons: Reason | Iterable[Reason]):
        self.reasons: tuple[Reason, ...] = (reasons,) if isinstance(reasons, Reason) else tuple(reasons)
        if not self.reasons:
            raise ValueError("a refusal needs at least one reason")
        super().__init__("；".join(reason.sentence for reason in self.reasons))

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(reason.code for reason in self.reasons)


class Forbidden(Exception):
    """Visible, but not permitted to this actor."""

    def __init__(self, power: str, sentence: str = "您没有办理这件事的权限。"):
        self.power = power
        super().__init__(sentence)


class Hidden(Exception):
    """Outside the asker's scope: told apart from nothing by no one."""


def refuse(code: str, sentence: str, *, fact: str = "", clause: str = "", cure: str = "") -> None:
    """Raise `Refused` with one reason."""
    raise Refused(Reason(code, sentence, fact, clause, cure))


def refuse_if(reasons: Iterable[Reason]) -> None:
    """Raise `Refused` when a rule answered with reasons; do nothing when it answered with none."""
    reasons = tuple(reasons)
    if reasons:
        raise Refused(reasons)
