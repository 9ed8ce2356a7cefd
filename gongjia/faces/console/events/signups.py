"""Sign-ups: the list, one of them, named in bulk from the roster, taken down at the counter."""

from __future__ import annotations

from functools import cached_property
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from gongjia.base import clock, journal
from gongjia.base.refused import Reason, Refused
from gongjia.faces.console.events.nominate import own_union
from gongjia.faces.console.events.one import (
    READ,
    SIGN,
    OfEvent,
    event_url,
    kind_of,
    session_name,
    sign_up_badge,
    span_words,
)
from gongjia.faces.console.programmes.panel import member_named
from gongjia.faces.console.sections import org_name
from gongjia.faces.shared import flash, keyset
from gongjia.faces.shared.fields import CountField, DayField, Mended
from gongjia.faces.shared.marks import Badge, Column, Link
from gongjia.faces.shared.pages import Crumb, DetailPage, Fact, Facts, FormPage, ListPage, MovePage
from gongjia.faces.shared.pages.filters import Choice, Search
from gongjia.who.members import powers as member_powers
from gongjia.who.members import queries as members
from gongjia.work.events import actions, kinds, powers, queries
from gongjia.work.events.queries import desk
from gongjia.work.events.rules.draw import WEIGHTS
from gongjia.work.events.states import SignUpState


def sign_up_url(pk: Any, name: str = "sign_up") -> str:
    return reverse(f"console:events_{name}", args=[pk])


def line_words(row: Any) -> str:
    """Where somebody stands: a place's or a waiting number, until when a place is held."""
    if row.state == "waiting":
        return f"候补第 {row.waiting_no} 号"
    if row.state == "offered":
        return f"保留到 {span_words(row.held_until, None)}"
    if row.state == "entered" and row.lot_no:
        return f"{row.lot_no}，{row.weight} 张票"
    if row.state == "placed" and row.lot_rank:
        return f"摇号第 {row.lot_rank} 名"
    return row.end_reason


class SignUps(OfEvent, ListPage):
    """Who signed up, in the order in which they came; the waiting ones in the order of the line."""

    policy = READ
    unit = "人"
    export_name = "报名名单"
    filters = (
        Choice("state", "状态", choices=SignUpState.choices, tabs=True),
        Choice("way", "怎么报的", choices=kinds.SignedBy.choices),
        Search(hint="姓名"),
    )
    columns = (
        Column("name", "姓名", value=lambda row: row.person.name, link=lambda row: sign_up_url(row.pk), head=True),
        Column("state", "状态", kind="badge", value=sign_up_badge),
        Column("line", "顺序", value=line_words, width="m"),
        Column("org", "工会", value=lambda row: org_name(row.org), width="m"),
        Column("session", "场次", value=lambda row: session_name(row.session) if row.session else "", wide_only=True),
        Column("seats", "占名额", kind="number"),
        Column("way", "怎么报的", value=lambda row: row.way_label, wide_only=True),
        Column("entered_at", "报名时间", kind="moment"),
    )  # fmt: skip
    empty_title = "还没有人报名"
    empty_text = "会员可以在手机上报；没有手机的，可以窗口代报或由工会推荐。"

    @cached_property
    def record(self) -> Any:  # type: ignore[override]
        return self.get_record()

    def heading(self) -> str:
        return "报名名单"

    def shown_columns(self) -> Any:
        return [one for one in self.columns if one.key != "session" or self.record.by_session]

    def links(self) -> list[Link]:
        one, found = self.record, []
        if one.state in ("open", "closed") and self.actor.holds(powers.SIGN):
            kind = kind_of(one)
            if not (kind.children or kind.matching):
                found.append(Link("推荐、集体报名", event_url(one.pk, "nominate"), "users-plus"))
            if (
                not kind.matching
                and one.way != kinds.Way.NONE
                and (not kind.children or self.actor.can(powers.CHILDREN, one.org))
            ):
                found.append(Link("名单报名", event_url(one.pk, "list"), "list-details"))
            if not kind.matching:
                found.append(Link("窗口代报", event_url(one.pk, "counter"), "user-plus"))
        return found

    def export(self) -> HttpResponse:
        """Names leave the system: who took the list is in the journal."""
        actions.note_print(event=self.record, what="sign_ups", actor=self.actor, at=self.at)
        return super().export()

    def rows(self, actor: Any, filters: Any, cursor: Any) -> keyset.Slice:
        found = queries.sign_up_list(actor, self.record, state=filters.state, text=filters.q)
        if filters.way:
            found = found.filter(way=filters.way)
        order = ("waiting_no", "id") if filters.state == "waiting" else ("entered_at", "id")
        return keyset.page_of(found, order, cursor, self.size)


