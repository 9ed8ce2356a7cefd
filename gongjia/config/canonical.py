"""One hash of all business content: equal for equal federations, whatever their ids, keys and order of rows.

Each row gets a digest of its plain values; a foreign key counts as the digest of the row it points
at, so no id ever enters. A table's hash is that of its sorted row digests. The demonstration's hash
shows that it is the same every time; a backup's, that what came back is what went in.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.db import connection, models, transaction
from psycopg import sql

from gongjia.base import secret
from gongjia.base.clock import SHANGHAI
from gongjia.base.secret import BlindIndexField, SealedField

# what runs the house, or is different by nature each time it is made
SKIP_APPS = {"outbox", "progress", "shared"}
SKIP_MODELS = {
    "journal.entry",
    "journal.entrypayload",
    "journal.entrysubject",
    "journal.streamhead",
    "accounts.apitoken",
    "accounts.brake",
    "accounts.consent",
    "accounts.devicesession",
    "accounts.logincode",
    "accounts.recoverycode",
    "accounts.secondfactor",
    "accounts.slip",
    "members.rosterchunk",  # the plan of an import, with the keys it will give
    "report.summary",  # kept sums of what is counted here already
}
SKIP_FIELDS = {
    "accounts.account": {"last_login", "session_round", "created_at"},
    "events.certificate": {"serial"},  # a part of it cannot be guessed
    "funds.approval": {"digest"},
    "funds.bankfile": {"sha256"},
    "funds.batch": {"digest"},
    "funds.payment": {"key"},  # made from the award's id
    "journal.attachment": {"sha256", "size", "key_version"},
    "members.person": {"card_serial"},  # made from the id
    "members.rosterbatch": {"ran_recorded", "digest"},
    "orgs.upwardmark": {"digest"},
    "programmes.application": {"claim_key"},  # holds ids
    "programmes.award": {"serial"},  # a part of it cannot be guessed
    "programmes.formversion": {"key"},  # made from the round's id
    "publish.objection": {"number"},  # cannot be guessed
    "report.line": {"records", "digest"},  # ids of the records, and a digest over them
}
BATCH = 5000


def business_hash() -> str:
    """The hash of everything, as hex."""
    whole = hashlib.sha256()
    for label, (count, digest) in table_hashes().items():
        whole.update(f"{label} {count} {digest}\n".encode())
    return whole.hexdigest()


def table_hashes() -> dict[str, tuple[int, str]]:
    """Model label -> (rows, hash), in the order of labels: where two hashes differ, this says in which table."""
    known: dict[Any, bytes] = {}
    found = {}
    with transaction.atomic():
        for model in in_order(business_models()):
            digests = sorted(_digests(model, known))
            found[model._meta.label_lower] = (len(digests), hashlib.sha256(b"".join(digests)).hexdigest())
    return dict(sorted(found.items()))


def business_models() -> list[type[models.Model]]:
    """Every table of ours that holds business content."""
    ours = {config.label for config in apps.get_app_configs() if config.name in settings.OUR_APPS} - SKIP_APPS
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label in ours and model._meta.label_lower not in SKIP_MODELS and model._meta.managed
    ]


def in_order(wanted: list[type[models.Model]]) -> list[type[models.Model]]:
    """Targets of foreign keys before those who point at them; a circle is cut at its first label."""
    waiting = sorted(wanted, key=lambda model: model._meta.label_lower)
    ordered: list[type[models.Model]] = []
    while waiting:
        free = [model for model in waiting if not (_targets(model) & set(waiting)) - {model}]
        for model in free or waiting[:1]:
            ordered.append(model)
            waiting.remove(model)
    return ordered


def _targets(model: type[models.Model]) -> set[type[models.Model]]:
    return {one.related_model for one in model._meta.local_concrete_fields if one.related_model is not None}


def _digests(model: type[models.Model], known: dict[Any, bytes]) -> list[bytes]:
    """Digests of all rows; puts them into `known` under their primary keys for those who point here."""
    fields = [one for one in model._meta.local_concrete_fields if _counts(model, one)]
    upward = [one for one in fields if one.is_relation and one.related_model is model]
    plain = [one for one in fields if one not in upward]
    own: dict[Any, bytes] = {}
    parents: dict[Any, tuple] = {}
    for pk, *values in _rows(model, [*plain, *upward]):
        state = hashlib.sha256(model._meta.label_lower.encode())
        for one, value in zip(plain, values, strict=False):
            state.update(f"\x1f{one.name}\x1e".encode() + _canonical(one, pk, value, known))
        own[pk] = state.digest()
        if upward:
            parents[pk] = tuple(values[len(plain) :])
    if upward:
        own = {pk: _with_parents(pk, own, parents) for pk in own}
    known.update(own)
    return list(own.values())


def _with_parents(pk: Any, own: dict[Any, bytes], parents: dict[Any, tuple]) -> bytes:
    """A row's digest together with the line of rows above it."""
    state, above, seen = hashlib.sha256(own[pk]), [pk], {pk}
    while above:
        for parent in parents.get(above.pop(), ()):
            state.update(own.get(parent, b"-"))
            if parent is not None and parent not in seen:
                seen.add(parent)
                above.append(parent)
    return state.digest()


def _counts(model: type[models.Model], one: models.Field) -> bool:
    if one.primary_key or isinstance(one, BlindIndexField):
        return False
    return one.name not in SKIP_FIELDS.get(model._meta.label_lower, set())


def _rows(model: type[models.Model], fields: list[models.Field]) -> Iterator[tuple]:
    columns = [sql.Identifier(str(one.column)) for one in [model._meta.pk, *fields]]
    query = sql.SQL("select {} from {}").format(sql.SQL(", ").join(columns), sql.Identifier(model._meta.db_table))
    connection.ensure_connection()
    with connection.connection.cursor(name="canonical") as cursor:
        cursor.itersize = BATCH
        cursor.execute(query)
        yield from cursor


def _canonical(one: models.Field, pk: Any, value: Any, known: dict[Any, bytes]) -> bytes:
    if value is None:
        return b""
    if isinstance(one, SealedField):
        return b"s" + hashlib.sha256(secret.unseal(one.label, pk, value).encode()).digest()
    if one.is_relation or isinstance(value, UUID):
        return known.get(value, b"elsewhere")
    if isinstance(one, models.JSONField):
        loaded = json.loads(value) if isinstance(value, str | bytes) else value
        return json.dumps(_without_ids(loaded, known), ensure_ascii=False, sort_keys=True).encode()
    if isinstance(value, datetime):
        return value.astimezone(SHANGHAI).date().isoformat().encode()  # the day; the time of day is the clock's
    if isinstance(value, date):
        return value.isoformat().encode()
    if isinstance(value, bytes | memoryview):
        return bytes(value)
    return str(value).encode()


def _without_ids(value: Any, known: dict[Any, bytes]) -> Any:
    """Ids inside JSON count as what they point at."""
    if isinstance(value, dict):
        return {key: _without_ids(inner, known) for key, inner in value.items()}
    if isinstance(value, list):
        return [_without_ids(inner, known) for inner in value]
    if isinstance(value, str) and len(value) == 36:
        try:
            return known.get(UUID(value), b"elsewhere").hex()
        except ValueError:
            return value
    return value
