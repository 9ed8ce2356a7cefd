"""Reports and their sections, scoped; what waits, what is missing, what does not add up, what has drifted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from gongjia.base.actor import Actor
from gongjia.base.models import one_of
from gongjia.base.period import Period
from gongjia.base.refused import Hidden
from gongjia.report import freeze, lines, powers, records, render, words
from gongjia.report.figure import figures as registry
from gongjia.report.hand import given_way
from gongjia.report.models import EvidenceLine, Report, Section, Wording
from gongjia.report.queries.figures import may_list
from gongjia.who.orgs import queries as orgs


def cutoff_for(org: Any, period: Period) -> date | None:
    """The cut-off of the report of that period that the union's figures are read in: its own, or one above."""
    line = {one.pk: place for place, one in enumerate(reversed(orgs.chain_of(org)))}
    found = Report.objects.filter(org_id__in=list(line), start=period.start, end=period.end)
    reports = sorted(
        found.values_list("org_id", "cutoff", "opened_at"), key=lambda row: (line[row[0]], -row[2].timestamp())
    )
    return reports[0][1] if reports else None


def reports(actor: Actor) -> QuerySet[Report]:
    """Reports that the actor may read, newest first."""
    return Report.objects.filter(orgs.within(actor, powers.READ, "org__")).select_related("org")


def get_report(actor: Actor, key: UUID | str, org: Any = None) -> Report:
    """One report by id, or by its key and union; `Hidden` when it is none of the actor's."""
    match = Q(pk=key) if isinstance(key, UUID) else Q(key=key)
    if org is not None:
        match &= Q(org_id=org.pk)
    report = reports(actor).filter(match).first()
    if report is None:
        raise Hidden(str(key))
    return report


def get_section(actor: Actor, key: UUID) -> Section:
    section = one_of(
        Section.objects.filter(orgs.within(actor, powers.READ, "report__org__"), pk=key).select_related("report__org")
    )
    if section is None:
        raise Hidden(str(key))
    return section


def is_department(actor: Actor, section: Section) -> bool:
    """Whether the actor writes and signs that section: a post of its role at the report's union, or its editor."""
    held = any(post.role == section.role and post.org_id == section.report.org_id for post in actor.posts)
    return held or actor.can(powers.FREEZE, section.report.org) or actor.can(powers.CATALOGUE, section.report.org)


@dataclass(frozen=True)
class Waiting:
    """A section that waits for its department, as a to-do."""

    section: Section
    days_left: int
    unfilled: tuple[str, ...]


def waiting(actor: Actor, on: date) -> list[Waiting]:
    """Sections of draft reports that the actor's departments have yet to sign, the most urgent first."""
    roles = {post.role for post in actor.posts}
    found = (
        Section.objects.filter(orgs.within(actor, powers.SIGN, "report__org__"))
        .filter(state="writing", report__state="draft", role__in=roles)
        .select_related("report__org")
        .order_by("due_on", "area")
    )
    return [Waiting(section, (section.due_on - on).days, unfilled(section)) for section in found]


def unfilled(section: Section) -> tuple[str, ...]:
    """Labels of the figures in a section's words that have no value."""
    wanted = [registry.get(key) for key in words.keys_in(section.text) if key in registry]
    report = section.report
    if not wanted:
        return ()
    views = lines.live(report.org, Period(report.start, report.end), report.cutoff, wanted=wanted)
    printed = render.facts_of(report)
    shown = render.part(section, 0, views, printed, {})
    return tuple(
        dict.fromkeys(
            views[run.key].figure.label
            for paragraph in shown.paragraphs
            for statement in paragraph
            for run in statement.runs
            if run.missing
        )
    )


def wording(area: int) -> str:
    """The words of an area: as this federation keeps them, else as shipped."""
    saved = Wording.objects.filter(area=area).order_by("-saved_at", "-id").values_list("text", flat=True).first()
    return words.shipped(area) if saved is None else saved


def checks(report: Report) -> list[str]:
    """What does not add up in a report: parts larger than their whole, 人次 below 人, groundless records."""
    values = lines.of_report(report)
    found = []
    for view in values.values():
        whole = values.get(view.figure.part_of)
        if whole and view.value is not None and (whole.value is None or view.value > whole.value):
            found.append(f"“{view.figure.label}”大于“{whole.figure.label}”。")
        beside = values.get(view.figure.beside)
        if beside and view.value is not None and beside.value is not None and view.value < beside.value:
            found.append(f"“{view.figure.label}”的人次少于“{beside.figure.label}”的人数。")
    period = Period(report.start, report.end)
    for figure in registry:
        rows = records.groundless(figure, report.org, period, report.cutoff)
        if rows is not None and (count := rows.count()):
            found.append(f"“{figure.label}”有 {count} 条记录查不到人或凭据。")
        if figure.has_hand and (count := given_way(figure.window(period, report.cutoff), figure).count()):
            found.append(f"“{figure.label}”有 {count} 条手工填报已由系统记录代替，不再计入。")
    return found


def drift_of(actor: Actor, report: Report) -> list[freeze.Drift]:
    """What has moved since the report was frozen; records are named to who may list them, the numbers to all."""
    actor.must(powers.READ, report.org)
    if report.state != "frozen":
        return []
    found = freeze.drift(report)
    return [one if may_list(actor, one.figure, report.org) else replace(one, moved=()) for one in found]


def evidence_file(report: Report, attachment_id: UUID) -> Any:
    """A paper that hangs on a line of that report; `Hidden` when it hangs on none."""
    for evidence in EvidenceLine.objects.filter(section__report=report).prefetch_related("attachments"):
        for file in evidence.attachments.all():
            if file.pk == attachment_id:
                return file
    raise Hidden(str(attachment_id))
