"""Children of a class on the guardian's phone: consent, who may fetch them, health notes, leaving."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from gongjia.base.refused import Refused
from gongjia.faces.portal.pages import PortalPage
from gongjia.faces.shared import event_words as words
from gongjia.faces.shared import flash
from gongjia.faces.shared.fields import DayField, Mended, NameField, NoteField
from gongjia.faces.shared.pages import FormPage
from gongjia.work.events import actions, queries
from gongjia.work.events.queries import own

RELATIONS = [("", "请选择"), *((one, one) for one in ("父亲", "母亲", "祖父母、外祖父母", "其他监护人"))]
GRADES = [("", "还没上学"), *((str(n), f"{n} 年级") for n in range(1, 10))]
FETCHERS = 2  # asked at sign-up; more are added afterwards


class PhoneText(Mended):
    """A number to be reached at; a landline is fine too."""

    wide = "m"
    attrs = {"inputmode": "tel", "maxlength": "20", "autocomplete": "off"}


class ChildrenForm(forms.Form):
    """So many children on one page: fields `c1_name`, `c1_p1_name`, …"""

    def __init__(self, *args: Any, count: int = 1, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.count = count
        for n in range(1, count + 1):
            self._add(f"c{n}_")
        self.fields["consent"] = forms.BooleanField(
            label="我是孩子的监护人，看过托班须知，同意主办工会为办班收集、使用上面的资料",
            error_messages={"required": "没有监护人同意，不能收孩子。（《个人信息保护法》第三十一条）"},
        )

    def _add(self, at: str) -> None:
        put = self.fields
        put[at + "name"] = NameField(label="孩子姓名", max_length=20)
        put[at + "born"] = DayField(label="出生日期")
        put[at + "grade"] = forms.ChoiceField(label="年级", choices=GRADES, required=False)
        put[at + "relation"] = forms.ChoiceField(label="您是孩子的", choices=RELATIONS)
        for p in range(1, FETCHERS + 1):
            who = f"{at}p{p}_"
            put[who + "name"] = NameField(
                label="谁来接" if p == 1 else "还有谁来接", required=p == 1, max_length=20,
                help_text="只有名单上的人能把孩子接走，包括您自己。" if p == 1 else "",
            )  # fmt: skip
            put[who + "relation"] = Mended(label="与孩子的关系", required=False, max_length=20, wide="s")
            put[who + "phone"] = PhoneText(label="电话", required=False)
        put[at + "health"] = NoteField(
            label="健康情况（过敏、用药等）",
            required=False,
            rows=2,
            max_length=300,
            help_text="加密保存，只有带班老师有需要时能看。",
        )
        put[at + "health_consent"] = forms.BooleanField(label="我单独同意班上使用孩子的健康情况", required=False)

    @property
    def groups(self) -> list[tuple[str, Sequence[str]]]:
        found = []
        for n in range(1, self.count + 1):
            names = [name for name in self.fields if name.startswith(f"c{n}_")]
            found.append((f"第 {n} 个孩子" if self.count > 1 else "孩子", names))
        return [*found, ("同意", ["consent"])]

    def children(self) -> list[actions.NewChild]:
        values, found = self.cleaned_data, []
        for n in range(1, self.count + 1):
            at = f"c{n}_"
            people = [
                actions.NewPickUp(values[f"{at}p{p}_name"], values[f"{at}p{p}_phone"], values[f"{at}p{p}_relation"])
                for p in range(1, FETCHERS + 1)
                if values.get(f"{at}p{p}_name")
            ]
            found.append(
                actions.NewChild(
                    values[at + "name"], values[at + "born"], values[at + "relation"], values["consent"], people,
                    grade=int(values[at + "grade"]) if values[at + "grade"] else None, health=values[at + "health"],
                    health_consent=values[at + "health_consent"],
                )
            )  # fmt: skip
        return found


class ChildrenForms(FormPage):
    """What the two pages with children's forms share: how many, in the address (`?n=2`)."""

    form_class = ChildrenForm

    @property
    def most(self) -> int:
        raise NotImplementedError

    @cached_property
    def count(self) -> int:
        wanted = self.request.GET.get("n", "1")
        return min(max(1, int(wanted) if wanted.isdecimal() and len(wanted) < 3 else 1), self.most)

    def form_kwargs(self) -> dict[str, Any]:
        return {"count": self.count}

    def context(self) -> dict[str, Any]:
        numbers = [{"n": n, "here": n == self.count} for n in range(1, self.most + 1)]
        return {**super().context(), "numbers": numbers if self.most > 1 else ()}

    def show(self, form: forms.Form, status: int = 200) -> HttpResponse:
        self.groups = form.groups  # type: ignore[attr-defined]
        return super().show(form, status)


