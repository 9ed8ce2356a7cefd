"""The report's own words: free text in which every number is a tag.

One line of text is one statement; lines without a blank line between them run together into one
paragraph. The first line may be a heading (`# …`). A tag is `{{ key }}` or `{{ key | filter }}`:

    {{ honours.craftsmen }}              10
    {{ care.accident_paid | wan }}       4.5万元
    {{ labour.model_units | attained }}  超额完成年初预定工作目标
    {{ orgs.founded | compared }}        同比增长18.8%
    {{ report.cutoff }}                  8月27日

An unknown key or filter is refused with its line; it is never printed.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from gongjia.base.refused import Reason, refuse_if
from gongjia.report.figure import figures
from gongjia.report.kinds import AREAS

_TAG = re.compile(r"\{\{\s*([a-z0-9_.]+)\s*(?:\|\s*([a-z_]+)\s*)?\}\}")
_STRAY = re.compile(r"\{\{|\}\}")
FILTERS = {
    "": "数",
    "wan": "以万为单位",
    "unit": "带单位",
    "attained": "完成目标情况",
    "compared": "同比",
}
FACTS = {
    "report.year": "年份",
    "report.period": "期间",
    "report.cutoff": "截止日",
    "report.union": "工会名称",
}
# a number typed where a tag belongs; 2018年, 第十六次 and 十九大 are words
_TYPED = re.compile(
    r"(?<![\d.第])\d[\d,]*(?:\.\d+)?\s*(?:余|多)?(?:万|亿)?(?:名|人|家|个|场|期|项|元|户|支|起|次|%|处|所|件)"
)


@dataclass(frozen=True)
class Tag:
    """A number's place in the words."""

    key: str
    filter: str = ""

    @property
    def is_fact(self) -> bool:
        return self.key in FACTS


@dataclass(frozen=True)
class WordLine:
    """One statement: where it stands, what it is made of."""

    number: int  # as the editor counts lines, from 1
    text: str
    parts: tuple[str | Tag, ...]
    heading: bool = False
    opens: bool = False  # begins a paragraph

    @property
    def tags(self) -> tuple[Tag, ...]:
        return tuple(part for part in self.parts if isinstance(part, Tag))

    @property
    def has_figure(self) -> bool:
        return any(not tag.is_fact for tag in self.tags)

    @property
    def digest(self) -> str:
        return digest_of(self.text)


def digest_of(text: str) -> str:
    """What binds evidence to a line: its words, whatever the spaces around them."""
    return hashlib.sha256("".join(text.split()).encode()).hexdigest()


def parse(text: str) -> list[WordLine]:
    """The lines of a text; faults are `faults`' business, a faulty tag stays text here."""
    lines: list[WordLine] = []
    opens = True
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.strip()
        if not line:
            opens = True
            continue
        heading = line.startswith("#")
        body = line.lstrip("#").strip() if heading else line
        lines.append(WordLine(number, body, tuple(_parts(body)), heading, opens and not heading))
        opens = heading
    return lines


def _parts(line: str) -> Iterator[str | Tag]:
    at = 0
    for found in _TAG.finditer(line):
        if found.start() > at:
            yield line[at : found.start()]
        yield Tag(found[1], found[2] or "")
        at = found.end()
    if at < len(line):
        yield line[at:]


def faults(text: str) -> list[Reason]:
    """Unknown tags, unknown filters and broken braces, each with its line."""
    found = []
    for line in parse(text):
        for tag in line.tags:
            if not tag.is_fact and tag.key not in figures:
                found.append(_fault("tag_unknown", line, "目录里没有这个指标", tag.key))
            elif tag.filter not in FILTERS or (tag.is_fact and tag.filter):
                found.append(_fault("filter_unknown", line, "没有这种写法", tag.filter))
        if any(isinstance(part, str) and _STRAY.search(part) for part in line.parts):
            found.append(_fault("tag_broken", line, "双大括号没有写完整", line.text[:40]))
    return found


def _fault(code: str, line: WordLine, sentence: str, fact: str) -> Reason:
    return Reason(
        code,
        f"第 {line.number} 行：{sentence}（{fact}）。",
        fact=f"{line.number}:{fact}",
        cure="请从指标目录里选择标签，数字不要自己写。",
    )


def check(text: str) -> None:
    """Refuse words with unknown or broken tags."""
    refuse_if(faults(text))


def typed_numbers(text: str) -> list[tuple[int, str]]:
    """(line, what) of numbers that were typed instead of tagged: shown as a warning beside the text."""
    return [
        (line.number, found[0])
        for line in parse(text)
        for part in line.parts
        if isinstance(part, str)
        for found in _TYPED.finditer(part)
    ]


def keys_in(text: str) -> list[str]:
    """The figures a text speaks of, each once, in order."""
    return list(dict.fromkeys(tag.key for line in parse(text) for tag in line.tags if not tag.is_fact))


@lru_cache
def shipped(area: int) -> str:
    """The words shipped for an area."""
    if area not in AREAS:
        raise KeyError(area)
    return resources.files("gongjia.report").joinpath("wording", f"a{area}.md").read_text(encoding="utf-8")


def heading_of(text: str, area: int) -> str:
    """The heading a text gives itself, or the area's own name."""
    return next((line.text for line in parse(text) if line.heading), AREAS[area].label)
