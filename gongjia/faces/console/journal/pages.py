"""The journal for who may read it: never to be changed, only read and verified."""

from __future__ import annotations

from datetime import datetime, timedelta
from datetime import time as daytime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from gongjia.base import clock, journal, progress
from gongjia.base.journal import powers, queries
from gongjia.base.models import one_of
from gongjia.base.refused import Hidden
from gongjia.faces.console.journal import words
from gongjia.faces.console.orgs import picking
from gongjia.faces.shared import keyset
from gongjia.faces.shared.marks import Column, Link
from gongjia.faces.shared.pages import Crumb, Fact, Facts, ListPage, Page
from gongjia.faces.shared.pages.details import DetailPage
from gongjia.faces.shared.pages.filters import Choice, Days, Pick, Search
from gongjia.faces.shared.policy import Policy
from gongjia.who.orgs import queries as orgs

JOB = "journal.verify"


def reach(actor: Any) -> Q | None:
    """Which streams one may read: those of the unions in reach; at the federation also the house's own,
    log-ins and denials, which belong to no union."""
    top = orgs.root()
    if top is not None and actor.can(powers.READ, top):
        return None
    return Q(org_id__in=orgs.visible(actor, powers.READ).values("pk"))


def actions_of(actor: Any) -> list[tuple[str, str]]:
    return sorted(journal.known_actions().items(), key=lambda one: one[1])


def label_of(entry: Any) -> str:
    return journal.label_of(entry.action)


def who(entry: Any) -> str:
    if entry.payload.shredded_at:
        return "（已清除）"
    return entry.payload.actor_label or ("系统" if entry.actor_account is None else "—")


def address(entry: Any) -> str:
    return reverse("console:journal_entry", args=[entry.pk])


def key_in(text: str) -> UUID | None:
    """A record's or entry's number out of what was typed or pasted (an address works too)."""
    for part in text.replace("/", " ").split():
        try:
            return UUID(part)
        except ValueError:
            continue
    return None


class Entries(ListPage):
    """What was done, newest first."""

    title = "操作日志"
    lead = "谁在什么时候办了什么。日志只能查看，不能修改或删除。"
    policy = Policy("officer", powers.READ)
    unit = "条"
    columns = (
        Column("recorded", "记录时间", kind="moment", link=address, head=True),
        Column("action", "动作", value=label_of),
        Column("who", "办理人", value=who),
        Column("org", "工会", width="l"),
        Column("note", "说明", value=lambda entry: entry.payload.note, width="l"),
        Column("subject_count", "涉及", kind="number"),
        Column("seq", "序号", kind="number", wide_only=True),
    )
    filters = (
        Search("q", "记录编号", hint="粘贴一条记录的编号或页面地址，看它的全部经过"),
        Choice("action", "动作", choices=actions_of),
        Days("day", "日期"),
        Pick("org", "工会", find=picking.scope),
    )
    empty_title = "还没有日志"
    export_name = "操作日志"

    def links(self) -> list[Link]:
        if self.actor.holds(powers.VERIFY):
            return [Link("核验日志", reverse("console:journal_verify"), "shield-check")]
        return []

    def notes(self) -> list[tuple[str, str]]:
        if self.chosen["q"] and key_in(self.chosen["q"]) is None:
            return [("warning", "没有认出记录编号。请从页面地址里复制那一串编号。")]
        return []

    def shown_columns(self) -> list[Column]:
        return [
            Column("org", "工会", value=lambda entry: self.names.get(entry.org_id, "全系统"), width="l")
            if column.key == "org"
            else column
            for column in self.columns
        ]

    names: dict[Any, str] = {}

    def rows(self, actor: Any, filters: Any, cursor: Any) -> keyset.Slice:
        first, last = filters["day"] or (None, None)
        subject = key_in(filters["q"]) if filters["q"] else None
        if filters["q"] and subject is None:
            return keyset.Slice()
        found = queries.entries(
            reach(actor),
            action=filters["action"],
            subject=subject,
            since=datetime.combine(first, daytime(), clock.SHANGHAI) if first else None,
            until=datetime.combine(last + timedelta(days=1), daytime(), clock.SHANGHAI) if last else None,
        )
        if filters["org"] is not None:
            found = found.filter(org_id__in=orgs.subtree(filters["org"]).values("pk"))
        part = keyset.page_of(found, ("-recorded", "-id"), cursor, self.size, counted=False)
        self.names = orgs.names_of({entry.org_id for entry in part.rows if entry.org_id})
        return part


