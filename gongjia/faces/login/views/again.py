"""Show once more that it is you: before a delicate act. Staff by authenticator, others by a code to their phone."""

from __future__ import annotations

import secrets

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from gongjia.base import clock
from gongjia.base.refused import Reason, Refused
from gongjia.faces.login import inside
from gongjia.faces.login.pending import safe_next
from gongjia.faces.login.views.steps import home_of, show, who_asks
from gongjia.who.accounts import actions, kinds, queries

KEY = "again"


@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def again(request: HttpRequest) -> HttpResponse:
    """Comes back to `next` with a new session key."""
    account = request.user
    by_app = account.requires_second_factor
    held = request.session.get(KEY) or {}
    context = {
        "next": safe_next(request),
        "by_app": by_app,
        "masked": queries.masked_phone(account),
        "sent": bool(held.get("code")),
    }
    if request.method == "GET":
        return show(request, "again.html", context)
    at = clock.now()
    try:
        if by_app:
            actions.show_factor(account=account, code=request.POST.get("code", "")[:20], at=at)
        elif "send" in request.POST:
            return _send(request, context)
        else:
            actions.show_code(
                code_id=held.get("code"),
                purpose=kinds.Purpose.AGAIN,
                bound_to=held.get("secret", ""),
                code=request.POST.get("code", "")[:20],
                at=at,
                **who_asks(request),
            )
    except Refused as refused:
        return show(request, "again.html", context, refused)
    request.session.pop(KEY, None)
    inside.rotate(request, proved=True, factor=by_app)
    return redirect(context["next"] or home_of(request))


def _send(request: HttpRequest, context: dict) -> HttpResponse:
    if not request.user.phone:
        raise Refused(Reason("phone_none", "您的账号还没有手机号，不能发验证码。", cure=kinds.OTHER_WAY))
    secret = secrets.token_urlsafe(24)
    asked = actions.ask_code_of_own(account=request.user, bound_to=secret, at=clock.now(), **who_asks(request))
    request.session[KEY] = {"secret": secret, "code": str(asked.code_id)}
    return show(request, "again.html", {**context, "sent": True})
