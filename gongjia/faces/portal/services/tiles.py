"""The grid of services and what lies on the first page: from the rounds that are open to this person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse

from gongjia.faces.portal.services.words import WORDS, word_of
from gongjia.money.funds import queries as funds
from gongjia.work.programmes import queries
from gongjia.work.programmes.queries.offers import Offer, offers

WAITING = ("draft", "returned", "in_review", "on_notice")
_ORDER = {key: number for number, key in enumerate(WORDS)}


def by_service(found: Sequence[Offer]) -> dict[str, list[Offer]]:
    """Service -> its rounds, in the order of the list of words, then as they come."""
    groups: dict[str, list[Offer]] = {}
    for one in found:
        groups.setdefault(one.service, []).append(one)
    return dict(sorted(groups.items(), key=lambda pair: _ORDER.get(pair[0], len(_ORDER))))


def label_of(key: str, some: Sequence[Offer]) -> str:
    """A free round is called by its own title."""
    first = some[0]
    own = first.round.title if first.round.type == "general" else first.type_label
    return word_of(key, own, first.area).label


def tiles(actor: Any, at: datetime, *, member: bool) -> list[dict[str, str]]:
    """Services that have a round now. Who is a member has no use for joining."""
    found = []
    for key, some in by_service([one for one in offers(actor, at=at) if one.is_open]).items():
        if key == "join" and member:
            continue
        word = word_of(key, "", some[0].area)
        address = reverse("portal:service_join") if key == "join" else reverse("portal:service", args=[key])
        found.append({"label": label_of(key, some), "sign": word.sign, "hue": word.hue, "url": address})
    return found


def waiting(actor: Any) -> list[dict[str, str]]:
    """My applications that are under way, what I have to do first."""
    mine = [one for one in queries.my_applications(actor) if one.state in WAITING]
    mine.sort(key=lambda one: WAITING.index(one.state) if one.state in ("draft", "returned") else len(WAITING))
    return [
        {
            "label": one.round.title,
            "note": note_of(one),
            "url": reverse("portal:service_application", args=[one.pk]),
        }
        for one in mine[:8]
    ]


def accounts_asked(actor: Any, person: Any) -> list[dict[str, str]]:
    """Money that is mine and cannot come, because nobody has said where to."""
    if person is None:
        return []
    mine = [one for one in queries.my_awards(actor) if one.amount and one.state == "active" and one.application_id]
    if not mine or funds.account_of(person) is not None:
        return []
    paid = funds.paid_awards([one.pk for one in mine])
    return [
        {
            "label": one.title,
            "note": "请填收款账户",
            "url": reverse("portal:service_application", args=[one.application_id]),
        }
        for one in mine
        if not any(row.state in ("sent", "paid") for row in paid.get(one.pk, []))
    ][:3]


def note_of(one: Any) -> str:
    """One line about where an application is."""
    if one.state == "returned":
        return "请补充材料"
    if one.state == "draft":
        return "还没有提交，可以接着填"
    if one.state == "in_review" and one.desk_org_id and one.desk_org:
        return f"{one.desk_org.short_name or one.desk_org.name}正在审核"
    return one.state_label
