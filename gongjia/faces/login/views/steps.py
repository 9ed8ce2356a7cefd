"""What comes next on the way in, and the even answer."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from gongjia.base import clock
from gongjia.base.refused import Refused
from gongjia.faces.login import inside, visitor
from gongjia.faces.login.pending import WayIn
from gongjia.who.accounts import actions, kinds, queries
from gongjia.who.members import actions as members

# Every answer to a phone takes a whole number of these: whether the number is known does not show in the time.
EVEN_MS = 250


def even(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Stretch the answers to POST to the next multiple of EVEN_MS (setting GONGJIA_EVEN_MS; 0: off)."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        started = time.monotonic()
        response = view(request, *args, **kwargs)
        grain = getattr(settings, "GONGJIA_EVEN_MS", EVEN_MS) / 1000
        if request.method == "POST" and grain:
            spent = time.monotonic() - started
            time.sleep(grain - spent % grain)
        return response

    return wrapper


def show(request: HttpRequest, template: str, context: dict[str, Any], refused: Refused | None = None) -> HttpResponse:
    """A page of the way in; with a refusal it answers 422 and says why beside the field."""
    reasons = refused.reasons if refused else ()
    facts = {"reasons": reasons, "demo": settings.GONGJIA_DEMO, **context}
    response = render(request, f"login/{template}", facts, status=422 if refused else 200)
    response["Cache-Control"] = "no-store"
    visitor.remember(request, response)
    return response


def who_asks(request: HttpRequest) -> dict[str, str]:
    """What the brakes count by."""
    return {"network": visitor.network(request), "device": visitor.device(request)}


def home_of(request: HttpRequest) -> str:
    """Officers come to their desk, everybody else to the portal."""
    from gongjia.faces.shared.middleware import actor_of

    return "/console/" if actor_of(request).posts else "/m/"


def chosen(request: HttpRequest, way: WayIn, account: Any, by: kinds.Way) -> HttpResponse:
    """First factor shown and the person known. POST only: it may prepare the second factor."""
    at = clock.now()
    actions.follow_posts(account=account, at=at)
    way.prove(request, account=str(account.pk), way=str(by), factor="", code="", proved=[])
    if account.requires_second_factor and not queries.has_factor(account):
        actions.begin_enrolment(account=account, at=at)
    return onward(request, way)


def onward(request: HttpRequest, way: WayIn) -> HttpResponse:
    """Send to the first page that is still open; log in when none is. Called after a POST."""
    account = way.account
    if account is None:
        return redirect("login:start")
    if account.requires_second_factor and not way.get("factor"):
        return redirect("login:factor" if queries.has_factor(account) else "login:bind")
    if queries.needs_consent(account, queries.current_notice()):
        return redirect("login:consent")
    return finish(request, way, account)


def finish(request: HttpRequest, way: WayIn, account: Any) -> HttpResponse:
    """Everything asked for is behind: log in and go where the person wanted to."""
    next_url, by, factor = way.get("next"), kinds.Way(way.get("way")), way.get("factor")
    inside.enter(request, account, way=by, factor=factor)
    if by == kinds.Way.CODE:
        members.confirm_phone(account=account)
    target = next_url or home_of(request)
    if by == kinds.Way.SLIP:
        request.session["after_slip"] = target
        response = redirect("login:phone")
    else:
        response = redirect(target)
    visitor.remember(request, response)
    return response
