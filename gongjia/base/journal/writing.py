"""Acts and their entries: `act`, `move`, `move_many`, `write`.

Entries gather while an act runs and are chained once, at its end: the heads of their streams are
the last locks of the transaction and are taken in order of name, so writers never wait in a circle.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, models, transaction

from gongjia.base.actor import Actor
from gongjia.base.journal import chain
from gongjia.base.models import uuid7
from gongjia.base.refused import Reason, Refused
from gongjia.base.secret import with_indexes

HOUSE, LOGINS, DENIALS = "house", "logins", "denials"
COPY_FROM = 1000  # subjects; below that they go along with their entry


@dataclass
class Written:
    """An entry on its way into the journal. `id` may be used as `cause` at once."""

    stream: str
    action: str
    at: datetime
    actor: Actor | None
    org_id: UUID | None
    subjects: list[tuple[str, UUID]]
    body: dict[str, Any]
    note: str
    cause_id: UUID | None
    id: UUID = field(default_factory=uuid7)


_pending: ContextVar[list[Written] | None] = ContextVar("gongjia_journal_pending", default=None)


@contextmanager
def act() -> Iterator[None]:
    """One act: a transaction whose entries are written with it or not at all. Nests."""
    pending = _pending.get()
    if pending is not None:
        mark = len(pending)
        try:
            with transaction.atomic():
                yield
        except BaseException:
            del pending[mark:]
            raise
        return
    token = _pending.set(pending := [])
    try:
        with transaction.atomic():
            yield
            if pending:
                _chain(pending)
    finally:
        _pending.reset(token)


def write(
    action: str,
    *,
    actor: Actor | None,
    at: datetime,
    org: Any = None,
    subject: models.Model | None = None,
    subjects: Iterable[models.Model | tuple[str, UUID]] = (),
    payload: dict[str, Any] | None = None,
    note: str = "",
    cause: Written | UUID | None = None,
    stream: str = "",
) -> Written:
    """Write down an act that changes no state. Must run inside `act()`; opens one when it does not.

    `org`: the union whose stream it goes to (None: the house's). `payload`: plain JSON without
    personal values; use `chain.digest` for those.
    """
    named = [_name(one) for one in ([subject] if subject is not None else []) + list(subjects)]
    org_id = getattr(org, "id", org)
    body = dict(payload or {})
    if actor is not None and actor.behalf is not None:
        body["behalf"] = str(actor.behalf.id)
    entry = Written(
        stream=stream or (f"org:{org_id}" if org_id else HOUSE),
        action=action,
        at=at,
        actor=actor,
        org_id=org_id,
        subjects=named,
        body=body,
        note=note,
        cause_id=cause.id if isinstance(cause, Written) else cause,
    )
    pending = _pending.get()
    if pending is None:
        with act():
            _pending.get().append(entry)
    else:
        pending.append(entry)
    return entry


def move(
    record: models.Model,
    name: str,
    *,
    actor: Actor,
    at: datetime,
    facts: Any = None,
    note: str = "",
    changes: dict[str, Any] | None = None,
    payload: dict[str, Any] | None = None,
    cause: Written | UUID | None = None,
) -> Written:
    """Walk one arc of the record's flow: lock, check the arc, the power and the guard, save, write the entry.

    `changes` are further fields set in the same save. The passed `record` is brought up to date.
    Raises `Refused`, `Forbidden`.
    """
    flow, arc = record.FLOW, record.FLOW.move(name)
    with act():
        locked = type(record)._base_manager.select_for_update(of=("self",)).get(pk=record.pk)
        if arc.power:
            actor.must(arc.power, locked.org)
        if reasons := flow.check(name, locked.state, facts):
            raise Refused(reasons)
        before = locked.state
        for key, value in {"state": arc.target, **(changes or {})}.items():
            setattr(locked, key, value)
            setattr(record, key, value)
        locked.save(update_fields=with_indexes(type(locked), ["state", *(changes or {})]))
        return write(
            f"{flow.name}.{name}",
            actor=actor,
            at=at,
            org=locked.org,
            subject=locked,
            payload={"from": before, "to": arc.target, **(payload or {})},
            note=note,
            cause=cause,
        )


def move_many(
    records: Iterable[models.Model] | models.QuerySet,
    name: str,
    *,
    actor: Actor,
    at: datetime,
    org: Any = None,
    facts: dict[Any, Any] | None = None,
    note: str = "",
    changes: dict[str, Any] | None = None,
    cause: Written | UUID | None = None,
) -> Written | None:
    """The set form of `move`: all or none, one entry, one subject row per record. None when there is nothing to move.

    `org` names the stream; without it all records must be of one union. `facts` by primary key.
    """
    with act():
        if not isinstance(records, models.QuerySet):
            records = list(records)
            if not records:
                return None
            model = type(records[0])
            records = model._base_manager.filter(pk__in=[record.pk for record in records])
        locked = list(records.select_for_update(of=("self",)).order_by("pk"))
        if not locked:
            return None
        model, flow = type(locked[0]), locked[0].FLOW
        arc = flow.move(name)
        places = {place.id: place for place in (record.org for record in locked)}
        if arc.power:
            for place in places.values():
                actor.must(arc.power, place)
        reasons: list[Reason] = []
        for record in locked:
            reasons += flow.check(name, record.state, (facts or {}).get(record.pk))
        if reasons:
            raise Refused(dict.fromkeys(reasons))
        if org is None:
            if len(places) > 1:
                raise ValueError("records of several unions: say whose stream the entry goes to")
            org = next(iter(places.values()))
        model._base_manager.filter(pk__in=[record.pk for record in locked]).update(state=arc.target, **(changes or {}))
        return write(
            f"{flow.name}.{name}",
            actor=actor,
            at=at,
            org=org,
            subjects=locked,
            payload={"to": arc.target, "count": len(locked)},
            note=note,
            cause=cause,
        )


def login_event(
    kind: str, *, at: datetime, account_id: UUID | None = None, actor: Actor | None = None, note: str = ""
) -> Written:
    """`kind`: ok, failed, out, slip … : in the log-ins' own stream. `account_id`: whose log-in it is about;
    `actor`: who did it, None for the machine (a session that ran out)."""
    subjects = [("accounts.account", account_id)] if account_id else []
    return write(f"login.{kind}", actor=actor, at=at, subjects=subjects, note=note, stream=LOGINS)


def denied(actor: Actor | None, power: str, org: Any, what: str, *, at: datetime) -> Written:
    """Somebody tried what is not permitted: in the denials' own stream."""
    return write(
        "denied", actor=actor, at=at, org=None, payload={"power": power, "what": what}, stream=DENIALS,
        note=str(getattr(org, "code", "") or ""),
    )  # fmt: skip


def _name(record: models.Model | tuple[str, UUID]) -> tuple[str, UUID]:
    if isinstance(record, tuple):
        return record
    return record._meta.label_lower, record.pk


# Locks the heads in order of name, new ones too; their time is read when the lock is held.
_HEADS = """
insert into journal_streamhead as head (stream, seq, mac, changed_at)
select stream, 0, ''::bytea, clock_timestamp() from unnest(%s::text[]) as stream order by stream
    on conflict (stream) do update set seq = head.seq
returning stream, seq, mac, clock_timestamp()
"""

# One statement for all that an act leaves in the journal.
_WRITE = """
with given as materialized (
  select * from jsonb_to_recordset(%s::jsonb) as one(
         id uuid, stream text, seq bigint, at timestamptz, recorded timestamptz, action text, actor_account uuid,
         actor_person uuid, org_id uuid, subject_count int, subjects_digest text, payload_digest text, cause_id uuid,
         prev text, mac text, label text, note text, body jsonb)
), entries as (
  insert into journal_entry (id, stream, seq, at, recorded, action, actor_account, actor_person, org_id,
                             subject_count, subjects_digest, payload_digest, cause_id, prev, mac)
  select id, stream, seq, at, recorded, action, actor_account, actor_person, org_id, subject_count,
         decode(subjects_digest, 'hex'), decode(payload_digest, 'hex'), cause_id, decode(prev, 'hex'), decode(mac, 'hex')
    from given
), words as (
  insert into journal_entrypayload (entry_id, actor_label, note, body) select id, label, note, body from given
), subjects as (
  insert into journal_entrysubject (entry_id, label, subject_id)
  select * from jsonb_to_recordset(%s::jsonb) as one(entry_id uuid, label text, subject_id uuid)
)
update journal_streamhead head set seq = last.seq, mac = decode(last.mac, 'hex'), changed_at = last.recorded
  from (select distinct on (stream) stream, seq, mac, recorded from given order by stream, seq desc) last
 where head.stream = last.stream
"""


def _chain(pending: list[Written]) -> None:
    with connection.prepared_cursor() as cursor:
        cursor.execute(_HEADS, [sorted({entry.stream for entry in pending})])
        heads = {stream: (seq, bytes(mac), recorded) for stream, seq, mac, recorded in cursor.fetchall()}
    rows, subjects = [], []
    for one in pending:
        seq, prev, recorded = heads[one.stream]
        label = one.actor.label if one.actor else ""
        row = {
            "id": one.id,
            "stream": one.stream,
            "seq": seq + 1,
            "at": one.at,
            "recorded": recorded,
            "action": one.action,
            "actor_account": one.actor.account_id if one.actor else None,
            "actor_person": one.actor.person_id if one.actor else None,
            "org_id": one.org_id,
            "subject_count": len(one.subjects),
            "subjects_digest": chain.subjects_digest(one.subjects),
            "payload_digest": chain.payload_digest(label, one.note, one.body),
            "cause_id": one.cause_id,
            "prev": prev,
        }
        row["mac"] = chain.link(row)
        columns = {name: _plain(value) for name, value in row.items()}
        rows.append({**columns, "label": label, "note": one.note, "body": one.body})
        subjects += [(one.id, name, pk) for name, pk in dict.fromkeys(one.subjects)]
        heads[one.stream] = (seq + 1, row["mac"], recorded)
    many = len(subjects) >= COPY_FROM
    named = (
        [] if many else [{"entry_id": str(entry), "label": name, "subject_id": str(pk)} for entry, name, pk in subjects]
    )
    with connection.prepared_cursor() as cursor:
        cursor.execute(_WRITE, [json.dumps(rows), json.dumps(named)])
        if many:
            _copy_subjects(cursor, subjects)


def _plain(value: Any) -> Any:
    """An entry's own column as JSON. Not for a body: what is not JSON there fails, for its digest would be another."""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    return value


def _copy_subjects(cursor: Any, rows: list[tuple[UUID, str, UUID]]) -> None:
    with cursor.copy("copy journal_entrysubject (entry_id, label, subject_id) from stdin") as copy:
        for start in range(0, len(rows), 2000):  # keys and labels need no escaping
            copy.write("".join([f"{entry}\t{label}\t{pk}\n" for entry, label, pk in rows[start : start + 2000]]))
