"""Filling in: one topic a screen, kept on the server with every step and every few seconds."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse

from gongjia.base.refused import Hidden, Reason, Refused
from gongjia.base.secret import canonical
from gongjia.faces.portal.services.own import EDITABLE, OwnPage, PostOnly, lines_of
from gongjia.faces.portal.services.steps import Step, before, first_open, next_of, place_of, step_with
from gongjia.faces.shared import filling, flash
from gongjia.faces.shared.filling import Faults
from gongjia.faces.shared.formats import hour
from gongjia.faces.shared.pages.forms import sentence_of
from gongjia.work.programmes import actions, queries
from gongjia.work.programmes.queries.lists import names_of
from gongjia.work.programmes.queries.offers import person_by_paper, places_of, unions_like


class Screen(filling.Filling, OwnPage):
    """What the screen and its saving share."""

    @cached_property
    def step(self) -> Step:
        found = next((one for one in self.steps if one.number == self.kwargs["step"]), None)
        if found is None:
            raise Hidden(str(self.kwargs["step"]))
        return found

    def forget(self) -> None:
        super().forget()
        self.__dict__.pop("step", None)
        self.__dict__.pop("names", None)

    @cached_property
    def places(self) -> dict[str, list[str]]:
        return places_of(self.one.round)

    @property
    def asked(self) -> list[Any]:
        """The fields of this screen."""
        return filling.placed(self.step.shown(self.answers), self.places)

    @property
    def home_org(self) -> Any:
        return self.one.org

    def keep(self, patch: dict[str, Any]) -> None:
        revision = self.request.POST.get("revision", "")
        actions.save_draft(
            application=self.one, answers=patch, actor=self.actor, at=self.at,
            revision=int(revision) if revision.isdigit() else None,
        )  # fmt: skip
        self.forget()


class Keep(Screen):
    """Every few seconds, by the page's script: what has been typed. Files wait for the button."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return HttpResponseRedirect(self.fill_url(self.step.number))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            self.keep(filling.typed(self.asked, request.POST, self.answers))
        except Refused as refused:
            return JsonResponse({"saved": "", "said": "".join(sentence_of(one) for one in refused.reasons)})
        return JsonResponse({"saved": hour(self.at), "fresh": {"revision": self.one.revision}})


class Fill(Screen):
    """One screen of the form."""

    template = "portal/services/fill.html"

    @property
    def back(self) -> str:
        return self.home

    def heading(self) -> str:
        return self.one.round.title

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.one.state not in EDITABLE:
            return HttpResponseRedirect(self.home)
        if not self.asked:
            return HttpResponseRedirect(self.onwards())
        return self.show({})

    def onwards(self) -> str:
        if self.request.GET.get("to") == "summary" or self.request.POST.get("to") == "summary":
            return self.summary_url
        following = next_of(self.steps, self.step.number, self.answers)
        return self.fill_url(following.number) if following else self.summary_url

    def backwards(self) -> str:
        earlier = before(self.steps, self.step.number, self.answers)
        return self.fill_url(earlier.number) if earlier else self.home

    def show(self, faults: Faults, *, said: Sequence[str] = (), status: int = 200, found: Any = None) -> HttpResponse:
        here, total = place_of(self.steps, self.step.number, self.answers)
        return self.render(
            status=status,
            one=self.one,
            **self.drawn(faults, said, found),
            step=here,
            steps=total,
            step_title=self.step.title,
            revision=self.one.revision,
            earlier=before(self.steps, self.step.number, self.answers) is not None,
            to="summary" if "summary" in (self.request.GET.get("to"), self.request.POST.get("to")) else "",
        )

    @cached_property
    def names(self) -> dict[str, str]:
        return names_of(self.spec, self.answers)

    def file_url(self, pk: str) -> str:
        return reverse("portal:service_file", args=[self.one.pk, pk])

    def find_person(self, name: str, number: str) -> Any:
        person = person_by_paper(name, canonical.id_number(number))
        if person is None:
            raise Refused(Reason("not_found", "没有找到这位会员，请核对姓名和证件号码。"))
        return person

    def find_unions(self, text: str) -> list[Any]:
        unions = list(unions_like(text, taking_members=self.one.subject == "newcomer"))
        if not unions:
            raise Refused(Reason("not_found", "没有找到这家工会，请换几个字再找。"))
        return unions

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.one.state not in EDITABLE:
            return HttpResponseRedirect(self.home)
        patch, wrong, found = self.take()
        try:
            self.keep(patch)
        except Refused as refused:
            return self.show({}, said=[sentence_of(reason) for reason in refused.reasons], status=422)
        if "back" in request.POST:
            return HttpResponseRedirect(self.backwards())
        if "later" in request.POST:
            flash.say(request, "已保存，随时可以回来接着填。")
            return HttpResponseRedirect(self.home)
        if "add" in request.POST or "redo" in request.POST:
            tail = f"?add={request.POST['add']}" if "add" in request.POST else ""
            return HttpResponseRedirect(self.fill_url(self.step.number) + tail)
        keys = {one["key"] for one in self.asked}
        for key, reasons in self.faults().items():
            if key in keys and key not in wrong:
                wrong[key] = [reason.sentence for reason in reasons]
        return self.show(wrong, status=422, found=found) if wrong else HttpResponseRedirect(self.onwards())


