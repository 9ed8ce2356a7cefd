"""A report from its opening to its last frozen line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from gongjia.base import clock, journal
from gongjia.base.actor import Actor
from gongjia.base.period import Period
from gongjia.base.refused import Forbidden, Reason, Refused, refuse
from gongjia.report import freeze, powers, queries, rules, words
from gongjia.report.kinds import AREAS
from gongjia.report.models import EvidenceLine, Report, Section

_EDITABLE = ("title", "preface", "signature", "red_head", "document_no")
_FROZEN = Reason("report_frozen", "报告已经定稿，不能再改。", cure="需要更正时请另建更正稿。")


def open_report(
    *,
    key: str,
    org: Any,
    period: Period,
    cutoff: date,
    title: str,
    actor: Actor,
    at: datetime,
    due_on: date | None = None,
    preface: str = "",
    areas: Sequence[int] = tuple(AREAS),
) -> Report:
    """Open a report: one section per area with its words, given to the department that usually writes it."""
    with journal.act():
        actor.must(powers.CATALOGUE, org)
        key, title = key.strip(), title.strip()
        if not key or not title:
            refuse("report_unnamed", "请填写报告编号和标题。")
        if Report.objects.filter(org=org, key=key).exists():
            refuse("report_exists", "已经有这个编号的报告。", fact=key, cure="请换一个编号，例如 2018H1-更正。")
        if cutoff < period.start:
            refuse("cutoff_before_period", "截止日不能早于期间的第一天。", fact=cutoff.isoformat())
        report = Report.objects.create(
            key=key,
            org=org,
            start=period.start,
            end=period.end,
            cutoff=cutoff,
            title=title,
            preface=preface,
            opened_at=at,
        )
        due_on = due_on or cutoff - timedelta(days=3)
        sections = [
            Section(
                report=report,
                area=area,
                role=AREAS[area].role,
                department=AREAS[area].department,
                due_on=due_on,
                text=queries.wording(area),
            )
            for area in areas
        ]
        Section.objects.bulk_create(sections)
        journal.write(
            "report.opened",
            actor=actor,
            at=at,
            org=org,
            subjects=[report, *sections],
            payload={"key": key, "period": str(period), "cutoff": cutoff.isoformat()},
        )
        return report


def edit_report(*, report: Report, actor: Actor, at: datetime, **changes: Any) -> Report:
    """Title, preface, signature, red head, document number."""
    if unknown := set(changes) - set(_EDITABLE):
        raise ValueError(f"not of a report: {sorted(unknown)}")
    with journal.act():
        report = _draft(report)
        actor.must(powers.CATALOGUE, report.org)
        for name, value in changes.items():
            setattr(report, name, value)
        report.save(update_fields=list(changes))
        journal.write(
            "report.edited",
            actor=actor,
            at=at,
            org=report.org,
            subject=report,
            payload={"fields": sorted(changes)},
        )
        return report


def assign_section(
    *, section: Section, role: str, department: str, due_on: date, actor: Actor, at: datetime
) -> Section:
    """Give a section to a department, to be signed by a date."""
    with journal.act():
        section = _writable(section)
        actor.must(powers.CATALOGUE, section.org)
        section.role, section.department, section.due_on = role, department, due_on
        section.save(update_fields=["role", "department", "due_on"])
        journal.write(
            "report.section_assigned",
            actor=actor,
            at=at,
            org=section.org,
            subject=section,
            payload={"role": role, "due_on": due_on.isoformat()},
        )
        return section


def write_section(*, section: Section, text: str, actor: Actor, at: datetime, note: str = "") -> Section:
    """Change a section's words. Numbers in it are tags; an unknown one is refused with its line."""
    words.check(text)
    with journal.act():
        section = _writable(section)
        _must_be_department(actor, section, powers.WRITE)
        before = section.text
        section.text = text.replace("\r\n", "\n")
        section.save(update_fields=["text"])
        journal.write(
            "report.section_written",
            actor=actor,
            at=at,
            org=section.org,
            subject=section,
            payload={"area": section.area, "from": words.digest_of(before), "to": words.digest_of(text)},
            note=note,
        )
        return section


def sign_section(*, section: Section, actor: Actor, at: datetime, note: str = "") -> Section:
    """The department answers for its section."""
    with journal.act():
        section = Section.objects.select_for_update(of=("self",)).select_related("report__org").get(pk=section.pk)
        facts = rules.SectionFacts(
            is_department=queries.is_department(actor, section),
            department=section.department,
            empty=not section.text.strip(),
            unknown=tuple(reason.fact for reason in words.faults(section.text)),
            unfilled=queries.unfilled(section),
            report_frozen=section.report.state == "frozen",
        )
        journal.move(
            section,
            "sign",
            actor=actor,
            at=at,
            facts=facts,
            note=note,
            changes={"signed_at": at, "signed_by": actor.label[:120]},
        )
        return section


