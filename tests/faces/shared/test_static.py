"""The look holds where it must: one file of tokens, enough contrast, nothing newer than Chrome 78,
no inline style or script, icons that exist, a light first screen."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[3] / "gongjia" / "faces" / "shared"
UI = SHARED / "static" / "ui"
FACES = SHARED.parent
STYLES = sorted(UI.glob("*.css"))
SCRIPTS = sorted(UI.glob("*.js"))
TEMPLATES = sorted(FACES.rglob("templates/**/*.html"))

# name -> what it looks like; with the Chrome version that first knew it
TOO_NEW_CSS = {
    ":has (105)": r":has\(",
    ":is (88)": r":is\(",
    ":where (88)": r":where\(",
    ":not with a list (88)": r":not\([^()]*,",
    "@layer (99)": r"@layer",
    "@container (105)": r"@container",
    "nesting (112)": r"(^|[;{]\s*)&",
    "color-mix (111)": r"color-mix\(",
    "aspect-ratio (88)": r"aspect-ratio\s*:",
    "inset (87)": r"(^|[\s;{])inset(-\w+)*\s*:",
    "min/max/clamp (79)": r"[\s:(,](min|max|clamp)\(",
    "dvh (108)": r"\d[dsl]v[hw]",
    "margin-inline (87)": r"(margin|padding)-(inline|block)\s*:",
    "subgrid (117)": r"subgrid",
    "oklch (111)": r"oklch|oklab",
    "scripting query (120)": r"\(scripting",
    "range query (104)": r"@media[^{]*[<>]",
}
TOO_NEW_JS = {
    "?. (80)": r"\?\.(?=[\w\[(])(?!\d)",
    "?? (80)": r"\?\?",
    "??= (85)": r"(\?\?|\|\||&&)=",
    "replaceAll (85)": r"\.replaceAll\(",
    ".at( (92)": r"\.at\(",
    "Object.hasOwn (93)": r"Object\.hasOwn\(",
    "structuredClone (98)": r"structuredClone\(",
    "eval": r"\beval\(|new Function\(",
}
GRID_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")


def bare(path: Path) -> str:
    return re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)


def css_faults(text: str) -> list[str]:
    """What Chrome 78 does not know. `:not(:focus-visible)` may stand alone: an unknown rule is then just left out."""
    faults = [name for name, pattern in TOO_NEW_CSS.items() if re.search(pattern, text, re.MULTILINE)]
    for selector, body in GRID_RULE.findall(text):
        if re.search(r"(^|[\s;])(row-|column-)?gap\s*:", body):
            faults.append(f"gap in {selector.strip()} (flex rows know it from 84; grids say grid-gap)")
        if ":focus-visible" in selector and "," in selector:
            faults.append(f"{selector.strip()}: one unknown part drops the whole rule (86)")
    return faults


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_styles_are_plain_enough_for_chrome_78(path):
    assert css_faults(bare(path)) == []


@pytest.mark.parametrize(
    "text",
    [
        "a:has(b){c:d}",
        "a{b:c;& d{e:f}}",
        ".x{display:flex;gap:4px}",
        "a{width:min(1px,2px)}",
        "a{inset:0}",
        "b,a:focus-visible{c:d}",
        "a{aspect-ratio:1}",
    ],
)
def test_what_is_too_new_is_found(text):
    assert css_faults(text)


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_scripts_are_plain_enough_and_without_eval(path):
    text = re.sub(r"//[^\n]*|/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
    assert [name for name, pattern in TOO_NEW_JS.items() if re.search(pattern, text)] == []


def test_the_vendored_htmx_runs_on_chrome_78():
    text = (SHARED / "static" / "vendor" / "htmx.min.js").read_text()
    assert not re.search(r"\?\.[a-z]|\?\?", text)


@pytest.mark.parametrize("path", [path for path in STYLES if path.name != "tokens.css"], ids=lambda path: path.name)
def test_only_the_tokens_name_a_colour(path):
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b|rgba?\(|hsla?\(", bare(path)) == []


def test_every_token_in_use_exists():
    known = set(re.findall(r"(--[\w-]+)\s*:", bare(UI / "tokens.css")))
    used = {name for path in STYLES for name in re.findall(r"var\((--[\w-]+)", bare(path))}
    assert used - known == set()


def tokens_of(block: str) -> dict[str, str]:
    text = bare(UI / "tokens.css")
    body = re.search(re.escape(block) + r"\s*\{(.*?)\n\}", text, re.DOTALL)
    assert body, block
    return dict(re.findall(r"(--[\w-]+):\s*(#[0-9a-fA-F]{6})\s*;", body.group(1)))


def contrast(one: str, other: str) -> float:
    def light(colour: str) -> float:
        parts = [int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


TONES = ("info", "success", "warning", "danger", "neutral", "brand")
PAIRS = [
    *[(f"--{tone}", f"--{tone}-soft") for tone in TONES],
    *[(f"--{tone}", "--surface") for tone in TONES],
    *[(f"--{tone}", "--canvas") for tone in TONES],
    ("--ink", "--surface"),
    ("--ink", "--hover"),
    ("--ink-2", "--surface"),
    ("--ink-2", "--surface-2"),
    ("--ink-2", "--canvas"),
    ("--ink-2", "--neutral-soft"),
    ("--on-brand", "--brand"),
    ("--on-brand", "--brand-deep"),
]


@pytest.mark.parametrize(("text", "ground"), PAIRS)
@pytest.mark.parametrize("theme", [":root", ".dark"])
def test_words_can_be_read_on_their_ground(theme, text, ground):
    tokens = {**tokens_of(":root"), **(tokens_of(".dark") if theme == ".dark" else {})}
    assert contrast(tokens[text], tokens[ground]) >= 4.5


def test_borders_of_fields_can_be_seen():
    tokens = tokens_of(":root")
    assert contrast(tokens["--ink-3"], tokens["--surface"]) >= 3


def inline_faults(text: str) -> list[str]:
    """What the policy of the pages would block."""
    text = re.sub(r"\{#.*?#\}", "", text, flags=re.DOTALL)
    faults = re.findall(r"\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:|<style", text)
    for tag in re.findall(r"<script\b[^>]*>", text):
        if "src=" not in tag and "application/json" not in tag and "application/ld+json" not in tag:
            faults.append(tag)
    return faults


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(FACES)))
def test_no_inline_style_or_script(path):
    assert inline_faults(path.read_text()) == []


@pytest.mark.parametrize("text", ['<p style="a">', '<a onclick="b">', "<script>c</script>", '<a href="javascript:d">'])
def test_inline_is_found(text):
    assert inline_faults(text)


def test_every_icon_named_in_a_template_is_in_the_sprite():
    sprite = (SHARED / "static" / "vendor" / "icons.svg").read_text()
    known = set(re.findall(r'<symbol id="([\w-]+)"', sprite))
    assert len(known) > 100
    wanted = {}
    for path in TEMPLATES:
        for name in re.findall(r"""(?:ui\.icon|\bicon)\(\s*["']([a-z0-9-]+)["']""", path.read_text()):
            wanted.setdefault(name, path.name)
        for name in re.findall(r"""["']sign["']:\s*["']([a-z0-9-]+)["']""", path.read_text()):
            wanted.setdefault(name, path.name)
    for source in FACES.rglob("*.py"):
        for name in re.findall(r"""(?:icon|sign)=["']([a-z0-9-]+)["']""", source.read_text()):
            wanted.setdefault(name, source.name)
    from gongjia.faces.shared import marks, shell

    for name in (*marks.TONE_ICONS.values(), *(section.icon for section in shell.SECTIONS)):
        wanted.setdefault(name, "python")
    assert {name: where for name, where in wanted.items() if name not in known} == {}


def test_every_static_file_named_in_a_template_exists():
    """With hashed names a missing file is not a broken picture but a page that fails."""
    missing = {}
    for path in TEMPLATES:
        for name in re.findall(r"""static\(["']([^"'~]+)["']\)""", path.read_text()):
            if not any((face / "static" / name).exists() for face in FACES.iterdir()):
                missing[name] = path.name
    assert missing == {}


def test_the_first_screen_of_the_portal_is_light():
    """Everything the portal's layout loads, compressed: at most half of the 150 KB a first screen may weigh,
    which leaves the other half to the page itself."""
    layout = (SHARED / "templates/ui/layouts/base.html").read_text() + (
        SHARED / "templates/ui/layouts/portal.html"
    ).read_text()
    names = {
        f"ui/{name}.css"
        for group in re.findall(r"in \(([^)]*)\)", layout)
        for name in re.findall(r'"(\w+)"', group)
        if (UI / f"{name}.css").exists()
    }
    names |= set(re.findall(r"static\('([^']+)'\)", layout)) | {"vendor/icons.svg"}
    names -= {"ui/noscript.css"}
    weights = {
        name: len(gzip.compress((SHARED / "static" / name).read_bytes(), 9))
        for name in names
        if (SHARED / "static" / name).exists()
    }
    assert {"ui/tokens.css", "ui/portal.css", "ui/ui.js"} <= set(weights)
    assert "vendor/htmx.min.js" not in weights
    assert sum(weights.values()) <= 75_000, weights


def test_files_stay_short():
    too_long = {}
    for path in [*SHARED.rglob("*.py"), *SHARED.glob("templates/**/*.html"), *SCRIPTS]:
        lines = len(path.read_text().splitlines())
        if lines > 420:
            too_long[path.name] = lines
    assert too_long == {}
