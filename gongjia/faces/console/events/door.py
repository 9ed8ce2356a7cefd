"""One session at the door: the list with its ticks, who came late, scans that something is wrong with; certificates."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from gongjia.base.refused import Reason, Refused
from gongjia.faces.console.events.one import (
    DOOR,
    READ,
    STANDING_TONES,
    ActsPage,
    OfEvent,
    OfSession,
    event_url,
    hours_words,
    kind_of,
    session_name,
    span_words,
)
from gongjia.faces.console.sections import keys_of, org_name
from gongjia.faces.shared import keyset
from gongjia.faces.shared.files import download
from gongjia.faces.shared.jinja import link_to
from gongjia.faces.shared.marks import Badge, Link
from gongjia.faces.shared.pages import Page
from gongjia.report.export.certificates import Paper, certificates_pdf
from gongjia.report.export.content import chinese_date
from gongjia.work.events import actions, kinds, powers, queries
from gongjia.work.events.queries import door

SHOWN = 100  # people on one page of the list
LATE = 20  # named beside the list; all of them are a tab of it
PRINTED = 500  # certificates in one file


class SessionPage(OfSession, ActsPage):
    """The list at the door."""

    policy = DOOR
    template = "console/events/session.html"
    ops = {"tick": powers.DOOR, "headcount": powers.DOOR}

    def heading(self) -> str:
        return f"{session_name(self.record)}签到"

    @property
    def lead(self) -> str:  # type: ignore[override]
        one = self.record
        return " · ".join(
            part for part in (span_words(one.starts_at, one.ends_at), one.place or self.event.place) if part
        )

    def context(self) -> dict[str, Any]:
        one, text = self.record, self.request.GET.get("q", "").strip()[:40]
        which = self.request.GET.get("is", "")
        letter = self.request.GET.get("letter", "")[:1]
        counts = queries.door_counts(one)
        rows = queries.door_rows(one, standing=which, text=text, letter=letter)
        part = keyset.page_of(rows, door.BY_NAME, keyset.Cursor.decode(self.request.GET.get("c", "")), SHOWN)
        base = event_url(one.pk, "session")
        tabs = [("", "全部", counts.expected), (door.UNMARKED, "未签到", counts.open), ("present", "到场", counts.present),
                ("late", "迟到", counts.late), ("excused", "请假", counts.excused), ("absent", "缺席", counts.absent)]  # fmt: skip
        event = self.event
        return {
            "record": one, "event": event, "lines": queries.door_list(one, part.rows), "part": part, "counts": counts, "letter": letter,
            "letters": queries.door_letters(one) if counts.expected > SHOWN else [],
            "tabs": [{"label": label, "url": f"{base}?is={key}" if key else base, "active": key == which, "count": n} for key, label, n in tabs],
            "badges": {key: Badge(kinds.Standing(key).label, tone) for key, tone in STANDING_TONES.items()},  # type: ignore[arg-type]
            "how": dict(kinds.MarkedBy.choices), "late": list(queries.late_list(one)[:LATE]), "named": list(queries.named_scans(one)),
            "verdicts": dict(kinds.ScanVerdict.choices), "q": text, "which": which, "org_name": org_name,
            "standings": kinds.Standing.choices, "scan_url": link_to("console:door", one.pk),
            "open": event.state not in ("draft", "cancelled") and not one.cancelled,
            "headcount": event.way in (kinds.Way.NONE, kinds.Way.OPEN), "hours": hours_words(one.minutes),
            "children": kind_of(event).children and self.may(powers.CHILDREN), "typed": self.typed,
        }  # fmt: skip

    def do_tick(self) -> str:
        picked = keys_of(self.request.POST.getlist("pick"))
        if not picked:
            raise Refused(Reason("nobody", "请先勾选要登记的人。"))
        standing = self.typed("standing", "present")
        count = actions.tick(
            session=self.record,
            sign_ups=picked,
            standing=standing,
            note=self.typed("note"),
            actor=self.actor,
            at=self.at,
        )
        return f"已登记 {count} 人：{dict(kinds.Standing.choices).get(standing, '')}。"

    def do_headcount(self) -> str:
        text = self.typed("count").strip()
        if not text.isdigit():
            raise Refused(Reason("headcount_wrong", "人次填写不对。", text, cure="填整数。"))
        actions.set_headcount(
            session=self.record, count=int(text), note=self.typed("note"), actor=self.actor, at=self.at
        )
        return f"已登记 {text} 人次。"


# certificates -------------------------------------------------------------------------------------------------


class Certificates(OfEvent, ActsPage):
    """Who earned one, who has one; issue, take back, print."""

    title = "培训证书"
    policy = READ
    template = "console/events/certificates.html"
    ops = {"issue": powers.RESULTS, "revoke": powers.RESULTS}

    def context(self) -> dict[str, Any]:
        one = self.record
        mine = self.may(powers.RESULTS)
        cursor = keyset.Cursor.decode(self.request.GET.get("c", ""))
        part = keyset.page_of(queries.certificates_of(self.actor, one), ("serial", "id"), cursor, SHOWN)
        return {
            "record": one, "part": part, "rows": part.rows, "may_issue": mine, "files": self.files(),
            "deserving": len(queries.deserving(one)) if mine else 0, "org_name": org_name, "hours_words": hours_words,
            "percent": one.params.get("certificate_percent") or 80, "typed": self.typed,
        }  # fmt: skip

    def files(self) -> list[Link]:
        """What is valid, to print: a file of `PRINTED` each."""
        count = queries.certificates_of(self.actor, self.record).filter(revoked_on__isnull=True).count()
        base = event_url(self.record.pk, "certificates_file")
        if count <= PRINTED:
            return [Link("下载打印", base, "printer")] if count else []
        starts = range(0, count, PRINTED)
        return [
            Link(f"下载打印第 {start + 1}–{min(start + PRINTED, count)} 张", f"{base}?part={n}", "printer")
            for n, start in enumerate(starts, start=1)
        ]

    def do_issue(self) -> str:
        made = actions.issue_certificates(event=self.record, actor=self.actor, at=self.at)
        return f"已颁发 {len(made)} 张证书，已通知本人。" if made else "没有新的人够发证的条件。"

    def do_revoke(self) -> str:
        picked = keys_of(self.request.POST.getlist("pick"))
        found = queries.certificates_of(self.actor, self.record).filter(pk__in=picked).first()
        if found is None or len(picked) != 1:
            raise Refused(Reason("one_only", "请勾选一张要撤销的证书。"))
        actions.revoke_certificate(certificate=found, why=self.typed("why"), actor=self.actor, at=self.at)
        return "证书已撤销，公开查询页上会写明。"


class CertificatesFile(OfEvent, Page):
    """All valid ones as a PDF, a page each, with the code that leads to the public page."""

    policy = READ

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        one = self.get_record()
        text = request.GET.get("part", "1")
        start = (max(int(text), 1) - 1) * PRINTED if text.isdecimal() and len(text) < 5 else 0
        valid = queries.certificates_of(self.actor, one).filter(revoked_on__isnull=True)
        rows = list(valid[start : start + PRINTED])
        if not rows:
            return HttpResponseRedirect(event_url(one.pk, "certificates"))
        actions.note_print(
            event=one, what="certificates", certificates=[row.pk for row in rows], actor=self.actor, at=self.at
        )
        some = [
            Paper(
                heading="培训证书", name=row.person.name, unit=row.sign_up.org.name,
                text=f"参加“{row.title}”培训，计 {hours_words(row.minutes)}，考勤合格，特发此证。", issuer=row.org.name,
                date=chinese_date(row.issued_on), serial=row.serial,
                verify=request.build_absolute_uri(
                    link_to("public:certificate", row.serial) or reverse("console:events_certificates", args=[one.pk])
                ),
            )
            for row in rows
        ]  # fmt: skip
        return download(certificates_pdf(some), f"培训证书-{one.title[:40]}.pdf", "application/pdf")
