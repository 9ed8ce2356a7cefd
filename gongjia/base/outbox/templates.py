"""Wording with places for facts: Jinja2 in a sandbox, without loops, with the names its default declares.

Apps offer their defaults in code; officers change rows. Only a row that an officer changed
speaks; one that does not render falls back to the default: a wrong comma must not keep a code from its owner.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from jinja2 import StrictUndefined, TemplateError, meta, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from gongjia.base import money
from gongjia.base.outbox.kinds import Channel
from gongjia.base.refused import Reason
from gongjia.base.registry import Registry

log = logging.getLogger(__name__)

MOST = {Channel.SMS: 500, Channel.INBOX: 4000}  # characters of a rendered body
_FORBIDDEN = (
    nodes.For, nodes.Macro, nodes.Call, nodes.CallBlock, nodes.Import, nodes.FromImport, nodes.Include, nodes.Extends,
    nodes.Block, nodes.Assign, nodes.AssignBlock, nodes.Mul, nodes.Pow, nodes.Mod,
)  # fmt: skip
_FILTERS = {"day", "yuan", "default", "length", "upper", "lower", "trim", "truncate", "join", "first", "last"}


@dataclass(frozen=True)
class Template:
    """A default. `names` are the facts it may be given; those its text uses are always among them."""

    key: str
    title: str = ""
    body: str = ""
    channel: str = Channel.INBOX
    label: str = ""  # what officers see on the page of templates
    names: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        return f"{self.channel}:{self.key}"


offered: Registry[Template] = Registry("message templates", key=lambda template: template.id)


def offer(*templates: Template) -> None:
    """Register defaults. That each holds to the rules of its kind is `offered_faults`, not asked at every start."""
    for template in templates:
        offered.register(template)


def offered_faults() -> list[str]:
    """What is wrong with the defaults; a test of the house wants none."""
    return [
        f"{one.id}: {reason.sentence}"
        for one in offered
        for reason in faults(one.title, one.body, names_of(one), one.channel)
    ]


def _environment() -> ImmutableSandboxedEnvironment:
    made = ImmutableSandboxedEnvironment(autoescape=False, undefined=StrictUndefined, cache_size=400)
    made.filters = {name: made.filters[name] for name in _FILTERS if name in made.filters}
    made.filters["day"] = _day
    made.filters["yuan"] = money.show
    made.globals = {}
    return made


def _day(value: date | datetime) -> str:
    return f"{value.year}年{value.month}月{value.day}日"


environment = _environment()


@lru_cache(maxsize=1000)
def _names(text: str) -> frozenset[str]:
    return frozenset(meta.find_undeclared_variables(environment.parse(text)))


def names_of(template: Template) -> frozenset[str]:
    try:
        return frozenset(template.names) | _names(template.title) | _names(template.body)
    except TemplateError:
        return frozenset(template.names)


def faults(title: str, body: str, names: frozenset[str], channel: str) -> list[Reason]:
    """What is wrong with a wording; empty when nothing is."""
    found = []
    if not body.strip() and not title.strip():
        found.append(Reason("template_empty", "内容不能为空。"))
    if len(title) > 100 or len(body) > MOST[Channel(channel)]:
        found.append(Reason("template_long", f"内容太长，最多 {MOST[Channel(channel)]} 个字。"))
    for text in (title, body):
        try:
            tree = environment.parse(text)
            environment.from_string(text)
        except TemplateError as error:
            found.append(Reason("template_syntax", "花括号没有写对，正确的写法如 {{ code }}。", fact=str(error)[:120]))
            continue
        if any(tree.find_all(_FORBIDDEN)) or any(
            node.name not in environment.filters for node in tree.find_all(nodes.Filter)
        ):
            found.append(Reason("template_forbidden", "模板里只能填事项和简单的“如果”，不能写程序。"))
        if unknown := meta.find_undeclared_variables(tree) - names:
            known = "、".join(sorted(names)) or "无"
            found.append(
                Reason(
                    "template_name",
                    f"没有“{'、'.join(sorted(unknown))}”这一项，可用的有：{known}。",
                    fact=",".join(sorted(unknown)),
                )
            )
    return found


def render(key: str, channel: str, context: dict[str, Any]) -> tuple[str, str]:
    """(title, body) from the row, or from the default when the row is missing or broken."""
    return wording(key, channel)(context)


def wording(key: str, channel: str) -> Callable[[dict[str, Any]], tuple[str, str]]:
    """`render` for many: the row is read once."""
    from gongjia.base.outbox.models import Template as Row

    default = offered.get(f"{channel}:{key}")
    row = Row.objects.filter(key=key, channel=channel, edited=True).values_list("title", "body").first()

    def words(context: dict[str, Any]) -> tuple[str, str]:
        if row is not None:
            try:
                return _rendered(*row, context, channel)
            except Exception as error:  # whatever an edited text does
                log.error("template %s does not render, the default is used: %s", default.id, type(error).__name__)
        return _rendered(default.title, default.body, context, channel)

    return words


def _rendered(title: str, body: str, context: dict[str, Any], channel: str) -> tuple[str, str]:
    made = [environment.from_string(text).render(context).strip() for text in (title, body)]
    return " ".join(made[0].split())[:200], made[1][: MOST[Channel(channel)]]
