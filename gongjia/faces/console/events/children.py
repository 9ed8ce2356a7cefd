"""A children's class: signed up at the counter with the guardian's paper, brought, fetched by who is on the list."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from gongjia.base.journal import attachments
from gongjia.base.refused import Reason, Refused
from gongjia.faces.console.events.one import (
    CHILDREN,
    ActsPage,
    OfEvent,
    OfSession,
    event_url,
    kind_of,
    session_name,
    span_words,
)
from gongjia.faces.console.events.signups import member_of
from gongjia.faces.console.sections import keys_of
from gongjia.faces.shared import flash
from gongjia.faces.shared.fields import CountField, DayField, Mended, NoteField, UploadField
from gongjia.faces.shared.pages import Crumb, FormPage
from gongjia.work.events import actions, powers
from gongjia.work.events.queries import desk

PICK_UPS = 3


class ClassPage(OfSession, ActsPage):
    """One day of the class. Names and who may fetch a child are shown once opened, which is written down."""

    policy = CHILDREN
    template = "console/events/class.html"
    ops = {"open": powers.CHILDREN, "in": powers.CHILDREN, "out": powers.CHILDREN, "health": powers.CHILDREN}
    opened = False
    health: tuple[UUID, str] | None = None

    def heading(self) -> str:
        return f"{session_name(self.record)}到班和接走"

    @property
    def lead(self) -> str:  # type: ignore[override]
        return f"{self.event.title} · {span_words(self.record.starts_at, self.record.ends_at)}"

    def context(self) -> dict[str, Any]:
        one = self.record
        rows = actions.open_class(session=one, actor=self.actor, at=self.at) if self.opened else []
        return {
            "record": one, "event": self.event, "count": desk.class_count(one), "opened": self.opened, "rows": rows,
            "here": sum(row.in_at is not None and row.out_at is None for row in rows), "health": self.health,
            "without": list(desk.without_children(self.event)[:50]), "typed": self.typed, "children_class": kind_of(self.event).children,
            "new_url": event_url(self.event.pk, "child_new"),
        }  # fmt: skip

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        _ = self.record
        self.opened = request.POST.get("_op", "") in self.ops  # the list stays open while one works with it
        return super().post(request, *args, **kwargs)

    def shown(self) -> HttpResponse:
        return self.render(reasons=(), **self.context())

    def do_open(self) -> HttpResponse:
        return self.shown()

    def do_in(self) -> HttpResponse:
        picked = keys_of(self.request.POST.getlist("pick"))
        if not picked:
            raise Refused(Reason("nobody", "请先勾选到班的孩子。"))
        count = actions.children_in(session=self.record, children=picked, actor=self.actor, at=self.at)
        flash.say(self.request, f"{count} 个孩子已到班。")
        return self.shown()

    def do_out(self) -> HttpResponse:
        """`child` goes with `pick_up`, chosen from its list, or with whoever names themself."""
        child = desk.child_of(self.actor, self._key("child"))
        chosen = keys_of([self.typed(f"by_{child.pk}")])
        row = desk.pick_up_in(child, chosen[0]) if chosen else None
        name = "" if row is not None else self.typed(f"name_{child.pk}").strip()
        if row is None and not name:
            raise Refused(Reason("who_fetches", "请选择谁来接；名单上没有的，填来人的姓名核对。"))
        actions.child_out(child=child, session=self.record, pick_up=row, name=name, actor=self.actor, at=self.at)
        flash.say(self.request, "已接走，已通知家长。")
        return self.shown()

    def do_health(self) -> HttpResponse:
        child = desk.child_of(self.actor, self._key("child"))
        words = actions.reveal_health(child=child, reason=self.typed("why"), actor=self.actor, at=self.at)
        self.health = (child.pk, words)
        return self.shown()

    def _key(self, name: str) -> UUID:
        found = keys_of([self.typed(name)])
        if not found:
            raise Refused(Reason("no_child", "请先选择孩子。"))
        return found[0]


class ChildForm(forms.Form):
    """One child as its guardian wrote it down and signed."""

    guardian = Mended(label="监护人（会员）", max_length=40, help_text="填手机号或证件号码，最准；也可以填姓名。")
    session = forms.ChoiceField(label="场次")
    name = Mended(label="孩子姓名", max_length=40)
    born = DayField(label="出生日期")
    grade = CountField(label="年级", required=False, max_value=12, help_text="秋季升入几年级。")
    relation = Mended(label="监护人是孩子的", max_length=20, help_text="如：父亲、母亲。")
    consent = forms.BooleanField(label="监护人看过托班须知并签字同意", required=False)
    paper = UploadField(label="签字的同意书", accept="image/*,application/pdf", required=False)
    health = NoteField(
        label="健康情况",
        required=False,
        max_length=300,
        rows=2,
        help_text="过敏、用药等，加密保存，只有带班的人看得到。",
    )
    health_consent = forms.BooleanField(label="监护人单独同意登记健康情况", required=False)

    def __init__(self, *args: Any, sessions: Any = (), **kwargs: Any):
        super().__init__(*args, **kwargs)
        if sessions:
            self.fields["session"].choices = [(str(one.pk), session_name(one)) for one in sessions]
        else:
            del self.fields["session"]
        head = tuple(name for name in ("guardian", "session") if name in self.fields)
        self.blocks: list[tuple[str, tuple[str, ...]]] = [
            ("谁来报", head), ("孩子", ("name", "born", "grade", "relation")), ("同意", ("consent", "paper", "health", "health_consent")),
        ]  # fmt: skip
        for n in range(1, PICK_UPS + 1):
            self.fields[f"k{n}_name"] = Mended(label="姓名", max_length=40, required=n == 1)
            self.fields[f"k{n}_phone"] = Mended(label="电话", max_length=20, required=n == 1)
            self.fields[f"k{n}_relation"] = Mended(label="和孩子的关系", max_length=20, required=False)
            self.blocks.append((f"接送人 {n}", tuple(f"k{n}_{part}" for part in ("name", "phone", "relation"))))

    def pick_ups(self) -> list[actions.NewPickUp]:
        values = self.cleaned_data
        return [
            actions.NewPickUp(values[f"k{n}_name"], values[f"k{n}_phone"], values[f"k{n}_relation"])
            for n in range(1, PICK_UPS + 1) if values[f"k{n}_name"]
        ]  # fmt: skip


class ChildNew(OfEvent, FormPage):
    """窗口代报 of a class: no child without the guardian's signature."""

    title = "窗口代报孩子"
    lead = "没有监护人签字的同意书，不能收；接孩子的人只认名单。"
    policy = CHILDREN
    form_class = ChildForm
    submit_label = "报名"
    fields_of = {
        "no_consent": "consent", "no_consent_paper": "paper", "no_health_consent": "health_consent", "born_missing": "born",
        "child_age": "born", "no_child_any_more": "born", "child_grade": "grade", "relation_missing": "relation",
        "no_pick_up": "k1_name", "phone_bad": "k1_phone", "member_none": "guardian", "member_many": "guardian",
        "already": "guardian", "pick_up_twice": "k2_name",
    }  # fmt: skip

    def form_kwargs(self) -> dict[str, Any]:
        return {"sessions": desk.sessions_of(self.record) if self.record.by_session else []}

    def show(self, form: Any, status: int = 200) -> HttpResponse:
        self.groups = form.blocks
        return super().show(form, status)

    def act(self, form: ChildForm) -> Any:
        values = form.cleaned_data
        guardian = member_of(self.actor, values["guardian"], self.at)
        child = actions.NewChild(
            values["name"], values["born"], values["relation"], values["consent"], form.pick_ups(), values["grade"],
            values["health"], values["health_consent"],
        )  # fmt: skip
        missing = actions.child_faults(self.record, [child], counter=False, at=self.at)
        if missing:  # before the paper is stored
            raise Refused(missing)
        file = values["paper"]
        paper = (
            attachments.store(file, name=file.name, actor=self.actor, at=self.at, org=self.record.org) if file else None
        )
        child = actions.NewChild(
            values["name"], values["born"], values["relation"], values["consent"], form.pick_ups(), values["grade"],
            values["health"], values["health_consent"], paper,
        )  # fmt: skip
        key = values.get("session")
        session = next((one for one in desk.sessions_of(self.record) if str(one.pk) == key), None) if key else None
        return actions.sign_up_children(
            event=self.record, guardian=guardian, children=[child], session=session, clash_ok=True, counter=True,
            actor=self.actor, at=self.at,
        )  # fmt: skip

    def after(self, result: Any) -> str:
        flash.say(
            self.request, "报上了。" if result.state == "placed" else f"名额已满，排在候补第 {result.waiting_no} 号。"
        )
        return event_url(self.record.pk, "sign_ups")


