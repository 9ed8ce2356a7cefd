"""What a register entry lacks, and a message about it that an officer can paste into a chat."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from gongjia.who.orgs.kinds import BASIC_KINDS, Matter, OrgKind

# field -> (label, kinds it is asked of; None = every union)
ASKED: dict[str, tuple[str, frozenset[str] | None]] = {
    "founded_on": ("成立日期", None),
    "head_name": ("负责人", None),
    "phone": ("办公电话", None),
    "address": ("地址", None),
    "staff_count": ("职工人数", frozenset(BASIC_KINDS)),
    "unit_nature": ("单位类别", frozenset(BASIC_KINDS)),
    "industry": ("所属行业", frozenset(BASIC_KINDS)),
    "employer_uscc": ("单位信用代码", frozenset({OrgKind.SINGLE})),
}
TERM_MISSING = "届次"


def missing_fields(kind: str, values: Mapping[str, Any], term_missing: bool = False) -> list[str]:
    """Labels of what is blank though it is asked of this kind of union."""
    missing = [
        label
        for field, (label, kinds) in ASKED.items()
        if (kinds is None or kind in kinds) and values.get(field) in (None, "")
    ]
    return [*missing, TERM_MISSING] if term_missing else missing


def chase_text(rows: Iterable[tuple[str, Sequence[str], Sequence[str]]], title: str = "请以下工会抓紧办理") -> str:
    """Plain text for a chat group: one line per union with what it is late with."""
    lines = []
    for number, (name, matters, missing) in enumerate(rows, start=1):
        parts = []
        for matter in matters:
            label = Matter(matter).label
            parts.append(f"{label}({'、'.join(missing)})" if matter == Matter.FIELDS and missing else label)
        lines.append(f"{number}. {name}：{'；'.join(parts)}")
    return "\n".join([f"【{title}】", *lines]) if lines else ""
