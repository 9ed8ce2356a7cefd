"""The register of unions, and the tree of them, unfolded a branch at a time."""

from __future__ import annotations

from typing import Any

from django.db.models import Count
from django.urls import reverse

from gongjia.base.refused import Hidden
from gongjia.faces.console.orgs import picking
from gongjia.faces.shared import keyset
from gongjia.faces.shared.marks import Badge, Column, Link
from gongjia.faces.shared.pages import Choice, Crumb, ListPage, Page, Pick, Search
from gongjia.faces.shared.policy import Policy
from gongjia.who.orgs import kinds, powers
from gongjia.who.orgs import queries as orgs

READ = Policy("officer", powers.READ)
STATE_TONES = {"preparing": "info", "active": "success", "dissolved": "neutral", "merged": "neutral"}
TERM_TONES = {
    "not_needed": "neutral", "missing": "warning", "running": "success", "due": "warning", "delayed": "info",
    "overdue": "danger",
}  # fmt: skip
STATES = (("preparing", "筹建中"), ("dissolved", "已撤销"), ("merged", "已合并"), ("all", "全部，含已撤并"))


def union_url(pk: Any) -> str:
    return reverse("console:orgs_one", args=[pk])


class Register(ListPage):
    """工会登记册, in the order of the tree."""

    title = "工会"
    policy = READ
    unit = "家"
    export_name = "工会登记册"
    columns = (
        Column("name", "名称", link=lambda row: union_url(row.id), head=True, width="l"),
        Column("code", "编码", kind="code"),
        Column("kind_label", "类型", width="s"),
        Column("parent_name", "上级工会", wide_only=True, width="m"),
        Column("state", "状态", kind="badge", tones=STATE_TONES),
        Column("staff_count", "职工", kind="number"),
        Column("head_name", "负责人"),
        Column(
            "term", "届次", kind="badge",
            value=lambda row: Badge(row.term_label, TERM_TONES[row.term_status]) if row.state == "active" else None,
        ),
        Column("founded_on", "成立日期", kind="day", wide_only=True),
        Column("roster_confirmed_on", "名册确认", kind="day", wide_only=True),
    )  # fmt: skip
    filters = (
        Choice("state", "状态", choices=STATES, tabs=True, every="现有"),
        Search(hint="名称或编码"),
        Choice("kind", "类型", choices=kinds.OrgKind.choices),
        Pick("org", "范围", find=picking.scope),
    )
    empty_title = "还没有登记工会"
    empty_text = "可以逐家登记，也可以用工会表一次导入。"

    def primary(self) -> Link | None:
        if self.actor.holds(powers.FOUND):
            return Link("登记建会", reverse("console:orgs_found"), "plus", "primary")
        return None

    def links(self) -> list[Link]:
        found = [Link("组织树", reverse("console:orgs_tree"), "hierarchy-2")]
        if self.actor.holds(powers.FOUND):
            found.append(Link("登记筹建", reverse("console:orgs_plan"), "clipboard-list"))
        if self.actor.holds(powers.IMPORT):
            found.append(Link("导入工会表", reverse("console:orgs_sheet"), "upload"))
        return found

    def rows(self, actor: Any, filters: Any, cursor: keyset.Cursor) -> keyset.Slice:
        wanted = {
            "under": filters["org"] or None,
            "q": filters["q"],
            "of_kinds": [filters["kind"]] if filters["kind"] else (),
            "states": {"": picking.STANDING, "all": ()}.get(filters["state"], (filters["state"],)),
        }

        def fetch(after: tuple, back: bool, limit: int) -> list:
            place = {"before" if back else "after": after[0]} if after else {}
            return orgs.register(actor, on=self.at.date(), limit=limit, **place, **wanted)

        return keyset.take(
            fetch,
            key=lambda row: (row.path,),
            cursor=cursor,
            size=self.size,
            count=lambda: sum(orgs.register_count(actor, **wanted).values()),
        )


class Tree(Page):
    """组织树: the branch one looks at is unfolded, the others wait for a tap. Two queries, whatever the depth."""

    title = "组织树"
    policy = READ
    template = "console/org_tree.html"
    MOST = 300  # siblings shown; the register pages the rest

    def crumbs(self) -> list[Crumb]:
        return [Crumb("工会", reverse("console:orgs"))]

    def context(self) -> dict[str, Any]:
        code = self.request.GET.get("at", "")
        here = orgs.get(self.actor, code) if code else picking.home_of(self.request)
        if here is None:
            raise Hidden
        inside = orgs.visible(self.actor).filter(state__in=picking.STANDING)
        chain = {org.pk for org in orgs.chain_of(here)}
        line = list(inside.filter(pk__in=chain).order_by("path"))  # what lies above the own reach stays out of sight
        below: dict[Any, list[Any]] = {}
        shown = inside.filter(parent_id__in=[org.pk for org in line]).order_by("path")
        for org in shown.defer("name_keys")[: self.MOST * max(len(line), 1)]:
            below.setdefault(org.parent_id, []).append(org)
        keys = [org.pk for some in below.values() for org in some]
        counts = dict(inside.filter(parent_id__in=keys).order_by().values_list("parent_id").annotate(Count("pk")))

        def node(org: Any) -> dict[str, Any]:
            children = below.get(org.pk, [])
            count = len(children) if org.pk in chain else counts.get(org.pk, 0)
            return {
                "label": org.name,
                "url": union_url(org.pk),
                "end": f"{count} 家" if count else "",
                "here": org.pk == here.pk,
                "open": True,
                "children": [node(child) for child in children[: self.MOST]] if org.pk in chain else [],
                "more": f"?at={org.code}" if count and org.pk not in chain else "",
            }

        tops = [org for org in line if org.parent_id not in chain or not any(one.pk == org.parent_id for one in line)]
        return {
            "nodes": [node(org) for org in tops],
            "here": here,
            "register": f"{reverse('console:orgs')}?org={here.code}",
        }
