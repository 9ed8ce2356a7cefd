"""How a worker calls what a programme is. A type or template without a line here shows under its own label."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Word:
    label: str
    sign: str
    hue: str = ""


WORDS: dict[str, Word] = {
    "join": Word("我要入会", "user-plus"),
    "tuition": Word("求学圆梦", "school", "info"),
    "aid": Word("困难帮扶", "heart-handshake", "warning"),
    "autumn_school": Word("金秋助学", "book", "info"),
    "gifts": Word("送温暖送清凉", "gift", "warning"),
    "convalescence": Word("疗休养", "map-2", "teal"),
    "health_check": Word("免费体检", "first-aid-kit", "success"),
    "safe_return": Word("平安返乡", "bus", "success"),
    "craftsman": Word("工匠申报", "hammer", "purple"),
    "studio": Word("创新工作室", "bulb", "purple"),
    "five_small": Word("一室一法五小", "tool", "purple"),
    "found": Word("我要建会", "building-community", "info"),
}
BY_AREA = {"1": "award", "2": "school", "3": "scale", "4": "gift", "5": "map-pin", "6": "star", "7": "users-group"}


def word_of(key: str, label: str, area: str = "") -> Word:
    """The worker's word for a service."""
    return WORDS.get(key) or Word(label, BY_AREA.get(area, "clipboard-list"), "teal")
