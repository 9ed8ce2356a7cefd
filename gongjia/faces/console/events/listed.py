"""名单报名: a list of names and numbers is handed in, every line gets its verdict, then the good ones are signed up."""

from __future__ import annotations

import csv
import io
import re
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from gongjia.base import clock
from gongjia.base.journal import attachments
from gongjia.base.refused import Forbidden, Hidden, Reason, Refused
from gongjia.faces.console.events.nominate import answer_of, own_union
from gongjia.faces.console.events.one import SIGN, ActsPage, OfEvent, event_url, kind_of, session_name
from gongjia.faces.console.orgs import picking
from gongjia.faces.console.orgs.paper import mine
from gongjia.faces.console.sections import keys_of
from gongjia.faces.shared import keyset
from gongjia.faces.shared.fields import DayField, NoteField, UploadField
from gongjia.faces.shared.files import download
from gongjia.faces.shared.pages import Crumb, FormPage
from gongjia.who.orgs import queries as orgs
from gongjia.work.events import actions, kinds, powers, queries
from gongjia.work.events.actions import listed
from gongjia.work.events.queries import desk
from gongjia.work.events.states import SignUpState

PASTED = "粘贴的名单.csv"
SHOWN = 100  # good lines on one page; those that are not are all shown


def as_sheet(text: str) -> bytes:
    """What was pasted, as a sheet: from a spreadsheet with tabs, from a chat with any sign between name and number."""
    rows = [
        [cell.strip() for cell in (line.split("\t") if "\t" in line else re.split(r"[\s,，;；、:：]+", line.strip()))]
        for line in text.splitlines()
        if line.strip()
    ]
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode("utf-8-sig")


class ListForm(forms.Form):
    at = forms.ChoiceField(label="哪家工会的会员")
    session = forms.ChoiceField(label="场次")
    text = NoteField(
        label="粘贴名单", required=False, rows=8, max_length=200_000,
        help_text="一行一个人：姓名，再加手机号或证件号码。可以从表格里直接复制。",
    )  # fmt: skip
    file = UploadField(label="或者上传名单", required=False, accept=".xlsx,.xls,.csv", help_text="最多 2000 行。")
    paper = UploadField(
        label="监护人签字的同意书", accept="image/*,application/pdf", help_text="扫成一个 PDF，或拍一张照片。"
    )
    happened_on = DayField(label="收到报名表的日期")
    wait = forms.BooleanField(label="名额满了就排候补", required=False)

    def __init__(
        self, *args: Any, event: Any = None, sessions: Any = (), unions: Any = (), **kwargs: Any
    ):  # fmt: skip
        super().__init__(*args, **kwargs)
        self.fields["at"].choices = list(unions)  # type: ignore[attr-defined]
        if sessions:
            self.fields["session"].choices = [(str(one.pk), session_name(one)) for one in sessions]  # type: ignore[attr-defined]
        else:
            del self.fields["session"]
        if not event.waiting_list or event.way == kinds.Way.LOT:
            del self.fields["wait"]
        if kind_of(event).children:
            self.fields["text"].help_text = "从空白表里连表头一起复制。"
        else:
            del self.fields["paper"], self.fields["happened_on"]


class OfList(OfEvent):
    """Both pages: whoever may sign up members, and for a class whoever may see its children."""

    def get_record(self) -> Any:
        one = super().get_record()
        if kind_of(one).children and not self.actor.can(powers.CHILDREN, one.org):
            raise Forbidden(powers.CHILDREN)
        return one

    def session_named(self, key: str) -> Any:
        if not self.record.by_session:
            return None
        return next((one for one in desk.sessions_of(self.record) if str(one.pk) == key), None)


