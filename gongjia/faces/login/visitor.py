"""Who knocks: network address and browser, as far as throttling and the list of devices need them."""

from __future__ import annotations

import ipaddress
import secrets
from collections.abc import Iterable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

DEVICE_COOKIE = "__Host-gj_device" if getattr(settings, "HTTPS", False) else "gj_device"
YEAR = 365 * 24 * 3600

_SYSTEMS = (
    ("HarmonyOS", "鸿蒙手机"),
    ("iPhone", "苹果手机"),
    ("iPad", "苹果平板"),
    ("Android", "安卓手机"),
    ("Windows", "Windows 电脑"),
    ("Macintosh", "苹果电脑"),
    ("Linux", "Linux 电脑"),
)
# the more telling name first: every one of them also says Chrome or Safari
_BROWSERS = (
    ("MicroMessenger", "微信"),
    ("DingTalk", "钉钉"),
    ("MQQBrowser", "QQ 浏览器"),
    ("Edg", "Edge"),
    ("Firefox", "火狐"),
    ("360SE", "360 浏览器"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)


def address(request: HttpRequest) -> str:
    """The client's address. A forwarded one counts only when a trusted proxy handed it on: anybody can write it."""
    nearest = request.META.get("REMOTE_ADDR", "")
    trusted = getattr(settings, "GONGJIA_TRUSTED_PROXIES", ())
    if not _within(nearest, trusted):
        return nearest
    hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
    for hop in reversed(hops):
        if not _within(hop, trusted):
            return hop
    return hops[0] if hops else nearest


def network(request: HttpRequest) -> str:
    """What throttling counts by: an IPv4 address, or an IPv6 /64 (one household)."""
    try:
        found = ipaddress.ip_address(address(request))
    except ValueError:
        return "local"
    if found.version == 6:
        return str(ipaddress.ip_network(f"{found}/64", strict=False).network_address)
    return str(found)


def shown_network(request: HttpRequest) -> str:
    """For the list of devices: enough to recognise, not enough to trace."""
    try:
        found = ipaddress.ip_address(address(request))
    except ValueError:
        return "本机"
    if found.is_loopback:
        return "本机"
    if found.version == 6:
        return ":".join(found.exploded.split(":")[:3]) + ":*"
    return ".".join(str(found).split(".")[:2]) + ".*.*"


def is_local(request: HttpRequest) -> bool:
    try:
        return ipaddress.ip_address(address(request)).is_loopback
    except ValueError:
        return address(request) == ""  # a Unix socket


def label(request: HttpRequest) -> str:
    """`安卓手机 · 微信`."""
    agent = request.headers.get("User-Agent", "")
    system = next((words for mark, words in _SYSTEMS if mark in agent), "其他设备")
    browser = next((words for mark, words in _BROWSERS if mark in agent), "浏览器")
    return f"{system} · {browser}"


def device(request: HttpRequest) -> str:
    """The browser's own mark; "" at its first visit."""
    mark = request.COOKIES.get(DEVICE_COOKIE, "")
    return mark if 20 <= len(mark) <= 40 and mark.isascii() and mark.replace("-", "").replace("_", "").isalnum() else ""


def remember(request: HttpRequest, response: HttpResponse) -> None:
    """Give the browser a mark when it has none. It says nothing about the person."""
    if not device(request):
        response.set_cookie(
            DEVICE_COOKIE, secrets.token_urlsafe(24), max_age=YEAR, httponly=True, samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )  # fmt: skip


def _within(text: str, networks: Iterable[str]) -> bool:
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return False
    return any(found in ipaddress.ip_network(one, strict=False) for one in networks)