class PickUpForm(forms.Form):
    name = Mended(label="接送人姓名", max_length=40)
    phone = Mended(label="电话", max_length=20, required=False)
    relation = Mended(label="和孩子的关系", max_length=20, required=False)
    paper = UploadField(label="监护人签字的单子", accept="image/*,application/pdf", required=False)


class PickUpNew(FormPage):
    """One more who may fetch a child: only with the guardian's signature."""

    title = "增加接送人"
    policy = CHILDREN
    form_class = PickUpForm
    submit_label = "加进名单"
    done_text = "已加进接送人名单。"
    fields_of = {"no_guardian_paper": "paper", "no_pick_up": "name", "pick_up_twice": "name", "phone_bad": "phone", "pick_ups_most": "name"}  # fmt: skip

    def get_record(self) -> Any:
        return desk.child_of(self.actor, self.kwargs["pk"])

    def org_of(self, record: Any) -> Any:
        return record.sign_up.event.org

    def crumbs(self) -> list[Crumb]:
        event = self.record.sign_up.event
        return [Crumb("活动", reverse("console:events")), Crumb(event.title, event_url(event.pk))]

    @property
    def cancel_url(self) -> str:
        return event_url(self.record.sign_up.event_id)

    def act(self, form: PickUpForm) -> Any:
        values = form.cleaned_data
        file = values["paper"]
        org = self.record.sign_up.event.org
        paper = attachments.store(file, name=file.name, actor=self.actor, at=self.at, org=org) if file else None
        who = actions.NewPickUp(values["name"], values["phone"], values["relation"])
        return actions.add_pick_up(child=self.record, who=who, paper=paper, actor=self.actor, at=self.at)

    def after(self, result: Any) -> str:
        return self.cancel_url