class ListNew(OfList, FormPage):
    """Paste a list or upload a sheet."""

    title = "名单报名"
    policy = SIGN
    form_class = ListForm
    template = "console/events/list_new.html"
    submit_label = "检查名单"
    fields_of = {
        "list_missing": "text", "list_heads": "text", "list_long": "text", "list_empty": "text", "file_kind": "file",
        "file_empty": "file", "paper_missing": "paper",
    }  # fmt: skip

    @cached_property
    def record(self) -> Any:  # type: ignore[override]
        return self.get_record()

    @cached_property
    def org(self) -> Any:
        return own_union(self)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.GET.get("blank"):
            return download(actions.blank_list(event=self.record), "报名名单.xlsx")
        return super().get(request, *args, **kwargs)

    @cached_property
    def top(self) -> Any:
        """Where one stands, or came from: the form offers it and the unions right below it."""
        wanted = self.request.GET.get("at", "")
        found = orgs.get(self.actor, wanted, powers.SIGN) if wanted else picking.home_of(self.request, powers.SIGN)
        if found is None:
            raise Hidden("org")
        return found

    def form_kwargs(self) -> dict[str, Any]:
        one, top = self.record, self.top
        below = [org for org in orgs.children_of(top) if org.state == "active"]
        unions = [(top.code, f"{top.name}（含下级）" if below else top.name)]
        return {
            "event": one, "sessions": desk.sessions_of(one) if one.by_session else [],
            "unions": [*unions, *((org.code, org.name) for org in below)],
        }  # fmt: skip

    def initial(self) -> dict[str, Any]:
        return {"at": self.top.code, "happened_on": clock.today(), "wait": True}

    def context(self) -> dict[str, Any]:
        return {"record": self.record, "blank": f"{event_url(self.record.pk, 'list')}?blank=1"}

    def act(self, form: ListForm) -> str:
        values, file = form.cleaned_data, form.cleaned_data["file"]
        if bool(file) == bool(values["text"].strip()):
            raise Refused(Reason("list_missing", "请粘贴名单，或者上传一份，二选一。"))
        by = {"actor": self.actor, "at": self.at}
        kept = actions.hand_in_list(
            event=self.record, org=self.org, source=file or as_sheet(values["text"]), name=file.name if file else PASTED,
            session=self.session_named(values.get("session", "")), **by,
        )  # fmt: skip
        query = {"file": kept.pk, "at": values["at"], "session": values.get("session", "")}
        if paper := values.get("paper"):
            query["paper"] = attachments.store(paper, name=paper.name, org=self.record.org, **by).pk
            query["on"] = values["happened_on"].isoformat()
        if values.get("wait"):
            query["wait"] = "1"
        return urlencode({key: value for key, value in query.items() if value})

    def after(self, result: str) -> str:
        return f"{event_url(self.record.pk, 'list_check')}?{result}"


class ListCheck(OfList, ActsPage):
    """Every line with its verdict; the good ones are signed up exactly as they were shown."""

    title = "核对名单"
    policy = SIGN
    template = "console/events/list_check.html"
    ops = {"run": powers.SIGN}
    outcomes: Any = ()

    def crumbs(self) -> list[Crumb]:
        return [*super().crumbs(), Crumb("名单报名", event_url(self.record.pk, "list"))]

    @cached_property
    def org(self) -> Any:
        return own_union(self)

    @cached_property
    def session(self) -> Any:
        return self.session_named(self.request.GET.get("session", ""))

    def _kept(self, name: str) -> Any:
        keys = keys_of([self.request.GET.get(name, "")])
        found = mine(self.actor, keys[0]) if keys else None
        if found is None:
            raise Hidden(name)
        return found

    @cached_property
    def plan(self) -> Any:
        file = self._kept("file")
        paper = self._kept("paper") if kind_of(self.record).children else None
        return actions.check_list(
            event=self.record, org=self.org, source=attachments.open(file), name=file.name, session=self.session,
            paper=paper, actor=self.actor, at=self.at,
        )  # fmt: skip

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        _ = self.record
        if not request.GET.get("file"):
            return HttpResponseRedirect(event_url(self.kwargs["pk"], "list"))
        return super().get(request, *args, **kwargs)

    def context(self) -> dict[str, Any]:
        plan = self.plan
        cursor = keyset.Cursor.decode(self.request.GET.get("c", ""))
        part = keyset.page_of_list(plan.of(listed.GOOD), lambda line: (line.number,), cursor, SHOWN)
        return {
            "record": self.record, "plan": plan, "digest": plan.digest, "good": part.rows, "part": part,
            "bad": plan.of(listed.BAD), "had": plan.of(listed.HAD), "left": queries.left_for(self.record.pk, self.org, self.session, self.at), "outcomes": self.outcomes,
            "org": self.org, "session": self.session, "session_name": session_name,
            "again": f"{event_url(self.record.pk, 'list')}?{urlencode({'at': self.org.code})}",
            "list_url": event_url(self.record.pk, "sign_ups"), "children": kind_of(self.record).children,
            "verb": "登记摇号" if self.record.way == kinds.Way.LOT else "报名",
        }  # fmt: skip

    def do_run(self) -> HttpResponse:
        plan = self.plan
        if self.typed("digest") != plan.digest:
            raise Refused(Reason("list_moved", "名单在您核对的时候有变动，请再看一遍。"))
        wanted = self.request.GET
        done = actions.run_list(
            plan=plan, event=self.record, org=self.org, session=self.session, wait=bool(wanted.get("wait")),
            happened_on=_day(wanted.get("on", "")), actor=self.actor, at=self.at,
        )  # fmt: skip
        self.outcomes = [(line, one, *answer_of(one)) for line, one in done]
        return self.render(reasons=(), **self.context(), states=dict(SignUpState.choices))


def _day(text: str) -> Any:
    try:
        return DayField().to_python(text)
    except forms.ValidationError:
        return None
