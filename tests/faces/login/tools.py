"""Logging a test client in the way a person would be, without walking through the pages."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.test import Client

from gongjia.faces.login import inside
from gongjia.who.accounts import kinds


def log_in(client: Client, account: Any, *, way: kinds.Way = kinds.Way.CODE, factor: str | None = None) -> Client:
    """`factor`: "totp" by default for an account that needs one. Use this, not `force_login`: a session that did not
    go through the log-in is thrown away by the middleware."""
    if factor is None:
        factor = "totp" if account.requires_second_factor else ""
    request = HttpRequest()
    request.META = {"REMOTE_ADDR": "127.0.0.1", "HTTP_USER_AGENT": "Linux Chrome"}
    request.session = import_module(settings.SESSION_ENGINE).SessionStore()
    inside.enter(request, account, way=way, factor=factor)
    request.session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = request.session.session_key
    return client