class OfSignUp(OfEvent):
    """A page about one sign-up."""

    def get_record(self) -> Any:
        return desk.sign_up_of(self.actor, self.kwargs["pk"])

    def org_of(self, record: Any) -> Any:
        return record.org

    def crumbs(self) -> list[Crumb]:
        event = self.record.event
        return [
            Crumb("活动", reverse("console:events")), Crumb(event.title, event_url(event.pk)),
            Crumb("报名名单", event_url(event.pk, "sign_ups")),
        ]  # fmt: skip

    @property
    def cancel_url(self) -> str:
        return sign_up_url(self.kwargs["pk"])

    def after(self, result: Any) -> str:
        return sign_up_url(self.kwargs["pk"])

    @property
    def may_sign(self) -> bool:
        row = self.record
        return self.actor.can(powers.SIGN, row.org) or self.actor.can(powers.SIGN, row.event.org)


class SignUpPage(OfSignUp, DetailPage):
    policy = READ

    def heading(self) -> str:
        return self.record.person.name

    def badge(self) -> Badge:
        return sign_up_badge(self.record)

    def subtitle(self) -> str:
        return " · ".join((self.record.event.title, org_name(self.record.org)))

    def steps(self) -> list[Link]:
        row, found = self.record, []
        if not self.may_sign:
            return found
        if row.state == "offered":
            found.append(Link("代本人确认", sign_up_url(row.pk, "confirm"), "check", "primary"))
        if row.state == "waiting" and self.actor.can(powers.SIGN, row.event.org):
            found.append(Link("直接递补", sign_up_url(row.pk, "promote"), "arrow-up"))
        if row.state in ("entered", "waiting", "offered", "placed"):
            found.append(Link("取消报名", sign_up_url(row.pk, "drop"), "x", "danger"))
        return found

    def groups(self) -> list[Facts]:
        row = self.record
        facts = [
            Fact("活动", row.event.title, link=event_url(row.event_id)), Fact("工会", row.org.name),
            Fact("怎么报的", row.way_label), Fact("报名时间", row.entered_at, "moment"),
            Fact("占名额", row.seats, "number"), Fact("顺序", line_words(row)),
        ]  # fmt: skip
        if row.session:
            facts.append(
                Fact("场次", f"{session_name(row.session)}　{span_words(row.session.starts_at, row.session.ends_at)}")
            )
        if row.happened_on:
            facts.append(Fact("收到申请的日期", row.happened_on, "day"))
        if row.cell_id:
            facts.append(Fact("用谁的名额", org_name(row.cell.org) if row.cell.org_id else "其余"))
        if row.trade:
            facts.append(Fact("工种", row.trade))
        if row.note:
            facts.append(Fact("说明", row.note, wide=True))
        found = [Facts("报名", facts)]
        if row.lot_no:
            why = "、".join(WEIGHTS.get(key, key) for key in row.weight_why.split()) or "没有加票"
            found.append(
                Facts(
                    "摇号",
                    [
                        Fact("公开编号", row.lot_no, "code"), Fact("票数", f"{row.weight} 张（{why}）"),
                        Fact("名次", row.lot_rank, "number"), Fact("最小的票", row.lot_ticket, "code", wide=True),
                    ],
                )
            )  # fmt: skip
        return found

    def timeline(self) -> list[Any]:
        return journal.timeline(self.record)


class SignUpMove(OfSignUp, MovePage):
    policy = SIGN

    def facts(self) -> list[Fact]:
        row = self.record
        return [
            Fact("姓名", row.person.name),
            Fact("活动", row.event.title),
            Fact("状态", row.state_label),
            Fact("顺序", line_words(row)),
        ]


class Drop(SignUpMove):
    title = "取消报名"
    verb = "取消报名"
    danger = True
    note_label = "原因"
    note_help = "会告诉本人。"
    note_required = True
    done_text = "报名已取消，已通知本人。"

    def consequences(self) -> list[str]:
        return ["空出的名额按顺序给下一位候补，并通知他。", "由工会取消的不记爽约。"]

    def act(self, note: str) -> Any:
        return actions.cancel(sign_up=self.record, actor=self.actor, at=self.at, note=note)


