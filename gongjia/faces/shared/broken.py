"""The page of last resort: it needs neither database, session nor template, because one of them may be what broke."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.templatetags.static import static

PAGE = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>系统出了问题 · 工家</title>{style}</head>
<body><main><h1>系统出了问题</h1>
<p>刚才的操作没有完成，没有保存的内容请重新填写。</p>
<p>请返回上一页再试一次；仍然不行，请把出错时间 {moment} 告诉本单位的系统管理员。</p>
<p><a href="/">回到首页</a></p></main></body></html>
"""


def server_error(request: HttpRequest) -> HttpResponse:
    """Handler of 500. The machine's own clock: the database may be what is away."""
    try:
        style = f'<link rel="stylesheet" href="{static("ui/tokens.css")}">'
    except ValueError:
        style = ""
    moment = f"{datetime.now(ZoneInfo('Asia/Shanghai')):%Y-%m-%d %H:%M:%S}"
    response = HttpResponse(PAGE.format(style=style, moment=moment), status=500)
    response["Cache-Control"] = "no-store"
    return response
