"""Every page of the portal: reading and asking work without JavaScript."""

from __future__ import annotations

import io
from typing import Any

import qrcode
import qrcode.image.svg
from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.templatetags.static import static
from django.urls import reverse
from markupsafe import Markup

from gongjia.base import outbox
from gongjia.base.refused import Hidden, Reason, Refused
from gongjia.faces.portal import forms as ours
from gongjia.faces.portal.events.tiles import going_to, held_places
from gongjia.faces.portal.services import tiles
from gongjia.faces.shared import flash
from gongjia.faces.shared.jinja import link_to
from gongjia.faces.shared.pages import FormPage, Page
from gongjia.faces.shared.policy import Policy
from gongjia.who.members import actions, kinds, queries
from gongjia.who.members.queries.person import labels_of, my_helps, my_page
from gongjia.who.members.rules.card import show_serial
from gongjia.who.orgs import kinds as org_kinds
from gongjia.who.orgs import queries as orgs

ACCOUNT = Policy("account")


class PortalPage(Page):
    """A page of a logged-in person about themself: no scope but their own row."""

    policy = ACCOUNT
    layout = "ui/layouts/portal.html"
    back = ""

    @property
    def me(self) -> queries.PersonPage | None:
        if not hasattr(self, "_me"):
            self._me = my_page(self.request.user)
        return self._me

    def render(self, **more: Any) -> HttpResponse:
        return super().render(back=self.back or reverse("portal:home"), me=self.me, **more)


def services() -> list[dict[str, str]]:
    """What can be done here now, in a worker's words."""
    wanted = (
        ("报名活动", "calendar-event", "teal", "portal:service_events"),
        ("查我的会籍", "id-badge-2", "info", "portal:standing"),
        ("我的会员卡", "qrcode", "", "portal:card"),
        ("资料有误", "edit", "warning", "portal:data"),
        ("换了单位", "arrows-left-right", "teal", "portal:transfer"),
        ("请工会干部帮我办", "message-circle", "success", "portal:help"),
        ("换手机号", "device-mobile", "purple", "login:phone"),
    )
    return [
        {"label": label, "sign": sign, "hue": hue, "url": address}
        for label, sign, hue, name in wanted
        if (address := link_to(name))
    ]


class Home(PortalPage):
    title = "工家"
    template = "portal/home.html"

    def context(self) -> dict[str, Any]:
        me, today = self.me, self.at.date()
        waiting = []
        if me:
            waiting += [
                {"label": f"更正{one.field_label}", "note": "工会干部正在处理", "url": reverse("portal:data")}
                for one in me.corrections
                if one.state == "open"
            ]
            if me.transfer:
                waiting.append(
                    {
                        "label": f"转往{me.transfer.to_org.name}",
                        "note": me.transfer.state_label,
                        "url": reverse("portal:transfer"),
                    }
                )
        waiting += [
            {"label": one.about_label, "note": one.state_label, "url": reverse("portal:help")}
            for one in my_helps(self.request.user)
            if one.state == "open"
        ]
        member = me is not None and me.standing in ("active", "retained")
        return {
            "services": [*tiles.tiles(self.actor, self.at, member=member), *services()],
            "waiting": [
                *held_places(self.actor),
                *tiles.accounts_asked(self.actor, me.person if me else None),
                *tiles.waiting(self.actor),
                *waiting,
                *going_to(self.actor, self.at),
            ],
            "standing": queries.my_standing(self.request.user, today),
            "serial": show_serial(me.person.card_serial) if me and me.person.card_serial else "",
            "messages": list(outbox.inbox(self.actor.account_id)[:3]),
            "officer": bool(self.actor.posts),
        }


class Card(PortalPage):
    """The electronic card with a code that ages; a scan by an officer answers whether this is a member."""

    title = "电子会员卡"
    template = "portal/card.html"

    def context(self) -> dict[str, Any]:
        me = self.me
        if me is None or not me.person.card_serial:
            raise Hidden("card")
        picture = io.BytesIO()
        qrcode.make(actions.card_code(me.person, self.at), image_factory=qrcode.image.svg.SvgPathImage, border=2).save(
            picture
        )
        return {
            "picture": Markup(picture.getvalue().decode().split("?>", 1)[-1]),
            "serial": show_serial(me.person.card_serial),
            "active": me.standing == "active",
            "state": {"active": "在册", "retained": "保留会籍", "left": "已离会", "none": "未入会"}[me.standing],
        }


