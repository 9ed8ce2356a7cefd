"""Hand entries, reports and evidence at the places."""

from __future__ import annotations

from tests.faces.placements import AT, DAY, PDF, PLACES, Target, World, at_places


def build(world: World) -> None:
    from gongjia.base.journal import attachments
    from gongjia.base.period import Period
    from gongjia.report import actions
    from gongjia.report.models import EvidenceLine, HandEntry

    period = Period.parse("2018H1")
    for place in PLACES:
        org = world.orgs[place]
        paper = attachments.store(PDF, name="凭据.pdf", **world.by)
        world.put(
            "hand", place,
            HandEntry.objects.create(
                org=org, figure="skills.talks", start=period.start, end=period.end, value=3,
                officer=world.rows["account"]["firm"], officer_name="测试", attachment=paper, entered_at=AT,
            ),
        )  # fmt: skip
    for place in ("lotus", "other"):
        report = actions.open_report(
            key="2018H1", org=world.orgs[place], period=period, cutoff=DAY, title="上半年总结", **world.by
        )
        world.put("report", place, report)
        evidence = EvidenceLine.objects.create(
            section=report.sections.order_by("area").first(), line_digest="0" * 64, line="一句话", attached_at=AT,
            attached_by="测试",
        )  # fmt: skip
        evidence.attachments.add(world.put("evidence", place, attachments.store(PDF, name="照片.pdf", **world.by)))


FACTORIES = {
    "console:figure": lambda w: [Target(("members.total",))],
    "console:hand_": lambda w: at_places(w, "hand", "report.read"),
    "console:paper": lambda w: at_places(w, "hand", "report.read"),
    "console:report": lambda w: at_places(w, "report", "report.read"),
    "console:report_section": lambda w: at_places(w, "report", "report.read", (1,)),
    "console:report_export": lambda w: at_places(w, "report", "report.read", ("brief",)),
    "console:report_evidence": lambda w: at_places(
        w, "report", "report.read", lambda place: (w.rows["evidence"][place].pk,)
    ),
}
