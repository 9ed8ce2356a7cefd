"""Public notices and the check of a certificate: what may be public, and nothing that tells who is a member."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from gongjia.faces.shared import keyset
from gongjia.faces.shared.fields import Mended, NoteField
from gongjia.faces.shared.pages import FormPage, Page
from gongjia.faces.shared.policy import Policy
from gongjia.work.events.queries import certificate as training_certificate
from gongjia.work.programmes.queries import certificate
from gongjia.work.publish import actions, queries
from gongjia.work.publish.kinds import PublicCertificate

ANYONE = Policy("anyone")
LAYOUT = "ui/layouts/public.html"
TOLD = "objection_numbers"  # session key: what was just handed in, to show its number once


class Notices(Page):
    """What hangs now. An ended notice is not listed: its names had their time."""

    title = "公示公告"
    policy = ANYONE
    layout = LAYOUT
    template = "public/notices.html"
    SIZE = 20

    def context(self) -> dict[str, Any]:
        cursor = keyset.Cursor.decode(self.request.GET.get("c", ""))
        part = keyset.page_of(queries.public_list(self.at), ("-starts_on", "-id"), cursor, self.SIZE)
        return {"part": part, "last_day": queries.last_day_of}


class ObjectionForm(forms.Form):
    line = forms.ChoiceField(label="针对谁", required=False)
    text = NoteField(label="异议内容", rows=5, max_length=2000, help_text="写清事实和线索，便于核查。可以不署名。")
    contact = Mended(label="联系方式", required=False, max_length=100, wide="m",
                     help_text="可以不留。留了的只给负责答复的人看。")  # fmt: skip

    def __init__(self, *args: Any, lines: Any = (), **kwargs: Any):
        super().__init__(*args, **kwargs)
        shown = [(str(one.key), f"第 {one.position} 人 {one.name}") for one in lines]
        self.fields["line"].choices = [("", "整份公示"), *shown]  # type: ignore[attr-defined]


class Notice(FormPage):
    """One notice with its objection box; after its time only that it hung."""

    policy = ANYONE
    layout = LAYOUT
    template = "public/notice.html"
    form_class = ObjectionForm
    submit_label = "提交异议"
    fields_of = {"text_length": "text", "contact_length": "contact", "line_other": "line"}

    @property
    def notice(self) -> Any:
        if not hasattr(self, "_notice"):
            self._notice = queries.public_one(self.kwargs["pk"], self.at)
        return self._notice

    def heading(self) -> str:
        return self.notice.title

    @property
    def cancel_url(self) -> str:
        return reverse("public:notices")

    def get_record(self) -> Any:
        _ = self.notice
        return None

    def form_kwargs(self) -> dict[str, Any]:
        return {"lines": self.notice.lines}

    def context(self) -> dict[str, Any]:
        told = self.request.session.pop(TOLD, "") if self.request.method == "GET" else ""
        return {"notice": self.notice, "told": told}

    def act(self, form: forms.Form) -> Any:
        values = form.cleaned_data
        account = self.request.user if self.request.user.is_authenticated and self.request.POST.get("named") else None
        return actions.object_to(
            notice=queries.of_site(self.notice.key), line=queries.line_of(self.notice.key, values["line"]),
            text=values["text"], contact=values["contact"], account=account, at=self.at,
        )  # fmt: skip

    def after(self, result: Any) -> str:
        self.request.session[TOLD] = result.number
        return reverse("public:notice", args=[self.notice.key])


class Answers(Page):
    """Whoever objected asks for the answer with the number they were told."""

    title = "查询异议答复"
    policy = ANYONE
    layout = LAYOUT
    template = "public/answers.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        number = request.POST.get("number", "").strip()[:20]
        answer = self.render(number=number, asked=True, found=queries.answer_by_number(number) if number else None)
        answer["Cache-Control"] = "no-store"
        return answer

    def context(self) -> dict[str, Any]:
        return {"number": "", "asked": False, "found": None}


def _certificate(serial: str) -> PublicCertificate | None:
    """Of an award or of a training: the page asks both, neither knows the other."""
    return certificate(serial) or training_certificate(serial)


class Verify(Page):
    """What the QR of a certificate leads to: that it was given, by whom, and whether it still holds."""

    title = "证书查验"
    policy = ANYONE
    layout = LAYOUT
    template = "public/verify.html"

    def context(self) -> dict[str, Any]:
        serial = self.kwargs.get("serial", "")
        return {"serial": serial[:40], "found": _certificate(serial) if serial else None}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        serial = "".join(one for one in request.POST.get("serial", "").strip() if one.isalnum() or one == "-")[:40]
        if not serial:
            return HttpResponseRedirect(reverse("public:verify"))
        return HttpResponseRedirect(reverse("public:certificate", args=[serial.upper()]))
