"""接口令牌: ways in for programs, each one's own, shown once."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpResponse
from django.urls import reverse

from gongjia.base.models import one_of
from gongjia.base.refused import Hidden
from gongjia.faces.console.setup import forms as ours
from gongjia.faces.shared import jinja
from gongjia.faces.shared.fresh import need_fresh
from gongjia.faces.shared.marks import Badge
from gongjia.faces.shared.pages import Crumb, Fact, FormPage, MovePage
from gongjia.faces.shared.policy import Policy
from gongjia.who.accounts import actions, queries

TYPED = ("name", "days", "may_write")
STATES = {
    "active": Badge("有效", "success"),
    "revoked": Badge("已停用", "neutral"),
    "expired": Badge("已过期", "neutral"),
    "logged_out": Badge("已随全部退出失效", "neutral"),
}


class Tokens(FormPage):
    """One's own tokens, and a new one. The page that answers a new one is the only place it is ever shown."""

    title = "接口令牌"
    lead = "让别的系统以您的身份查询或办理。它能做的事，始终和您现在的岗位一样；岗位变了，它也跟着变。"
    policy = Policy("officer")
    form_class = ours.TokenForm
    submit_label = "生成令牌"
    template = "console/setup_tokens.html"
    fields_of = {"token_name": "name", "token_days": "days", "token_many": "name"}
    issued: Any = None

    def initial(self) -> dict[str, Any]:
        typed = {name: self.request.GET[name] for name in TYPED if self.request.GET.get(name)}
        return {"days": 90, **typed}  # what was typed before it was asked once more who it is

    def context(self) -> dict[str, Any]:
        rows = queries.tokens_of(self.actor.account_id)[:50]
        return {
            "rows": [(row, STATES[queries.token_state(row)]) for row in rows],
            "issued": self.issued,
            "docs": jinja.link_to("api:docs"),
        }

    def act(self, form: forms.Form) -> Any:
        return actions.issue_token(account=self.request.user, actor=self.actor, at=self.at, **form.cleaned_data)

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        typed = urlencode({name: request.POST[name][:60] for name in TYPED if request.POST.get(name)})
        if asks := need_fresh(request, back=f"{request.path}?{typed}"):
            return asks
        answer = super().post(request, *args, **kwargs)
        # shown on this answer, not after a redirect: the code would have to be kept somewhere meanwhile
        return self.show(self.build()) if self.issued else answer

    def after(self, result: Any) -> str:
        self.issued = result
        return self.request.path


class Revoke(MovePage):
    title = "停用令牌"
    verb = "停用"
    danger = True
    ask_note = False
    done_text = "已停用。"
    policy = Policy("officer")

    def get_record(self) -> Any:
        row = one_of(queries.tokens_of(self.actor.account_id).filter(pk=self.kwargs["pk"]))
        if row is None:
            raise Hidden(str(self.kwargs["pk"]))
        return row

    def crumbs(self) -> list[Crumb]:
        return [Crumb("接口令牌", reverse("console:setup_tokens"))]

    def facts(self) -> list[Fact]:
        one = self.record
        return [Fact("用途", one.name), Fact("开头", one.head, "code"), Fact("上次使用", one.used_at, "moment")]

    def consequences(self) -> list[str]:
        return ["使用它的系统马上不能再查询或办理，且不能恢复。"]

    @property
    def cancel_url(self) -> str:
        return reverse("console:setup_tokens")

    def act(self, note: str) -> Any:
        return actions.revoke_token(token_id=self.record.pk, actor=self.actor, at=self.at)

    def after(self, result: Any) -> str:
        return self.cancel_url
