"""The privacy rules: agree before the first page, read them at any time, take the agreement back."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from gongjia.base import clock
from gongjia.base.refused import Refused
from gongjia.faces.login import inside
from gongjia.faces.login.pending import KEY, WayIn
from gongjia.faces.login.views.steps import onward, show
from gongjia.who.accounts import actions, kinds, queries


@require_http_methods(["GET", "POST"])
def consent(request: HttpRequest) -> HttpResponse:
    """Agree, or do without the platform."""
    way = WayIn(request)
    account = way.account
    if account is None or (account.requires_second_factor and not way.get("factor")):
        return redirect("login:start")
    context = {"notice": queries.current_notice(), "again": bool(account.consented_version)}
    if request.method == "GET":
        return show(request, "consent.html", context)
    if "no" in request.POST:
        request.session.pop(KEY, None)
        return show(request, "declined.html", {})
    try:
        actions.give_consent(account=account, version=request.POST.get("version", ""), at=clock.now())
    except Refused as refused:
        return show(request, "consent.html", context, refused)
    return onward(request, way)


@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest) -> HttpResponse:
    """Take the agreement back: every device is logged out, the membership stays."""
    context = {"notice": queries.current_notice(), "given": queries.consents(request.user).first()}
    if request.method == "GET":
        return show(request, "withdraw.html", context)
    actions.withdraw_consent(account=request.user, actor=request.actor, at=clock.now())
    request.session.flush()
    request.session[inside.WHY] = str(kinds.Ended.CONSENT)
    return redirect("login:start")
