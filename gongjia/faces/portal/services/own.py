"""Pages about one application of one's own: the record, its answers, its screens."""

from __future__ import annotations

from functools import cached_property
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from gongjia.base.journal import attachments
from gongjia.base.models import one_of
from gongjia.base.refused import Hidden
from gongjia.base.secret import masks
from gongjia.faces.portal.pages import PortalPage
from gongjia.faces.portal.services.steps import Step, steps_of
from gongjia.work.programmes import actions, queries
from gongjia.work.programmes.rules import forms

EDITABLE = ("draft", "returned")


class OwnPage(PortalPage):
    """Somebody else's application is none."""

    @cached_property
    def one(self) -> Any:
        return queries.mine(self.actor, self.kwargs["pk"])

    @cached_property
    def spec(self) -> dict[str, Any]:
        return self.one.round.form.spec

    @cached_property
    def answers(self) -> dict[str, Any]:
        return actions.own_answers(application=self.one, actor=self.actor)

    @cached_property
    def steps(self) -> list[Step]:
        return steps_of(self.spec, self.one.stage)

    @property
    def home(self) -> str:
        return reverse("portal:service_application", args=[self.one.pk])

    def fill_url(self, number: int) -> str:
        return reverse("portal:service_fill", args=[self.one.pk, number])

    @property
    def summary_url(self) -> str:
        return reverse("portal:service_summary", args=[self.one.pk])

    def forget(self) -> None:
        """After a change: read everything anew."""
        for name in ("one", "spec", "answers", "steps"):
            self.__dict__.pop(name, None)

    def faults(self) -> dict[str, list[Any]]:
        """What the answers lack, by field: as handing in will say it."""
        known = forms.Known(
            frozenset(forms.wanted(self.spec, self.answers, "file")),
            frozenset(forms.wanted(self.spec, self.answers, "person")),
            frozenset(forms.wanted(self.spec, self.answers, "union")),
            self.at.date(),
        )
        return forms.check_answers(self.spec, self.answers, stage=self.one.stage, known=known).faults


class PostOnly(OwnPage):
    """A button of the application's page."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return HttpResponseRedirect(self.home)


class File(OwnPage):
    """A file that the applicant put into the form."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        wanted = str(self.kwargs["file"])
        if wanted not in forms.wanted(self.spec, self.answers, "file"):
            raise Hidden(wanted)
        return sent(one_of(attachments.Attachment.objects.filter(pk=wanted)))


def sent(file: Any) -> HttpResponse:
    """A picture opens in the browser, everything else is saved."""
    if file is None:
        raise Hidden("file")
    response = HttpResponse(attachments.open(file), content_type=file.kind)
    how = "inline" if file.kind in attachments.PICTURES else "attachment"
    response["Content-Disposition"] = f"{how}; filename*=UTF-8''{quote(file.name)}"
    return response


def masked(one: Any, value: Any) -> str:
    """A sensitive answer on the applicant's own page: enough to know it again, not enough to read over a shoulder."""
    text = str(value)
    if one["kind"] == "rows" and isinstance(value, list):
        return f"已填 {len(value)} 行"
    if one["kind"] == "text" and len(text) in (15, 18) and text[:-1].isdigit():
        return masks.id_number(text)
    if one["kind"] == "text" and text.isdigit() and len(text) >= 11:
        return masks.phone(text) if len(text) == 11 else masks.card(text)
    return "已填写"


def lines_of(page: OwnPage) -> list[dict[str, Any]]:
    """Every field that is asked, with its answer in words, screen by screen."""
    in_words = {line.key: line for line in queries.answer_lines(page.spec, page.answers, False, page.one.stage)}
    found = []
    for step in page.steps:
        for one in step.shown(page.answers):
            key, value = one["key"], page.answers.get(one["key"])
            line, filled = in_words.get(key), value not in (None, "", [])
            secret = bool(one.get("sensitive")) and one["kind"] != "file"
            found.append(
                {
                    "key": key,
                    "label": one["label"],
                    "step": step.number,
                    "filled": filled,
                    "required": bool(one.get("required")),
                    "text": (masked(one, value) if secret else line.text if line else str(value)) if filled else "",
                    "files": files_of(page, one, value) if one["kind"] == "file" else [],
                    "columns": line.columns if line and not secret else (),
                    "rows": line.rows if line and not secret else (),
                }
            )
    return found


def files_of(page: OwnPage, one: Any, value: Any) -> list[dict[str, str]]:
    held = [str(pk) for pk in value] if isinstance(value, list) else []
    known = {str(file.pk): file for file in attachments.Attachment.objects.filter(pk__in=held)} if held else {}
    return [
        {"id": pk, "name": known[pk].name, "url": reverse("portal:service_file", args=[page.one.pk, pk])}
        for pk in held
        if pk in known
    ]
