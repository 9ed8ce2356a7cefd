"""What every page is held to in a real browser, and the picture that is kept of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe

ARTEFACTS = Path(__file__).resolve().parents[1] / "test-artefacts"
# all rules; style sheets are the page's own, so that axe need not fetch them a second time
OPTIONS = {"resultTypes": ["violations"], "preload": False}


def keep(page: Any, folder: str, name: str) -> None:
    """A picture of the whole page in test-artefacts/<folder>/."""
    (ARTEFACTS / folder).mkdir(parents=True, exist_ok=True)
    page.screenshot(path=ARTEFACTS / folder / f"{name}.jpg", type="jpeg", quality=80, full_page=True)


def pixels_outside(page: Any) -> int:
    """How far the page is wider than its window."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


def barriers(page: Any) -> list[tuple[str, list[str]]]:
    """Serious findings of axe: (rule, the first places)."""
    return [
        (one["id"], [node["html"][:200] for node in one["nodes"]][:5])
        for one in Axe().run(page, options=OPTIONS).response["violations"]
        if one["impact"] in ("serious", "critical")
    ]
