"""Delicate acts of any face ask once more who it is: code, slip or second factor shown within ten minutes.

if asks := need_fresh(request):
    return asks
"""

from __future__ import annotations

import time
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from gongjia.who.accounts import kinds

KEY = "in"  # session key of what the log-in knows: device, way, started, seen, proved, factor


def fresh(request: HttpRequest) -> bool:
    """Whether code, slip or second factor were shown within the last ten minutes."""
    facts = request.session.get(KEY) or {}
    return time.time() - facts.get("proved", 0) < kinds.FRESH.total_seconds()


def need_fresh(request: HttpRequest, back: str = "") -> HttpResponse | None:
    """None to go on, else a redirect that asks once more and comes back.

    `back`: the page to come back to when this one takes a POST only.
    """
    if fresh(request):
        return None
    where = back or (request.get_full_path() if request.method in ("GET", "HEAD") else request.path)
    address = f"{reverse('login:again')}?{urlencode({'next': where})}"
    if request.headers.get("HX-Request"):
        response = HttpResponse(status=204)
        response["HX-Redirect"] = address
        return response
    return redirect(address)
