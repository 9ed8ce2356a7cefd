"""The report and its one-page brief as PDF, laid out by typst.

The layout is a fixed file; text reaches it only as JSON data, so nothing that somebody typed can
become part of the layout's source.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from dataclasses import asdict
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

import typst

from gongjia.report import show
from gongjia.report.export.content import COLUMNS, DRAFT, HEADS, WIDTHS_MM, chinese_date, printed
from gongjia.report.export.word import balanced
from gongjia.report.kinds import AREAS

TILES = 8


def report_pdf(document: Any) -> bytes:
    """The bytes of a PDF with the same text and numbers as the Word file."""
    what = printed(document)
    data = asdict(what) | {
        "title_lines": balanced(what.title),
        "draft_words": DRAFT,
        "heads": HEADS,
        "columns": COLUMNS,
        "widths": WIDTHS_MM,
    }
    return _laid_out("report.typ", data)


def brief_pdf(document: Any) -> bytes:
    """One page: the numbers that have a target or moved most as tiles, then all that the words speak of."""
    named = [run.key for part in document.parts for one in part.paragraphs for said in one for run in said.runs]
    lines = [document.lines[key] for key in dict.fromkeys(named) if key in document.lines]
    told = [line for line in lines if line.value is not None]
    first = [line for line in told if line.target] + [line for line in told if not line.target]
    rows: list[dict] = []
    for area in AREAS.values():
        mine = [line for line in lines if line.figure.area == area.number]
        if mine:
            rows.append({"head": True, "label": area.label})
        rows += [_brief_row(line) for line in mine]
    middle = (len(rows) + 1) // 2
    # a heading never ends a column
    middle -= 1 if rows and middle and rows[middle - 1]["head"] else 0
    data = {
        "title": document.title,
        "union": document.union,
        "subtitle": f"{document.union}　{document.period.label_zh()}（截至{chinese_date(document.cutoff)}）"
        + ("" if document.frozen else "　" + DRAFT),
        "tiles": [_tile(line) for line in first[:TILES]],
        "halves": [rows[:middle], rows[middle:]],
        "air": _air(max(middle, len(rows) - middle)),
        "note": "＊ 由工会干部手工填报并附凭据，其余由系统记录统计。完成率为本年累计占年度目标的百分比，同比为与上年同期相比。",
    }
    return _laid_out("brief.typ", data)


def _air(rows: int) -> float:
    """Points above and below a row, so that the longer column fills the page and never runs over it."""
    room = 545.0  # pt that the tiles, the title and the note leave
    return round(min(8.0, max(0.8, (room / max(rows + 1, 1) - 11) / 2)), 1)


def _tile(line: Any) -> dict:
    large = line.figure.money or (not line.figure.parts and line.value >= 10_000)
    number = show.wan(line.figure, line.value) if large else show.plain(line.figure, line.value)
    aside = f"完成率 {show.percent(line.completion)}" if line.completion is not None else ""
    if not aside and line.change is not None:
        aside = line.change_words
    return {
        "label": line.figure.label,
        "number": number.removesuffix("元"),
        "unit": line.figure.unit,
        "aside": aside,
    }


def _brief_row(line: Any) -> dict:
    change = line.change
    mark = "点" if line.figure.parts else "%"
    return {
        "head": False,
        "label": line.figure.label,
        "value": "未填报" if line.value is None else _short(line),
        "completion": show.percent(line.completion),
        "compared": "—" if change is None else f"{change:+}{mark}",
        "hand": line.source.value != "records",
    }


def _short(line: Any) -> str:
    """Money in 万元, the rest with its unit: the column is narrow."""
    return show.wan(line.figure, line.value) if line.figure.money else line.shown


def _laid_out(layout: str, data: dict) -> bytes:
    with tempfile.TemporaryDirectory(prefix="gongjia-pdf-") as folder:
        place = Path(folder)
        with resources.as_file(resources.files("gongjia.report.export").joinpath(layout)) as source:
            shutil.copyfile(source, place / layout)
        (place / "data.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
        return typst.compile(str(place / layout), root=str(place), font_paths=_fonts(), format="pdf")


@lru_cache
def _fonts() -> list[str]:
    """The fall-back fonts that come with the program; the machine's own 仿宋 and 黑体 win when it has them."""
    import pylopdf_fonts_zh_cn

    return [str(Path(pylopdf_fonts_zh_cn.__file__).parent)]