class Standing(PortalPage):
    """查我的会籍: each condition, the fact used, who can cure it."""

    title = "查我的会籍"
    template = "portal/standing.html"

    def context(self) -> dict[str, Any]:
        found = queries.my_standing(self.request.user, self.at.date())
        return {
            "standing": found,
            "checks": [
                {"ok": one.ok, "sentence": one.label, "fact": one.fact, "cure": one.cure} for one in found.checks
            ],
        }


FACTS = ("name", "sex", "born_on", "nation", "education", "political", "skill_level", "household_place", "job_post")


class Data(PortalPage):
    """My data: what is on file about me, masked; each line can be said to be wrong with one tap."""

    title = "我的资料"
    template = "portal/data.html"

    def context(self) -> dict[str, Any]:
        me = self.me
        if me is None:
            return {"rows": [], "corrections": []}
        person, words = me.person, labels_of(me.person)
        values = {name: words.get(name) or getattr(person, name) for name in FACTS}
        values |= {
            "id_no": str(person.id_no) if person.id_no else "", "phone": str(person.phone) if person.phone else "",
            "is_rural_worker": "是" if person.is_rural_worker else "不是", "union": me.org.name if me.org else "",
        }  # fmt: skip
        order = ("name", "id_no", "phone", "union", *FACTS[1:], "is_rural_worker")
        return {
            "rows": [
                {
                    "label": kinds.CorrectionField(name).label,
                    "value": values[name] or "没有登记",
                    "url": reverse("portal:correct", args=[name]),
                }
                for name in order
            ],
            "corrections": queries.my_corrections(self.request.user),
        }


class PortalForm(PortalPage, FormPage):
    template = "portal/form.html"
    policy = ACCOUNT


class Correct(PortalForm):
    """One tap: this is wrong, it should say that."""

    form_class = ours.CorrectionForm
    submit_label = "请工会更正"
    done_text = "已提交，工会干部核实后会更正并告诉您。"
    fields_of = {
        "wanted_missing": "wanted",
        "phone_bad": "wanted",
        "id_check_digit": "wanted",
        "date_impossible": "wanted",
        "code_unknown": "wanted",
    }

    @property
    def back(self) -> str:
        return reverse("portal:data")

    def heading(self) -> str:
        if self.kwargs["field"] not in kinds.CorrectionField.values:
            raise Hidden(self.kwargs["field"])
        return f"更正{kinds.CorrectionField(self.kwargs['field']).label}"

    def form_kwargs(self) -> dict[str, Any]:
        self.heading()
        return {"field": self.kwargs["field"]}

    def act(self, form: forms.Form) -> Any:
        return actions.ask_correction(
            account=self.request.user, field=self.kwargs["field"], wanted=form.cleaned_data.get("wanted", ""),
            words=form.cleaned_data["words"], actor=self.actor, at=self.at,
        )  # fmt: skip

    def after(self, result: Any) -> str:
        return reverse("portal:data")


class WithdrawCorrection(PortalPage):
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        one = next((one for one in queries.my_corrections(request.user) if one.pk == self.kwargs["pk"]), None)
        if one is None:
            raise Hidden(str(self.kwargs["pk"]))
        actions.withdraw_correction(correction=one, actor=self.actor, at=self.at)
        flash.say(request, "已撤回。")
        return HttpResponseRedirect(reverse("portal:data"))

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return HttpResponseRedirect(reverse("portal:data"))


class Help(PortalForm):
    """请工会干部帮我办."""

    title = "请工会干部帮我办"
    form_class = ours.HelpForm
    submit_label = "提交"
    template = "portal/help.html"
    done_text = "已提交，您的工会干部会联系您。"
    fields_of = {"words_missing": "words"}

    def context(self) -> dict[str, Any]:
        return {"helps": my_helps(self.request.user)}

    def act(self, form: forms.Form) -> Any:
        return actions.ask_help(account=self.request.user, actor=self.actor, at=self.at, **form.cleaned_data)

    def after(self, result: Any) -> str:
        return reverse("portal:help")


