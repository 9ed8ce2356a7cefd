"""A report as a document: the one structure that the page, the Word file and the PDF are made from."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from gongjia.base.period import Period
from gongjia.report import lines as line_module
from gongjia.report import show, words
from gongjia.report.kinds import AREAS, Time
from gongjia.report.lines import LineView
from gongjia.report.models import EvidenceLine, Report, Section
from gongjia.who.orgs.queries import names_on

_ORDER = "一二三四五六七八九"


@dataclass(frozen=True)
class Run:
    """Words, or a number that opens what is behind it."""

    text: str
    key: str = ""  # the figure; empty for plain words
    missing: bool = False


@dataclass(frozen=True)
class Evidence:
    id: UUID
    note: str
    files: tuple[tuple[UUID, str], ...]


@dataclass(frozen=True)
class Statement:
    """One line of words: what it says, its digest for hanging evidence on, what already hangs there."""

    number: int
    runs: tuple[Run, ...]
    digest: str
    has_figure: bool
    evidence: Evidence | None = None

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True)
class Part:
    """One of the nine sections."""

    id: UUID | None
    area: int
    number: str  # 一 … 九
    heading: str
    paragraphs: tuple[tuple[Statement, ...], ...]
    department: str
    state: str
    due_on: date | None
    signed_by: str = ""

    def text_of(self, number: int) -> str:
        return "".join(statement.text for statement in self.paragraphs[number])


@dataclass(frozen=True)
class TableLine:
    """One row of the table of data behind the report."""

    key: str
    label: str
    shown: str
    source: str
    time: str
    completion: str
    compared: str
    area: int


@dataclass(frozen=True)
class Document:
    """Everything that is printed."""

    key: str
    title: str
    union: str
    period: Period
    cutoff: date
    frozen: bool
    preface: str
    signature: str
    red_head: bool
    document_no: str
    parts: tuple[Part, ...]
    lines: dict[str, LineView]
    table: tuple[TableLine, ...] = field(default=())

    @property
    def missing(self) -> tuple[str, ...]:
        """Labels of figures that the words name and nothing was reported for."""
        keys = [
            run.key
            for part in self.parts
            for paragraph in part.paragraphs
            for statement in paragraph
            for run in statement.runs
            if run.missing
        ]
        return tuple(self.lines[key].figure.label for key in dict.fromkeys(keys) if key in self.lines)


def document(report: Report) -> Document:
    """The report as it stands: frozen numbers for a frozen one."""
    values = line_module.of_report(report, compare=True)
    facts = facts_of(report)
    evidence = _evidence(report)
    parts = tuple(
        part(section, number, values, facts, evidence.get(section.pk, {}))
        for number, section in enumerate(report.sections.order_by("area"))
    )
    return Document(
        key=report.key,
        title=report.title,
        union=facts["report.union"],
        period=Period(report.start, report.end),
        cutoff=report.cutoff,
        frozen=report.state == "frozen",
        preface=report.preface,
        signature=report.signature or facts["report.union"],
        red_head=report.red_head,
        document_no=report.document_no,
        parts=parts,
        lines=values,
        table=tuple(table_line(values[key]) for key in values),
    )


def facts_of(report: Report) -> dict[str, str]:
    """The words' own facts: the union bears the name of the cut-off day."""
    period = Period(report.start, report.end)
    name, _short = names_on(report.cutoff, [report.org_id]).get(report.org_id, (report.org.name, ""))
    same_year = report.cutoff.year == period.last_day.year
    cutoff = f"{report.cutoff.month}月{report.cutoff.day}日"
    return {
        "report.year": str(period.last_day.year),
        "report.period": period.label_zh(),
        "report.cutoff": cutoff if same_year else f"{report.cutoff.year}年{cutoff}",
        "report.union": name,
    }


def part(
    section: Section,
    number: int,
    values: dict[str, LineView],
    facts: dict[str, str],
    evidence: dict[str, Evidence],
) -> Part:
    """One section with its tags replaced by numbers."""
    heading, paragraphs = AREAS[section.area].label, []
    for line in words.parse(section.text):
        if line.heading:
            heading = line.text
            continue
        statement = Statement(
            number=line.number,
            runs=tuple(_run(piece, values, facts) for piece in line.parts),
            digest=line.digest,
            has_figure=line.has_figure,
            evidence=evidence.get(line.digest),
        )
        if line.opens or not paragraphs:
            paragraphs.append([])
        paragraphs[-1].append(statement)
    return Part(
        id=section.pk,
        area=section.area,
        number=_ORDER[number],
        heading=heading,
        paragraphs=tuple(tuple(paragraph) for paragraph in paragraphs),
        department=section.department,
        state=section.state,
        due_on=section.due_on,
        signed_by=section.signed_by,
    )


def _run(piece: str | words.Tag, values: dict[str, LineView], facts: dict[str, str]) -> Run:
    if isinstance(piece, str):
        return Run(piece)
    if piece.is_fact:
        return Run(facts[piece.key])
    line = values.get(piece.key)
    text = show.MISSING if line is None else printed(line, piece.filter)
    return Run(text, piece.key, missing=text == show.MISSING)


def printed(line: LineView, how: str) -> str:
    """A number as running text prints it: no thousands mark, no needless decimals."""
    if how == "attained":
        return line.attained
    if how == "compared":
        return line.change_words
    if line.value is None:
        return show.MISSING
    if how == "wan":
        return show.wan(line.figure, line.value).replace(",", "")
    text = show.plain(line.figure, line.value).replace(",", "").removesuffix(".00")
    return text + line.figure.unit if how == "unit" else text


def table_line(line: LineView) -> TableLine:
    """A figure's row in the table: its source and, beside 人次, the persons."""
    change = line.change
    return TableLine(
        key=line.key,
        label=line.figure.label,
        shown=line.shown if line.value is not None else "未填报",
        source=line.source_label,
        time=Time(line.figure.time).label,
        completion=show.percent(line.completion),
        compared="—" if change is None else f"{change:+}{'点' if line.figure.parts else '%'}",
        area=line.figure.area,
    )


def _evidence(report: Report) -> dict[UUID, dict[str, Evidence]]:
    found: dict[UUID, dict[str, Evidence]] = {}
    rows = EvidenceLine.objects.filter(section__report=report, removed_on__isnull=True).prefetch_related("attachments")
    for row in rows:
        files = tuple((file.pk, file.name) for file in row.attachments.all())
        found.setdefault(row.section_id, {})[row.line_digest] = Evidence(row.pk, row.note, files)
    return found


def share_by_hand(values: dict[str, LineView]) -> Decimal:
    """How many of the lines with a value rest on hand entries, in percent."""
    told = [line for line in values.values() if line.value is not None]
    by_hand = [line for line in told if line.source.value != "records"]
    return (Decimal(100) * len(by_hand) / len(told)).quantize(Decimal("0.1")) if told else Decimal(0)
