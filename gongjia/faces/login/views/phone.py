"""The log-in phone: confirm it after a slip, or change it to one that answers a code."""

from __future__ import annotations

import secrets

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from gongjia.base import clock
from gongjia.base.refused import Refused
from gongjia.faces.login import inside
from gongjia.faces.login.views.steps import show, who_asks
from gongjia.faces.shared.fresh import need_fresh
from gongjia.who.accounts import actions, kinds, queries

KEY = "new_phone"


@sensitive_post_parameters("phone", "code")
@require_http_methods(["GET", "POST"])
def phone(request: HttpRequest) -> HttpResponse:
    """Delicate: who has only found the phone lying open must not move the account to another number."""
    if asks := need_fresh(request):
        return asks
    held = request.session.get(KEY) or {}
    after = request.session.get("after_slip", "")
    context = {
        "masked": queries.masked_phone(request.user),
        "after_slip": bool(after),
        "sent_to": held.get("masked", ""),
        "phone": "",
    }
    if request.method == "GET":
        return show(request, "phone.html", context)
    try:
        if "keep" in request.POST or "later" in request.POST:
            if "keep" in request.POST:
                actions.confirm_phone(account=request.user, at=clock.now())
            return _done(request, after)
        if "other" in request.POST:
            request.session.pop(KEY, None)
            return redirect("login:phone")
        if "code" not in request.POST:
            return _send(request, context)
        proof = actions.show_code(
            code_id=held.get("code"),
            purpose=kinds.Purpose.NEW_PHONE,
            bound_to=held.get("secret", ""),
            code=request.POST.get("code", "")[:20],
            at=clock.now(),
            **who_asks(request),
        )
        actions.change_phone(account=request.user, proof=proof, actor=request.actor, at=clock.now())
    except Refused as refused:
        return show(request, "phone.html", {**context, "phone": request.POST.get("phone", "")[:30]}, refused)
    inside.rotate(request, proved=True)
    return _done(request, after)


def _send(request: HttpRequest, context: dict) -> HttpResponse:
    secret = secrets.token_urlsafe(24)
    asked = actions.ask_code(
        phone=request.POST.get("phone", "")[:30],
        purpose=kinds.Purpose.NEW_PHONE,
        bound_to=secret,
        at=clock.now(),
        account=request.user,
        **who_asks(request),
    )
    request.session[KEY] = {"secret": secret, "code": str(asked.code_id), "masked": asked.masked}
    return redirect("login:phone")


def _done(request: HttpRequest, after: str) -> HttpResponse:
    for key in (KEY, "after_slip"):
        request.session.pop(key, None)
    if after:
        return redirect(after)
    return redirect("login:devices")
