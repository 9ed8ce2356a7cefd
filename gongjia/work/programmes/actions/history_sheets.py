"""Sheets of earlier years handed to an officer: the blank one, and the refused rows to be mended and sent again."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import NAMESPACE_OID, UUID, uuid5

from gongjia.base import handout, journal, sheets
from gongjia.base.actor import Actor
from gongjia.base.refused import refuse
from gongjia.work.programmes import powers
from gongjia.work.programmes.actions.history import ALIASES, NEEDED, read_table, subject_of
from gongjia.work.programmes.models import HistoryBatch
from gongjia.work.programmes.registry import TYPES

WHY = "原因"  # no head of the import: a sheet sent again with it is read as if it were not there
ROW = "programmes.historyrow"


def blank_sheet(type: str) -> list[sheets.Column]:
    """Columns of the blank template of earlier awards."""
    subject = subject_of(TYPES.get(type))
    keys = ("org", "title", "cycle", "on", "amount", "tier") if subject == "org" else tuple(ALIASES)
    return [
        sheets.Column(ALIASES[key][0], width=20, text=key in ("id_no", "org"), required=key in NEEDED[subject])
        for key in keys
    ]


def refused_history(*, batch: HistoryBatch, actor: Actor, at: datetime) -> bytes:
    """The refused rows as they were sent, with a column of reasons in front.

    Whoever sent the sheet gets the own cells back. For everybody else it discloses what stands in them: it counts
    among what that account has opened today, and is not handed out beyond the first bound.
    """
    actor.must(powers.IMPORT, batch.org)
    reasons = {number: why for number, _who, verdict, why in batch.verdicts if verdict == "refused"}
    if not reasons:
        refuse("history_none_refused", "这张表没有有问题的行。", fact=batch.state_label)
    rows = [_row_id(batch, number) for number in reasons]
    own = actor.person_id is not None and actor.person_id == batch.by_id
    with _taking(own, rows, batch, actor, at):
        page, head = read_table(batch.file, batch.type)
        found = [
            [reasons[page.number_of(index)], *page.rows[index]]
            for index in range(head.first_data, len(page.rows))
            if page.number_of(index) in reasons
        ]
        width = max((len(row) for row in found), default=1) - 1
        titles = [*head.titles, *[""] * (width - len(head.titles))]
        columns = [
            sheets.Column(WHY, width=40),
            *(sheets.Column(title or "\u3000", width=16, text=True) for title in titles),
        ]
        out = io.BytesIO()
        sheets.write(out, [sheets.SheetOut(page.name or "历史记录", columns=columns, rows=found)])
        by = {"actor": actor, "at": at, "org": batch.org}
        journal.write("programmes.history_taken", subject=batch, payload={"rows": len(rows), "own": own}, **by)
        if not own:  # this one is counted: the rows and nothing else
            journal.write("programmes.history_opened", subjects=[(ROW, pk) for pk in rows], **by)
        return out.getvalue()


@contextmanager
def _taking(own: bool, rows: list[UUID], batch: HistoryBatch, actor: Actor, at: datetime) -> Iterator[None]:
    if own:
        with journal.act():
            yield
        return
    with handout.disclosing("identity", rows, actor=actor, at=at, org=batch.org):
        if handout.needs_approval(actor, "identity", rows):
            bound = handout.CLASSES["identity"].approve
            refuse(
                "approval_needed", f"别人上传的表里有证件号码，今天经您查看、导出的将达到 {bound} 条以上，不能下载。",
                fact=f"{len(rows)} 行", cure="请上传这张表的人自己下载。",
            )  # fmt: skip
        yield


def _row_id(batch: HistoryBatch, number: int) -> UUID:
    """A row has no record of its own: it is known by its sheet and its number, so that twice taken is once counted."""
    return uuid5(NAMESPACE_OID, f"{batch.pk}:{number}")
