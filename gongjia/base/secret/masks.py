"""How a value shows to somebody who may not read it whole (domain-rules 11, ui.md)."""

from __future__ import annotations

from collections.abc import Callable

BROKEN = "〔校验失败〕"


def id_number(text: str) -> str:
    """ID card 330***********0014; shorter documents keep less."""
    if len(text) >= 15:
        return text[:3] + "*" * (len(text) - 7) + text[-4:]
    if len(text) >= 7:
        return text[:1] + "*" * (len(text) - 3) + text[-2:]
    return "*" * len(text)


def phone(text: str) -> str:
    """Mobile 138****1234; a landline keeps its last two digits."""
    if len(text) == 11 and text.isdigit():
        return f"{text[:3]}****{text[-4:]}"
    return "*" * (len(text) - 2) + text[-2:] if len(text) > 4 else "*" * len(text)


def card(text: str) -> str:
    """Bank card: the last four."""
    return "*" * (len(text) - 4) + text[-4:] if len(text) >= 12 else "*" * len(text)


def name(text: str) -> str:
    """张*: the length of the rest is not told."""
    return text[:1] + "*" if text else ""


def hidden(text: str) -> str:
    """Free text: nothing of it, nor its length."""
    return "******" if text else ""


MASKS: dict[str, Callable[[str], str]] = {
    "id": id_number,
    "phone": phone,
    "card": card,
    "name": name,
    "text": hidden,
}
