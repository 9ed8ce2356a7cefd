"""Every component in a real browser: no blocked style or script, no request to another host,
axe without serious findings, nothing clipped; the pictures are kept to be looked at."""

from __future__ import annotations

import json

import pytest

from gongjia.base import clock
from tests import looking
from tests.faces.shared.conftest import account_named

pytestmark = [pytest.mark.browser]

DESK, PHONE, SMALL, WALL = (1440, 900), (375, 812), (320, 640), (1920, 1080)
PAGES = {
    "console": ("/ui/gallery/", (DESK, PHONE, SMALL)),
    "portal": ("/ui/gallery/portal", (DESK, PHONE, SMALL)),
    "portal-large": ("/ui/gallery/portal", (PHONE,)),
    "screen": ("/ui/gallery/screen", (WALL,)),
}


@pytest.fixture
def logged_in(site, settings):
    """Cookies of an officer on the live server."""
    from django.test import Client

    client = Client()
    client.force_login(account_named("何敏·干部"))
    return [
        {
            "name": settings.SESSION_COOKIE_NAME,
            "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
            "url": site.url,
        }
    ]


@pytest.fixture
def visit(chromium, logged_in, site):
    contexts = []

    def open_page(path: str, width: int, height: int, script: bool = True, **cookies: str):
        context = chromium.new_context(
            viewport={"width": width, "height": height}, java_script_enabled=script, reduced_motion="reduce"
        )
        contexts.append(context)
        context.add_cookies(
            [*logged_in, *({"name": name, "value": value, "url": site.url} for name, value in cookies.items())]
        )
        page = context.new_page()
        page.problems, page.foreign = [], []
        page.on("console", lambda message: page.problems.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: page.problems.append(str(error)))
        page.on(
            "request",
            lambda request: None if request.url.startswith((site.url, "data:")) else page.foreign.append(request.url),
        )
        response = page.goto(site.url + path, wait_until="networkidle")
        assert response.status == 200, page.inner_text("body")[:600]
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.mark.parametrize("name", PAGES)
def test_looks(visit, name):
    path, screens = PAGES[name]
    page = visit(path, *screens[0], **({"gj_size": "large"} if name == "portal-large" else {}))
    for width, height in screens:
        looking.resize(page, {"width": width, "height": height})
        page.wait_for_timeout(300)  # the charts are drawn anew a moment later
        page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
        looking.keep(page, "shared", f"gallery-{name}-{width}")
        assert page.problems == []
        assert page.foreign == []
        clipped = looking.pixels_outside(page)
        assert clipped <= 0, f"{clipped} px lie outside a page of {width} px"
        found = looking.barriers(page)
        assert found == [], json.dumps(found, ensure_ascii=False, indent=1)


def test_zoomed_to_200_percent(visit):
    """200% on a 1280 px screen is a page of 640 px."""
    page = visit("/ui/gallery/", 640, 400)
    assert looking.pixels_outside(page) <= 0


def test_without_a_script_everything_can_be_read_and_sent(visit):
    page = visit("/ui/gallery/", 375, 812, script=False)
    assert page.locator(".chart-box").first.is_hidden()
    assert page.locator(".bulkbar").first.is_visible()
    page.click("a[aria-label='打开菜单']")
    assert page.locator(".side").is_visible()
    assert page.locator("summary", has_text="用表格看").first.is_visible()


def test_rows_ticked_bring_up_the_bulk_bar(visit):
    page = visit("/ui/gallery/", 1440, 900)
    assert page.locator(".bulkbar").is_hidden()
    page.check("[data-pick-all]")
    assert page.locator("[data-bulk-count]").inner_text() == "6"
    page.click("[data-pick-none]")
    assert page.locator(".bulkbar").is_hidden()


def test_keyboard_alone(visit):
    """Skip link first, the menu of the person opens and closes, focus comes back."""
    page = visit("/ui/gallery/", 1440, 900)
    page.evaluate("document.body.tabIndex = -1; document.body.focus()")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")
    page.focus(".me > summary")
    page.keyboard.press("Enter")
    assert page.locator(".me .menu-panel").is_visible()
    page.keyboard.press("Escape")
    assert page.locator(".me .menu-panel").is_hidden()
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_the_sidebar_folds_and_stays_folded(visit):
    page = visit("/ui/gallery/", 1440, 900)
    page.click("form[data-fold] button")
    assert page.locator(".shell-thin").count() == 1
    page.wait_for_timeout(300)
    page.reload(wait_until="networkidle")
    assert page.locator(".shell-thin").count() == 1


def test_charts_are_drawn_with_the_tokens_colours(visit):
    page = visit("/ui/gallery/", 1440, 900)
    assert page.locator(".chart-picture svg").count() == 6
    assert "#c7161d" in page.locator(".chart-picture").first.inner_html().lower()


def test_the_ribbon_says_that_the_clock_stands(visit, settings):
    settings.GONGJIA_CLOCK = "2018-08-27"
    page = visit("/ui/gallery/", 1440, 900)
    assert "2018年8月27日" in page.inner_text(".ribbon")
    assert clock.demo_day() is not None
