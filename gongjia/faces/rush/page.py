"""What the rush answers: a page in an officer's plain words, or the same as JSON."""

from __future__ import annotations

import functools
import json
import math
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.template.loader import render_to_string

from gongjia.base.clock import SHANGHAI
from gongjia.faces.rush import desk, numbers
from gongjia.faces.rush.desk import Answer, Sight
from gongjia.faces.shared.shell import ribbon
from gongjia.work.events import actions

Response = tuple[int, list[tuple[bytes, bytes]], bytes]

COOKIE = "gj_place"
PRIVATE = [
    (b"cache-control", b"no-store, private"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
]
JSON = [(b"content-type", b"application/json"), *PRIVATE]
POLICY = (
    b"default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; script-src 'self';"
    b" form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HTML = [(b"content-type", b"text/html; charset=utf-8"), (b"content-security-policy", POLICY), *PRIVATE]
TYPES = {".css": b"text/css", ".js": b"text/javascript", ".svg": b"image/svg+xml", ".woff2": b"font/woff2"}
LEAST_PAUSE, MOST_PAUSE, PER_SECOND = 3, 20, 2000  # the page asks again: seconds, and how many shall ask in one second

SAID = {
    actions.ALREADY: "您已经报过这场活动了",
    actions.SOLD_OUT: "名额已满",
    actions.REFUSED: "没有报上",
    desk.LOGGED_OUT: "请先登录",
    desk.NO_MEMBER: "您的手机号还没有对应到会员档案",
    desk.USED_UP: "这个排队号已经用过了",
}
STATUS = {
    actions.SOLD_OUT: 409, actions.REFUSED: 422, desk.LOGGED_OUT: 401, desk.NO_MEMBER: 403, desk.USED_UP: 409,
}  # fmt: skip
STATES = {"placed": "报名成功", "waiting": "已排候补", "offered": "有名额递补给您", "entered": "已登记"}


def pause(ahead: int) -> int:
    """Seconds until a page asks again: the longer the line the later, so that asking never becomes the load."""
    return min(MOST_PAUSE, LEAST_PAUSE + ahead // PER_SECOND)


# -- the answers ---------------------------------------------------------------------------------
def told(sight: Sight, answer: Answer, as_json: bool) -> Response:
    """What came of it."""
    status = STATUS.get(answer.verdict, 200)
    if as_json:
        return status, JSON, _told_json(answer)
    clash = bool(answer.reasons) and {one.code for one in answer.reasons} == {"clash"}
    lines = [
        f"{one.sentence}{one.fact}" if clash else one.sentence + (one.cure and " " + one.cure) for one in answer.reasons
    ]
    heading = SAID.get(answer.verdict, answer.verdict)
    standing = answer.standing
    if standing is not None:
        now = STATES.get(standing.state, standing.state)
        if answer.verdict == actions.ALREADY:
            lines.append(f"当前状态：{now}。")
        else:  # as it is by now: the claim may have been answered while one still waited
            heading = now
        if standing.state == "offered":
            lines.append("请在“我的报名”里确认，过了期限就轮到下一位。")
        if standing.state == "placed" and standing.place_no:
            lines.append(f"您是第 {standing.place_no} 个名额。")
        if standing.state == "waiting" and standing.waiting_no:
            lines.append(f"候补第 {standing.waiting_no} 位，有人取消会通知您。")
    elif answer.verdict == actions.SOLD_OUT:
        lines = [_when_full(sight)]
    again = answer.verdict in (actions.SOLD_OUT, desk.USED_UP, actions.REFUSED)
    body = _page(
        sight, heading, tuple(lines), again=again,
        log_in=answer.verdict == desk.LOGGED_OUT, mine=standing is not None, good=standing is not None,
        clash=clash,
    )  # fmt: skip
    forget = [_cookie(sight, "", 0)] if answer.verdict == desk.USED_UP else []
    return status, [*HTML, *forget], body


def _told_json(answer: Answer) -> bytes:
    standing = answer.standing
    if standing is not None:
        return (
            f'{{"verdict":"{answer.verdict}","state":"{standing.state}","place_no":{standing.place_no or "null"},'
            f'"waiting_no":{standing.waiting_no or "null"},"sign_up":"{standing.sign_up_id}"}}'
        ).encode()
    if answer.verdict == actions.SOLD_OUT:
        return b'{"verdict":"sold_out"}'
    return _json({"verdict": answer.verdict, "reasons": [one.as_dict() for one in answer.reasons]})


def numbered(sight: Sight, number: numbers.Number, ahead: int, as_json: bool) -> Response:
    """In the line; the number goes into a cookie of this event's address only."""
    text = numbers.sign(number, sight.event_id)
    cookie = _cookie(sight, text, 24 * 3600)
    if as_json:
        body = {"verdict": "in_line", "number": text, "ahead": ahead, "ask_in": pause(ahead), **_times(sight)}
        return 202, [*JSON, cookie], _json(body)
    return 303, [(b"location", _address(sight)), cookie, *PRIVATE], b""


def waiting(sight: Sight, ahead: int, as_json: bool) -> Response:
    """Still in the line."""
    if as_json:
        return 200, JSON, _json({"verdict": "in_line", "ahead": ahead, "ask_in": pause(ahead), **_times(sight)})
    if not sight.opened(time.monotonic()):
        lines = (
            "开始报名前到的人，到时由系统随机排序、自动提交，不用抢着点。",
            "请不要关闭本页。页面会自动刷新。",
        )
        return 200, HTML, _page(sight, "已经在等候", lines, again=False, refresh=_refresh(sight, ahead))
    shown = ahead if ahead < 100 else ahead // 100 * 100
    lines = (f"前面约有 {shown} 人，正在依次办理。", "请不要关闭本页。页面会自动刷新。")
    return 200, HTML, _page(sight, "正在排队", lines, again=False, refresh=pause(ahead))


def entrance(sight: Sight, has_session: bool, as_json: bool) -> Response:
    """Whoever has not joined the line: the same for all, drawn once a second."""
    if as_json:
        return 200, JSON, _json({"verdict": "not_in_line", "sold_out": is_full(sight), **_times(sight)})
    now = time.monotonic()
    if sight.over(now):
        return 200, HTML, _page(sight, "报名已经结束", ("请看看其他活动。",), again=False)
    if not sight.opened(now):
        lines = (f"{_moment(sight.opens_at)} 开始报名。", "现在就可以进入等候：开始前到的人随机排序，早到晚到都一样。")
        return 200, HTML, _page(sight, "还没有开始", lines, log_in=not has_session)
    if is_full(sight):
        return 200, HTML, _page(sight, SAID[actions.SOLD_OUT], (_when_full(sight),), log_in=not has_session)
    return 200, HTML, _page(sight, "正在报名", ("按到达的先后办理。",), log_in=not has_session)


def log_in(sight: Sight, as_json: bool) -> Response:
    return told(sight, Answer(desk.LOGGED_OUT), as_json)


def forged(sight: Sight, as_json: bool) -> Response:
    """A number that is none, or another person's. It is taken away: whoever is honest just stands in line anew."""
    cookie = _cookie(sight, "", 0)
    if as_json:
        return 403, [*JSON, cookie], b'{"verdict":"number_invalid"}'
    lines = ("排队号只能本人在本场活动使用。请重新排队。",)
    return 403, [*HTML, cookie], _page(sight, "排队号无效", lines)


def away(as_json: bool) -> Response:
    """The database is away for a moment: whatever was written stays, whoever has a number keeps it."""
    headers = [(b"retry-after", b"3")]
    if as_json:
        return 503, [*JSON, *headers], b'{"verdict":"busy"}'
    body = _plain("系统忙，请稍等", ("您的排队号还在，已经报上的名额也在。页面会自动刷新。",), 5)
    return 503, [*HTML, *headers], body


def missing(as_json: bool) -> Response:
    if as_json:
        return 404, JSON, b'{"verdict":"missing"}'
    return (
        404,
        HTML,
        _plain("没有找到这场活动", ("地址可能写错了，或者这场活动不是先到先得。请从活动列表里重新打开。",)),
    )


def foreign(as_json: bool) -> Response:
    if as_json:
        return 403, JSON, b'{"verdict":"foreign"}'
    return 403, HTML, _plain("这次提交不是从本系统的页面发出的", ("请从活动页面重新打开再提交。",))


def too_much() -> Response:
    return 413, JSON, b'{"verdict":"too_much"}'


# -- tools ---------------------------------------------------------------------------------------
def _json(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _times(sight: Sight) -> dict[str, Any]:
    now = time.monotonic()
    return {"open": sight.opened(now), "over": sight.over(now), "opens_in": max(0.0, sight.seconds_to_opening(now))}


def is_full(sight: Sight) -> bool:
    wanted = [pk for pk, _title in sight.sessions] or [None]
    return all(sight.sold_out(pk) for pk in wanted)


def _when_full(sight: Sight) -> str:
    if sight.waiting_list:
        return "可以排候补：有人取消就按先后递补，会通知您。"
    return "有人取消时名额会放出来，可以过一会儿再看。"


def _refresh(sight: Sight, ahead: int) -> int:
    """Before the opening seldom, just after it once."""
    left = sight.seconds_to_opening(time.monotonic())
    return min(30, max(1, math.ceil(left) + 1)) if left < 30 else 30


def _moment(moment: Any) -> str:
    return f"{moment.astimezone(SHANGHAI):%-m月%-d日 %H:%M}" if moment is not None else ""


def _address(sight: Sight) -> bytes:
    return f"/rush/{sight.event_id}/".encode()


def _cookie(sight: Sight, text: str, seconds: int) -> tuple[bytes, bytes]:
    secure = "; Secure" if settings.HTTPS else ""
    value = f"{COOKIE}={text}; Path=/rush/{sight.event_id}/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}"
    return b"set-cookie", value.encode()


def _page(
    sight: Sight,
    heading: str,
    lines: tuple[str, ...],
    *,
    again: bool = True,
    log_in: bool = False,
    mine: bool = False,
    good: bool = False,
    refresh: int = 0,
    clash: bool = False,
) -> bytes:
    return _drawn(
        heading, lines, refresh, sight.title, sight.place, _moment(sight.first_at), f"/rush/{sight.event_id}/",
        again and not sight.over(time.monotonic()), log_in, mine, good, sight.sessions, sight.guests_max,
        sight.waiting_list, clash,
    )  # fmt: skip


def _plain(heading: str, lines: tuple[str, ...], refresh: int = 0) -> bytes:
    return _drawn(heading, lines, refresh)


@functools.lru_cache(maxsize=2000)
def _drawn(
    heading: str,
    lines: tuple[str, ...],
    refresh: int = 0,
    event: str = "",
    place: str = "",
    when: str = "",
    address: str = "",
    again: bool = False,
    log_in: bool = False,
    mine: bool = False,
    good: bool = False,
    sessions: tuple[Any, ...] = (),
    guests_max: int = 0,
    waiting_list: bool = False,
    clash: bool = False,
) -> bytes:
    """Drawn once for all who see the same."""
    site = settings.GONGJIA_RUSH_SITE.rstrip("/")
    return render_to_string(
        "rush/page.html",
        {
            "title": event or heading, "heading": heading, "lines": lines, "refresh": refresh, "event": event, "place": place,
            "when": when, "address": address, "again": again, "log_in": log_in, "mine": mine, "good": good,
            "sessions": sessions, "guests_max": guests_max, "waiting_list": waiting_list, "site": site, "clash": clash,
            "full": heading == SAID[actions.SOLD_OUT],
            "log_in_address": f"{site}{settings.LOGIN_URL}?next={address}", "ribbon": ribbon(),
        },
    ).encode()  # fmt: skip


@functools.cache
def _known_files() -> frozenset[str]:
    """The hashed names of the program's own static files: nothing else is handed out."""
    names = getattr(staticfiles_storage, "hashed_files", {}).values()
    return frozenset(f"{settings.STATIC_URL}{name}" for name in names)


@functools.lru_cache(maxsize=200)
def static(path: str) -> Response:
    """Style sheets of the page, for an installation without a proxy that brings both processes to one address."""
    kind = TYPES.get(Path(path).suffix)
    if kind is None or path not in _known_files():
        return 404, [(b"content-type", b"text/plain")], b""
    body = (Path(settings.STATIC_ROOT) / path.removeprefix(settings.STATIC_URL)).read_bytes()
    return 200, [(b"content-type", kind), (b"cache-control", b"public, max-age=31536000, immutable")], body
