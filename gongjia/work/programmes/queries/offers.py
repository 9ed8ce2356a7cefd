"""What a worker is offered: rounds open and past, each in three lines (who, what, what to bring)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from gongjia.base import money
from gongjia.base.actor import Actor
from gongjia.base.models import one_of
from gongjia.base.refused import Hidden
from gongjia.who.orgs.kinds import MEMBER_KINDS
from gongjia.who.orgs.queries.register import named
from gongjia.work.programmes import kinds
from gongjia.work.programmes.models import Application, Award, Round
from gongjia.work.programmes.queries.rounds import _place_of, join_routes
from gongjia.work.programmes.queries.scope import own, related
from gongjia.work.programmes.registry import TYPES
from gongjia.work.programmes.rules import conditions, forms

PAST_YEARS = 3
_PAST = ("closed", "decided", "finished")


@dataclass(frozen=True)
class Offer:
    """One round as a worker reads it."""

    round: Round
    type_label: str
    area: str
    apply_word: str
    who: str
    gives: str
    bring: str
    is_open: bool
    mine: UUID | None = None  # the asker's own application in it, if it is alive
    mine_state: str = ""

    @property
    def service(self) -> str:
        """What it belongs to on the list of services: its template, else its type; a free round stands alone."""
        return self.round.template or (self.round.type if self.round.type != "general" else f"r{self.round.pk.hex}")


def offers(actor: Actor, *, at: datetime) -> list[Offer]:
    """Rounds for persons, households and newcomers that the asker can reach, open ones first. Four queries."""
    found = _reached(actor, at).filter(
        Q(state="open", opens_at__lte=at)
        | Q(state__in=_PAST, opens_at__gte=at - timedelta(days=366 * PAST_YEARS))
    )  # fmt: skip
    rounds = list(found.order_by("-opens_at", "-pk")[:300])
    held = {
        row[0]: row[1:]
        for row in Application.objects.filter(own(actor), round__in=rounds)
        .exclude(state="withdrawn")
        .order_by("saved_at")
        .values_list("round_id", "pk", "state")
    }
    made = [_offer(one, at, held.get(one.pk, (None, ""))) for one in rounds]
    return sorted(made, key=lambda one: not one.is_open)


def offer(actor: Actor, pk: UUID, *, at: datetime) -> Offer:
    """One of them; `Hidden` for a round the asker cannot reach and has no application in."""
    found = Round.objects.filter(pk=pk).exclude(state="draft").select_related("org", "form")
    mine = Application.objects.filter(own(actor), round_id=pk).exclude(state="withdrawn").order_by("-saved_at").first()
    round_ = found.first() if mine else one_of(_reached(actor, at).filter(pk=pk).exclude(state="draft"))
    if round_ is None:
        raise Hidden(str(pk))
    return _offer(round_, at, (mine.pk, mine.state) if mine else (None, ""))


def my_award(actor: Actor, pk: UUID) -> Award:
    """One thing that was given to the asker, or to their household."""
    if actor.person_id is None:
        raise Hidden(str(pk))
    found = one_of(
        Award.objects.filter(Q(person_id=actor.person_id) | Q(application__in=Application.objects.filter(own(actor))))
        .select_related("round", "org", "decision", "application", "person")
        .filter(pk=pk)
    )
    if found is None:
        raise Hidden(str(pk))
    return found


def person_by_paper(name: str, id_no: str) -> UUID | None:
    """Somebody whom a form names: found only by whoever knows both the name and the number."""
    found = related("person").objects.filter(id_index=id_no, merged_into__isnull=True).values_list("pk", "name").first()
    return found[0] if found and found[1] == name.strip() else None


def unions_like(text: str, *, taking_members: bool = False, limit: int = 8) -> list[Any]:
    """Unions that a form may name, by code or by a part of the name; the exact one first."""
    text = text.strip()
    if len(text) < 2:
        return []
    active = related("org").objects.filter(state="active")
    if taking_members:
        active = active.filter(kind__in=MEMBER_KINDS)
    exact = list(active.filter(Q(code=text.upper()) | Q(name=text) | Q(short_name=text))[:limit])
    return exact if len(exact) == 1 else exact or list(active.filter(named(text)).order_by("level", "path")[:limit])


def places_of(round_: Round) -> dict[str, list[str]]:
    """Values of the routing table for the fields it looks at: who picks one of them is found by it."""
    if TYPES.get(round_.type).newcomer_goes != "routes":
        return {}
    rows = join_routes()
    found = {name: sorted({getattr(row, name) for row in rows} - {""}) for name in ("platform", "area")}
    return {name: values for name, values in found.items() if values}


def _reached(actor: Actor, at: datetime) -> QuerySet[Round]:
    place = _place_of(actor, at.date())
    reach = Q(subject="newcomer")
    if place is None:  # not on file: what the federation itself offers, and why it is not open to them yet
        reach |= Q(org__parent__isnull=True)
    else:
        reach |= Q(org__path__in=[place.path[:end] for end in range(4, len(place.path) + 1, 4)])
        if place.industry_parent_id:
            reach |= Q(org_id=place.industry_parent_id)
    return Round.objects.filter(reach).exclude(subject__in=("org", "result")).select_related("org", "form")


def _offer(round_: Round, at: datetime, mine: tuple[Any, str]) -> Offer:
    kind = TYPES.get(round_.type)
    is_open = round_.state == "open" and round_.opens_at <= at and (round_.closes_at is None or at < round_.closes_at)
    return Offer(
        round_, kind.label, round_.area, kind.words.apply, _who(round_), _gives(round_, kind), _bring(round_), is_open,
        *mine,
    )  # fmt: skip


# -- three lines ---------------------------------------------------------------------------------------------


def _who(round_: Round) -> str:
    """From the conditions that the round names."""
    words = [_words(row, round_) for row in round_.conditions]
    if round_.file_needed and not any(row.get("check") == "file" for row in round_.conditions):
        words.append("家庭已建困难职工档案")
    if round_.gap_years:
        words.append(f"离上一次满 {round_.gap_years} 年")
    if round_.once_per == "life":
        words.append("以前没有获得过")
    said = "；".join(dict.fromkeys(one for one in words if one))
    if said:
        return said
    return "还没有加入工会的劳动者" if round_.subject == "newcomer" else "本会职工"


def _words(row: Mapping[str, Any], round_: Round) -> str:
    key = row.get("check", "")
    if key == "member":
        return "在册会员" + ("（含保留会籍）" if row.get("retained") else "")
    if key == "in_area":
        return f"{round_.org.short_name or round_.org.name}范围内"
    if key == "age":
        least, most = row.get("min"), row.get("max")
        if least is not None and most is not None:
            return f"{least} 至 {most} 周岁"
        return f"年满 {least} 周岁" if least is not None else f"{most} 周岁以下"
    if key == "membership":
        return f"入会满 {row.get('months')} 个月"
    if key == "file":
        return "家庭已建困难职工档案"
    if key in ("answer", "tick"):
        return ""  # asked in the form; the answer is judged there
    check = conditions.CHECKS.get(key)
    return check.label if check else ""


def _gives(round_: Round, kind: Any) -> str:
    parts = [
        f"{row.get('label')} {money.show(int(row['amount']))}" if row.get("amount") else str(row.get("label"))
        for row in round_.tiers
    ]
    if not parts and round_.amount:
        parts.append(money.show(round_.amount))
    if round_.goods:
        parts.append(round_.goods)
    if not parts:
        parts.append(_KIND_WORDS[kind.award_kind])
    if round_.quota:
        parts.append(f"共 {round_.quota} 个名额")
    return "；".join(parts)


_KIND_WORDS = {
    kinds.AwardKind.HONOUR.value: "荣誉称号",
    kinds.AwardKind.GRANT.value: "补助资金，按规定核定金额",
    kinds.AwardKind.PLACE.value: "一个名额",
    kinds.AwardKind.STATUS.value: "办好后立即生效",
}


def _bring(round_: Round) -> str:
    labels = [one["label"] for one in forms.fields_of(round_.form.spec, 1) if one["kind"] == "file"]
    return "、".join(labels) + "（可以直接拍照）" if labels else "不用带材料，在手机上填几项就行"
