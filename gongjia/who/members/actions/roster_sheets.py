"""Workbooks of a roster: the refused rows with their reasons, the blank template."""

from __future__ import annotations

from datetime import datetime

from gongjia.base import journal, sheets
from gongjia.base.actor import Actor
from gongjia.who.members import powers
from gongjia.who.members.actions.roster import read_batch
from gongjia.who.members.models import RosterBatch
from gongjia.who.members.roster.columns import COLUMNS


def refused_workbook(*, batch: RosterBatch, actor: Actor, at: datetime) -> bytes:
    """The refused rows as they were sent, with a column of reasons in front: to be mended and uploaded again."""
    import io

    actor.must(powers.IMPORT, batch.org)
    reasons: dict[int, list[str]] = {}
    for verdict in batch.verdicts.filter(refuses=True, row__gt=0).order_by("row"):
        reasons.setdefault(verdict.row, []).append(f"{verdict.column}：{verdict.message}")
    out = io.BytesIO()
    pages = []
    for table in read_batch(batch):
        rows = [
            ["；".join(reasons[number]), *row]
            for number, row in zip(table.numbers, table.rows, strict=True)
            if number in reasons
        ]
        columns = [sheets.Column("问题", width=40), *(sheets.Column(title or "　", width=16) for title in table.header)]
        pages.append(sheets.SheetOut(table.sheet or "名册", columns=columns, rows=rows))
    sheets.write(out, pages)
    journal.write(
        "roster.refused_taken", actor=actor, at=at, org=batch.org, subject=batch, payload={"rows": len(reasons)}
    )
    return out.getvalue()


def template_workbook() -> bytes:
    """The blank template: the columns, pick lists, the code lists, how to fill it in."""
    import io

    out = io.BytesIO()
    sheets.template(
        out,
        "会员名册",
        [
            sheets.Column(
                column.label,
                width=column.width,
                text=True,
                required=column.required,
                choices=tuple(dict.fromkeys(label for label in column.codes() if not label.isascii()))
                if column.codes
                else (),
                note=column.help,
            )
            for column in COLUMNS
        ],
        notes=(
            "一人一行；带 * 的列必填。",
            "证件号码、手机号两列请保持文本格式。",
            "空着的格子不会抹掉系统里已有的内容。",
        ),
    )
    return out.getvalue()
