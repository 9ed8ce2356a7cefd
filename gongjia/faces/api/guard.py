"""Who calls, and how a refusal is told: the same reasons as on a page."""

from __future__ import annotations

import logging
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.module_loading import import_string
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.security import HttpBearer

from gongjia.base import clock, journal
from gongjia.base.refused import Forbidden, Hidden, Refused
from gongjia.who.accounts import actions

log = logging.getLogger(__name__)

NO_TOKEN = "请在请求头里带上有效的接口令牌：Authorization: Bearer <令牌>。令牌在工作台“接口令牌”里生成。"
NO_RIGHT = "令牌所属的账号没有这项权限。"
READ_ONLY = "这个令牌只能查询。需要办理的，请生成可以办理的令牌。"
TOO_MANY = "这个令牌一分钟内的请求太多。"
NOT_FOUND = "没有找到，或不在您能查看的范围内。"


class TooMany(Exception):
    """A token asked more often than it may; `wait` seconds are to go by."""

    def __init__(self, wait: int):
        self.wait = wait


class Token(HttpBearer):
    """A token of an account. Rights are read anew at each request, as for a page."""

    openapi_description = "工作台“接口令牌”里生成的令牌，只显示一次。"

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        found = actions.use_token(token)
        if found is None:
            return None
        if wait := actions.count_use(found, most=settings.GONGJIA_API_PER_MINUTE):
            raise TooMany(wait)
        request.user = found.account
        request.actor = import_string(settings.GONGJIA_ACTOR_FACTORY)(found.account, clock.now())
        request.api_token = found
        return found


def must_write(request: HttpRequest) -> None:
    """A token that was made for reading does nothing else."""
    if not request.api_token.may_write:
        raise HttpError(403, READ_ONLY)


def install(api: NinjaAPI) -> None:
    """Every way to say no, as {"reasons": [...]} and nothing of the inside."""

    def answer(request: HttpRequest, status: int, *reasons: dict[str, str]) -> HttpResponse:
        return api.create_response(request, {"reasons": list(reasons)}, status=status)

    @api.exception_handler(Refused)
    def refused(request: HttpRequest, exc: Refused) -> HttpResponse:
        return answer(request, 422, *(reason_of(one) for one in exc.reasons))

    @api.exception_handler(Forbidden)
    def forbidden(request: HttpRequest, exc: Forbidden) -> HttpResponse:
        note_denial(request, exc.power)
        return answer(request, 403, said("forbidden", str(exc) or NO_RIGHT))

    @api.exception_handler(Hidden)
    @api.exception_handler(Http404)
    def hidden(request: HttpRequest, exc: Exception) -> HttpResponse:
        return answer(request, 404, said("not_found", NOT_FOUND))

    @api.exception_handler(AuthenticationError)
    def nobody(request: HttpRequest, exc: AuthenticationError) -> HttpResponse:
        response = answer(request, 401, said("token", NO_TOKEN))
        response["WWW-Authenticate"] = "Bearer"
        return response

    @api.exception_handler(TooMany)
    def too_many(request: HttpRequest, exc: TooMany) -> HttpResponse:
        told = {**said("too_many", TOO_MANY, str(exc.wait)), "cure": f"请过 {exc.wait} 秒再来。"}
        response = answer(request, 429, told)
        response["Retry-After"] = str(exc.wait)
        return response

    @api.exception_handler(HttpError)
    def plain(request: HttpRequest, exc: HttpError) -> HttpResponse:
        words = str(exc) if exc.status_code == 403 else "请求的内容不是有效的 JSON。"
        return answer(request, exc.status_code, said("request", words))

    @api.exception_handler(ValidationError)
    def wrong(request: HttpRequest, exc: ValidationError) -> HttpResponse:
        return answer(request, 422, *(fault_of(one) for one in exc.errors))


def reason_of(reason: Any) -> dict[str, str]:
    return {name: getattr(reason, name) for name in ("code", "sentence", "fact", "clause", "cure")}


def said(code: str, sentence: str, fact: str = "") -> dict[str, str]:
    return {"code": code, "sentence": sentence, "fact": fact, "clause": "", "cure": ""}


def fault_of(error: dict[str, Any]) -> dict[str, str]:
    """A value of the wrong shape: which one; never the value itself, it may be a person's number."""
    where = ".".join(str(part) for part in error.get("loc", ())[1:] if part != "body")
    missing = error.get("type") == "missing"
    return said("missing" if missing else "format", "缺少这一项。" if missing else "这一项的格式不对。", where)


def note_denial(request: HttpRequest, power: str) -> None:
    if not power:
        return
    try:
        journal.denied(request.actor, power, None, f"{request.method} {request.path}"[:120], at=clock.now())
    except DatabaseError:
        log.exception("a denial could not be journalled")
