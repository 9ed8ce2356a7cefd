"""A report leaves the system on paper: written down, because people will quote it."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from gongjia.base import journal
from gongjia.base.actor import Actor
from gongjia.base.refused import refuse
from gongjia.report import powers, render
from gongjia.report.export import brief_pdf, report_docx, report_pdf
from gongjia.report.models import Report

_KINDS = {
    "docx": (report_docx, "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "{title}.docx"),
    "pdf": (report_pdf, "application/pdf", "{title}.pdf"),
    "brief": (brief_pdf, "application/pdf", "{title}（一页简报）.pdf"),
}


class Exported(NamedTuple):
    name: str
    kind: str  # media type
    data: bytes


def export(*, report: Report, what: str, actor: Actor, at: datetime) -> Exported:
    """`what`: docx, pdf or brief."""
    if what not in _KINDS:
        refuse("export_unknown", "没有这种导出格式。", fact=what, cure="可以导出 Word、PDF 或一页简报。")
    make, kind, name = _KINDS[what]
    with journal.act():
        actor.must(powers.READ, report.org)
        data = make(render.document(report))
        journal.write(
            "report.exported",
            actor=actor,
            at=at,
            org=report.org,
            subject=report,
            payload={"what": what, "frozen": report.state == "frozen"},
        )
        return Exported(name.format(title=report.title), kind, data)
