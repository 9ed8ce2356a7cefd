"""Who holds which post; which of them wait for this quarter's confirmation; the matrix of roles."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from gongjia.faces.shared import jinja, keyset
from gongjia.faces.shared.marks import Badge, Column, Link
from gongjia.faces.shared.pages import Bulk, ListPage, Page
from gongjia.faces.shared.pages.filters import Choice, Search
from gongjia.faces.shared.policy import Policy
from gongjia.who.accounts import powers as account_powers
from gongjia.who.members import powers, queries

REACHES = {"own": "本单位", "subtree": "本单位和下级", "industry": "本单位、下级和所指导的工会"}
STANDS = (("now", "在任"), ("due", "待确认"), ("past", "已离任"))
MOST = 500


def post_url(row: Any) -> str:
    return reverse("console:positions_one", args=[row.id])


def role_choices(actor: Any) -> list[tuple[str, str]]:
    heads, _lines = queries.role_matrix()
    return [(key, label) for key, label, _reach in heads]


class Positions(ListPage):
    """Posts in reach."""

    title = "任职与权限"
    policy = Policy("officer", powers.POSITIONS_READ)
    unit = "个岗位"
    columns = (
        Column("person_name", "姓名", link=post_url, head=True),
        Column("post_name", "职务", value=lambda row: row.post_name or row.role_label),
        Column("role_label", "岗位"),
        Column("org_name", "工会", width="l"),
        Column("phone", "手机号"),
        Column("since", "任职", kind="day"),
        Column("until", "到", kind="day"),
        Column("confirmed_on", "上次确认", kind="day"),
        Column("last_login", "上次登录", kind="moment", wide_only=True),
    )
    filters = (
        Choice("state", "状态", choices=STANDS, tabs=True, default="now"),
        Search("q", hint="姓名或工会名称"),
        Choice("role", "岗位", choices=role_choices),
    )
    bulk = (Bulk("确认在任", "console:positions_confirm_many", "checks", powers.POSITIONS_CONFIRM),)
    empty_title = "没有符合条件的任职"
    export_name = "任职名单"

    def shown_bulk(self) -> list[Bulk]:
        return super().shown_bulk() if self.chosen["state"] == "due" else []

    def shown_columns(self) -> list[Column]:
        past = self.chosen["state"] == "past"
        columns = [
            Column("phone", "手机号", value=lambda row: self.phones.get(row.id) or "—", export=False)
            if one.key == "phone"
            else one
            for one in self.columns
        ]
        return [*columns, Column("standing", "状态", kind="badge", value=lambda row: standing_of(row, past))]

    def primary(self) -> Link | None:
        if not self.actor.holds(powers.POSITIONS_GRANT):
            return None
        return Link("任命", reverse("console:positions_grant"), "user-plus", "primary")

    def links(self) -> list[Link]:
        found = [Link("权限表", reverse("console:positions_matrix"), "table")]
        slips = jinja.link_to("login:slips")
        if slips and self.actor.holds(account_powers.SLIP):
            found.append(Link("打印登录条", slips, "printer"))
        return found

    def notes(self) -> list[tuple[str, str]]:
        if self.chosen["state"] != "due":
            return []
        return [
            (
                "info",
                "每季度要确认一次在任人员。过期六个月没有确认的，岗位自动停止。勾选后一次确认；自己的岗位由上级确认。",
            )
        ]

    def row_tone(self, row: Any) -> str:
        return "warning" if row.due_since is not None and self.chosen["state"] != "past" else ""

    phones: dict[Any, str] = {}

    def rows(self, actor: Any, filters: Any, cursor: Any) -> keyset.Slice:
        part = self.page_of(actor, filters, cursor)
        self.phones = {row.id: str(row.phone) for row in part.rows if row.phone}
        return part

    def page_of(self, actor: Any, filters: Any, cursor: Any) -> keyset.Slice:
        today, role, text = self.at.date(), filters["role"], filters["q"]
        if filters["state"] == "due":
            rows = queries.unconfirmed_rows(actor, today=today, limit=MOST)
            rows = [
                row
                for row in rows
                if role in ("", row.role) and (not text or text in row.person_name or text in row.org_name)
            ]
            return keyset.Slice(rows=rows[: keyset.MOST], total=len(rows) if len(rows) < MOST else None)
        places: dict[Any, int] = {}

        def fetch(after: tuple, back: bool, limit: int) -> list[Any]:
            # ordered by union, which no row carries: pages are counted, not keyed
            start = int(after[0]) + 1 if after else 0
            if back:
                start, limit = max(int(after[0]) - limit, 0), min(limit, int(after[0]))
            found = queries.position_rows(
                actor, today=today, role=role, text=text, past=filters["state"] == "past", limit=limit, offset=start
            )
            places.update({row.id: start + number for number, row in enumerate(found)})
            return found[::-1] if back else found

        return keyset.take(fetch, key=lambda row: (places[row.id],), cursor=cursor, size=self.size)


def standing_of(row: Any, past: bool) -> Badge:
    if past:
        return Badge("已离任", "neutral")
    if row.stand_in:
        return Badge(f"由{row.stand_in}代理", "info")
    return Badge("待确认", "warning") if row.due_since is not None else Badge("在任", "success")


class Matrix(Page):
    """权限表: every role, what it may do and how far it reaches; made for paper."""

    title = "权限表"
    lead = "每个岗位能办哪些事、管到哪一级。岗位由程序固定，谁在什么岗位见任职名单。"
    policy = Policy("officer", powers.POSITIONS_READ)
    template = "console/positions_matrix.html"

    def context(self) -> dict[str, Any]:
        heads, lines = queries.role_matrix()
        size = 9  # columns of one sheet of paper
        return {
            "sheets": [heads[start : start + size] for start in range(0, len(heads), size)],
            "lines": lines,
            "reaches": REACHES,
            "mine": {post.role for post in self.actor.posts},
        }
