"""A worker with a phone: screens filled by the names of their fields, photos, targets large enough for a thumb."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image


def photo(path: Any, shade: str) -> str:
    made = io.BytesIO()
    Image.new("RGB", (60, 80), shade).save(made, "JPEG")
    file = path / f"{shade}.jpg"
    file.write_bytes(made.getvalue())
    return str(file)


def fill_screen(phone: Any, typed: dict[str, str], picked: dict[str, str], ticked: Any, files: dict[str, str]) -> None:
    """What stands on this screen, by the names of its fields."""
    page = phone.page
    for key, value in typed.items():
        if page.locator(f"input[name='a-{key}']").count():
            page.fill(f"input[name='a-{key}']", value)
    for key, value in picked.items():
        if page.locator(f"input[name='a-{key}'][value='{value}']").count():
            page.check(f"input[name='a-{key}'][value='{value}']")
    for key in ticked:
        if page.locator(f"input[type=checkbox][name='a-{key}']").count():
            page.check(f"input[name='a-{key}']")
    for key, value in files.items():
        if page.locator(f"input[type=file][name='a-{key}']").count():
            page.set_input_files(f"input[name='a-{key}']", value)


def small_targets(phone: Any) -> list[str]:
    """Links and buttons under 44 px, those inside a running text aside."""
    return phone.page.evaluate(
        """() => Array.from(document.querySelectorAll('main a, main button, nav a, label.choice')).filter(e => {
             const r = e.getBoundingClientRect();
             return r.width > 0 && r.height < 44 && !e.closest('p, .fault, .alert, .toast') && !e.classList.contains('skip');
           }).map(e => e.outerHTML.slice(0, 120))"""
    )