class OneEntry(DetailPage):
    """One entry: who, when, what about, why, and what followed."""

    policy = Policy("officer", powers.READ)
    template = "console/journal_entry.html"

    def crumbs(self) -> list[Crumb]:
        return [Crumb("操作日志", reverse("console:journal"))]

    def get_record(self) -> Any:
        entry = one_of(queries.entries(reach(self.actor)).filter(pk=self.kwargs["pk"]))
        if entry is None:
            raise Hidden(str(self.kwargs["pk"]))
        return entry

    def org_of(self, record: Any) -> Any:
        return None  # the condition above has asked it

    def heading(self) -> str:
        return label_of(self.record)

    def subtitle(self) -> str:
        return f"{who(self.record)} · 第 {self.record.seq} 条"

    def groups(self) -> list[Facts]:
        entry = self.record
        name = orgs.names_of([entry.org_id]).get(entry.org_id, "") if entry.org_id else ""
        stream = words.STREAMS.get(entry.stream, name or entry.stream)
        found = [
            Facts(
                "经过",
                [
                    Fact("办理人", who(entry)),
                    Fact("业务时间", entry.at, "moment"),
                    Fact("记录时间", entry.recorded, "moment"),
                    Fact("工会", name),
                    Fact("日志流", stream),
                    Fact("序号", entry.seq, "number"),
                    Fact("说明", entry.payload.note, wide=True),
                ],
            )
        ]
        if entry.payload.shredded_at:
            found.append(Facts("内容", [Fact("已清除", entry.payload.shredded_at, "moment")]))
        elif entry.payload.body:
            body = dict(entry.payload.body)
            if behalf := key_in(str(body.get("behalf", ""))):
                body["behalf"] = orgs.names_of([behalf]).get(behalf, str(behalf))
            rows = words.facts(body)
            found.append(Facts("内容", [Fact(label, value, wide=len(value) > 40) for label, value in rows]))
        return found

    def extra(self) -> dict[str, Any]:
        entry = self.record
        subjects = [
            (words.table(label), key, words.link(self.actor, label, key)) for label, key in queries.subjects_of(entry)
        ]
        within = reach(self.actor)
        cause = one_of(queries.entries(within).filter(pk=entry.cause_id)) if entry.cause_id else None
        return {
            "subjects": subjects,
            "cause": cause,
            "followed": queries.caused_by(entry, within),
            "label_of": label_of,
            "who": who,
            "address": address,
        }


class Verify(Page):
    """核验: recompute every chain now and say what was found."""

    title = "核验日志"
    lead = "重新计算每一条日志的校验值，并与库外签名对照。有人改动、删除、插入或调换过日志，这里会指出在哪一条。"
    policy = Policy("officer", powers.VERIFY)
    template = "console/journal_verify.html"

    def crumbs(self) -> list[Crumb]:
        return [Crumb("操作日志", reverse("console:journal"))]

    def jobs(self) -> Any:
        return progress.mine(self.actor.account_id).filter(kind=JOB)

    def context(self) -> dict[str, Any]:
        """What the last run of this person found, and the one under way."""
        last = self.jobs().filter(state="done").first()
        faults = last.result["faults"] if last else []
        return {
            "last": last,
            "faults": faults,
            "seconds": round((last.ended_at - last.started_at).total_seconds(), 1) if last else 0,
            "running": self.jobs().filter(ended_at=None).first(),
            "streams": self.names_of(faults),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        job = self.jobs().filter(ended_at=None).first()
        if job is None:
            job = progress.start(kind=JOB, label="核验日志", actor=self.actor, at=self.at, url=request.path)
        return HttpResponseRedirect(reverse("console:progress", args=[job.pk]))

    def names_of(self, faults: list[Any]) -> dict[str, str]:
        """Stream -> words: the house's own by name, a union's by the union."""
        keys = {fault["stream"]: key_in(fault["stream"].removeprefix("org:")) for fault in faults}
        known = orgs.names_of({key for key in keys.values() if key})
        found = dict(words.STREAMS)
        for stream, key in keys.items():
            if key in known:
                found[stream] = known[key]
        return found
