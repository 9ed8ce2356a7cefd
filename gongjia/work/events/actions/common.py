"""Tools of all acts on events: days, locks, messages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from gongjia.base import outbox
from gongjia.base.actor import Actor
from gongjia.base.clock import SHANGHAI
from gongjia.base.models import one_of
from gongjia.base.refused import Hidden
from gongjia.work.events.models import Event, Session, SignUp
from gongjia.work.events.queries.scope import related


def day_of(at: datetime) -> date:
    return at.astimezone(SHANGHAI).date()


def said(moment: datetime | None) -> str:
    """A moment as a message says it."""
    return f"{moment.astimezone(SHANGHAI):%Y年%-m月%-d日 %H:%M}" if moment is not None else "时间另行通知"


def said_end(moment: datetime | None) -> str:
    """The end of a window as a message says it: midnight is 24:00 of the day before."""
    if moment is None or (local := moment.astimezone(SHANGHAI)).time() != time(0):
        return said(moment)
    return f"{local - timedelta(days=1):%Y年%-m月%-d日} 24:00"


def lock_event(event: Event | UUID) -> Event:
    """The event's row, for an act that changes it: locked before its cells.

    Weaker than `FOR UPDATE`: a claim that holds a cell still writes its row, whose foreign key looks at this one.
    An act that also moves the event takes its cells first and moves last.
    """
    pk = event.pk if isinstance(event, Event) else event
    found = one_of(
        Event.objects.select_for_update(of=("self",), no_key=True).select_related("org", "audience").filter(pk=pk)
    )
    if found is None:
        raise Hidden(str(pk))
    return found


def share_event(event_id: UUID) -> str:
    """The event's state, held still until this act commits: whoever closes or cancels it waits. Many may share."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("select state from events_event where id = %s for share", [event_id])
        row = cursor.fetchone()
    if row is None:
        raise Hidden(str(event_id))
    return row[0]


def lock_sign_up(pk: UUID) -> SignUp:
    """One sign-up under lock. Its cells must be held already."""
    found = one_of(
        SignUp.objects.select_for_update(of=("self",))
        .select_related("event__org", "event__audience", "session", "org", "person")
        .filter(pk=pk)
    )
    if found is None:
        raise Hidden(str(pk))
    return found


def is_own(sign_up: SignUp, actor: Actor) -> bool:
    return actor.person_id is not None and sign_up.person_id == actor.person_id


def words_of(event: Event, session: Session | None = None) -> dict[str, str]:
    """What every message about an event may say."""
    starts_at = session.starts_at if session is not None else event.first_at
    return {
        "title": event.title,
        "when": said(starts_at),
        "place": (session.place if session is not None else "") or event.place or "地点另行通知",
        "closes": said_end(event.closes_at),
    }


def accounts_of(person_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """Person -> log-in, where there is one. One query."""
    people = related("person").objects.filter(pk__in=list(person_ids), account__isnull=False)
    return dict(people.values_list("pk", "account_id"))


def tell(
    person_ids: Iterable[UUID], template: str, context: Mapping[str, str], at: datetime, url: str = "/m/events/"
) -> int:
    """Tell persons, the same words to all; how many have a log-in to be told at."""
    accounts = list(accounts_of(person_ids).values())
    return outbox.notify(accounts, template=template, context=dict(context), at=at, url=url) if accounts else 0


def tell_each(sign_ups: Mapping[UUID, UUID], template: str, context: Mapping[str, str], at: datetime) -> int:
    """Person -> sign-up: each told with the page of their own, whoever has a log-in. Three statements."""
    accounts = accounts_of(sign_ups)
    pairs = [(account, link_of(sign_ups[person])) for person, account in accounts.items()]
    return outbox.notify_each(pairs, template=template, context=dict(context), at=at)


def link_of(sign_up: SignUp | UUID) -> str:
    return f"/m/events/signups/{getattr(sign_up, 'pk', sign_up)}/"


def sessions_of(event: Event) -> list[Session]:
    return list(Session.objects.filter(event=event, cancelled=False).order_by("number"))


def on_file(actor: Actor) -> dict[str, Any]:
    """Who did it, as a column."""
    return {"entered_by": actor.account_id}


def hold_persons(person_ids: Iterable[UUID]) -> None:
    """Where a limit per person spans events, two acts for one person wait for each other. First of all locks."""
    people = related("person").objects.select_for_update(of=("self",), no_key=True)
    list(people.filter(pk__in=sorted(person_ids)).order_by("pk").values_list("pk", flat=True))