class AddChildren(ChildrenForms, PortalPage):
    """The children of a place that was won in a lot."""

    title = "填写孩子资料"
    template = "portal/events/asking.html"
    submit_label = "保存"

    @cached_property
    def sign_up(self) -> Any:
        return queries.mine(self.actor, self.kwargs["pk"])

    def get_record(self) -> Any:
        _ = self.sign_up

    @cached_property
    def most(self) -> int:
        here = [one for one in own.my_children(self.actor, self.sign_up) if one.left_on is None]
        return max(1, self.sign_up.seats - len(here))

    @property
    def back(self) -> str:
        return reverse("portal:service_signup", args=[self.kwargs["pk"]])

    def act(self, form: forms.Form) -> Any:
        found = actions.add_children(
            sign_up=self.sign_up,
            children=form.children(),
            actor=self.actor,
            at=self.at,  # type: ignore[attr-defined]
        )
        flash.say(self.request, "孩子资料已保存。")
        return found

    def after(self, result: Any) -> str:
        return self.back


class FetcherForm(forms.Form):
    name = NameField(label="姓名", max_length=20)
    relation = Mended(label="与孩子的关系", required=False, max_length=20, wide="s")
    phone = PhoneText(label="电话", required=False)


class Child(FormPage, PortalPage):
    """One child: the days it was there, who may fetch it, and leaving the class."""

    template = "portal/events/child.html"
    form_class = FetcherForm
    submit_label = "加进接送人名单"
    fields_of = {"no_pick_up": "name", "pick_up_twice": "name", "phone_bad": "phone"}

    @cached_property
    def pair(self) -> Any:
        return own.my_child(self.actor, self.kwargs["pk"])

    def get_record(self) -> Any:
        _ = self.pair

    def heading(self) -> str:
        return self.pair[1].name

    @property
    def back(self) -> str:
        return reverse("portal:service_signup", args=[self.pair[0].sign_up_id])

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        answer = super().get(request, *args, **kwargs)
        answer["Cache-Control"] = "no-store"
        return answer

    def context(self) -> dict[str, Any]:
        child, shown = self.pair
        return {
            "child": shown,
            "event": child.sign_up.event,
            "days": [
                {
                    "label": words.session_words(one.session),
                    "note": "　".join(
                        part for part in (
                            f"{words.clock_of(one.in_at)}到班" if one.in_at else "",
                            f"{words.clock_of(one.out_at)}接走" if one.out_at else "",
                        ) if part
                    ),
                }
                for one in shown.days
            ],
        }  # fmt: skip

    def act(self, form: forms.Form) -> Any:
        values = form.cleaned_data
        who = actions.NewPickUp(values["name"], values["phone"], values["relation"])
        made = actions.add_pick_up(child=self.pair[0], who=who, actor=self.actor, at=self.at)
        flash.say(self.request, "已加进接送人名单。")
        return made

    def after(self, result: Any) -> str:
        return reverse("portal:service_child", args=[self.pair[0].pk])


class ChildAct(PortalPage):
    """A button of the child's page."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return HttpResponseRedirect(self.home())

    def home(self) -> str:
        raise NotImplementedError

    def act(self) -> str:
        raise NotImplementedError

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        home = self.home()
        try:
            flash.say(request, self.act())
        except Refused as refused:
            flash.say(request, refused.reasons[0].sentence, "danger")
        return HttpResponseRedirect(home)


class RemoveFetcher(ChildAct):
    """From now on the child is not given to that person."""

    @cached_property
    def row(self) -> Any:
        return own.my_pick_up(self.actor, self.kwargs["pk"])

    def home(self) -> str:
        return reverse("portal:service_child", args=[self.row.child_id])

    def act(self) -> str:
        actions.remove_pick_up(pick_up=self.row, actor=self.actor, at=self.at)
        return "已从接送人名单去掉。"


class WithdrawConsent(ChildAct):
    """The guardian takes the consent back: the child leaves the class."""

    @cached_property
    def child(self) -> Any:
        return own.my_child(self.actor, self.kwargs["pk"])[0]

    def home(self) -> str:
        return reverse("portal:service_signup", args=[self.child.sign_up_id])

    def act(self) -> str:
        actions.withdraw_consent(child=self.child, actor=self.actor, at=self.at)
        return "已撤回同意，孩子退出本班，健康情况已删除。"
