"""Lists: members of a union and what lies below it, hand-overs, corrections, requests for help."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from gongjia.faces.console.sections import key_of
from gongjia.faces.shared import addresses, keyset
from gongjia.faces.shared.marks import Badge, Column, Link
from gongjia.faces.shared.pages import ListPage
from gongjia.faces.shared.pages.filters import Choice, Search, Tick
from gongjia.faces.shared.policy import Policy
from gongjia.who.members import kinds, powers, queries
from gongjia.who.orgs import queries as orgs

SEX = dict(kinds.Sex.choices)
STANDING = {"active": Badge("在册", "success"), "retained": Badge("保留会籍", "info")}
STATUS = (("retained", "保留会籍"), ("left", "已离会"), ("all", "全部"))
MISSING = (("id", "缺证件号码"), ("phone", "缺手机号"), ("born", "缺出生日期"), ("joined", "缺入会日期"))


def standing_badge(row: Any) -> Badge:
    return Badge("已离会", "neutral") if row.until else STANDING[row.standing]


class Members(ListPage):
    """会员名册: one query a page at any depth, masked."""

    title = "会员"
    policy = Policy("officer", powers.READ)
    unit = "人"
    export_name = "会员名册"
    row_key = "person_id"
    columns = (
        Column("name", "姓名", link=lambda row: addresses.of("console:members_person", row.person_id), head=True),
        Column("sex", "性别", value=lambda row: SEX.get(row.sex, "")),
        Column("id_no", "证件号码", value=lambda row: str(row.id_no) if row.id_no else "—"),
        Column("phone", "手机号", value=lambda row: str(row.phone) if row.phone else "—"),
        Column("org_name", "工会", width="l"),
        Column("standing", "会籍", kind="badge", value=standing_badge),
        Column("joined_on", "入会日期", kind="day"),
        Column(
            "has_account",
            "手机端",
            kind="badge",
            value=lambda row: Badge("已开通", "success") if row.has_account else None,
        ),
    )
    filters = (
        Choice("status", "会籍", choices=STATUS, tabs=True, every="在册"),
        Search("q", hint="姓名、拼音首字母、完整证件号码或手机号", private=True),
        Choice("missing", "资料空缺", choices=MISSING),
        Tick("rural", "农民工"),
        Tick("trade", "新就业形态"),
    )
    empty_title = "没有符合条件的会员"
    empty_text = "换个条件试试；新单位可以先导入名册。"

    def org(self) -> Any:
        wanted = self.request.GET.get("org", "")
        if wanted:
            return orgs.get(self.actor, key_of(wanted), powers.READ)
        standing = self.request.shell.standing
        return (
            orgs.get(self.actor, standing.org_id, powers.READ) if standing and self.actor.holds(powers.READ) else None
        )

    def heading(self) -> str:
        org = self.scope
        return f"{org.name}的会员" if org is not None and org.parent_id else "会员"

    @property
    def scope(self) -> Any:
        if not hasattr(self, "_scope"):
            self._scope = self.org()
        return self._scope

    def primary(self) -> Link | None:
        if self.actor.holds(powers.IMPORT):
            return Link("导入名册", reverse("console:roster_new"), "upload", "primary")
        return None

    def links(self) -> list[Link]:
        return (
            [Link("登记入会", reverse("console:members_admit"), "user-plus")] if self.actor.holds(powers.ADMIT) else []
        )

    def wanted(self, filters: Any) -> queries.MemberFilter:
        return queries.MemberFilter(
            text=filters["q"] or "",
            status=filters["status"] or "active",
            missing=filters["missing"] or "",
            rural=True if filters["rural"] else None,
            trade="any" if filters["trade"] else "",
        )

    def rows(self, actor: Any, filters: Any, cursor: Any) -> keyset.Slice:
        wanted = self.wanted(filters)
        token = cursor.after[0] if cursor.after else ""
        found = queries.member_rows(actor, org=self.scope, filters=wanted, cursor=token, limit=self.size)
        total = cursor.total
        if total is None:
            total, _whole = queries.member_total(actor, org=self.scope, filters=wanted)
        return keyset.Slice(
            rows=found.rows,
            offset=found.first - 1,
            total=total,
            next=keyset.Cursor((found.next,), found.first - 1, False, total) if found.next else None,
            previous=keyset.Cursor((found.back,), found.first - 1, True, total) if found.back else None,
        )


class Transfers(ListPage):
    """会员转接: those that wait first."""

    title = "会员转接"
    policy = Policy("officer", powers.READ)
    unit = "件"
    columns = (
        Column(
            "person",
            "会员",
            value=lambda row: row.person.name,
            link=lambda row: addresses.of("console:members_transfer", row.pk),
            head=True,
        ),
        Column("from_org", "转出工会", value=lambda row: row.from_org.name, width="l"),
        Column("to_org", "转入工会", value=lambda row: row.to_org.name, width="l"),
        Column(
            "state",
            "状态",
            kind="badge",
            tones={"asked": "warning", "offered": "warning", "accepted": "success", "declined": "danger"},
        ),
        Column("asked_on", "提出日期", kind="day"),
        Column("ended_on", "办结日期", kind="day"),
    )
    filters = (
        Choice("state", "状态", choices=(("open", "待办"), ("accepted", "已转入"), ("declined", "未接收")), tabs=True),
    )
    empty_title = "没有会员转接"

    def rows(self, actor: Any, filters: Any, cursor: Any) -> keyset.Slice:
        found = queries.transfer_list(actor, filters["state"] or "")
        return keyset.page_of(found, ("-asked_on", "-id"), cursor, self.size)


class Desk(ListPage):
    """更正申请和求助: what people asked for."""

    title = "更正与求助"
    policy = Policy("officer", powers.SETTLE)
    unit = "件"
    columns = (
        Column("what", "事项", link=lambda row: row["url"], head=True),
        Column("who", "谁"),
        Column("org", "工会", width="l"),
        Column("state", "状态", kind="badge"),
        Column("asked_on", "提出日期", kind="day"),
    )
    filters = (
        Choice("kind", "种类", choices=(("correction", "更正申请"), ("help", "求助")), tabs=True),
        Tick("closed", "包括已办结"),
    )
    empty_title = "没有等着办的更正和求助"
    empty_text = "会员在手机上点“更正”或“请工会干部帮我办”，就会到这里。"

    def rows(self, actor: Any, filters: Any, cursor: Any) -> keyset.Slice:
        wanted, closed = filters["kind"] or "", bool(filters["closed"])
        rows = []
        if wanted != "help":
            rows += [
                {
                    "id": one.pk, "what": f"更正{one.field_label}", "who": one.person.name, "org": one.org.name,
                    "state": Badge(one.state_label, "warning" if one.state == "open" else "neutral"), "asked_on": one.asked_on,
                    "url": reverse("console:members_correction", args=[one.pk]),
                }
                for one in queries.correction_list(actor, closed=closed)[:200]
            ]  # fmt: skip
        if wanted != "correction":
            rows += [
                {
                    "id": one.pk, "what": one.about_label, "who": one.name or "一位职工", "org": one.org.name,
                    "state": Badge(one.state_label, "warning" if one.state == "open" else "neutral"), "asked_on": one.asked_on,
                    "url": reverse("console:members_help", args=[one.pk]),
                }
                for one in queries.help_list(actor, closed=closed)[:200]
            ]  # fmt: skip
        rows.sort(key=lambda row: row["asked_on"], reverse=True)
        return keyset.Slice(rows=rows, total=len(rows))
