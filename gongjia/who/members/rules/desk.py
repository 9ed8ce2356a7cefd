"""Answers to what workers ask."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from gongjia.base.refused import Reason


@dataclass(frozen=True)
class AnswerFacts:
    """An officer's words to the person who asked."""

    words: str = ""


@dataclass(frozen=True)
class SettleFacts:
    """What settling a correction would write; `faults` are what the checks of the value found."""

    words: str = ""
    merged: bool = False
    faults: tuple[Reason, ...] = field(default_factory=tuple)


def says_why(facts: Any) -> list[Reason]:
    """Who says no, or closes, tells the person why (个人信息保护法 50: a refusal states its reason)."""
    if (facts.words if facts else "").strip():
        return []
    return [Reason("words_missing", "请写一句话告诉对方原因或结果。", clause="个人信息保护法 50", cure="由办理人填写。")]


def may_settle(facts: SettleFacts | None) -> list[Reason]:
    """A correction may be written (个人信息保护法 46)."""
    if facts is None:
        return []
    found = list(facts.faults)
    if facts.merged:
        found.append(Reason("person_merged", "这份档案已并入另一份档案。", cure="请在合并后的档案里更正。"))
    return found
