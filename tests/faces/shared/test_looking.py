"""What every page is held to finds what it should, also on a page that looks like one seen before."""

from __future__ import annotations

import pytest

from tests import looking

pytestmark = [pytest.mark.browser]

PAGE = """<!doctype html><html lang="zh"><head><title>一页</title></head>
<body style="background: #fff; color: #222"><main><h1>一页</h1>{}</main></body></html>"""


@pytest.fixture
def found(chromium, monkeypatch):
    """found(body) -> rules that were broken by it; nothing is measured yet."""
    monkeypatch.setattr(looking, "MEASURED", set())
    page = chromium.new_page()

    def look(body: str) -> list[str]:
        page.set_content(PAGE.format(body))
        return [rule for rule, _places in looking.barriers(page)]

    yield look
    page.close()


PALE = {
    "text": '<p style="color: #ccc">一行字</p>',
    "ground": '<p style="background: #333">一行字</p>',
    "faded": '<div style="opacity: 0.2"><p>一行字</p></div>',
    "faded further up": '<div style="opacity: 0.2"><div style="background: #fff"><p>一行字</p></div></div>',
    "a field": '<label>甲 <input value="一行字" style="color: #ccc; background: #fff"></label>',
    "small, where large was well": '<p style="color: #888; font-size: 12px">一行字</p>',
    "on, where off was not measured": '<button style="color: #ccc; background: #fff">一行字</button>',
}


@pytest.mark.parametrize("what", PALE)
def test_pale_text_is_found_after_pages_that_were_well(found, what):
    assert found("<p>一行字</p>") == []
    assert found('<p style="color: #888; font-size: 32px">大字</p>') == []
    assert found('<button disabled style="color: #ccc; background: #fff">一行字</button>') == []
    for _again in range(2):  # what was found once is no pair that is well
        assert found(PALE[what]) == ["color-contrast"]


def test_everything_else_is_looked_for_on_every_page(found):
    assert found("<p>一行字</p>") == []
    assert found("<p>一行字</p>") == []
    assert found('<p>一行字</p><img src="data:,">') == ["image-alt"]


def test_control_a_pair_taken_for_known_goes_unseen(found, monkeypatch):
    """The pairs are what decides whether contrast is measured."""
    monkeypatch.setattr(looking, "PAIRS", "() => []")
    assert found(PALE["text"]) == []
