"""Filling in: one topic a screen, kept on the server with every step and every few seconds."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse

from gongjia.base.journal import attachments
from gongjia.base.refused import Hidden, Refused
from gongjia.base.secret import canonical
from gongjia.faces.portal.services import fields
from gongjia.faces.portal.services.own import EDITABLE, OwnPage, PostOnly, files_of, lines_of
from gongjia.faces.portal.services.steps import Step, before, first_open, next_of, place_of, step_with
from gongjia.faces.shared import flash
from gongjia.faces.shared.formats import hour
from gongjia.faces.shared.pages import faults_of
from gongjia.faces.shared.pages.forms import sentence_of
from gongjia.work.programmes import actions, queries
from gongjia.work.programmes.queries.offers import person_by_paper, places_of, unions_like
from gongjia.work.programmes.rules.forms import PICTURES_AND_PDF

Faults = dict[str, list[str]]


class Filling(OwnPage):
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

    @cached_property
    def places(self) -> dict[str, list[str]]:
        return places_of(self.one.round)

    @property
    def asked(self) -> list[Any]:
        """The fields of this screen. Where somebody without an employer works is picked, not typed: the routing
        table only knows its own words."""
        return [
            {**one, "kind": "choice", "choices": [[value, value] for value in self.places[one["key"]]]}
            if one["kind"] == "text" and one["key"] in self.places
            else one
            for one in self.step.shown(self.answers)
        ]

    def keep(self, patch: dict[str, Any]) -> None:
        revision = self.request.POST.get("revision", "")
        actions.save_draft(
            application=self.one, answers=patch, actor=self.actor, at=self.at,
            revision=int(revision) if revision.isdigit() else None,
        )  # fmt: skip
        self.forget()


class Keep(Filling):
    """Every few seconds, by the page's script: what has been typed. Files wait for the button."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return HttpResponseRedirect(self.fill_url(self.step.number))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            self.keep(fields.typed(self.asked, request.POST, self.answers))
        except Refused as refused:
            return JsonResponse({"saved": "", "said": "".join(sentence_of(one) for one in refused.reasons)})
        return JsonResponse({"saved": hour(self.at), "fresh": {"revision": self.one.revision}})