def reopen_section(*, section: Section, actor: Actor, at: datetime, note: str = "") -> Section:
    """Send a signed section back to its department."""
    with journal.act():
        facts = rules.ReopenFacts(report_frozen=section.report.state == "frozen")
        journal.move(
            section,
            "reopen",
            actor=actor,
            at=at,
            facts=facts,
            note=note,
            changes={"signed_at": None, "signed_by": ""},
        )
        return section


def attach_evidence(
    *, section: Section, line: str, attachments: Iterable[Any], actor: Actor, at: datetime, note: str = ""
) -> EvidenceLine:
    """Hang proof on a line of words that carries no figure (a figure climbs down to its own records)."""
    attachments = list(attachments)
    with journal.act():
        section = _writable(section)
        _must_be_department(actor, section, powers.WRITE)
        found = {one.digest: one for one in words.parse(section.text)}.get(words.digest_of(line))
        if found is None:
            refuse("line_unknown", "这一节里没有这句话。", fact=line[:60], cure="请刷新页面后再挂接。")
        if found.has_figure:
            refuse("line_has_figure", "这句话里的数字自带依据，不用另挂凭据。", fact=line[:60])
        if not attachments:
            refuse("evidence_missing", "请选择凭据文件。")
        row = EvidenceLine.objects.filter(section=section, line_digest=found.digest, removed_on__isnull=True).first()
        if row is None:
            row = EvidenceLine.objects.create(
                section=section,
                line_digest=found.digest,
                line=found.text,
                note=note,
                attached_at=at,
                attached_by=actor.label[:120],
            )
        row.attachments.add(*attachments)
        journal.write(
            "report.evidence_attached",
            actor=actor,
            at=at,
            org=section.org,
            subjects=[section, row, *attachments],
            payload={"area": section.area, "line": found.number},
            note=note,
        )
        return row


def remove_evidence(*, evidence: EvidenceLine, actor: Actor, at: datetime, note: str = "") -> EvidenceLine:
    """Take proof off a line; the row and its files stay."""
    with journal.act():
        section = _writable(evidence.section)
        _must_be_department(actor, section, powers.WRITE)
        evidence.removed_on = at.astimezone(clock.SHANGHAI).date()
        evidence.save(update_fields=["removed_on"])
        journal.write(
            "report.evidence_removed",
            actor=actor,
            at=at,
            org=section.org,
            subjects=[section, evidence],
            note=note,
        )
        return evidence


def freeze_report(*, report: Report, actor: Actor, at: datetime, note: str = "") -> Report:
    """Every line keeps its value, its records and a digest from now on; later corrections show as drift."""
    with journal.act():
        sections = list(report.sections.select_for_update().order_by("area"))
        facts = rules.FreezeFacts(
            unsigned=tuple(f"{one.department}的“{AREAS[one.area].label}”" for one in sections if one.state != "signed"),
            today=at.astimezone(clock.SHANGHAI).date(),
            cutoff=report.cutoff,
            loose=tuple(line[:40] for line in loose_evidence(report)),
        )
        journal.move(report, "freeze", actor=actor, at=at, facts=facts, note=note, changes={"frozen_at": at})
        freeze.snapshot(report, at)
        return report


def loose_evidence(report: Report) -> list[str]:
    """Lines with proof whose words have changed since, so that it hangs on nothing."""
    standing = {(section.pk, line.digest) for section in report.sections.all() for line in words.parse(section.text)}
    rows = EvidenceLine.objects.filter(section__report=report, removed_on__isnull=True)
    return [row.line for row in rows if (row.section_id, row.line_digest) not in standing]


def _draft(report: Report) -> Report:
    report = Report.objects.select_for_update(of=("self",)).select_related("org").get(pk=report.pk)
    if report.state == "frozen":
        raise Refused(_FROZEN)
    return report


def _writable(section: Section) -> Section:
    section = Section.objects.select_for_update(of=("self",)).select_related("report__org").get(pk=section.pk)
    if section.report.state == "frozen":
        raise Refused(_FROZEN)
    if section.state == "signed":
        refuse("section_signed", "这一节已经签认，不能再改。", cure="请由报告负责人退回修改。")
    return section


def _must_be_department(actor: Actor, section: Section, power: str) -> None:
    actor.must(power, section.org)
    if not queries.is_department(actor, section):
        raise Forbidden(power, f"这一节由{section.department}撰写。")
