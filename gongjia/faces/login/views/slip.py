"""In by a printed slip. The QR code carries the code behind `#`, which browsers never send; a script fills it in."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from gongjia.base import clock
from gongjia.base.refused import Refused
from gongjia.faces.login.pending import WayIn, safe_next
from gongjia.faces.login.views.steps import chosen, even, home_of, show, who_asks
from gongjia.who.accounts import actions, kinds


@sensitive_post_parameters("slip")
@require_http_methods(["GET", "POST"])
@even
def slip(request: HttpRequest) -> HttpResponse:
    """Opening the page uses nothing up: chat applications open links to preview them."""
    if request.user.is_authenticated:
        return redirect(safe_next(request) or home_of(request))
    context = {"next": safe_next(request)}
    if request.method == "GET":
        return show(request, "slip.html", context)
    way = WayIn(request)
    way.start(safe_next(request))
    try:
        account = actions.use_slip(code=request.POST.get("slip", "")[:40], at=clock.now(), **who_asks(request))
    except Refused as refused:
        return show(request, "slip.html", context, refused)
    return chosen(request, way, account, kinds.Way.SLIP)