class Fill(Filling):
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
        data = None
        if self.request.method == "POST":
            data = self.request.POST.copy()
            for one in self.asked:  # what was kept is not shown a second time
                if one.get("sensitive") and one["key"] not in faults:
                    data.pop(f"{fields.PREFIX}-{one['key']}", None)
        form = fields.build(self.asked, self.answers, data=data, faults=faults)
        here, total = place_of(self.steps, self.step.number, self.answers)
        summary = faults_of(form) if form.is_bound else []
        shown = {one["anchor"] for one in summary}
        for one in self.asked:
            if one["key"] not in form.fields:
                summary += [
                    {"label": one["label"], "sentence": text, "anchor": f"f-{fields.PREFIX}-{one['key']}"}
                    for text in faults.get(one["key"], ())
                ]
        summary += [{"label": "", "sentence": text, "anchor": ""} for text in said]
        return self.render(
            status=status,
            one=self.one,
            form=form,
            parts=[self.part(one, form, faults, found or {}) for one in self.asked],
            faults=summary,
            shown=shown,
            step=here,
            steps=total,
            step_title=self.step.title,
            revision=self.one.revision,
            earlier=before(self.steps, self.step.number, self.answers) is not None,
            to="summary" if "summary" in (self.request.GET.get("to"), self.request.POST.get("to")) else "",
            has_files=any(one["kind"] == "file" for one in self.asked),
        )

    def part(self, one: Any, form: Any, faults: Faults, found: Any) -> dict[str, Any]:
        """What the template needs to draw one field."""
        key, kind = one["key"], one["kind"]
        value = self.answers.get(key)
        made: dict[str, Any] = {"key": key, "kind": kind, "spec": one, "faults": faults.get(key, [])}
        if kind == "rows":
            made |= self.table(one, value if isinstance(value, list) else [])
        elif kind in ("person", "union"):
            in_words = {line.key: line.text for line in queries.answer_lines(self.spec, {key: value}, False)}
            made |= {"chosen": in_words.get(key, "") if value else "", "found": found.get(key, [])}
        else:
            made["field"] = form[key]
            made["files"] = files_of(self, one, value) if kind == "file" else []
        return made

    def table(self, one: Any, rows: list[Any]) -> dict[str, Any]:
        """Lines that are there, then an empty one. Lines of a sensitive table are named by their first column only."""
        if one.get("sensitive"):
            first = one["columns"][0]["key"]
            held = [{"number": n, "text": str(row.get(first, ""))} for n, row in enumerate(rows)]
            return {"held": held, "lines": [(0, fields.row_form(one, 0, {}))]}
        blank = not rows or "add" in self.request.POST or "add" in self.request.GET
        lines = [*rows, {}] if blank else rows
        return {"held": [], "lines": [(n, fields.row_form(one, n, row)) for n, row in enumerate(lines)]}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.one.state not in EDITABLE:
            return HttpResponseRedirect(self.home)
        asked, patch = self.asked, fields.typed(self.asked, request.POST, self.answers)
        wrong: Faults = {}
        found: dict[str, list[Any]] = {}
        for one in asked:
            if one["kind"] == "file":
                self.take_files(one, patch, wrong)
            elif one["kind"] == "person":
                self.take_person(one, patch, wrong)
            elif one["kind"] == "union":
                self.take_union(one, patch, wrong, found)
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
            tail = "?add=1" if "add" in request.POST else ""
            return HttpResponseRedirect(self.fill_url(self.step.number) + tail)
        keys = {one["key"] for one in self.asked}
        for key, reasons in self.faults().items():
            if key in keys and key not in wrong:
                wrong[key] = [reason.sentence for reason in reasons]
        return self.show(wrong, status=422, found=found) if wrong else HttpResponseRedirect(self.onwards())

    def take_files(self, one: Any, patch: dict[str, Any], wrong: Faults) -> None:
        """What is there, without what was crossed out, with what was picked now."""
        key, name = one["key"], f"{fields.PREFIX}-{one['key']}"
        gone = set(self.request.POST.getlist(f"{name}-gone"))
        value = self.answers.get(key)
        held = [str(pk) for pk in value if str(pk) not in gone] if isinstance(value, list) else []
        for upload in self.request.FILES.getlist(name):
            try:
                kept = attachments.store(
                    upload, name=upload.name, actor=self.actor, at=self.at, org=self.one.org,
                    kinds=tuple(one.get("files") or PICTURES_AND_PDF),
                )  # fmt: skip
                held.append(str(kept.pk))
            except Refused as refused:
                wrong.setdefault(key, []).extend(sentence_of(reason) for reason in refused.reasons)
        patch[key] = held

    def take_person(self, one: Any, patch: dict[str, Any], wrong: Faults) -> None:
        name = f"{fields.PREFIX}-{one['key']}"
        typed, number = self.request.POST.get(f"{name}-name", ""), self.request.POST.get(f"{name}-number", "")
        if not typed.strip() and not number.strip():
            return
        person = person_by_paper(typed, canonical.id_number(number))
        if person is None:
            wrong[one["key"]] = ["没有找到这位会员，请核对姓名和证件号码。"]
        else:
            patch[one["key"]] = str(person)

    def take_union(self, one: Any, patch: dict[str, Any], wrong: Faults, found: dict[str, list[Any]]) -> None:
        name = f"{fields.PREFIX}-{one['key']}"
        if picked := self.request.POST.get(f"{name}-pick"):
            patch[one["key"]] = picked
            return
        if not (text := self.request.POST.get(f"{name}-text", "").strip()):
            return
        unions = unions_like(text, taking_members=self.one.subject == "newcomer")
        if len(unions) == 1:
            patch[one["key"]] = str(unions[0].pk)
            return
        wrong[one["key"]] = ["请从下面选一家。" if unions else "没有找到这家工会，请换几个字再找。"]
        found[one["key"]] = unions


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
