"""What every page is held to in a real browser, and the picture that is kept of it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe

# the same engine without a window's machinery comes first: a third less work for two cores
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
FLAGS = ("--no-sandbox", "--disable-background-networking", "--disable-gpu")
AXE = Axe()
ARTEFACTS = Path(__file__).resolve().parents[1] / "test-artefacts"
# style sheets are the page's own, so that axe need not fetch them a second time
OPTIONS = {"resultTypes": ["violations"], "preload": False}


# all rules whose findings can be serious; the impact of a rule is asked of axe, which has no public name for it
SERIOUS = """(options) => {
  for (const one of axe._audit.rules) if (/minor|moderate/.test(one.impact)) options.rules[one.id] = { enabled: false };
  return axe.run(document, options).then((all) => all.violations);
}"""
MEASURED: set[str] = set()  # pairs of text and ground that axe has measured in this process
# every pair of text and ground on the page: the colour, whether it is large, and all that is painted below it down to
# the first full colour, or to the root where something is faded. What axe does not measure (a control switched off)
# and what may float over a stranger are pairs apart.
PAIRS = """() => {
  const layers = new Map();
  const below = (one) => {
    if (!one) return { paint: "", fade: "" };
    if (!layers.has(one)) {
      const style = getComputedStyle(one), under = below(one.parentElement), paint = [];
      const [color, image] = [style.backgroundColor, style.backgroundImage.replaceAll(location.origin, "")];
      const full = color.startsWith("rgb(") && image === "none";
      if (color !== "rgba(0, 0, 0, 0)") paint.push(color);
      if (image !== "none") paint.push(image);
      if (!paint.length && /absolute|fixed/.test(style.position)) paint.push("floats " + one.className);
      const fade = (style.opacity === "1" ? "" : style.opacity + " ") + under.fade;
      layers.set(one, { paint: full && !under.fade ? color : [...paint, under.paint].join(" "), fade });
    }
    return layers.get(one);
  };
  const pairs = new Set();
  for (const one of document.body.querySelectorAll("*")) {
    const said = one.matches("input, select, textarea") || [...one.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
    if (!said || !one.checkVisibility({ visibilityProperty: true }) || one.getBoundingClientRect().width <= 1) continue;
    const style = getComputedStyle(one), size = parseFloat(style.fontSize), { paint, fade } = below(one);
    const large = size >= 24 || (size > 18.6 && style.fontWeight >= 700);
    const off = one.closest("[disabled], [aria-disabled=true]") || one.closest("label")?.control?.disabled;
    const text = one instanceof SVGElement ? style.fill : style.color;
    pairs.add([text, large && "large", off && "off", style.textShadow, fade, paint].filter(Boolean).join(" | "));
  }
  return [...pairs];
}"""


def launch(kind: Any, *flags: str) -> Any:
    """A running browser of this machine; `kind` is Playwright's browser type."""
    program = os.environ.get("GONGJIA_CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)))
    return kind.launch(executable_path=program, args=[*FLAGS, *flags])


def press(page: Any, target: Any) -> None:
    """Click, and wait for the next page where the click sends a form or follows a link away.

    Playwright's own wait ends at once while the answer is still under way: the old page is loaded, after all.
    """
    page.evaluate(
        """() => {
          const leave = (e) => { if (!e.defaultPrevented) window.leaving = true };
          addEventListener("submit", leave);
          addEventListener("click", (e) => { if (e.target.closest?.("a[href]:not([href^='#'], [download])")) leave(e) });
        }"""
    )
    target.click()
    page.wait_for_function("!window.leaving")
    page.wait_for_load_state("load")


def resize(page: Any, screen: Any) -> None:
    """Another width of the same page, laid out and drawn."""
    page.set_viewport_size(screen)
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def keep(page: Any, folder: str, name: str) -> None:
    """A picture of the whole page in test-artefacts/<folder>/, for whoever asks with GONGJIA_PICTURES=1."""
    if not os.environ.get("GONGJIA_PICTURES"):
        return
    (ARTEFACTS / folder).mkdir(parents=True, exist_ok=True)
    page.screenshot(path=ARTEFACTS / folder / f"{name}.jpg", type="jpeg", quality=80, full_page=True)


def pixels_outside(page: Any) -> int:
    """How far the page is wider than its window."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


def barriers(page: Any) -> list[tuple[str, list[str]]]:
    """Serious findings of axe: (rule, the first places).

    The script goes to the browser as it is and only findings come back: packing both for the way, as
    `Axe().run` does, takes longer than a short page's look itself. Contrast, three quarters of a look, is measured
    where the page shows a pair of text and ground that no page before it showed.
    """
    if page.evaluate("!window.axe"):
        browser = page.context.new_cdp_session(page)
        browser.send("Runtime.evaluate", {"expression": AXE.axe_script})
        browser.detach()
    pairs = set(page.evaluate(PAIRS)) - MEASURED
    found = page.evaluate(SERIOUS, {**OPTIONS, "rules": {"color-contrast": {"enabled": bool(pairs)}}})
    if all(one["id"] != "color-contrast" for one in found):
        MEASURED.update(pairs)
    return [
        (one["id"], [node["html"][:200] for node in one["nodes"]][:5])
        for one in found
        if one["impact"] in ("serious", "critical")
    ]
