"""The list of hardship files, and who is due for the yearly verification."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from gongjia.faces.console.orgs import picking
from gongjia.faces.shared import keyset
from gongjia.faces.shared.marks import Badge, Column, Link
from gongjia.faces.shared.pages import Choice, Crumb, ListPage, Pick, Search, Tick
from gongjia.faces.shared.policy import Policy
from gongjia.work.households import kinds, powers, queries

READ = Policy("officer", powers.READ)
TONES = {
    "draft": "info", "visiting": "warning", "reviewing": "warning", "approving": "warning", "returned": "danger",
    "active": "success", "exited": "neutral", "cancelled": "neutral", "declined": "neutral", "withdrawn": "neutral",
}  # fmt: skip
STATES = (("active", "在档"), ("waiting", "办理中"), ("draft", "填写中"), ("ended", "已脱困、注销"))
CATEGORY_TONES = {"deep": "danger", "relative": "warning", "accident": "info"}


def file_url(pk: Any) -> str:
    return reverse("console:households_one", args=[pk])


def crumbs() -> list[Crumb]:
    return [Crumb("困难职工档案", reverse("console:households"))]


COLUMNS = (
    Column("number", "档案编号", kind="code", link=lambda row: file_url(row.pk), head=True),
    Column("name", "职工", kind="mask", mask="name", value=lambda row: row.head.name),
    Column("org.name", "工会", width="m"),
    Column("category", "困难类别", kind="badge", tones=CATEGORY_TONES),
    Column("level_label", "级别"),
    Column("persons", "人口", kind="number"),
    Column("cause_main_label", "主要原因"),
    Column("opened_on", "建档", kind="day"),
    Column("verified_year", "复核到", value=lambda row: f"{row.verified_year} 年" if row.verified_year else ""),
)


class Files(ListPage):
    title = "困难职工档案"
    policy = READ
    unit = "份"
    export_name = "困难职工档案目录"
    columns = (
        *COLUMNS[:3],
        Column("state", "状态", kind="badge", tones=TONES),
        *COLUMNS[3:],
        Column("checks_wait", "核对", kind="badge", wide_only=True,
               value=lambda row: Badge("等回复", "warning") if row.checks_wait else None),
    )  # fmt: skip
    filters = (
        Choice("state", "状态", choices=STATES, tabs=True),
        Search(hint="编号或姓名"),
        Choice("category", "困难类别", choices=kinds.Category.choices),
        Choice("level", "级别", choices=kinds.Level.choices),
        Tick("due", "今年还没复核"),
        Choice("origin", "来源", choices=kinds.Origin.choices),
        Pick("org", "范围", find=picking.scope),
    )
    empty_title = "还没有困难职工档案"
    empty_text = "先建档、后帮扶：从“新建档案”开始，填家庭成员、收入和支出，系统自动核算类别。"

    def primary(self) -> Link | None:
        if self.actor.holds(powers.EDIT):
            return Link("新建档案", reverse("console:households_new"), "plus", "primary")
        return None

    def links(self) -> list[Link]:
        found = []
        if self.actor.holds(powers.UPWARD):
            found.append(Link("对上报送", reverse("console:households_upward"), "file-export"))
        if self.actor.holds(powers.IMPORT):
            found.append(Link("导入往年档案", reverse("console:households_earlier"), "upload"))
        return found

    def notes(self) -> list[tuple[str, str]]:
        elsewhere = queries.elsewhere(self.actor)
        if not elsewhere:
            return []
        return [("info", f"另有 {elsewhere} 户直接向上级工会申请，资料由上级工会保管，本会只知道有这份档案。")]

    def rows(self, actor: Any, filters: Any, cursor: keyset.Cursor) -> keyset.Slice:
        state = filters["state"]
        found = queries.rows(
            actor, category=filters["category"], level=filters["level"], under=filters["org"] or None,
            words=filters["q"], due_year=self.at.year if filters["due"] else None, waiting=state == "waiting",
            state=state if state in ("active", "draft") else "", origin=filters["origin"],
        )  # fmt: skip
        if state == "ended":
            found = found.filter(state__in=("exited", "cancelled"))
        return keyset.page_of(found, ("-applied_on", "-id"), cursor, self.size)


class Due(ListPage):
    title = "年度复核"
    policy = Policy("officer", powers.VERIFY)
    unit = "份"
    export_name = "待复核档案"
    columns = (*COLUMNS, Column("act", "办理", value=lambda row: "复核", export=False,
                                link=lambda row: reverse("console:households_verify", args=[row.pk])))  # fmt: skip
    filters = ()
    empty_title = "今年的都复核完了"
    empty_text = "去年及以前建档、今年还没复核的，会排在这里。"

    @property
    def lead(self) -> str:
        return f"{self.at.year} 年还没复核的档案，建档早的在前。收入高于标准的脱困，去世、离开、纳入政府救助的注销。"

    def rows(self, actor: Any, filters: Any, cursor: keyset.Cursor) -> keyset.Slice:
        found = queries.due(actor, self.at.year)
        return keyset.page_of(found, ("opened_on", "id"), cursor, self.size)