class Summary(OwnPage):
    """Everything once more before it is handed in; what is missing or not met, and where to mend it."""

    template = "portal/services/summary.html"

    @property
    def back(self) -> str:
        return self.home

    def heading(self) -> str:
        return "核对后提交"

    def context(self) -> dict[str, Any]:
        if self.one.state not in EDITABLE:
            return {}
        faults = self.faults()
        lines = lines_of(self)
        labels = {one["key"]: one["label"] for one in self.spec["fields"]}
        missing = [
            {"sentence": reasons[0].sentence, "label": labels[key], "url": self.mend_url(step_with(self.steps, key))}
            for key, reasons in faults.items()
        ]
        checked = queries.eligibility(
            self.actor, self.one.round, at=self.at, answers=None if faults else self.answers, for_org=self.one.for_org
        )
        hit = [line for line in lines if self.one.missing and line["label"] in self.one.missing]
        # 学费 is not meant where 学费发票 is
        hit = [line for line in hit if not any(line["label"] in one["label"] and line is not one for one in hit)]
        return {
            "one": self.one,
            "lines": [{**line, "url": self.mend_url(line["step"])} for line in lines],
            "missing": missing,
            "named": [{**line, "url": self.mend_url(line["step"])} for line in hit],
            "unmet": [one for one in checked.conditions if one.ok is False],
            "mending": self.one.state == "returned",
        }

    def mend_url(self, number: int) -> str:
        return f"{self.fill_url(number)}?to=summary"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.one.state not in EDITABLE:
            return HttpResponseRedirect(self.home)
        return self.render(**self.context(), reasons=[])

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.one.state not in EDITABLE:
            return HttpResponseRedirect(self.home)
        mending = self.one.state == "returned"
        try:
            actions.submit(application=self.one, actor=self.actor, at=self.at)
        except Refused as refused:
            self.forget()
            return self.render(status=422, **{**self.context(), "unmet": []}, reasons=refused.reasons)
        flash.say(request, "补正材料已提交。" if mending else "已提交，办理情况会发到消息里。")
        return HttpResponseRedirect(self.home)


class Resume(PostOnly):
    """To the first screen that lacks something, else to the summary."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.one.state not in EDITABLE:
            return HttpResponseRedirect(self.home)
        if self.one.state == "returned" and not self.faults():
            return HttpResponseRedirect(self.summary_url)
        begun = self.one.state == "returned" or self.one.revision > 0
        step = first_open(self.steps, self.answers) if begun else next_of(self.steps, 0, self.answers)
        return HttpResponseRedirect(self.fill_url(step.number) if step else self.summary_url)
