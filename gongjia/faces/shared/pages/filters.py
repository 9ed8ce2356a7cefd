"""Filters of a list: declared once, read from the address, shown as chips."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import QueryDict

from gongjia.faces.shared import opaque


@dataclass(frozen=True)
class Filter:
    """`key` is the parameter in the address. A value that makes no sense counts as none."""

    key: str
    label: str
    control = ""

    def read(self, query: QueryDict, actor: Any) -> Any:
        return query.get(self.key, "").strip()

    def shown(self, value: Any, actor: Any) -> str:
        """The words on the chip of a filter in force."""
        return str(value)


@dataclass(frozen=True)
class Search(Filter):
    """The search box. `private`: what is typed may be an ID number or a phone, so it is posted and
    comes back encrypted in the address."""

    key: str = "q"
    label: str = "搜索"
    hint: str = "搜索"
    private: bool = False
    control = "search"

    def read(self, query: QueryDict, actor: Any) -> str:
        text = super().read(query, actor)
        if text.startswith("~"):
            text = opaque.unwrap(text[1:], f"search:{actor.account_id}") or ""
        return text[:100]

    def shown(self, value: str, actor: Any) -> str:
        digits = sum(letter.isdigit() for letter in value)
        return value if digits < 7 else value[:3] + "****" + value[-2:]

    def pack(self, text: str, actor: Any) -> str:
        """For the address: plain words stay readable, anything with a long number is sealed."""
        text = text.strip()[:100]
        if self.private and sum(letter.isdigit() for letter in text) >= 7:
            return "~" + opaque.wrap(text, f"search:{actor.account_id}")
        return text


@dataclass(frozen=True)
class Choice(Filter):
    """One of several values. `tabs=True` shows them in a row (the first filter of a page), else in a list."""

    choices: Sequence[tuple[str, str]] | Callable[[Any], Iterable[tuple[str, str]]] = ()
    tabs: bool = False
    every: str = "全部"
    default: str = ""
    control = "choice"

    def options(self, actor: Any) -> list[tuple[str, str]]:
        return list(self.choices(actor) if callable(self.choices) else self.choices)

    def read(self, query: QueryDict, actor: Any) -> str:
        value = query.get(self.key, self.default).strip()
        return value if value in dict(self.options(actor)) else ""

    def shown(self, value: str, actor: Any) -> str:
        return dict(self.options(actor)).get(value, value)


@dataclass(frozen=True)
class Tick(Filter):
    """Yes or all."""

    control = "tick"

    def read(self, query: QueryDict, actor: Any) -> bool:
        return query.get(self.key) == "1"

    def shown(self, value: bool, actor: Any) -> str:
        return "是"


@dataclass(frozen=True)
class Days(Filter):
    """From and to, both days included; read as a pair of dates or None."""

    control = "days"

    def read(self, query: QueryDict, actor: Any) -> tuple[date | None, date | None] | None:
        pair = tuple(_day(query.get(f"{self.key}_{end}", "")) for end in ("from", "to"))
        return pair if any(pair) else None  # type: ignore[return-value]

    def shown(self, value: tuple[date | None, date | None], actor: Any) -> str:
        start, end = value
        return f"{start or '最早'} 至 {end or '今天'}"


@dataclass(frozen=True)
class Pick(Filter):
    """A record chosen elsewhere (a union from the tree). `find(actor, value)` answers (value, words) or None."""

    find: Callable[[Any, str], tuple[Any, str] | None] | None = None
    control = "pick"

    def read(self, query: QueryDict, actor: Any) -> Any:
        text = super().read(query, actor)
        return self.find(actor, text) if text and self.find else None

    def shown(self, value: Any, actor: Any) -> str:
        return value[1]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


class Filters:
    """The values of this request, by key: `filters["state"]`, `filters.state`; a `Pick` gives its value only."""

    def __init__(self, declared: Sequence[Filter], query: QueryDict, actor: Any):
        self.declared, self._query, self._actor = tuple(declared), query, actor
        self._raw = {one.key: one.read(query, actor) for one in self.declared}

    def __getitem__(self, key: str) -> Any:
        value = self._raw[key]
        return value[0] if value and self._by_key(key).control == "pick" else value

    def __getattr__(self, key: str) -> Any:
        if key.startswith("_") or key not in self._raw:
            raise AttributeError(key)
        return self[key]

    def _by_key(self, key: str) -> Filter:
        return next(one for one in self.declared if one.key == key)

    def raw(self, key: str) -> Any:
        return self._raw[key]

    def options(self, one: Choice) -> list[tuple[str, str]]:
        return one.options(self._actor)

    @property
    def searches(self) -> list[Filter]:
        return [one for one in self.declared if one.control == "search"]

    @property
    def tabs(self) -> list[Filter]:
        return [one for one in self.declared if getattr(one, "tabs", False)]

    @property
    def picks(self) -> list[Filter]:
        """Those that stand in one line and are sent together."""
        kinds = ("choice", "days", "tick")
        return [one for one in self.declared if one.control in kinds and not getattr(one, "tabs", False)]

    @property
    def any(self) -> bool:
        return bool(self.chips)

    @property
    def chips(self) -> list[dict[str, str]]:
        """Filters in force, each with the address without it."""
        chips = []
        for one in self.declared:
            value = self._raw[one.key]
            if not value or (isinstance(one, Choice) and (one.tabs or value == one.default)):
                continue
            chips.append({"label": one.label, "words": one.shown(value, self._actor), "off": self.without(one)})
        return chips

    def without(self, one: Filter | None = None) -> str:
        """The address without that filter (or without all of them), from the first page."""
        query = self._query.copy()
        for gone in [one] if one else self.declared:
            for key in (gone.key, f"{gone.key}_from", f"{gone.key}_to"):
                query.pop(key, None)
        query.pop("c", None)
        return "?" + query.urlencode()

    def others(self, *keys: str) -> list[tuple[str, str]]:
        """Parameters a form has to carry along so that it changes only its own."""
        skip = {"c", *keys, *(f"{key}_{end}" for key in keys for end in ("from", "to"))}
        return [(key, value) for key in self._query for value in self._query.getlist(key) if key not in skip and value]

    def as_dict(self) -> dict[str, str]:
        """The query as plain text: what a job needs to read the same filters again."""
        return {key: self._query[key] for key in self._query if key != "c"}

    @classmethod
    def of_dict(cls, declared: Sequence[Filter], values: dict[str, str], actor: Any) -> Filters:
        query = QueryDict(mutable=True)
        query.update(values)
        return cls(declared, query, actor)
