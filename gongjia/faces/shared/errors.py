"""The pages that say no, each in plain words: what happened, why, what to do, whom to ask."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from gongjia.base.refused import Forbidden, Refused

NOT_FOUND = {
    "title": "没有找到这个页面",
    "what": "地址可能写错了，内容可能已经移走，或者它不在您能查看的范围内。",
    "todo": "请回到首页，从菜单里重新打开；如果是别人发给您的链接，请向发送的人核对。",
    "icon": "zoom-question",
}
NOT_ALLOWED = {
    "title": "您没有办理这件事的权限",
    "what": "您能看到它，但您现在的岗位不包含这项权限。",
    "todo": "需要办理的，请联系本单位工会主席或上级工会的系统管理员开通。",
    "icon": "lock",
}
NOT_NOW = {
    "title": "现在还不能办理",
    "what": "",
    "todo": "请按下面的提示处理后再试。",
    "icon": "hourglass",
}
EXPIRED = {
    "title": "页面停留太久了",
    "what": "为了安全，打开很久的页面不能直接提交。您填写的内容没有提交。",
    "todo": "请返回上一页，刷新后再提交一次。",
    "icon": "clock",
}


def layout_of(request: HttpRequest) -> str:
    """The face a path belongs to; a stranger gets the plain layout everywhere."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or not hasattr(request, "actor"):
        return "ui/layouts/plain.html"
    if request.path.startswith("/console/"):
        return "ui/layouts/console.html"
    if request.path.startswith("/m/"):
        return "ui/layouts/portal.html"
    return "ui/layouts/plain.html"


def answer(request: HttpRequest, status: int, words: dict[str, str], **more: Any) -> HttpResponse:
    context = {**words, "reasons": (), "layout": layout_of(request), "status": status, **more}
    response = HttpResponse(render_to_string("ui/pages/refused.html", context, request=request), status=status)
    response["Cache-Control"] = "no-store"
    return response


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Foreign and none: the same page, byte for byte but for what the layout says of the reader."""
    return answer(request, 404, NOT_FOUND)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    words = dict(NOT_ALLOWED)
    if isinstance(exception, Forbidden) and str(exception):
        words["what"] = str(exception)
    return answer(request, 403, words)


def refused(request: HttpRequest, exception: Refused) -> HttpResponse:
    return answer(request, 422, NOT_NOW, reasons=exception.reasons)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return answer(request, 403, EXPIRED)


def wrong_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    words = {**NOT_FOUND, "title": "这个请求看不懂", "what": "地址或提交的内容不完整。"}
    return answer(request, 400, words)
