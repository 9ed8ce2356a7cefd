"""A sheet of unions while it is checked: rows, their verdict, what is wrong at which cell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

from gongjia.base.refused import Reason
from gongjia.who.orgs.actions.sheet.columns import BY_KEY
from gongjia.who.orgs.models import Org

Verdict = Literal["add", "change", "same", "refused"]


@dataclass(frozen=True)
class Fault:
    """What is wrong with one cell. `row` as the sheet numbers it."""

    row: int
    column: str
    code: str
    message: str

    @property
    def label(self) -> str:
        return BY_KEY[self.column].label if self.column in BY_KEY else self.column


@dataclass
class Row:
    """One row of the sheet: what it says, what it will do."""

    number: int
    cells: dict[str, str]
    values: dict[str, Any] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)
    existing: Org | None = None
    parent: Org | None = None
    parent_row: Row | None = None
    guide: Org | None = None
    guide_row: Row | None = None
    changes: dict[str, Any] = field(default_factory=dict)
    org_id: UUID | None = None

    @property
    def known(self) -> Org:
        """The union of the register that the row speaks of; ask only when there is one."""
        assert self.existing is not None
        return self.existing

    @property
    def key(self) -> UUID:
        """The id of its union, known or just created."""
        found = self.existing.pk if self.existing is not None else self.org_id
        assert found is not None
        return found

    @property
    def verdict(self) -> Verdict:
        if self.faults:
            return "refused"
        if self.existing is None:
            return "add"
        return "change" if self.changes else "same"

    def fault(self, column: str, code: str, message: str) -> None:
        self.faults.append(Fault(self.number, column, code, message))

    def warn(self, column: str, code: str, message: str) -> None:
        self.warnings.append(Fault(self.number, column, code, message))

    def take(self, column: str, reasons: Sequence[Reason]) -> None:
        for reason in reasons:
            self.fault(column, reason.code, f"{reason.sentence}{reason.cure}")


@dataclass
class Checked:
    """The whole sheet, checked."""

    rows: list[Row]
    columns: dict[str, int]
    titles: list[str]
    unknown: list[str]

    @property
    def faults(self) -> list[Fault]:
        return [fault for row in self.rows for fault in row.faults]

    @property
    def warnings(self) -> list[Fault]:
        return [fault for row in self.rows for fault in row.warnings]

    @property
    def counts(self) -> dict[str, int]:
        return dict(Counter(row.verdict for row in self.rows))
