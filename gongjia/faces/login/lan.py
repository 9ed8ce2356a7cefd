"""`gongjia demo --lan`: a phone on the same network shows the access code of this start once."""

from __future__ import annotations

import hmac

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.crypto import salted_hmac

COOKIE = "gj_lan"
PAGE = "/demo/access/"


def code() -> str:
    """Empty: this demo was not opened to the network."""
    return getattr(settings, "GONGJIA_ACCESS_CODE", "") or ""


def is_right(typed: str) -> bool:
    return bool(code()) and hmac.compare_digest(typed.strip().lower().encode(), code().lower().encode())


def let_in(request: HttpRequest) -> bool:
    """Whether the browser showed this start's code before; a new start has a new code."""
    held = request.COOKIES.get(COOKIE, "")
    return bool(code()) and hmac.compare_digest(held.encode(), _sign().encode())


def mark(response: HttpResponse) -> HttpResponse:
    response.set_cookie(COOKIE, _sign(), httponly=True, samesite="Lax")
    return response


def ask(request: HttpRequest) -> HttpResponse:
    """Where a phone without the code ends up; without `--lan` nothing is asked and nobody comes in."""
    if code():
        return redirect(PAGE)
    return HttpResponse("演示系统只在本机打开。\n", status=403, content_type="text/plain; charset=utf-8")


def _sign() -> str:
    return salted_hmac("gongjia.lan", code(), algorithm="sha256").hexdigest()