class Promote(SignUpMove):
    title = "直接递补"
    verb = "直接递补"
    note_label = "原因"
    note_help = "越过排队给名额，要写明原因，会记录在案。"
    note_required = True
    done_text = "已给名额，已通知本人。"

    def consequences(self) -> list[str]:
        return ["有空名额才能办；排在前面的人不受影响，仍在原来的位置。"]

    def act(self, note: str) -> Any:
        return actions.promote_by_hand(sign_up=self.record, actor=self.actor, at=self.at, note=note)


class Confirm(SignUpMove):
    title = "代本人确认参加"
    verb = "确认参加"
    ask_note = False
    done_text = "已确认。"

    def consequences(self) -> list[str]:
        return ["请先电话问过本人；确认以后名额就定了。"]

    def act(self, note: str) -> Any:
        return actions.confirm(sign_up=self.record, actor=self.actor, at=self.at)


# at the counter ----------------------------------------------------------------------------------------------


def member_of(actor: Any, text: str, at: Any) -> Any:
    """The one member in reach: by a full number, else by a name that occurs once."""
    found = member_named(actor, text, at)
    if found is None and actor.holds(member_powers.READ):
        rows = members.member_rows(actor, filters=members.MemberFilter(text=text, status="all"), limit=6).rows
        exact = {row.person_id: row for row in rows if row.name == text}
        if len(exact) > 1:
            where = "、".join(row.org_short_name or row.org_name for row in exact.values())
            raise Refused(Reason("member_many", f"有几位同名的会员（{where}），请填手机号或证件号码。"))
        found = next(iter(exact), None)
    if found is None:
        raise Refused(
            Reason("member_none", "没有找到这位会员，或不在您能办理的范围内。", cure="请核对手机号或证件号码。")
        )
    return members.get(actor, queries.related("person"), UUID(str(found)))


class CounterForm(forms.Form):
    member = Mended(label="会员", max_length=40, help_text="填手机号或证件号码，最准；也可以填姓名。")
    session = forms.ChoiceField(label="场次")
    guests = CountField(label="带几位家属", required=False)
    trade = Mended(label="参赛工种", required=False, max_length=40)
    happened_on = DayField(label="来登记的日期", help_text="纸质报名是哪天收到的，就写哪天。名额按录入的先后算。")
    note = Mended(label="说明", required=False, max_length=200, wide="full")

    def __init__(self, *args: Any, event: Any = None, sessions: Any = (), **kwargs: Any):
        super().__init__(*args, **kwargs)
        if sessions:
            self.fields["session"].choices = [
                (str(one.pk), f"{session_name(one)}　{span_words(one.starts_at, one.ends_at)}") for one in sessions
            ]
        else:
            del self.fields["session"]
        if not event.guests_max:
            del self.fields["guests"]
        else:
            self.fields["guests"].max_value = event.guests_max
            self.fields["guests"].help_text = f"最多 {event.guests_max} 位。"
        if not kind_of(event).contest:
            del self.fields["trade"]


class Counter(OfEvent, FormPage):
    """For somebody without a phone, by an officer of their union."""

    title = "窗口代报"
    lead = "替没有手机的职工报名。办理记录里写明是代报、哪天来的、谁录入。"
    policy = SIGN
    form_class = CounterForm
    submit_label = "报名"
    fields_of = {
        "member_none": "member", "member_many": "member", "not_ours": "member", "already": "member",
        "happened_later": "happened_on", "session_wrong": "session", "guests_most": "guests", "not_member": "member",
        "outside": "member",
    }  # fmt: skip

    def form_kwargs(self) -> dict[str, Any]:
        return {"event": self.record, "sessions": desk.sessions_of(self.record) if self.record.by_session else []}

    def initial(self) -> dict[str, Any]:
        return {"happened_on": clock.today()}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if kind_of(self.record).children:
            return HttpResponseRedirect(event_url(self.record.pk, "child_new"))
        return super().get(request, *args, **kwargs)

    def act(self, form: CounterForm) -> Any:
        values = form.cleaned_data
        person = member_of(self.actor, values["member"], self.at)
        key = values.get("session")
        session = next((one for one in desk.sessions_of(self.record) if str(one.pk) == key), None) if key else None
        return actions.at_counter(
            event=self.record, person=person, org=own_union(self), happened_on=values["happened_on"], session=session,
            guests=values.get("guests") or 0, trade=values.get("trade", ""), note=values["note"], actor=self.actor,
            at=self.at,
        )  # fmt: skip

    def after(self, result: Any) -> str:
        words = {"placed": "报上了", "waiting": f"名额已满，排在候补第 {result.waiting_no} 号", "entered": "已登记摇号"}
        flash.say(self.request, words.get(result.state, result.state_label) + "。")
        return event_url(self.record.pk, "sign_ups")
