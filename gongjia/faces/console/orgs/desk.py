"""看谁迟了: the desk of eighty unions, and the reminder to many at once."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from gongjia.base.refused import Hidden, Reason, Refused
from gongjia.faces.console.orgs import picking
from gongjia.faces.console.orgs.lists import union_url
from gongjia.faces.shared import flash, keyset
from gongjia.faces.shared.marks import Badge, Column, Link
from gongjia.faces.shared.pages import Bulk, Choice, Crumb, Fact, ListPage, MovePage, Search
from gongjia.faces.shared.policy import Policy
from gongjia.who.members import queries as members
from gongjia.who.orgs import actions, powers
from gongjia.who.orgs import queries as orgs
from gongjia.who.orgs.kinds import Matter

MOST = 5000
TONES = {Matter.TERM_OVERDUE: "danger", Matter.TERM_DUE: "warning"}


def where_of(request: Any) -> Any:
    """The union whose desk it is: the one in the address, else where one stands."""
    code = request.GET.get("org", "")
    org = orgs.get(request.actor, code) if code else picking.home_of(request)
    if org is None:
        raise Hidden
    return org


def logged_in(org: Any) -> set:
    """Unions below whose officers have logged in."""
    keys = set(orgs.subtree(org).filter(state="active").values_list("pk", flat=True))
    return keys - members.never_logged_in(keys)


def last_day(row: orgs.DeskRow) -> Any:
    return row.delayed_to or row.term_ends_on


def term_words(row: orgs.DeskRow) -> str:
    """How far from the last day: only where it is near or past."""
    if row.days_over is None or row.days_over <= -190:
        return ""
    return f"逾期 {row.days_over} 天" if row.days_over > 0 else f"还有 {-row.days_over} 天"


class Desk(ListPage):
    """Who is late with what, in tree order."""

    title = "看谁迟了"
    policy = Policy("officer", powers.READ)
    template = "console/org_desk.html"
    unit = "家"
    export_name = "催办清单"
    columns = (
        Column("name", "工会", link=lambda row: union_url(row.id), head=True, width="l"),
        Column("matters", "迟了什么", value=lambda row: "、".join(row.matter_labels), width="m"),
        Column("last_day", "届满", kind="day", value=last_day),
        Column("term", "离届满", value=term_words, width="s"),
        Column("missing", "空缺的资料", value=lambda row: "、".join(row.missing), width="m"),
        Column("roster_confirmed_on", "名册确认", kind="day"),
        Column("contact", "联系", value=lambda row: " ".join(filter(None, (row.head_name, row.phone))), wide_only=True),
        Column("chased_at", "上次催办", kind="day"),
        Column("chases", "催过", kind="number", wide_only=True),
    )
    filters = (Choice("matter", "事项", choices=Matter.choices, tabs=True), Search(hint="名称或编码"))
    bulk = (
        Bulk("一键催办", "console:orgs_chase", "bell", powers.CHASE, "primary"),
        Bulk("复制成群通知", "console:orgs_chase_text", "copy"),
    )
    empty_title = "没有迟了的工会"
    empty_text = "换届、名册、资料、登录都正常。"

    @property
    def org(self) -> Any:
        if not hasattr(self, "_org"):
            self._org = where_of(self.request)
        return self._org

    @property
    def logged_in(self) -> set:
        if not hasattr(self, "_logged_in"):
            self._logged_in = logged_in(self.org)
        return self._logged_in

    def shown_columns(self) -> list[Column]:
        """代办 only to who may, and not while acting for a union already."""
        if self.actor.behalf is not None or not self.actor.holds(powers.CHASE):
            return list(self.columns)
        own = {post.org_id for post in self.actor.posts}

        def behalf(row: orgs.DeskRow) -> str:
            return "" if row.id in own else reverse("console:orgs_behalf", args=[row.id])

        return [
            *self.columns,
            Column(
                "behalf",
                "代办",
                value=lambda row: "" if row.id in own else "代办",
                link=behalf,
                width="xs",
                export=False,
            ),
        ]

    def heading(self) -> str:
        return f"{self.org.short_name or self.org.name}：看谁迟了"

    def links(self) -> list[Link]:
        return [Link("催办记录", reverse("console:orgs_chases"), "history")]

    def row_tone(self, row: orgs.DeskRow) -> str:
        return "danger" if Matter.TERM_OVERDUE in row.matters else ""

    def rows(self, actor: Any, filters: Any, cursor: keyset.Cursor) -> keyset.Slice:
        only = [filters["matter"]] if filters["matter"] else ()

        def fetch(after: tuple, back: bool, limit: int) -> list:
            place = {"before" if back else "after": after[0]} if after else {}
            return orgs.desk(
                actor, self.org, on=self.at.date(), logged_in_org_ids=self.logged_in, matters=only, q=filters["q"],
                limit=limit, **place,
            )  # fmt: skip

        def count() -> int | None:
            return None if filters["q"] else self.counts[filters["matter"] or "late"]

        return keyset.take(fetch, key=lambda row: (row.path,), cursor=cursor, size=self.size, count=count)

    @property
    def counts(self) -> dict[str, int]:
        if not hasattr(self, "_counts"):
            self._counts = orgs.desk_counts(self.actor, self.org, on=self.at.date(), logged_in_org_ids=self.logged_in)
        return self._counts

    def extra(self, part: Any) -> dict[str, Any]:
        return {
            "counts": self.counts,
            "matters": [(code, label, TONES.get(code, "")) for code, label in Matter.choices],
        }


class PickedPage(MovePage):
    """An act on the unions ticked on the desk."""

    policy = Policy("officer", powers.CHASE)
    template = "console/org_chase.html"

    def crumbs(self) -> list[Crumb]:
        return [Crumb("看谁迟了", self.cancel_url)]

    @property
    def cancel_url(self) -> str:
        return self.way_back(reverse("console:orgs_desk"))

    def get_record(self) -> list[orgs.DeskRow]:
        picked = set(self.request.POST.getlist("pick"))
        if not picked:
            return []
        where = picking.home_of(self.request, self.policy.powers[0])
        if where is None:
            raise Hidden
        rows = orgs.desk(self.actor, where, on=self.at.date(), logged_in_org_ids=logged_in(where), limit=MOST)
        return [row for row in rows if str(row.id) in picked]

    def org_of(self, record: Any) -> Any:
        return None

    def blocked(self) -> Refused | None:
        if self.record:
            return None
        return Refused(Reason("nobody_to_chase", "没有选定工会。", cure="请回到清单，勾选要催办的工会。"))

    def context(self) -> dict[str, Any]:
        return {"text": orgs.chat_text(self.record), "rows": self.record}

    def after(self, result: Any) -> str:
        return self.cancel_url


class Chase(PickedPage):
    """一键催办: a message to the officers of each union, a line in the log."""

    title = "催办"
    verb = "发出催办"
    note_label = "附言"
    note_help = "会写进提醒里，并记入催办记录。"

    @property
    def accounts(self) -> dict:
        if not hasattr(self, "_accounts"):
            self._accounts = members.accounts_at([row.id for row in self.record], self.at.date())
        return self._accounts

    def facts(self) -> list[Fact]:
        people = {account for found in self.accounts.values() for account in found}
        silent = [row.short_name or row.name for row in self.record if not self.accounts.get(row.id)]
        facts = [Fact("工会", len(self.record), "number"), Fact("能收到提醒的干部", len(people), "number")]
        if silent:
            facts.append(Fact("没有干部账号，请电话或在群里催", "、".join(silent), wide=True))
        return facts

    def consequences(self) -> list[str]:
        return [f"给 {len(self.record)} 家工会的干部各发一条提醒，每家按它自己迟了的事项写。"] if self.record else []

    def act(self, note: str) -> Any:
        rows = {row.id: row for row in self.record}
        matters = {org: rows[org.pk].matters for org in orgs.desk_orgs(self.actor, list(rows))}
        return actions.chase(
            matters=matters, accounts=self.accounts, actor=self.actor, at=self.at, note=note[:200],
            url=reverse("console:orgs_desk"),
        )  # fmt: skip

    def after(self, result: actions.Chased) -> str:
        words = f"已催办 {result.unions} 家工会，{result.reached} 位干部收到提醒。"
        if result.unreachable:
            words += f"其中 {len(result.unreachable)} 家没有干部账号，请另外联系。"
        flash.say(self.request, words, "warning" if result.unreachable else "success")
        return self.cancel_url


class ChaseText(PickedPage):
    """The same list as words for a chat group; nothing is sent."""

    title = "复制成群通知"
    policy = Policy("officer", powers.READ)
    ask_note = False

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.get(request)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.render(template="console/org_chase_text.html", record=self.record, **self.context())


class Chases(ListPage):
    """催办记录."""

    title = "催办记录"
    policy = Policy("officer", powers.READ)
    unit = "次"
    columns = (
        Column("org", "工会", value=lambda row: row.org.name, link=lambda row: union_url(row.org_id), head=True),
        Column("matters", "事项", value=str, width="l"),
        Column("asked_at", "时间", kind="moment"),
        Column("asked_by", "催办人"),
        Column(
            "reached", "收到", kind="badge",
            value=lambda row: Badge(f"{row.reached} 人收到", "success") if row.reached else Badge("没人收到", "warning"),
        ),
        Column("note", "附言", width="m"),
    )  # fmt: skip
    empty_title = "还没有催办过"

    def crumbs(self) -> list[Crumb]:
        return [Crumb("看谁迟了", reverse("console:orgs_desk"))]

    def rows(self, actor: Any, filters: Any, cursor: keyset.Cursor) -> keyset.Slice:
        return keyset.page_of(orgs.chases(actor, where_of(self.request)), ("-asked_at", "-id"), cursor, self.size)
