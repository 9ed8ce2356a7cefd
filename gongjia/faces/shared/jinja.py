"""The Jinja2 environment of all our pages.

Every macro of `templates/ui/*.html` is reachable as `ui.<macro>` in every template, without an
import line: `{{ ui.badge("已通过", "success") }}`, `{% call ui.card(title="资料") %}…{% endcall %}`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.template.backends.utils import csrf_input
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
from jinja2 import Environment
from markupsafe import Markup

from gongjia.faces.shared import addresses, components, formats, marks

MACROS = Path(__file__).parent / "templates" / "ui"


class Kit:
    """All component macros by name. A name is defined once, over all files of `templates/ui/`."""

    def __init__(self, environment: Environment):
        self._environment = environment
        self._homes: dict[str, str] = {}
        self.__dict__.update(components.ALL)

    def _find_homes(self) -> dict[str, str]:
        homes: dict[str, str] = {}
        for file in sorted(MACROS.glob("*.html")):
            template = f"ui/{file.name}"
            for name in self._environment.get_template(template).module.__dict__:
                if name.startswith("_") or name in ("name",):
                    continue
                if name in homes or name in components.ALL:
                    raise RuntimeError(f"macro {name} is in {homes[name]} and in {template}")
                homes[name] = template
        return homes

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        if not self._homes:
            self._homes = self._find_homes()
        if name not in self._homes:
            raise AttributeError(f"there is no component {name!r}")
        macro = getattr(self._environment.get_template(self._homes[name]).module, name)
        if not self._environment.auto_reload:
            self.__dict__[name] = macro
        return macro


def url(name: str, *args: Any, **kwargs: Any) -> str:
    if not kwargs:
        if not args:
            return addresses.page(name)
        if len(args) == 1 and isinstance(args[0], UUID):
            return addresses.of(name, args[0])
    return reverse(name, args=args or None, kwargs=kwargs or None)


def link_to(name: str, *args: Any, **kwargs: Any) -> str:
    """Like `url`, but "" where a face without that page is installed: a layout leaves the link out."""
    try:
        return url(name, *args, **kwargs)
    except NoReverseMatch:
        return ""


def with_query(request: Any, **changes: Any) -> str:
    """This page's query string with some parameters set (None: taken out); paging starts anew."""
    query = request.GET.copy()
    query.pop("c", None)
    for key, value in changes.items():
        if value in (None, ""):
            query.pop(key, None)
        else:
            query[key] = str(value)
    return "?" + query.urlencode()


def as_json(value: Any) -> Markup:
    """For a `<script type="application/json">` block: no character that could end it."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))


def one_csrf_input(request: HttpRequest) -> dict[str, Any]:
    """`csrf_input` masks its token anew wherever it is named, four times in the frame of a page alone: once is enough."""
    return {"csrf_input": SimpleLazyObject(lambda: csrf_input(request))}


def environment(**options: Any) -> Environment:
    """What settings.TEMPLATES names."""
    env = Environment(trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.do"], **options)
    env.filters.update(formats.FILTERS)
    env.filters["as_json"] = as_json
    env.globals.update(
        ui=Kit(env),
        static=components.static,
        url=url,
        link_to=link_to,
        with_query=with_query,
        Badge=marks.Badge,
        Link=marks.Link,
        NotNow=marks.NotNow,
        demo=bool(getattr(settings, "GONGJIA_DEMO", False)),
    )
    return env
