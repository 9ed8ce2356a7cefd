"""Decisions and notices as Word, lists and certificates as PDF: the words; the layout is the report's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from gongjia.base import journal, money
from gongjia.faces.shared.jinja import link_to
from gongjia.report.export.certificates import Paper
from gongjia.report.export.certificates import certificates_pdf as laid_out
from gongjia.report.export.certificates import list_pdf as listed
from gongjia.report.export.content import chinese_date
from gongjia.report.export.letter import Letter, letter_docx
from gongjia.work.programmes.registry import TYPES
from gongjia.work.publish import queries as notices


@dataclass(frozen=True)
class Named:
    """Somebody on a paper: an application row has the same three."""

    applicant_name: str
    unit: str
    award: Any

    @property
    def org(self) -> Any:
        return self.award.org


def written_down(page: Any, record: Any, what: str) -> None:
    """Names leave the system on paper: who took which paper is in the journal."""
    journal.write(
        "programmes.printed", actor=page.actor, at=page.at, org=record.org, subject=record, payload={"what": what}
    )


def decision_docx(decision: Any, rows: Sequence[Any]) -> bytes:
    """关于…的决定, with the names as an annex."""
    round_, words = decision.round, TYPES.get(decision.round.type).words
    tiers = {row["key"]: row["label"] for row in round_.tiers}
    listed_rows = [row for row in rows if row.state in ("on_notice", "awarded")]
    amounts = any(row.amount for row in listed_rows)
    basis = f"经{decision.meeting}研究，" if decision.meeting else "经研究，"
    columns = [("序号", 2), ("姓名（单位）", 6), ("所在工会", 10)] + ([("档次", 4)] if tiers else []) + (
        [("金额（元）", 4)] if amounts else []
    )  # fmt: skip
    table = []
    for number, row in enumerate(listed_rows, start=1):
        line = [str(number), row.applicant_name, row.org.name]
        line += [tiers.get(row.tier, "")] if tiers else []
        line += [f"{money.decimal(row.amount):,.2f}" if row.amount else ""] if amounts else []
        table.append(line)
    return letter_docx(
        Letter(
            title=f"{round_.org.name}关于{round_.title}{words.act}名单的决定",
            signature=round_.org.name,
            date=chinese_date(decision.decided_on),
            document_no=decision.number,
            red_head=f"{round_.org.name}文件" if decision.number else "",
            addressee="各所属工会：",
            paragraphs=[
                f"根据{round_.title}的安排，经申报、审核"
                + ("和评审" if round_.criteria else "")
                + f"，{basis}决定对{_names(listed_rows)}共{len(listed_rows)}{words.unit}予以{words.act}，名单见附件。",
                "特此决定。",
            ],
            annex_title=f"{round_.title}{words.act}名单",
            columns=columns,
            rows=table,
        )
    )


def _names(rows: Sequence[Any]) -> str:
    """The first three by name."""
    names = "、".join(row.applicant_name for row in rows[:3])
    return f"{names}等" if len(rows) > 3 else names


def notice_docx(decision: Any, lines: Sequence[Any]) -> bytes:
    """The public notice as it hangs on a wall: only the masked minimum that the notice itself shows."""
    notice = decision.notice
    last = notices.last_day_of(notice)
    days = f"{notice.days}个工作日" if notice.day_unit == "workday" else f"{notice.days}日"
    listed_lines = [line for line in lines if line.standing == "listed"]
    span = f"公示期{days}" + (
        f"，自{chinese_date(notice.starts_on)}至{chinese_date(last)}" if notice.starts_on and last else ""
    )
    return letter_docx(
        Letter(
            title=notice.title,
            signature=notice.org.name,
            date=chinese_date(notice.starts_on or decision.decided_on),
            paragraphs=[
                *[line.strip() for line in notice.body.splitlines() if line.strip()],
                f"{span}。受理电话：{notice.phone}。" if notice.phone else f"{span}。",
            ],
            annex_title="公示名单",
            columns=[("序号", 2), ("姓名（单位）", 6), ("所在工会", 10), ("项目", 6)],
            rows=[
                [str(number), line.name_shown, line.unit_shown, line.item_shown]
                for number, line in enumerate(listed_lines, start=1)
            ],
        )
    )


def list_pdf(decision: Any, rows: Sequence[Any]) -> bytes:
    """The awarded by name, as it is filed."""
    round_, words = decision.round, TYPES.get(decision.round.type).words
    given = [row for row in rows if getattr(row, "award", None) is not None]
    heads, widths = ["序号", "姓名（单位）", "所在工会", "称号或项目"], [2, 5, 9, 7]
    amounts = any(row.award.amount for row in given)
    serials = any(row.award.serial for row in given)
    heads += (["金额（元）"] if amounts else []) + (["证书编号"] if serials else [])
    widths += ([5] if amounts else []) + ([9] if serials else [])
    table = []
    for number, row in enumerate(given, start=1):
        line = [str(number), row.applicant_name, row.org.name, row.award.title]
        line += [f"{money.decimal(row.award.amount):,.2f}" if row.award.amount else ""] if amounts else []
        line += [row.award.serial] if serials else []
        table.append(line)
    total = sum(row.award.amount for row in given)
    foot = f"共 {len(given)} {words.unit}" + (f"，合计 {money.show(total)}" if total else "") + f"。{round_.org.name}"
    lead = "　".join(part for part in (decision.number, chinese_date(decision.decided_on)) if part)
    return listed(f"{round_.title}{words.act}名单", lead, heads, widths, table, foot)


def certificates_pdf(request: Any, round_: Any, rows: Sequence[Any]) -> bytes:
    """A page for each award that has a serial; the code leads to the public page that verifies it."""
    kind = TYPES.get(round_.type)
    return laid_out(
        [
            Paper(
                heading="荣誉证书" if row.award.kind == "honour" else "证书",
                name=row.applicant_name,
                unit=row.org.name,
                text=f"经研究决定，{kind.words.act}为“{row.award.title}”，特发此证。"
                if row.award.kind == "honour"
                else f"“{row.award.title}”已予{kind.words.act}，特发此证。",
                issuer=round_.org.name,
                date=chinese_date(row.award.awarded_on),
                serial=row.award.serial,
                verify=verify_address(request, row.award.serial),
            )
            for row in rows
        ]
    )


def verify_address(request: Any, serial: str) -> str:
    """Where anybody asks whether a certificate is good."""
    path = link_to("public:certificate", serial) or f"/certificates/{quote(serial)}"
    return request.build_absolute_uri(path)
