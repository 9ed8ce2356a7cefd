"""What stands around a page: navigation, the union one stands in, the bell, the ribbon.

Built per request and only when a layout asks. The console registers its entries:

    NAV.register(NavItem("members", "会员名册", url="console:members", section="members", powers=("members.read",)))
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from gongjia.base import clock
from gongjia.base.registry import Registry
from gongjia.faces.shared import flash, formats, jinja

STANDING = "standing"  # session key: the post one stands in
BEHALF = "behalf"  # session key: the union below for which one acts now (代办)
NAV_COOKIE = "gj_nav"  # "thin": the console's sidebar shows icons only
SIZE_COOKIE = "gj_size"  # "large": 适老 type


@dataclass(frozen=True)
class Section:
    """A first-level entry, in the order data flows."""

    key: str
    label: str
    icon: str


SECTIONS: tuple[Section, ...] = (
    Section("desk", "工作台", "layout-grid"),
    Section("orgs", "组织", "hierarchy-2"),
    Section("members", "会员", "users"),
    Section("programmes", "申报审批", "clipboard-check"),
    Section("money", "资金", "wallet"),
    Section("events", "活动", "calendar-event"),
    Section("places", "阵地", "map-pin"),
    Section("cases", "维权", "scale"),
    Section("meetings", "会议", "presentation"),
    Section("publish", "宣传", "news"),
    Section("report", "统计与总结", "chart-bar"),
    Section("system", "系统", "settings"),
)


@dataclass(frozen=True)
class NavItem:
    """One page in the navigation; shown to whoever holds one of its powers (none: to every officer).

    `under`: further URL names, or beginnings of them, of pages that belong to this entry.
    """

    key: str
    label: str
    url: str
    section: str
    powers: tuple[str, ...] = ()
    under: tuple[str, ...] = ()
    order: int = 50
    show: Callable[[Any], bool] | None = None

    def __post_init__(self):
        if self.section not in {section.key for section in SECTIONS}:
            raise ValueError(f"navigation has no section {self.section!r}")

    def allowed(self, actor: Any) -> bool:
        if self.show is not None and not self.show(actor):
            return False
        return not self.powers or any(actor.holds(power) for power in self.powers)

    def covers(self, view_name: str) -> bool:
        return view_name == self.url or any(view_name.startswith(name) for name in self.under)


NAV: Registry[NavItem] = Registry("navigation")


@dataclass
class Entry:
    """A first-level entry as this person sees it."""

    section: Section
    url: str
    active: bool = False
    children: list[dict[str, Any]] = field(default_factory=list)


class Shell:
    """Everything a layout may ask about this request."""

    def __init__(self, request: HttpRequest):
        self._request = request

    @cached_property
    def logged_in(self) -> bool:
        user = getattr(self._request, "user", None)
        return bool(user is not None and user.is_authenticated)

    @cached_property
    def actor(self) -> Any:
        return self._request.actor if self.logged_in else None

    @cached_property
    def view_name(self) -> str:
        match = self._request.resolver_match
        return match.view_name if match else ""

    @cached_property
    def nav(self) -> list[Entry]:
        """Only what this person may open; the active section with its pages."""
        if self.actor is None:
            return []
        pages: dict[str, list[dict[str, Any]]] = {section.key: [] for section in SECTIONS}
        for item in sorted(NAV, key=lambda item: item.order):
            if item.allowed(self.actor) and (address := jinja.link_to(item.url)):
                active = item.covers(self.view_name)
                pages[item.section].append({"key": item.key, "label": item.label, "url": address, "active": active})
        return [
            Entry(section, children[0]["url"], any(child["active"] for child in children), children)
            for section in SECTIONS
            if (children := pages[section.key])
        ]

    @cached_property
    def nav_thin(self) -> bool:
        return self._request.COOKIES.get(NAV_COOKIE) == "thin"

    @cached_property
    def large_type(self) -> bool:
        return self._request.COOKIES.get(SIZE_COOKIE) == "large"

    @cached_property
    def posts(self) -> tuple:
        return tuple(self.actor.posts) if self.actor is not None else ()

    @cached_property
    def standing(self) -> Any:
        """The post one stands in: chosen in the switcher, else the first."""
        chosen = self._request.session.get(STANDING) if self.posts else None
        return next((post for post in self.posts if str(post.id) == chosen), self.posts[0] if self.posts else None)

    @cached_property
    def behalf(self) -> Any:
        """The union for which one acts now (代办), if any."""
        return self.actor.behalf if self.actor is not None else None

    @cached_property
    def unread(self) -> int:
        if not self.logged_in:
            return 0
        from gongjia.base import outbox

        return outbox.unread(self._request.user.id)

    @cached_property
    def label(self) -> str:
        return self.actor.label if self.actor is not None else ""

    @cached_property
    def flashes(self) -> list[tuple[str, str]]:
        return flash.take(self._request)

    @cached_property
    def ribbon(self) -> str:
        return ribbon()


def ribbon() -> str:
    """The demo's clock stands and says so; opened to the network (`--lan`), it says that too."""
    standing = clock.demo_day()
    if not standing:
        return ""
    opened = "本次启动已对同一网络开放，凭访问码进入。" if getattr(settings, "GONGJIA_ACCESS_CODE", "") else ""
    return f"演示数据：系统时间停在 {formats.day_zh(standing)}，人员均为虚构。{opened}"


def of(request: HttpRequest) -> Shell:
    """The shell of a request, built when first asked for."""
    return SimpleLazyObject(lambda: Shell(request))