class Transfer(PortalForm):
    """换了单位: the old union confirms, the new one accepts."""

    title = "换了单位"
    lead = "会籍跟着劳动关系走。提交后由原工会确认、新工会接收，不用重新入会。"
    form_class = ours.TransferForm
    submit_label = "申请转接"
    template = "portal/transfer.html"
    done_text = "已提交。"
    fields_of = {"to_unknown": "union", "same_union": "union", "transfer_open": "union"}

    def act(self, form: forms.Form) -> Any:
        found = [
            org
            for org in orgs.by_names_or_codes([form.cleaned_data["union"]])
            if org.kind in org_kinds.MEMBER_KINDS and org.state == "active"
        ]
        if len(found) != 1:
            raise Refused(Reason("to_unknown", "没有找到这家工会，请核对全称；也可以请工会干部帮您办。"))
        return actions.ask_by_member(
            account=self.request.user, to_org=found[0], actor=self.actor, at=self.at, words=form.cleaned_data["words"]
        )

    def after(self, result: Any) -> str:
        return reverse("portal:transfer")

    def context(self) -> dict[str, Any]:
        one = self.me.transfer if self.me else None
        path = []
        if one is not None:
            asked = one.state == "asked"
            path = [
                {"label": "提交", "state": "done", "at": None, "note": ""},
                {
                    "label": one.from_org.short_name or one.from_org.name,
                    "state": "now" if asked else "done",
                    "at": None,
                    "note": "确认转出",
                },
                {
                    "label": one.to_org.short_name or one.to_org.name,
                    "state": "todo" if asked else "now",
                    "at": None,
                    "note": "接收",
                },
            ]
        return {"transfer": one, "path": path}


class WithdrawTransfer(PortalPage):
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.me is None or self.me.transfer is None:
            raise Hidden("transfer")
        actions.withdraw(transfer=self.me.transfer, actor=self.actor, at=self.at)
        flash.say(request, "已撤回。")
        return HttpResponseRedirect(reverse("portal:transfer"))

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return HttpResponseRedirect(reverse("portal:transfer"))


class Inbox(PortalPage):
    title = "消息"
    template = "portal/inbox.html"

    def context(self) -> dict[str, Any]:
        rows = list(outbox.inbox(self.actor.account_id)[:100])
        outbox.mark_read(self.actor.account_id, at=self.at, items=[row.pk for row in rows if row.read_at is None])
        return {"rows": rows}


class Me(PortalPage):
    title = "我的"
    template = "portal/me.html"

    def context(self) -> dict[str, Any]:
        wanted = (
            ("我的资料", "id", "portal:data"),
            ("电子会员卡", "qrcode", "portal:card"),
            ("我的申请", "clipboard-list", "portal:service_mine"),
            ("我的报名", "ticket", "portal:service_signups"),
            ("我的学时和证书", "certificate", "portal:service_hours"),
            ("工会为我做了什么", "heart-handshake", "portal:service_done"),
            ("我家的困难职工档案", "home", "portal:service_household"),
            ("收款账户", "building-bank", "portal:service_account"),
            ("换手机号", "device-mobile", "login:phone"),
            ("登录过的设备", "devices", "login:devices"),
            ("个人信息怎么用", "shield-check", "public:privacy"),
        )
        return {
            "cells": [
                {"label": label, "sign": sign, "url": address}
                for label, sign, name in wanted
                if (address := link_to(name))
                and (self.me is not None or name not in ("portal:service_account", "portal:service_household"))
            ],
            "console": link_to("console:home") if self.actor.posts else "",
        }


class Find(FormPage):
    """Not logged in, or a phone that is not on file: the same answer whether or not the person exists."""

    title = "查不到我的会籍"
    lead = "手机号没登记或登记错了，留下姓名和电话，工会干部会联系您。"
    policy = Policy("anyone")
    layout = "ui/layouts/portal.html"
    form_class = ours.FindForm
    submit_label = "提交"
    template = "portal/form.html"
    fields_of = {"phone_bad": "phone", "name_missing": "name"}

    def context(self) -> dict[str, Any]:
        return {"back": "/", "me": None}

    def act(self, form: forms.Form) -> Any:
        return actions.ask_from_outside(at=self.at, **form.cleaned_data)

    def after(self, result: Any) -> str:
        return reverse("portal:found")


class Found(Page):
    title = "已收到"
    policy = Policy("anyone")
    layout = "ui/layouts/portal.html"
    template = "portal/found.html"


def manifest(request: HttpRequest) -> JsonResponse:
    """The portal can be put on the home screen."""
    return JsonResponse(
        {
            "name": "工家", "short_name": "工家", "start_url": reverse("portal:home"), "scope": reverse("portal:home"),
            "display": "standalone", "background_color": "#f5f6f7", "theme_color": "#c7161d", "lang": "zh-CN",
            "icons": [
                {"src": static(f"ui/icon-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png"} for size in (192, 512)
            ],
        },
        content_type="application/manifest+json",
    )  # fmt: skip
