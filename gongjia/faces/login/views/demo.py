"""Pages of the demo only. Elsewhere they are not there."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from gongjia.base import clock
from gongjia.base.refused import Hidden, Reason, Refused
from gongjia.faces.login import lan, visitor
from gongjia.faces.login.views.steps import show, who_asks
from gongjia.who.accounts import actions

SHOWN = 30


def listed() -> list[dict[str, Any]]:
    """Accounts the demo was built with: `GONGJIA_HOME/demo/accounts.json`, a list of
    {"role", "name", "phone", "org", "says"}; written by whoever builds the demo."""
    try:
        rows = json.loads((settings.GONGJIA_HOME / "demo" / "accounts.json").read_text("utf-8"))
    except (OSError, ValueError):
        return []
    return [{"role": "", "name": "", "phone": "", "org": "", "says": "", **row} for row in rows]


@require_http_methods(["GET"])
def outbox(request: HttpRequest) -> HttpResponse:
    """What the phones would show: the last messages, and the authenticators of the demo's officers."""
    if not settings.GONGJIA_DEMO or not (visitor.is_local(request) or lan.let_in(request)):
        raise Hidden
    from gongjia.base import outbox as box

    factors = [
        {**row, "code": code}
        for row in listed()
        if (code := actions.demo_factor_code(phone=row["phone"], name=row["name"]))
    ]
    return show(request, "demo_outbox.html", {"messages": box.last_sms(SHOWN), "factors": factors})


@require_http_methods(["GET", "POST"])
def access(request: HttpRequest) -> HttpResponse:
    """For a phone that came without the code in its address."""
    if not settings.GONGJIA_DEMO or not lan.code():
        raise Hidden
    if visitor.is_local(request) or lan.let_in(request):
        return redirect("/")
    if request.method == "GET":
        return show(request, "demo_access.html", {})
    try:
        actions.count_slip_try(at=clock.now(), **who_asks(request))
        if not lan.is_right(request.POST.get("access", "")):
            raise Refused(Reason("access_bad", "访问码不对。", cure="请看演示电脑启动时显示的访问码"))
    except Refused as refused:
        return show(request, "demo_access.html", {}, refused)
    return lan.mark(redirect("/"))
