"""Invented evidence: one-page papers as PDF, so that every number has something behind it."""

from __future__ import annotations

import json
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import typst

from gongjia.base.actor import Actor
from gongjia.base.journal import attachments

_PAGE = """
#let it = json(bytes(sys.inputs.data))
#set page(paper: "a4", margin: (top: 37mm, bottom: 35mm, left: 28mm, right: 26mm))
#set text(size: 16pt, lang: "zh", cjk-latin-spacing: none)
#align(center, text(size: 22pt, weight: "bold", it.title))
#align(center, text(size: 13pt, it.number))
#v(10mm)
#set par(first-line-indent: (amount: 2em, all: true), leading: 14pt)
#for line in it.lines [ #line #parbreak() ]
#v(12mm)
#align(right)[#it.signed \\ #it.on]
#place(bottom + center, text(size: 10pt, fill: gray)[演示材料，内容均为虚构])
"""


def paper(title: str, number: str, lines: list[str], signed: str, on: str) -> bytes:
    """One page as PDF."""
    data = {"title": title, "number": number, "lines": lines, "signed": signed, "on": on}
    return _compiler().compile(_PAGE.encode(), sys_inputs={"data": json.dumps(data, ensure_ascii=False)})


@cache
def _compiler() -> typst.Compiler:
    """One for all papers: it looks at the fonts only once. The machine's own fonts stay out: the same page everywhere."""
    import pylopdf_fonts_zh_cn

    fonts = Path(pylopdf_fonts_zh_cn.__file__).parent
    return typst.Compiler(_PAGE.encode(), font_paths=[str(fonts)], ignore_system_fonts=True)


def zh(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def keep(
    title: str,
    lines: list[str],
    *,
    on: str,
    actor: Actor,
    at: datetime,
    org: Any = None,
    number: str = "",
    signed: str = "建德市总工会",
) -> Any:
    """Store a paper as an attachment."""
    return attachments.store(paper(title, number, lines, signed, on), name=f"{title}.pdf", actor=actor, at=at, org=org)
