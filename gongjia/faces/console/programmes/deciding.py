"""The meeting's decision: chosen from the ranking, document number, notice, objections, who moves up, the papers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from gongjia.base import clock, journal, money
from gongjia.base.journal import attachments
from gongjia.base.refused import Hidden
from gongjia.faces.console.programmes import papers
from gongjia.faces.console.programmes.one import OfRound, application_url, round_url, state_badge
from gongjia.faces.console.programmes.rounds import READ
from gongjia.faces.console.sections import org_name
from gongjia.faces.shared import flash
from gongjia.faces.shared.fields import DayField, Mended, UploadField
from gongjia.faces.shared.files import download
from gongjia.faces.shared.jinja import link_to
from gongjia.faces.shared.marks import Badge, Link, NotNow
from gongjia.faces.shared.pages import Crumb, DetailPage, Fact, Facts, FormPage, MovePage, Page
from gongjia.faces.shared.policy import Policy
from gongjia.work.programmes import actions, powers
from gongjia.work.programmes.queries import lists, panel
from gongjia.work.publish import queries as notices

DECIDE = Policy("officer", powers.DECIDE, at="org")
MOST_CHOICES = 500


class DecideForm(forms.Form):
    """The document; the choices are beside it, a tick and a tier for each."""

    decided_on = DayField(label="决定日期")
    meeting = Mended(
        label="会议", max_length=120, required=False, wide="full", help_text="如：市总工会第 9 次主席办公会。"
    )
    number = Mended(label="文号", max_length=60, required=False, wide="m", help_text="如：建工〔2018〕41号。可以不填。")
    ground = Mended(
        label="依据", max_length=120, required=False, wide="full", help_text="写在公示里；不填就写本项目的通知。"
    )
    attachment = UploadField(label="会议纪要或决定", required=False, accept="application/pdf,image/*")

    def __init__(self, *args: Any, rows: Any = (), tiers: Any = (), **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.rows, self.tiers = list(rows), list(tiers)


class Decide(OfRound, FormPage):
    """Choose from the ranking up to the quota; the notice is drafted and hung with it."""

    title = "作出决定"
    policy = DECIDE
    form_class = DecideForm
    template = "console/programmes/decide.html"
    submit_label = "登记决定"
    fields_of = {"decided_in_future": "decided_on"}

    @property
    def rows(self) -> list[Any]:
        if not hasattr(self, "_rows"):
            found = panel.ranking_rows(self.actor, self.record, MOST_CHOICES)
            self._all = found
            self._rows = [row for row in found if row.state == "in_review" and row.ready]
        return self._rows

    def form_kwargs(self) -> dict[str, Any]:
        return {"rows": self.rows, "tiers": self.record.tiers}

    def initial(self) -> dict[str, Any]:
        return {"decided_on": clock.today()}

    def seats(self) -> int | None:
        """Places still free; None: no limit."""
        rows = self.rows
        if self.record.quota is None:
            return None
        return max(
            0,
            self.record.quota - sum(row.state in ("on_notice", "awarded") for row in self._all)
            if rows is not None
            else 0,
        )

    def picked(self) -> tuple[set[str], dict[str, str]]:
        """(keys ticked, key -> tier): as posted, else proposed from the ranking up to the places."""
        if self.request.method == "POST":
            picks = set(self.request.POST.getlist("pick"))
            return picks, {key: self.request.POST.get(f"tier-{key}", "") for key in picks}
        seats = self.seats()
        edge = {row.pk for row in panel.tie_at_edge(self.record, seats)} if seats else set()
        ranked = [row for row in self.rows if row.rank is not None] or ([] if self.record.criteria else self.rows)
        chosen = [row for row in (ranked if seats is None else ranked[:seats]) if row.pk not in edge]
        return {str(row.pk) for row in chosen}, _tiers_in_order(chosen, self.record.tiers)

    def context(self) -> dict[str, Any]:
        picks, tiers = self.picked()
        seats = self.seats()
        return {
            "record": self.record,
            "rows": self.rows,
            "picks": picks,
            "tiers_of": tiers,
            "seats": seats,
            "sums": any(row.amount for row in self.rows),
            "edge": panel.tie_at_edge(self.record, seats) if seats else [],
            "org_of": org_name,
            "url_of": application_url,
            "tier_words": [(row["key"], row["label"] + (f"（{money.show(int(row['amount']))}）" if row.get("amount") else "")) for row in self.record.tiers],
        }  # fmt: skip

    def act(self, form: DecideForm) -> Any:
        values = dict(form.cleaned_data)
        file = values.pop("attachment")
        picks, tiers = self.picked()
        order = [row for row in self.rows if str(row.pk) in picks]
        kept = (
            attachments.store(file, name=file.name, actor=self.actor, at=self.at, org=self.record.org) if file else None
        )
        return actions.decide(
            round_=self.record, choices=[actions.Choice(row.pk, tiers.get(str(row.pk), "")) for row in order],
            attachment=kept, actor=self.actor, at=self.at, **values,
        )  # fmt: skip

    def after(self, result: Any) -> str:
        words = "决定已登记，公示已挂出。" if result.notice_id else "决定已登记。"
        flash.say(self.request, words)
        return reverse("console:programmes_decision", args=[result.pk])


def _tiers_in_order(chosen: Any, tiers: Any) -> dict[str, str]:
    """The best get the first tier, up to its places, and so on."""
    found: dict[str, str] = {}
    left = list(chosen)
    for number, row in enumerate(tiers):
        count = int(row.get("quota") or 0) or (len(left) if number == len(tiers) - 1 else 0)
        for one in left[:count]:
            found[str(one.pk)] = row["key"]
        left = left[count:]
    return found


class OfDecision:
    kwargs: dict[str, Any]
    actor: Any
    record: Any

    def get_record(self) -> Any:
        return lists.decision_of(self.actor, self.kwargs["pk"])

    def crumbs(self) -> list[Crumb]:
        one = self.record.round
        return [Crumb("申报项目", reverse("console:programmes")), Crumb(one.title, round_url(one.pk))]

    @property
    def cancel_url(self) -> str:
        return decision_url(self.kwargs["pk"])

    def after(self, result: Any) -> str:
        return decision_url(self.kwargs["pk"])


def decision_url(pk: Any, name: str = "decision", *more: Any) -> str:
    return reverse(f"console:programmes_{name}", args=[pk, *more])


class DecisionPage(OfDecision, DetailPage):
    """Whom it names, how its notice stands, what an objection did, who moved up; the papers to print."""

    policy = READ
    template = "console/programmes/decision.html"

    def heading(self) -> str:
        return f"{self.record.round.title}{'递补' if self.record.supplement_of_id else ''}决定"

    def subtitle(self) -> str:
        one = self.record
        return " · ".join(part for part in (one.number, one.meeting, f"{one.decided_on:%Y-%m-%d}") if part)

    @property
    def rows(self) -> list[Any]:
        if not hasattr(self, "_rows"):
            self._rows = lists.decision_rows(self.record)
        return self._rows

    @property
    def notice(self) -> Any:
        return self.record.notice

    def steps(self) -> list[Link | NotNow]:
        one, found = self.record, []
        waits = [row for row in self.rows if row.state == "on_notice"]
        if waits and self.actor.can(powers.DECIDE, one.round.org) and self.notice is not None:
            struck = notices.struck_refs([self.notice.pk]) & {row.pk for row in waits}
            ended = notices.ended(self.notice.pk, self.at)
            open_ = notices.open_objections([self.notice.pk]).get(self.notice.pk, 0)
            if self.notice.state == "taken_down":
                found.append(Link("重新公示", decision_url(one.pk, "renotice"), "refresh", "primary"))
            elif struck:
                found.append(Link("异议成立，办理递补", decision_url(one.pk, "settle"), "arrow-up", "primary"))
            elif open_:
                found.append(NotNow("公示期满，授予", f"还有 {open_} 件异议没有答复。"))
            elif not ended:
                found.append(NotNow("公示期满，授予", "公示期还没有满。"))
            else:
                found.append(Link("公示期满，授予", decision_url(one.pk, "settle"), "check", "primary"))
        return found

    def groups(self) -> list[Facts]:
        one, notice = self.record, self.notice
        facts = [
            Fact("文号", one.number),
            Fact("会议", one.meeting),
            Fact("决定日期", one.decided_on, "day"),
            Fact("人数", len(self.rows), "number"),
        ]
        if one.supplement_of_id:
            facts.append(Fact("递补自", "原决定", link=decision_url(one.supplement_of_id)))
        found = [Facts("决定", facts)]
        if notice is not None:
            found.append(
                Facts(
                    "公示",
                    [
                        Fact("标题", notice.title, link=link_to("console:notices_one", notice.pk) or ""),
                        Fact("状态", Badge(notice.state_label, "brand" if notice.state == "posted" else "neutral"), "badge"),
                        Fact("地点", notice.place_label),
                        Fact("从", notice.starts_on, "day"),
                        Fact("到", notices.last_day_of(notice), "day"),
                        Fact("没有答复的异议", notices.open_objections([notice.pk]).get(notice.pk, 0), "number"),
                        Fact("受理电话", notice.phone),
                    ],
                )
            )  # fmt: skip
        return found

    def timeline(self) -> list[Any]:
        return journal.timeline(self.record)

    def extra(self) -> dict[str, Any]:
        one = self.record
        struck = notices.struck_refs([self.notice.pk]) if self.notice is not None else set()
        labels = {row["key"]: row["label"] for row in one.round.tiers}
        moved = [row for row in lists.decisions_of(self.actor, one.round) if row.supplement_of_id == one.pk]
        return {
            "rows": self.rows,
            "struck": struck,
            "tier_of": labels,
            "badge_of": state_badge,
            "org_of": org_name,
            "url_of": application_url,
            "award_url": lambda pk: reverse("console:programmes_award", args=[pk]),
            "moved": [(row, lists.decision_rows(row), decision_url(row.pk)) for row in moved],
            "papers": self.papers(),
        }

    def papers(self) -> list[Link]:
        one = self.record
        found = [Link("决定（Word）", decision_url(one.pk, "paper", "decision"), "file-text")]
        if self.notice is not None:
            found.append(Link("公示（Word）", decision_url(one.pk, "paper", "notice"), "file-text"))
        if any(getattr(row, "award", None) for row in self.rows):
            found.append(Link("名单（PDF）", decision_url(one.pk, "paper", "list"), "file-text"))
            if any(row.award.serial for row in self.rows if getattr(row, "award", None)):
                found.append(Link("证书（PDF）", decision_url(one.pk, "paper", "certificates"), "certificate"))
        return found


class Settle(OfDecision, MovePage):
    """Strike whom an upheld objection took off, let the next move up, award the others when the days are over."""

    title = "办理公示结果"
    verb = "办理"
    policy = DECIDE
    ask_note = False

    def org_of(self, record: Any) -> Any:
        return record.round.org

    def facts(self) -> list[Fact]:
        rows = lists.decision_rows(self.record)
        struck = notices.struck_refs([self.record.notice_id]) if self.record.notice_id else set()
        waits = [row for row in rows if row.state == "on_notice"]
        names = "、".join(row.applicant_name for row in waits if row.pk in struck)
        return [
            Fact("公示中", len(waits), "number"),
            Fact("异议成立", names or "没有"),
        ]

    def consequences(self) -> list[str]:
        return ["异议成立的不予授予，按名次由下一位递补，递补的另行公示。", "公示期满、没有异议的予以授予。"]

    def act(self, note: str) -> Any:
        return actions.settle_notice(decision=self.record, actor=self.actor, at=self.at)

    def after(self, result: Any) -> str:
        words = []
        if result.struck:
            words.append(f"{len(result.struck)} 件因异议成立未列入")
        if result.moved_up is not None:
            words.append("已由下一位递补并公示")
        if result.tied:
            words.append("名次并列，递补谁须由会议决定")
        if result.awarded:
            words.append(f"{len(result.awarded)} 件已授予")
        words += [reason.sentence.rstrip("。") for reason in result.waiting]
        flash.say(self.request, "；".join(words or ["没有要办的"]) + "。", "warning" if result.tied else "success")
        return decision_url(self.kwargs["pk"])


class Renotice(OfDecision, MovePage):
    title = "重新公示"
    verb = "重新公示"
    policy = DECIDE
    note_label = "依据"
    note_help = "写在公示里；不填就写本项目的通知。"
    done_text = "已重新公示，天数重新计算。"

    def org_of(self, record: Any) -> Any:
        return record.round.org

    def consequences(self) -> list[str]:
        return ["原公示已撤下，不算数；名单重新挂出，公示满规定天数才能授予。"]

    def act(self, note: str) -> Any:
        return actions.renotice(decision=self.record, actor=self.actor, at=self.at, ground=note)


DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


class Paper(OfDecision, Page):
    """decision, notice: Word in the layout of official documents; list, certificates: PDF."""

    policy = READ

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        one, what = self.get_record(), self.kwargs["what"]
        rows = lists.decision_rows(one)
        title = one.round.title
        if what not in ("decision", "notice", "list", "certificates"):
            raise Hidden(what)
        papers.written_down(self, one, what)
        if what == "decision":
            return download(papers.decision_docx(one, rows), f"{title}决定.docx", DOCX)
        if what == "notice" and one.notice is not None:
            return download(papers.notice_docx(one, notices.lines(one.notice)), f"{title}公示.docx", DOCX)
        awards = [row.award for row in rows if getattr(row, "award", None) is not None]
        if what == "list" and awards:
            return download(papers.list_pdf(one, rows), f"{title}名单.pdf", "application/pdf")
        if what == "certificates" and any(award.serial for award in awards):
            given = [row for row in rows if getattr(row, "award", None) is not None and row.award.serial]
            return download(
                papers.certificates_pdf(self.request, one.round, given), f"{title}证书.pdf", "application/pdf"
            )
        raise Hidden(what)
