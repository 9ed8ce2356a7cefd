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
    return [
        Reason("words_missing", "请写一句话告诉对方原因或结果。", clause="个人信息保护法 50", cure="由办理人填写。")
    ]


def may_settle(facts: SettleFacts | None) -> list[Reason]:
    """A correction may be written (个人信息保护法 46)."""
    if facts is None:
        return []
    found = list(facts.faults)
    if facts.merged:
        found.append(Reason("person_merged", "这份档案已并入另一份档案。", cure="请在合并后的档案里更正。"))
    return found


@dataclass(frozen=True)
class MergeFacts:
    """Two files that shall become one."""

    same: bool = False
    kept_merged: bool = False
    lost_merged: bool = False
    two_cards: bool = False
    names_same: bool = True
    roles_clash: bool = False
    words: str = ""


def may_merge(facts: MergeFacts) -> list[Reason]:
    """Two files may become one: 一次入会 (HJ16 3) means one file per natural person."""
    found = []
    if facts.same:
        found.append(Reason("same_person", "这是同一份档案。", cure="请选两份不同的档案。"))
    if facts.kept_merged or facts.lost_merged:
        found.append(Reason("person_merged", "其中一份档案已经合并过。", cure="请选现在有效的两份档案。"))
    if facts.two_cards:
        found.append(
            Reason(
                "two_identities",
                "两份档案有不同的身份证号码，不能合并。",
                clause="总工办发〔2017〕14号",
                cure="如果其中一个号码有误，请先更正证件号码。",
            )
        )
    if facts.roles_clash:
        found.append(
            Reason(
                "roles_exclude",
                "两份档案上有不能由同一人担任的岗位。",
                clause="GB/T 22239 8.1.4.2",
                cure="请先免去其中一个岗位。",
            )
        )
    if not facts.words.strip():
        words = "请写明依据。" if facts.names_same else "两份档案姓名不同，请写明依据。"
        found.append(Reason("words_missing", words, cure="如：核对身份证原件，确属同一人。"))
    return found
