"""The lists of notices and of objections that wait."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from gongjia.faces.console.orgs import picking
from gongjia.faces.shared import keyset
from gongjia.faces.shared.marks import Badge, Column
from gongjia.faces.shared.pages import Choice, ListPage, Pick, Search
from gongjia.faces.shared.policy import Policy
from gongjia.work.publish import kinds, powers, queries

READ = Policy("officer", powers.READ)
TONES = {"draft": "info", "posted": "success", "ended": "neutral", "taken_down": "danger"}
STATES = (("draft", "拟定中"), ("posted", "公示中"), ("ended", "已期满"), ("taken_down", "已撤下"))
WAITING = (("objections", "有异议待答复"), ("poster", "缺张榜照片"))


def notice_url(pk: Any) -> str:
    return reverse("console:notices_one", args=[pk])


def poster_badge(notice: Any) -> Badge | None:
    if notice.place not in kinds.ON_WALL or notice.state not in ("posted", "ended"):
        return None
    return Badge("已上传", "success") if notice.poster_id else Badge("缺照片", "warning")


class Notices(ListPage):
    title = "公示"
    policy = READ
    unit = "份"
    export_name = "公示"
    columns = (
        Column("title", "标题", link=lambda row: notice_url(row.pk), head=True, width="l"),
        Column("org.name", "工会", width="m"),
        Column("state", "状态", kind="badge", tones=TONES),
        Column("place_label", "公示地点"),
        Column("listed", "人数", kind="number"),
        Column("starts_on", "开始", kind="day"),
        Column("last_day", "最后一天", kind="day", value=queries.last_day_of),
        Column("open_objections", "待答复异议", kind="number", value=lambda row: row.open_objections or None),
        Column("poster", "张榜照片", kind="badge", value=poster_badge, wide_only=True),
    )
    filters = (
        Choice("state", "状态", choices=STATES, tabs=True),
        Search(hint="标题或文号"),
        Choice("waiting", "要办的", choices=WAITING),
        Choice("place", "地点", choices=kinds.Place.choices),
        Pick("org", "范围", find=picking.scope),
    )
    empty_title = "还没有公示"
    empty_text = "公示由申报批次的评审结果、困难职工档案等记录生成，名单不用手工填写。"

    def row_tone(self, row: Any) -> str:
        return "warning" if row.open_objections else ""

    def rows(self, actor: Any, filters: Any, cursor: keyset.Cursor) -> keyset.Slice:
        found = queries.rows(
            actor, state=filters["state"], place=filters["place"], words=filters["q"], under=filters["org"] or None,
            waiting=filters["waiting"],
        )  # fmt: skip
        return keyset.page_of(found, ("-made_at", "-id"), cursor, self.size)


class Objections(ListPage):
    title = "异议答复"
    lead = "先到的先答复。异议的内容只有打开的人能看到，打开会留痕。"
    policy = Policy("officer", powers.ANSWER)
    unit = "条"
    columns = (
        Column("notice.title", "公示", link=lambda row: reverse("console:objections_one", args=[row.pk]), head=True,
               width="l"),
        Column("org.name", "工会", width="m"),
        Column("received_at", "收到时间", kind="moment"),
        Column("named", "提出人", value=lambda row: "实名" if row.account_id else "未署名"),
        Column("number", "查询号", kind="code"),
    )  # fmt: skip
    empty_title = "没有待答复的异议"
    empty_text = "公示期内收到的异议会排在这里。"

    def rows(self, actor: Any, filters: Any, cursor: keyset.Cursor) -> keyset.Slice:
        return keyset.page_of(queries.waiting_objections(actor), ("received_at", "id"), cursor, self.size)
