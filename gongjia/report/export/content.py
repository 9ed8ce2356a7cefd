"""What is printed, as plain values: the same for Word and PDF."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from gongjia.report.render import Document, TableLine

DRAFT = "（讨论稿，数字未定）"


@dataclass(frozen=True)
class Printed:
    """A report ready to be laid out. Runs are (text, is a number, is missing)."""

    title: str
    union: str
    date: str
    draft: bool
    red_head: str  # empty: no red head
    document_no: str
    preface: list[str]
    sections: list[dict]
    signature: str
    table_title: str
    table: list[dict]
    note: str


def chinese_date(day: date) -> str:
    """`2018年8月27日`: without leading zeros (GB/T 9704-2012, 7.3.5.4)."""
    return f"{day.year}年{day.month}月{day.day}日"


def printed(document: Document) -> Printed:
    """Everything the layouts need, in order of reading."""
    named = {run.key for part in document.parts for one in part.paragraphs for said in one for run in said.runs}
    rows = [row for row in document.table if row.key in named or document.lines[row.key].value is not None]
    by_hand = sum(document.lines[row.key].source.value != "records" for row in rows)
    return Printed(
        title=document.title,
        union=document.union,
        date=chinese_date(document.cutoff),
        draft=not document.frozen,
        red_head=f"{document.signature}文件" if document.red_head else "",
        document_no=document.document_no,
        preface=[line.strip() for line in document.preface.splitlines() if line.strip()],
        sections=[
            {
                "heading": f"{part.number}、{part.heading}",
                "paragraphs": [
                    [
                        {"text": run.text, "number": bool(run.key), "missing": run.missing}
                        for said in one
                        for run in said.runs
                    ]
                    for one in part.paragraphs
                ],
            }
            for part in document.parts
        ],
        signature=document.signature,
        table_title=f"{document.period.label_zh()}主要数据一览表",
        table=[_row(number, row) for number, row in enumerate(rows, 1)],
        note=f"共 {len(rows)} 项，其中 {by_hand} 项含手工填报；截止日 {chinese_date(document.cutoff)}。"
        "“时点数”为期末（截至目前的为截止日）的数，“发生数”为期间内发生的数；同比的“点”为百分点。",
    )


def _row(number: int, row: TableLine) -> dict:
    return {
        "no": str(number),
        "label": row.label,
        "value": row.shown,
        "time": row.time,
        "source": row.source,
        "completion": row.completion,
        "compared": row.compared,
    }


HEADS = ("序号", "指标", "数值", "口径", "来源", "完成率", "同比")
COLUMNS = ("no", "label", "value", "time", "source", "completion", "compared")
WIDTHS_MM = (10, 43, 32, 15, 22, 17, 17)  # 156 together
