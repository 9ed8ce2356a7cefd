"""No-show marks: set when an event is settled or a place given up too late, answered when somebody appeals."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from gongjia.base import journal
from gongjia.base.actor import Actor
from gongjia.base.refused import Hidden, refuse
from gongjia.work.events import kinds, powers
from gongjia.work.events.actions.common import day_of, tell
from gongjia.work.events.models import Event, Fault, SignUp
from gongjia.work.events.queries.door import absent_of


def mark(event: Event, sign_ups: Sequence[SignUp], kind: str, *, actor: Actor, at: datetime) -> list[Fault]:
    """A mark each, told with the last day of appeal. Who has one for this sign-up keeps that."""
    had = set(Fault.objects.filter(sign_up__in=sign_ups).values_list("sign_up_id", flat=True))
    last = day_of(at) + timedelta(days=kinds.APPEAL_DAYS)
    made = Fault.objects.bulk_create(
        [
            Fault(
                person_id=one.person_id, event=event, sign_up=one, org=event.org, kind=str(kind), on=day_of(at),
                appeal_until=last,
            )
            for one in sign_ups
            if one.pk not in had
        ],
        batch_size=1000,
    )  # fmt: skip
    if made:
        journal.write(
            "events.faults_marked", actor=actor, at=at, org=event.org, subject=event, subjects=made,
            payload={"count": len(made), "kind": str(kind)},
        )  # fmt: skip
        tell(
            [one.person_id for one in made], "events.fault",
            {"title": event.title, "kind": kinds.FaultKind(kind).label, "until": f"{last:%Y年%-m月%-d日}"}, at,
            "/m/events/faults/",
        )  # fmt: skip
    return made


def _lock(fault: Fault) -> Fault:
    return Fault.objects.select_for_update(of=("self",)).select_related("org", "event", "sign_up__org").get(pk=fault.pk)


def appeal(*, fault: Fault, words: str, actor: Actor, at: datetime) -> Fault:
    """The person says why: illness, a shift, an accident. What they say is sealed. Until the end of the last day."""
    with journal.act():
        found = _lock(fault)
        if actor.person_id is None or found.person_id != actor.person_id:
            raise Hidden(str(fault.pk))
        if day_of(at) > found.appeal_until:
            refuse("appeal_over", "申诉期已过。", fact=f"{found.appeal_until}", cure="可以直接联系主办工会。")
        found.appeal = words.strip()[:1000] or None
        found.appealed_at = at
        found.save(update_fields=["appeal", "appealed_at"])
        journal.move(found, "appeal", actor=actor, at=at, facts={"why": words})
        return found


def answer_appeal(*, fault: Fault, strike: bool, words: str, actor: Actor, at: datetime) -> Fault:
    """The organiser answers: struck marks no longer count, and the person hears it with the words."""
    with journal.act():
        found = _lock(fault)
        if actor.person_id is not None and found.person_id == actor.person_id:
            refuse("own_appeal", "不能处理自己的申诉。", cure="请由别的干部处理。")
        journal.move(
            found, "strike" if strike else "keep", actor=actor, at=at, facts={"why": words},
            changes={"answer": words.strip()[:200], "answered_at": at},
        )  # fmt: skip
        verdict = "申诉成立，爽约记录已撤销。" if strike else "申诉未成立。"
        tell(
            [found.person_id], "events.fault_answer", {"title": found.event.title, "answer": verdict + words.strip()}, at,
            "/m/events/faults/",
        )  # fmt: skip
        return found


def mark_absent(event: Event, *, actor: Actor, at: datetime) -> list[Fault]:
    """A mark for each whom `absent_of` finds."""
    return mark(event, list(absent_of(event).order_by("pk")), kinds.FaultKind.ABSENT, actor=actor, at=at)


def may_answer(fault: Fault, actor: Actor) -> bool:
    return actor.can(powers.APPEALS, fault.org) and fault.person_id != actor.person_id
