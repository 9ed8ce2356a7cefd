"""登录与安全: where one is logged in, and the log-out."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from gongjia.base import clock
from gongjia.faces.login import inside
from gongjia.faces.login.views.steps import home_of, show
from gongjia.faces.shared.fresh import need_fresh
from gongjia.who.accounts import actions, kinds, queries

# Pages kept by the browser and whatever it stored for us; the cookie goes with the flushed session.
CLEAR = '"cache", "storage"'


@require_http_methods(["GET"])
def devices(request: HttpRequest) -> HttpResponse:
    """Every place this account is logged in."""
    account = request.user
    context = {
        "here": inside.this_device(request),
        "devices": list(queries.devices(account)),
        "past": list(queries.past_devices(account)),
        "masked": queries.masked_phone(account),
        "staff": account.requires_second_factor,
        "recovery_left": queries.recovery_left(account) if account.requires_second_factor else 0,
        "consent": queries.consents(account).first(),
        "home": home_of(request),
        "real_now": clock.real_now(),  # log-ins happen in real time, also while the demo's clock stands
    }
    return show(request, "devices.html", context)


@require_http_methods(["POST"])
def end(request: HttpRequest, device: UUID) -> HttpResponse:
    """Log another device out. One's own device goes the way of the log-out."""
    if str(device) == inside.this_device(request):
        return out(request)
    actions.end_device(account=request.user, device_id=device, at=clock.now())
    return redirect("login:devices")


@require_http_methods(["POST"])
def recovery(request: HttpRequest) -> HttpResponse:
    """A new set of recovery codes, shown once."""
    if asks := need_fresh(request, back=reverse("login:devices")):
        return asks
    codes = actions.new_recovery_codes(account=request.user, at=clock.now())
    return show(request, "recovery.html", {"codes": codes, "go": False})


@require_http_methods(["GET", "POST"])
def out(request: HttpRequest) -> HttpResponse:
    """A link only shows the button: a picture in a chat must not log anybody out."""
    if request.method == "GET":
        return show(request, "out.html", {})
    if request.user.is_authenticated:
        inside.leave(request, kinds.Ended.LOGOUT)
        request.session[inside.WHY] = str(kinds.Ended.LOGOUT)
    response = redirect("login:start")
    response["Clear-Site-Data"] = CLEAR
    return response
