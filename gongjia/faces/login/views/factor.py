"""The second factor: show it, bind it, and the recovery codes."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from gongjia.base import clock
from gongjia.base.refused import Refused
from gongjia.faces.login import qr
from gongjia.faces.login.pending import WayIn
from gongjia.faces.login.views.steps import onward, show
from gongjia.who.accounts import actions, queries


@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def factor(request: HttpRequest) -> HttpResponse:
    """Six digits from the app, or a recovery code."""
    way = WayIn(request)
    account = way.account
    if account is None or not queries.has_factor(account):
        return redirect("login:start")
    if request.method == "GET":
        return show(request, "factor.html", {})
    try:
        how = actions.show_factor(account=account, code=request.POST.get("code", "")[:20], at=clock.now())
    except Refused as refused:
        return show(request, "factor.html", {}, refused)
    way.prove(request, factor=how)
    return onward(request, way)


@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def bind(request: HttpRequest) -> HttpResponse:
    """Bind the authenticator app at the first log-in; then the recovery codes, once."""
    way = WayIn(request)
    account = way.account
    enrolment = actions.waiting_enrolment(account) if account else None
    if enrolment is None:
        return redirect("login:start")
    context = {"qr": qr.svg(enrolment.uri, "动态口令二维码"), "key": enrolment.key}
    if request.method == "GET":
        return show(request, "bind.html", context)
    try:
        codes = actions.finish_enrolment(account=account, code=request.POST.get("code", "")[:20], at=clock.now())
    except Refused as refused:
        return show(request, "bind.html", context, refused)
    way.prove(request, factor="totp")
    return show(request, "recovery.html", {"codes": codes, "go": True})


@require_http_methods(["POST"])
def go(request: HttpRequest) -> HttpResponse:
    """On from the recovery codes."""
    return onward(request, WayIn(request))
