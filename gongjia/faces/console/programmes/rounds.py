"""Rounds: the list, and one round with its funnel."""

from __future__ import annotations

from datetime import timedelta
from functools import cached_property
from typing import Any

from django.urls import reverse

from gongjia.base import clock, journal, money
from gongjia.faces.console.programmes.one import OfRound, round_badge, round_url
from gongjia.faces.console.sections import org_name
from gongjia.faces.shared import keyset
from gongjia.faces.shared.marks import Badge, Column, Link, NotNow
from gongjia.faces.shared.pages import Crumb, DetailPage, Fact, Facts, ListPage
from gongjia.faces.shared.pages.filters import Choice, Search
from gongjia.faces.shared.policy import Policy
from gongjia.money.funds import queries as funds
from gongjia.work.events import powers as event_powers
from gongjia.work.programmes import kinds, powers
from gongjia.work.programmes.queries import lists
from gongjia.work.programmes.queries import rounds as queries
from gongjia.work.programmes.queries.prizes import contests_of
from gongjia.work.programmes.registry import TYPES
from gongjia.work.programmes.states import RoundState

READ = Policy("officer", powers.READ)
OPEN = Policy("officer", powers.OPEN, at="org")


class Rounds(ListPage):
    """Every round in reach, newest first, with how far each is."""

    title = "申报项目"
    policy = READ
    unit = "个"
    export_name = "申报项目"
    filters = (
        Choice("state", "状态", choices=RoundState.choices, tabs=True),
        Choice("type", "类型", choices=lambda actor: [(one.key, one.label) for one in TYPES]),
        Choice("area", "领域", choices=tuple(kinds.AREAS.items())),
        Search(hint="项目名称"),
    )
    columns = (
        Column("title", "项目", value=lambda row: row["round"].title, link=lambda row: round_url(row["round"].pk), head=True, width="l"),
        Column("state", "状态", kind="badge", value=lambda row: round_badge(row["round"])),
        Column("org", "主办工会", value=lambda row: org_name(row["round"].org)),
        Column("closes", "截止", kind="day", value=lambda row: closing_day(row["round"])),
        Column("applied", "申报", kind="number", link=lambda row: stage_url(row["round"], "applied")),
        Column("in_review", "审核中", kind="number", link=lambda row: stage_url(row["round"], "in_review")),
        Column("ready", "待决定", kind="number", link=lambda row: stage_url(row["round"], "ready")),
        Column("on_notice", "公示中", kind="number", link=lambda row: stage_url(row["round"], "on_notice")),
        Column("awarded", "已办结", kind="number", link=lambda row: stage_url(row["round"], "awarded")),
    )  # fmt: skip
    empty_title = "还没有申报项目"
    empty_text = "可以从一个类型、一个模板或去年的项目新开一轮。"

    def primary(self) -> Link | None:
        if not self.actor.holds(powers.OPEN):
            return None
        return Link("新开一轮", reverse("console:programmes_new"), "plus", "primary")

    @property
    def empty_link(self) -> Link | None:
        return self.primary()

    def key_of(self, row: dict[str, Any]) -> str:
        return str(row["round"].pk)

    def rows(self, actor: Any, filters: Any, cursor: Any) -> keyset.Slice:
        found = queries.rounds_of(actor).select_related("org")
        for name in ("state", "type", "area"):
            if filters[name]:
                found = found.filter(**{name: filters[name]})
        if filters.q:
            found = found.filter(title__icontains=filters.q)
        part = keyset.page_of(found, ("-opens_at", "-id"), cursor, self.size)
        counts = queries.progress_of(actor, [one.pk for one in part.rows])
        nothing = dict.fromkeys(("applied", "in_review", "ready", "on_notice", "awarded"), 0)
        rows = [{"round": one, **nothing, **counts.get(one.pk, {})} for one in part.rows]
        return keyset.Slice(rows, part.offset, part.total, part.next, part.previous)


def closing_day(one: Any) -> Any:
    """The last day; None: open all the year."""
    return (one.closes_at - timedelta(seconds=1)).astimezone(clock.SHANGHAI).date() if one.closes_at else None


def stage_url(one: Any, stage: str) -> str:
    return f"{round_url(one.pk, 'entries')}?stage={stage}"


