"""Between Django and the pages: who acts, how a refusal is answered, which headers a page carries."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject
from django.utils.module_loading import import_string

from gongjia.base import clock, journal
from gongjia.base.actor import Actor
from gongjia.base.refused import Forbidden, Hidden, Refused
from gongjia.faces.shared import errors, shell

log = logging.getLogger(__name__)

HEADERS = {
    "Permissions-Policy": "camera=(self), geolocation=(self), microphone=(), payment=(), usb=()",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def actor_of(request: HttpRequest) -> Actor:
    """Rights are read per request. A visitor is an actor too, of nothing."""
    if not request.user.is_authenticated:
        return Actor(account_id=None, person_id=None, label="访客")
    factory = import_string(settings.GONGJIA_ACTOR_FACTORY)
    behalf = request.session.get(shell.BEHALF)
    if behalf and not _own_affairs(request):
        return factory(request.user, clock.now(), behalf=UUID(behalf))
    return factory(request.user, clock.now())


def _own_affairs(request: HttpRequest) -> bool:
    """The portal is about oneself: there nobody acts for a union."""
    return request.resolver_match is not None and request.resolver_match.app_name == "portal"


def note_denial(request: HttpRequest, exception: Exception) -> None:
    """Somebody known tried what is not permitted: it is journalled, and the answer is 403 whatever comes of that."""
    power = getattr(exception, "power", "")
    if not power or not request.user.is_authenticated:
        return
    try:
        match = request.resolver_match
        what = f"{request.method} {match.view_name if match else request.path}"
        journal.denied(request.actor, power, None, what, at=clock.now())
    except DatabaseError:
        log.exception("a denial could not be journalled")


class Faces:
    """`request.actor` and `request.shell` (both lazy), refusals as pages, private pages never stored."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = SimpleLazyObject(lambda: actor_of(request))
        request.shell = shell.of(request)
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if not response.has_header("Cache-Control"):
            response["Cache-Control"] = "no-store"
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        answer: Any = None
        if isinstance(exception, Refused):
            answer = errors.refused
        elif isinstance(exception, Forbidden | PermissionDenied):
            note_denial(request, exception)
            answer = errors.forbidden
        elif isinstance(exception, Hidden | Http404):
            answer = errors.not_found
        return answer(request, exception) if answer else None
