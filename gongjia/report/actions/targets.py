"""What a union aims at in a year, and the words of an area."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from gongjia.base import journal
from gongjia.base.actor import Actor
from gongjia.base.refused import refuse
from gongjia.report import figure as figure_module
from gongjia.report import powers, words
from gongjia.report.kinds import AREAS
from gongjia.report.models import Target, Wording


def set_target(*, org: Any, figure: str, year: int, value: int, actor: Actor, at: datetime, note: str = "") -> Target:
    """Set or change a year's target; `value` in the figure's unit: fen for money, tenths of a percent for a ratio."""
    wanted = figure_module.find(figure)
    with journal.act():
        actor.must(powers.TARGET, org)
        if value <= 0:
            refuse("target_not_positive", "目标要大于 0。", fact=str(value), cure="请重新填写。")
        before = Target.objects.select_for_update().filter(org=org, figure=wanted.key, year=year).first()
        target, _ = Target.objects.update_or_create(
            org=org, figure=wanted.key, year=year, defaults={"value": value, "note": note}
        )
        journal.write(
            "report.target_set",
            actor=actor,
            at=at,
            org=org,
            subject=target,
            payload={
                "figure": wanted.key,
                "year": year,
                "from": before.value if before else None,
                "to": value,
            },
            note=note,
        )
        return target


def save_wording(*, org: Any, area: int, text: str, actor: Actor, at: datetime) -> Wording:
    """Keep an area's words for reports opened from now on; `org` is the federation. Unknown tags are refused."""
    if area not in AREAS:
        refuse("area_unknown", "没有这个部分。", fact=str(area))
    words.check(text)
    with journal.act():
        actor.must(powers.CATALOGUE, org)
        kept = Wording.objects.create(area=area, text=text, saved_at=at)
        journal.write("report.wording_saved", actor=actor, at=at, org=org, subject=kept, payload={"area": area})
        return kept
