"""Making an event and changing it: whoever signed up is told of what changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from gongjia.base import journal
from gongjia.base.actor import Actor
from gongjia.base.models import uuid7
from gongjia.base.refused import Reason, Refused, refuse, refuse_if
from gongjia.work.events import kinds, powers, rules
from gongjia.work.events.actions.common import lock_event, said, tell
from gongjia.work.events.models import Event, Session, SignUp
from gongjia.work.events.states import LIVE

# what an officer fills in; the rest follows from acts
FIELDS = (
    "title", "summary", "place", "contact_phone", "area", "level", "way", "total", "by_session", "guests_max",
    "waiting_list", "opens_at", "closes_at", "free_cancel_until", "hold_hours", "short_window_why", "conditions",
    "groups", "weights", "params", "door_minutes_early", "certificate", "led_by", "audience",
)  # fmt: skip
# what may still change once it is published; places have an act of their own
PUBLISHED = (
    "title", "summary", "place", "contact_phone", "closes_at", "free_cancel_until", "params", "door_minutes_early",
    "certificate", "hold_hours", "waiting_list",
)  # fmt: skip
_LABELS = {"title": "名称", "place": "地点", "closes_at": "报名截止", "free_cancel_until": "免责取消截止"}


@dataclass(frozen=True)
class SessionPlan:
    """One session as an officer fills it in. `minutes` None: its whole length counts."""

    starts_at: datetime
    ends_at: datetime
    title: str = ""
    place: str = ""
    places: int | None = None
    minutes: int | None = None


def make_event(
    *, org: Any, kind: str, title: str, sessions: Sequence[SessionPlan] = (), actor: Actor, at: datetime, **fields: Any
) -> Event:
    """A draft, with the values of its kind where nothing else is said."""
    with journal.act():
        actor.must(powers.OPEN, org)
        known = kinds.KINDS.get(kind)
        if known is None:
            refuse("kind_unknown", "没有这类活动。", fact=kind, cure="请从列表里选。")
        _only_known(fields)
        values = {
            "area": known.area, "level": _level_of(org), "way": known.way, "guests_max": known.guests_max,
            "certificate": known.certificate, "audience": org, "total": 0, **fields,
        }  # fmt: skip
        _inside(org, values["audience"])
        event = Event(org=org, kind=kind, title=title.strip(), **values)
        _sane(event)
        event.save(force_insert=True)
        _put_sessions(event, sessions)
        journal.write("events.made", actor=actor, at=at, org=org, subject=event, payload={"kind": kind})
        return event


def _only_known(fields: Mapping[str, Any]) -> None:
    unknown = set(fields) - set(FIELDS)
    if unknown:
        raise TypeError(f"no such fields of an event: {sorted(unknown)}")


def _level_of(org: Any) -> str:
    if org.parent_id is None:
        return kinds.Level.COUNTY.value
    return kinds.Level.TOWNSHIP.value if org.level <= 1 else kinds.Level.UNIT.value


def _inside(org: Any, audience: Any) -> None:
    """An event is for the members of the organiser or of a union below it."""
    if not audience.path.startswith(org.path):
        refuse("audience_outside", "参加范围要在主办工会以内。", fact=audience.name, cure="请选本级或下级工会。")


def _sane(event: Event) -> None:
    """What the table itself would refuse, said in words."""
    found = []
    if event.opens_at and event.closes_at and event.closes_at <= event.opens_at:
        found.append(Reason("window_order", "报名截止要晚于开始。"))
    if event.hold_hours < kinds.HOLD_HOURS:
        found.append(Reason("hold_short", f"递补名额至少保留 {kinds.HOLD_HOURS} 小时。", str(event.hold_hours)))
    refuse_if(found)


def _put_sessions(event: Event, plans: Sequence[SessionPlan]) -> None:
    """The sessions of a draft, anew, in the order of time."""
    for one in plans:
        if one.ends_at <= one.starts_at:
            refuse("session_order", "结束时间要晚于开始时间。", fact=said(one.starts_at))
    Session.objects.filter(event=event).delete()
    ordered = sorted(plans, key=lambda one: (one.starts_at, one.ends_at))
    Session.objects.bulk_create(
        [
            Session(
                event=event, number=number, title=one.title, starts_at=one.starts_at, ends_at=one.ends_at,
                place=one.place, places=one.places,
                minutes=_minutes(one.starts_at, one.ends_at) if one.minutes is None else one.minutes,
            )
            for number, one in enumerate(ordered, 1)
        ]
    )  # fmt: skip
    _note_times(event)


def _minutes(starts_at: datetime, ends_at: datetime) -> int:
    return int((ends_at - starts_at) / timedelta(minutes=1))


def _note_times(event: Event) -> None:
    rows = list(Session.objects.filter(event=event, cancelled=False).values_list("starts_at", "ends_at", "places"))
    event.first_at = min((start for start, _end, _n in rows), default=None)
    event.last_at = max((end for _start, end, _n in rows), default=None)
    columns = ["first_at", "last_at"]
    if event.by_session and event.state == "draft":
        event.total = sum(places or 0 for _s, _e, places in rows)
        columns.append("total")
    event.save(update_fields=columns)


def change_draft(
    *, event: Event, sessions: Sequence[SessionPlan] | None = None, actor: Actor, at: datetime, **fields: Any
) -> Event:
    """Anything, as long as nobody has seen it."""
    with journal.act():
        found = lock_event(event)
        actor.must(powers.OPEN, found.org)
        if found.state != "draft":
            refuse("published", "活动已发布，只能改时间、地点和说明。", fact=found.state_label)
        _only_known(fields)
        for key, value in fields.items():
            setattr(found, key, value)
        _inside(found.org, found.audience)
        _sane(found)
        found.save(update_fields=list(fields)) if fields else None
        if sessions is not None:
            _put_sessions(found, sessions)
        journal.write(
            "events.changed", actor=actor, at=at, org=found.org, subject=found, payload={"fields": sorted(fields)}
        )
        return found


def change_event(*, event: Event, why: str = "", actor: Actor, at: datetime, **fields: Any) -> Event:
    """What may change once it is published; everybody who signed up is told of it.

    A closing time may be put off, or with a reason brought forward, but only before it has passed; a lot's never
    beyond the moment at which its public value comes to exist.
    """
    with journal.act():
        found = lock_event(event)
        actor.must(powers.OPEN, found.org)
        if found.state not in ("open", "closed"):
            refuse("not_published", "只有已发布、还没举办的活动可以这样改。", fact=found.state_label)
        if extra := set(fields) - set(PUBLISHED):
            refuse(
                "frozen",
                "发布以后不能再改报名条件、方式和范围。",
                fact="、".join(sorted(extra)),
                cure="请取消后另开一场。",
            )
        if "closes_at" in fields and fields["closes_at"] != found.closes_at:
            _may_move_closing(found, fields["closes_at"], why, at)
        if "free_cancel_until" in fields:
            _may_move_grace(found, fields["free_cancel_until"])
        words = [
            f"{label}改为{said(fields[key]) if isinstance(fields[key], datetime) else fields[key]}"
            for key, label in _LABELS.items()
            if key in fields and fields[key] != getattr(found, key)
        ]
        old_title = found.title
        for key, value in fields.items():
            setattr(found, key, value)
        _sane(found)
        found.save(update_fields=list(fields))
        journal.write(
            "events.changed", actor=actor, at=at, org=found.org, subject=found, note=why,
            payload={"fields": sorted(fields)},
        )  # fmt: skip
        if words:
            _tell_all(found, old_title, "；".join(words) + (f"。{why}" if why else "。"), at)
        return found


def _may_move_closing(event: Event, closes_at: datetime, why: str, at: datetime) -> None:
    found = []
    if event.closes_at is None or closes_at is None:
        found.append(Reason("window_missing", "请填写报名截止时间。"))
    elif at >= event.closes_at or event.state != "open":
        found.append(Reason("closed", "报名已经截止，不能再改截止时间。", said(event.closes_at)))
    elif closes_at <= at:
        found.append(Reason("window_past", "新的截止时间已经过去。", said(closes_at)))
    elif closes_at < event.closes_at and not why.strip():
        found.append(Reason("why_missing", "提前截止要写明原因。"))
    elif event.first_at is not None and closes_at > event.first_at:
        found.append(Reason("window_after_start", "报名截止不能晚于第一场开始。", said(event.first_at)))
    else:
        draw = event.draws.exclude(state="failed").order_by("public_on").first()
        if draw is not None and closes_at >= draw.public_on:
            found.append(
                Reason(
                    "draw_before_closing",
                    "截止时间要早于摇号公开数据产生的时间。",
                    said(draw.public_on),
                    cure="请提前截止时间。",
                )
            )
    if found:
        raise Refused(found)


def _may_move_grace(event: Event, until: datetime | None) -> None:
    """Who signed up under a later limit keeps it: cancelling without a mark is never cut short afterwards."""
    old = event.free_cancel_until
    if until is not None and (old is None or until < old):
        refuse("grace_cut", "发布以后不能提前免责取消的时间。", fact=said(old) if old else "没有限制")
    if until is not None and event.first_at is not None and until > event.first_at:
        refuse("free_cancel_late", "免责取消的时间不能晚于第一场开始。", fact=said(event.first_at))


def _tell_all(event: Event, title: str, changes: str, at: datetime, session: Session | None = None) -> int:
    rows = SignUp.objects.filter(event=event, state__in=LIVE)
    if session is not None and event.by_session:
        rows = rows.filter(session=session)
    people = list(rows.values_list("person_id", flat=True))
    return tell(people, "events.event_changed", {"title": title, "changes": changes}, at, "/m/events/mine/")


def change_session(
    *,
    session: Session,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    place: str | None = None,
    minutes: int | None = None,
    called_off: bool = False,
    why: str = "",
    actor: Actor,
    at: datetime,
) -> Session:
    """Another time or place, or one session less; everybody whom it concerns is told.

    A session that people chose is not called off here: cancel their places first, or the event.
    """
    with journal.act():
        event = lock_event(session.event_id)
        actor.must(powers.OPEN, event.org)
        if event.state not in ("draft", "open", "closed"):
            refuse("over", "活动已经举办或取消，不能再改场次。", fact=event.state_label)
        found = Session.objects.select_for_update().get(pk=session.pk)
        if at >= found.starts_at:
            refuse("begun", "这一场已经开始，不能再改。", fact=said(found.starts_at))
        words = _session_words(found, starts_at, place, called_off)
        if called_off and event.by_session and SignUp.objects.filter(session=found, state__in=LIVE).exists():
            refuse(
                "session_taken", "这一场已有人报名，不能直接取消场次。", cure="请先逐个取消报名并告知，或取消整个活动。"
            )
        length = found.ends_at - found.starts_at
        found.starts_at = starts_at or found.starts_at
        found.ends_at = ends_at or found.starts_at + length
        found.place = found.place if place is None else place
        found.minutes = found.minutes if minutes is None else minutes
        found.cancelled, found.reminded = called_off, False
        if found.ends_at <= found.starts_at:
            refuse("session_order", "结束时间要晚于开始时间。", fact=said(found.starts_at))
        if found.starts_at <= at:
            refuse("window_past", "新的开始时间已经过去。", fact=said(found.starts_at))
        found.save()
        _note_times(event)
        if event.first_at is None:
            refuse("no_session", "至少要留一场。", cure="不办了的，请取消整个活动。")
        journal.write(
            "events.session_changed", actor=actor, at=at, org=event.org, subject=event, subjects=[found], note=why
        )
        if words and event.state != "draft":
            _tell_all(event, event.title, words + (f"。{why}" if why else "。"), at, found)
        return found


def _session_words(session: Session, starts_at: datetime | None, place: str | None, called_off: bool) -> str:
    name = session.title or f"第{session.number}场"
    words = [f"{name}（{said(session.starts_at)}）取消"] if called_off else []
    if starts_at is not None and starts_at != session.starts_at:
        words.append(f"{name}改到{said(starts_at)}")
    if place is not None and place != session.place:
        words.append(f"{name}地点改为{place}")
    return "；".join(words)


def copy_event(*, event: Event, shifts: Sequence[timedelta], actor: Actor, at: datetime) -> list[Event]:
    """Drafts like this one, so much later each: a series. Places handed to unions, entries and papers stay behind."""
    with journal.act():
        source = lock_event(event)
        actor.must(powers.OPEN, source.org)
        if not shifts or any(shift <= timedelta(0) for shift in shifts):
            refuse("shift_missing", "请填写往后推的天数。", cure="至少一天。")
        if source.series is None:
            source.series = uuid7()
            source.save(update_fields=["series"])
        sessions = list(Session.objects.filter(event=source, cancelled=False).order_by("number"))
        made = []
        for shift in shifts:
            values = {key: getattr(source, key) for key in FIELDS if key not in ("led_by", "audience")}
            for key in ("opens_at", "closes_at", "free_cancel_until"):
                values[key] = values[key] + shift if values[key] is not None else None
            copy = Event.objects.create(
                org=source.org, audience=source.audience, led_by_id=source.led_by_id, kind=source.kind,
                series=source.series, **values,
            )  # fmt: skip
            _put_sessions(
                copy,
                [
                    SessionPlan(
                        one.starts_at + shift, one.ends_at + shift, one.title, one.place, one.places, one.minutes
                    )
                    for one in sessions
                ],
            )
            made.append(copy)
        journal.write("events.copied", actor=actor, at=at, org=source.org, subject=source, subjects=made)
        return made


def plan_of(event: Event) -> rules.Plan:
    """The event as the rules of publishing look at it."""
    rows = Session.objects.filter(event=event, cancelled=False).order_by("number")
    return rules.Plan(
        kind=event.kind, title=event.title, way=event.way, total=event.total, by_session=event.by_session,
        guests_max=event.guests_max, hold_hours=event.hold_hours, opens_at=event.opens_at, closes_at=event.closes_at,
        free_cancel_until=event.free_cancel_until, short_window_why=event.short_window_why, place=event.place,
        conditions=event.conditions, groups=event.groups, params=event.params,
        sessions=[(one.starts_at, one.ends_at, one.places, one.place) for one in rows],
    )  # fmt: skip