class RoundPage(OfRound, DetailPage):
    """One round: how far it is, what can be done next, everything that was set."""

    policy = READ
    template = "console/programmes/round.html"

    def crumbs(self) -> list[Crumb]:
        return [Crumb("申报项目", reverse("console:programmes"))]

    def heading(self) -> str:
        return self.record.title

    def badge(self) -> Badge:
        return round_badge(self.record)

    def subtitle(self) -> str:
        one = self.record
        return " · ".join(part for part in (self.kind.label, one.org.name, one.cycle or f"{one.year}年") if part)

    def may(self, power: str) -> bool:
        return self.actor.can(power, self.record.org)

    def steps(self) -> list[Link | NotNow]:
        one, found = self.record, []
        if one.state == "draft" and self.may(powers.OPEN):
            found.append(Link("修改", round_url(one.pk, "basics"), "edit"))
            found.append(Link("发布", round_url(one.pk, "open"), "send", "primary"))
        if one.state == "open" and self.actor.holds(powers.COUNTER):
            found.append(Link("窗口代办", f"{reverse('console:programmes_counter')}?round={one.pk}", "user-plus"))
        if one.state in ("draft", "open", "closed") and (self.may(powers.QUOTA) or self.has_quota):
            found.append(Link("名额", round_url(one.pk, "quota"), "ticket"))
        if one.state in ("open", "closed", "decided") and self.may(powers.PANEL):
            found.append(Link("评分排名", round_url(one.pk, "panel"), "trophy"))
        if one.decides == "meeting" and one.state in ("open", "closed", "decided") and self.may(powers.DECIDE):
            ready = self.funnel.counts["ready"]
            found.append(
                Link("作出决定", round_url(one.pk, "decide"), "gavel", "primary" if one.state != "open" else "")
                if ready
                else NotNow("作出决定", "还没有审核完毕、等待研究的申报。")
            )
        return found

    @property
    def has_quota(self) -> bool:
        return self.record.quota is not None

    def rarer(self) -> list[Link]:
        one, found = self.record, []
        if not self.may(powers.OPEN):
            return found
        if one.state == "open":
            found.append(Link("修改说明和名额", round_url(one.pk, "basics"), "edit"))
            if one.closes_at is not None:
                found.append(Link("延长申报", round_url(one.pk, "extend"), "calendar-time"))
            found.append(Link("截止申报", round_url(one.pk, "close"), "lock"))
        if one.state == "closed":
            found.append(Link("重新开放", round_url(one.pk, "reopen"), "refresh"))
        if one.state in ("closed", "decided", "open"):
            found.append(Link("办结", round_url(one.pk, "finish"), "circle-check"))
        if one.state in ("draft", "open", "closed"):
            found.append(Link("取消项目", round_url(one.pk, "cancel"), "ban", "danger"))
        if one.state in ("closed", "decided", "finished"):
            found.append(Link("照这一轮再开", f"{reverse('console:programmes_new')}?previous={one.pk}", "copy"))
        return found

    @cached_property
    def funnel(self) -> lists.Funnel:
        return lists.funnel(self.actor, self.record)

    def funnel_rows(self) -> list[dict[str, Any]]:
        """Every step with its number and the list behind it."""
        counts, pk, one = self.funnel.counts, self.record.pk, self.record
        base = round_url(pk, "entries")
        whole = counts["applied"] or 1
        rows = [{"label": "提交申报", "count": counts["applied"], "url": f"{base}?stage=applied"}]
        for desk in self.funnel.desks:
            rows.append(
                {
                    "label": f"{desk.label}通过", "count": desk.passed, "url": f"{base}?passed={desk.number}",
                    "here": desk.here, "here_url": f"{base}?desk={desk.number}",
                }
            )  # fmt: skip
        if one.decides == "meeting":
            rows.append({"label": "列入决定", "count": counts["decided"], "url": f"{base}?stage=decided"})
        if one.notice_days:
            rows.append({"label": "公示中", "count": counts["on_notice"], "url": f"{base}?stage=on_notice"})
        rows.append({"label": self.kind.words.act, "count": counts["awarded"], "url": f"{base}?stage=awarded"})
        if self.kind.pays or one.amount or one.tiers:
            keys = list(lists.award_list(self.actor, round_=one, state="active").values_list("pk", flat=True))
            paid = sum(any(pay.state == "paid" for pay in some) for some in funds.paid_awards(keys).values())
            rows.append({"label": "到账", "count": paid, "url": f"{reverse('console:programmes_awards')}?round={pk}"})
        for row in rows:
            row["share"] = row["count"] / whole
        return rows

    def groups(self) -> list[Facts]:
        one = self.record
        edit = self.may(powers.OPEN) and one.state in ("draft", "open")

        def link(name: str) -> Link | None:
            return Link("修改", round_url(one.pk, name), "edit") if edit else None

        return [
            Facts(
                "基本情况",
                [
                    Fact("类型", self.kind.label),
                    Fact("主办工会", one.org.name),
                    Fact("开始", one.opens_at, "moment"),
                    Fact("截止", closing_day(one) or "常年开放", "day" if one.closes_at else "text"),
                    Fact("申报主体", one.subject_label),
                    Fact("领域", kinds.AREAS[one.area]),
                    Fact("说明", one.brief, wide=True),
                ],
                link("basics"),
            ),
            Facts("条件", condition_facts(one), link("conditions")),
            Facts(
                "名额和金额",
                [
                    Fact("名额", one.quota if one.quota is not None else "不限", "number" if one.quota is not None else "text"),
                    Fact("每份金额", one.amount or None, "money"),
                    *(Fact(row["label"], _tier_words(row)) for row in one.tiers),
                    Fact("实物", one.goods),
                ],
                link("money"),
            ),
            Facts(
                "决定和公示",
                [
                    Fact("决定方式", one.decides_label),
                    Fact("公示", f"{one.notice_place_label}，{one.notice_days} {one.notice_unit_label}" if one.notice_days else "不公示"),
                    Fact("受理电话", one.notice_phone),
                    *(Fact(f"评分：{row['label']}", f"权重 {row['weight']}，满分 {row['most']}") for row in one.criteria),
                ],
                link("notice"),
            ),
        ]  # fmt: skip

    def timeline(self) -> list[Any]:
        return journal.timeline(self.record)

    def extra(self) -> dict[str, Any]:
        one = self.record
        counts = self.funnel.counts
        aside = [
            (label, counts[key], stage_url(one, key))
            for key, (label, _where) in lists.STAGES.items()
            if key in ("returned", "declined", "withdrawn", "revoked") and counts[key]
        ]
        return {
            "funnel": self.funnel_rows() if one.state != "draft" else [],
            "aside": aside,
            "desks": list(one.desks.select_related("org")),
            "fields": one.form.spec.get("fields", []),
            "decisions": lists.decisions_of(self.actor, one) if self.may(powers.READ) else [],
            "rarer": self.rarer(),
            "contests": contests_of(self.actor, one) if self.actor.holds(event_powers.READ) else [],
            "edit": self.may(powers.OPEN) and one.state == "draft",
            "kinds": dict(kinds.FieldKind.choices),
        }


