"""What all pages about one round share."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from gongjia.faces.shared.marks import Badge
from gongjia.faces.shared.pages import Crumb
from gongjia.work.programmes.queries import rounds as queries
from gongjia.work.programmes.registry import TYPES

ROUND_TONES = {
    "draft": "neutral", "open": "success", "closed": "info", "decided": "brand", "finished": "neutral",
    "cancelled": "neutral",
}  # fmt: skip
STATE_TONES = {
    "draft": "neutral", "in_review": "info", "returned": "warning", "on_notice": "brand", "awarded": "success",
    "declined": "danger", "withdrawn": "neutral", "revoked": "danger",
}  # fmt: skip


def round_url(pk: Any, name: str = "round", *more: Any) -> str:
    return reverse(f"console:programmes_{name}", args=[pk, *more])


def round_badge(one: Any) -> Badge:
    return Badge(one.state_label, ROUND_TONES[one.state])


def application_url(pk: Any, name: str = "application") -> str:
    return reverse(f"console:programmes_{name}", args=[pk])


def state_badge(one: Any) -> Badge:
    """An application's state; passed by every desk it waits for the meeting."""
    if one.state == "in_review" and one.ready:
        return Badge("待研究决定", "info", "gavel")
    return Badge(one.state_label, STATE_TONES[one.state])


class OfRound:
    """A page about one round: the record is the round, the path leads back to it."""

    kwargs: dict[str, Any]
    actor: Any
    record: Any

    def get_record(self) -> Any:
        return queries.round_of(self.actor, self.kwargs["pk"])

    def crumbs(self) -> list[Crumb]:
        return [Crumb("申报项目", reverse("console:programmes")), Crumb(self.record.title, round_url(self.record.pk))]

    @property
    def cancel_url(self) -> str:
        return round_url(self.kwargs["pk"])

    @property
    def kind(self) -> Any:
        return TYPES.get(self.record.type)

    def after(self, result: Any) -> str:
        return round_url(self.kwargs["pk"])
