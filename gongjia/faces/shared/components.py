"""The smallest components, in Python: a list has hundreds of them, and a macro call costs too much for that.

In templates they are used like the macros: `ui.icon("check")`, `ui.badge("在籍", "success")`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.templatetags import static as static_tag
from markupsafe import Markup, escape

from gongjia.faces.shared import formats
from gongjia.faces.shared.marks import TONE_ICONS, Badge, Column

NOTHING = Markup('<span class="quiet" aria-label="无">—</span>')


@lru_cache(maxsize=512)
def _address(storage: str, prefix: str, name: str) -> str:
    return static_tag.static(name)


def static(name: str) -> str:
    """The (hashed) address of a static file; it cannot change while the program runs."""
    if settings.DEBUG:
        return static_tag.static(name)
    return _address(settings.STORAGES["staticfiles"]["BACKEND"], settings.STATIC_URL, name)


@lru_cache(maxsize=2048)
def _icon(sprite: str, name: str, class_: str, label: str) -> Markup:
    spoken = f' role="img" aria-label="{escape(label)}"' if label else ' aria-hidden="true"'
    extra = f" {escape(class_)}" if class_ else ""
    return Markup(
        f'<svg class="icon{extra}"{spoken} focusable="false"><use href="{sprite}#{escape(name)}"></use></svg>'
    )


def icon(name: str, class_: str = "", label: str = "", **more: str) -> Markup:
    """An icon of the sprite; with `label` it is spoken, without it is decoration. Templates may say `class=`."""
    return _icon(static("vendor/icons.svg"), name, more.get("class", class_), label)


@lru_cache(maxsize=4096)
def _badge(sprite: str, label: str, tone: str, sign: str) -> Markup:
    return Markup(f'<span class="badge badge-{escape(tone)}">{_icon(sprite, sign, "", "")}{escape(label)}</span>')


def badge(label: str, tone: str = "neutral", sign: str = "") -> Markup:
    """A state: a word with its icon, never a colour alone."""
    return _badge(static("vendor/icons.svg"), str(label), tone, sign or TONE_ICONS[tone])


def mark(value: Badge | None) -> Markup:
    """A Badge as Python made it."""
    return badge(value.label, value.tone, value.icon) if value else Markup()


def due(day: Any, done: bool = False, unit: Any = "day") -> Markup:
    """A due day: words, colour and icon together. `unit`: in what its rule counts, day or workday."""
    if done:
        return badge("已办结", "success")
    if not day:
        return Markup()
    tone = formats.due_tone(day, unit=unit)
    return badge(formats.due(day, unit=unit), tone, "alert-circle" if tone == "danger" else "clock")


def bar(share: float | None, tone: str = "", label: str = "") -> Markup:
    """How much is done; `None` when nobody knows. An svg, since styles may not be inline."""
    now = "" if share is None else f' aria-valuenow="{round(share * 100)}"'
    width = 30 if share is None else round(max(0.0, min(share, 1)) * 100, 1)
    classes = (f" bar-{tone}" if tone else "") + (" bar-unknown" if share is None else "")
    return Markup(
        f'<span class="bar{classes}" role="progressbar" aria-label="{escape(label or "进度")}" aria-valuemin="0"'
        f' aria-valuemax="100"{now}><svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"'
        f' focusable="false"><rect width="{width}" height="8"></rect></svg></span>'
    )


def _progress(value: float, column: Column) -> str:
    drawn = bar(value, "success" if value >= 1 else "", column.label)
    return f'<span class="cell-bar">{drawn}<span class="num">{formats.percent(value, 0)}</span></span>'


_SHOWN: dict[str, Callable[[Any, Column], Any]] = {
    "number": lambda value, column: formats.number(value),
    "money": lambda value, column: formats.plain(value),
    "wan": lambda value, column: formats.wan(value),
    "day": lambda value, column: f"<time>{formats.day(value)}</time>",
    "moment": lambda value, column: f"<time>{formats.moment(value)}</time>",
    "mask": lambda value, column: escape(formats.mask(value, column.mask or "text")),
    "percent": lambda value, column: formats.percent(value),
    "progress": _progress,
}


def cell_value(column: Column, row: Any) -> Markup:
    """What stands in one cell."""
    if column.kind == "badge":
        return mark(column.badge(row))
    value = column.read(row)
    if value is None or value == "":
        return NOTHING
    show = _SHOWN.get(column.kind)
    return Markup(show(value, column)) if show else escape(value)


def cell_classes(column: Column) -> str:
    parts = (f"cell-{column.kind}", "right" * column.numeric, "cell-head" * column.head, "cell-wide" * column.wide_only)
    return " ".join(part for part in parts if part)


def table_rows(
    columns: Sequence[Column],
    rows: Iterable[Any],
    pick: str = "",
    row_key: Callable[[Any], str] | None = None,
    row_tone: Callable[[Any], str] | None = None,
    acts: Callable[[Any], Any] | None = None,
    name: Callable[[Any], str] | None = None,
) -> Markup:
    """The rows of `ui.table`."""
    heads = [
        (column, f'<td role="cell" data-label="{escape(column.label)}" class="{cell_classes(column)}">')
        for column in columns
    ]
    parts: list[str] = []
    for number, row in enumerate(rows, 1):
        tone = row_tone(row) if row_tone else ""
        parts.append(f'<tr role="row" class="tone-edge-{tone}">' if tone else '<tr role="row">')
        if pick:
            who = escape(name(row)) if name else f"第 {number} 行"
            key = escape(row_key(row)) if row_key else ""
            parts.append(
                f'<td role="cell" class="pick"><input class="tick" type="checkbox" name="pick" value="{key}"'
                f' form="{pick}" aria-label="选中{who}"></td>'
            )
        for column, head in heads:
            shown = cell_value(column, row)
            href = column.link(row) if column.link else ""
            parts.append(
                f'{head}<a href="{escape(href)}">{shown}</a></td>' if href else f"{head}<span>{shown}</span></td>"
            )
        if acts:
            parts.append(f'<td role="cell" class="cell-acts nowrap">{escape(acts(row))}</td>')
        parts.append("</tr>\n")
    return Markup("".join(parts))


ALL: dict[str, Callable[..., Any]] = {
    "icon": icon,
    "badge": badge,
    "mark": mark,
    "due": due,
    "bar": bar,
    "cell_value": cell_value,
    "table_rows": table_rows,
}