def _tier_words(row: dict[str, Any]) -> str:
    words = money.show(int(row.get("amount") or 0)) if row.get("amount") else ""
    return (
        "，".join(part for part in (words, f"{row['quota']} 个名额" if row.get("quota") else "") if part) or "不设金额"
    )


def condition_facts(one: Any) -> list[Fact]:
    """The conditions in words, as the round has them."""
    found = [Fact(lists.check_label(row["check"]), condition_words(row)) for row in one.conditions]
    found.append(Fact("获得次数", one.once_per_label))
    if one.gap_years:
        found.append(Fact("间隔", f"隔满 {one.gap_years} 年"))
    if one.file_needed:
        found.append(Fact("困难职工档案", "须在档"))
    return found


def condition_words(row: dict[str, Any]) -> str:
    """`{"check": "age", "min": 18, "max": 45}` as 最小 18，最大 45."""
    parts = []
    for key, label in lists.asks_of(row["check"]).items():
        value = row.get(key)
        if value in (None, "", [], False):
            continue
        shown = "、".join(map(str, value)) if isinstance(value, list) else "" if value is True else str(value)
        parts.append(f"{label} {shown}".strip())
    return "，".join(parts) or "须符合"


def end_of(day: Any) -> Any:
    """The day is included: it ends where the next begins."""
    return clock.start_of(day + timedelta(1)) if day else None
