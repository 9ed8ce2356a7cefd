"""A form: a Django Form in front, one action behind, nothing lost on a refusal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string

from gongjia.base.refused import Reason, Refused
from gongjia.faces.shared import drafts, flash
from gongjia.faces.shared.pages.base import Page


def faults_of(form: forms.Form) -> list[dict[str, str]]:
    """The faults of a form for the summary on top, in the order of its fields, each leading to its field."""
    found = []
    for name in [*form.fields, "__all__"]:
        for sentence in form.errors.get(name, ()):
            field = form[name] if name in form.fields else None
            found.append(
                {
                    "label": field.label if field else "",
                    "sentence": sentence,
                    "anchor": field.id_for_label or field.auto_id if field else "",
                }
            )
    return found


def sentence_of(reason: Reason) -> str:
    """What stands beside the field: the sentence, the clause and who can mend it."""
    parts = [reason.sentence]
    if reason.clause:
        parts.append(f"（{reason.clause}）")
    if reason.cure:
        parts.append(("" if parts[-1].endswith(("。", "！", "？", "）")) else "。") + reason.cure)
    return "".join(parts)


def put_reasons(form: forms.Form, refused: Refused, fields_of: Mapping[str, str]) -> None:
    """Each reason beside its field: by the mapping, else a field named like the code, else on top."""
    for reason in refused.reasons:
        name = fields_of.get(reason.code, reason.code)
        form.add_error(name if name in form.fields else None, sentence_of(reason))


class FormPage(Page):
    """Subclass: `form_class`, `act(form)` calling one action, `after(result)` naming where to go.

    `fields_of` maps a Reason's code to the field it belongs beside. `draft` names what is being
    filled in ("members.admit"): the typed values are then saved on the server every few seconds.
    `groups` splits a long form: [("基本资料", ("name", "id_no")), …].
    """

    template = "ui/pages/form.html"
    form_class: type[forms.Form]
    fields_of: Mapping[str, str] = {}
    groups: Sequence[tuple[str, Sequence[str]]] = ()
    submit_label = "提交"
    draft = ""
    done_text = ""
    cancel_url = ""

    def act(self, form: forms.Form) -> Any:
        raise NotImplementedError

    def after(self, result: Any) -> str:
        raise NotImplementedError

    def initial(self) -> dict[str, Any]:
        return {}

    def form_kwargs(self) -> dict[str, Any]:
        return {}

    def check_field(self, form: forms.Form, name: str) -> None:
        """Further checks on leaving a field (a registry look-up): call `form.add_error(name, …)`."""

    def get_record(self) -> Any:
        """The record the form is about, if any; raises Hidden outside the asker's scope."""
        return None

    def org_of(self, record: Any) -> Any:
        return getattr(record, "org", None)

    @cached_property
    def record(self) -> Any:
        record = self.get_record()
        if record is not None:
            self.must_here(self.org_of(record))
        return record

    @cached_property
    def draft_key(self) -> str:
        """One draft per person, thing and record."""
        subject = self.kwargs.get("pk") or self.kwargs.get("id") or ""
        return f"{self.draft}:{subject}" if self.draft else ""

    def build(self, data: Any = None, files: Any = None) -> forms.Form:
        initial = self.initial()
        if data is None and self.draft_key and (saved := drafts.load(self.actor, self.draft_key)):
            initial = {
                **initial,
                **{name: value for name, value in saved.items() if name in self.form_class.base_fields},
            }
            self.from_draft = True
        return self.form_class(data, files, initial=initial, auto_id="f-%s", **self.form_kwargs())

    from_draft = False

    def show(self, form: forms.Form, status: int = 200) -> HttpResponse:
        return self.render(
            status=status,
            form=form,
            faults=faults_of(form) if form.is_bound else [],
            groups=self.groups or [("", tuple(form.fields))],
            submit_label=self.submit_label,
            draft_key=self.draft_key,
            from_draft=self.from_draft,
            multipart=form.is_multipart(),
            **self.context(),
        )

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        _ = self.record
        return self.show(self.build())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        _ = self.record
        if request.POST.get("_drop_draft"):
            drafts.drop(self.actor, self.draft_key)
            return HttpResponseRedirect(request.get_full_path())
        form = self.build(request.POST, request.FILES)
        if wanted := request.headers.get("X-Check-Field"):
            return self.answer_check(form, wanted)
        if not form.is_valid():
            return self.show(form, status=422)
        try:
            result = self.act(form)
        except Refused as refused:
            put_reasons(form, refused, self.fields_of)
            return self.show(form, status=422)
        if self.draft_key:
            drafts.drop(self.actor, self.draft_key)
        if self.done_text:
            flash.say(request, self.done_text)
        return HttpResponseRedirect(self.after(result))

    def answer_check(self, form: forms.Form, wanted: str) -> HttpResponse:
        """On leaving a field: that one field again, with its faults and what has been typed."""
        if wanted not in form.fields:
            return HttpResponse(status=204)
        form.full_clean()
        if wanted not in form.errors:
            self.check_field(form, wanted)
        html = render_to_string("ui/parts/field.html", {"field": form[wanted], "checked": True}, request=self.request)
        return HttpResponse(html)
