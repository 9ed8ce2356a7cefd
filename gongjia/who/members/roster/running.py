"""Run one chunk of a plan, or undo it. The chunk's data, its journal entries and its `done_at` commit together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import connection

from gongjia.base import journal, secret
from gongjia.base.actor import Actor
from gongjia.who.members.kinds import ChangeKind
from gongjia.who.members.models import Membership, Person, RosterBatch, RosterChunk
from gongjia.who.members.roster import planning
from gongjia.who.members.roster.columns import MEMBERSHIP_FIELDS, PERSON_FIELDS
from gongjia.who.members.rules import names
from gongjia.who.members.rules.card import card_serial

_AT = {key: position for position, key in enumerate(planning.ADD_FIELDS)}
_NULL = "\\N"
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_DATES = {"born_on", "joined_on"}
_SEALED = ("id_no", "phone")

PERSON_COPY = (
    "id", "name", "name_py", "name_initials", "id_no", "id_index", "phone", "phone_index", "phone_ok",
    "sex", "born_on", "nation", "id_kind", "political", "education", "skill_level", "employment", "household_kind",
    "household_place", "native_place", "is_rural_worker", "job_post", "note", "card_serial", "upper_no",
)  # fmt: skip
MEMBERSHIP_COPY = (
    "id", "person_id", "org_id", "org_path", "name_keys", "standing", "since", "joined_on", "change_in", "change_out",
    "reason", "is_latest", "employer", "trade", "platform", "area",
)  # fmt: skip
CHANGE_COPY = ("id", "person_id", "org_id", "kind", "reason", "on", "membership_id", "outside", "document", "clause")


class Taken(Exception):
    """Somebody else registered one of the persons while the plan lay ready; positions in the chunk."""

    def __init__(self, rows: list[list[Any]]):
        self.rows = rows


def run(chunk: RosterChunk, batch: RosterBatch, *, actor: Actor, at: datetime) -> list[list]:
    """Do one chunk inside the caller's `journal.act()`. Answers the rows left out because they were taken meanwhile."""
    block = planning.unpack(chunk.plan, chunk.pk)
    day = at.date()
    rows, taken = _still_free(block["adds"])
    if rows:
        _close_latest(rows)
        _copy_persons([row for row in rows if row[5]])
        _copy_memberships(rows, day)
        _copy_changes(rows, day)
        for org_id, group in planning.by_union(rows).items():
            journal.write(
                "roster.added",
                actor=actor,
                at=at,
                org=UUID(org_id),
                subjects=[("members.person", UUID(row[0])) for row in group],
                payload={"batch": str(batch.pk), "chunk": chunk.number, "count": len(group)},
            )
    if block["changes"]:
        chunk.before = planning.pack({"rows": _apply_changes(block["changes"])}, chunk.pk)
        groups = defaultdict(list)
        for change in block["changes"]:
            groups[change["org_id"]].append(change)
        for org_id, group in groups.items():
            fields = sorted({key for change in group for part in ("person", "membership") for key in change[part]})
            journal.write(
                "roster.changed",
                actor=actor,
                at=at,
                org=UUID(org_id),
                subjects=[("members.person", UUID(change["person_id"])) for change in group],
                payload={"batch": str(batch.pk), "chunk": chunk.number, "count": len(group), "fields": fields},
            )
    chunk.added, chunk.changed, chunk.done_at = len(rows), len(block["changes"]), at
    chunk.save(update_fields=["added", "changed", "done_at", "before"])
    return taken


def _still_free(rows: list[list[Any]]) -> tuple[list[list], list[list]]:
    """Leave out persons who got a number or a membership since the check."""
    if not rows:
        return [], []
    field = Person._meta.get_field("id_index")
    number = _AT["id_no"]
    numbered = [row for row in rows if row[5] and row[number]]
    columns = field.columns_many([row[number] for row in numbered])
    digests = dict(zip(columns[field.column], numbered, strict=True))
    taken: set[str] = set()
    if digests:
        condition, parameters = field.where(list(digests))
        with connection.cursor() as cursor:
            cursor.execute(f"select id_index from members_person where {condition}", parameters)
            taken |= {digests[bytes(found[0])][0] for found in cursor.fetchall() if bytes(found[0]) in digests}
    returning = [UUID(row[0]) for row in rows if not row[5]]
    if returning:
        with connection.cursor() as cursor:
            cursor.execute(
                "select person_id from members_membership where until is null and person_id = any(%s)", [returning]
            )
            taken |= {found[0].hex for found in cursor.fetchall()}
    return [row for row in rows if row[0] not in taken], [row for row in rows if row[0] in taken]


def _close_latest(rows: list[list[Any]]) -> None:
    former = [UUID(row[6]) for row in rows if row[6]]
    if former:
        Membership.objects.filter(pk__in=former).update(is_latest=False)


@lru_cache(maxsize=50_000)
def _name_columns(name: str) -> tuple[str, str, str]:
    """(pinyin, initials, keys as an array literal), ready for COPY."""
    full, initials = names.latin_of(name)
    keys = ",".join('"' + key.replace("\\", "\\\\").replace('"', '\\"') + '"' for key in names.keys_of(name))
    return full, initials, ("{" + keys + "}").translate(_ESCAPES)


def _hex(value: bytes | None) -> str:
    return _NULL if value is None else "\\\\x" + value.hex()


def _copy(table: str, columns: Iterable[str], lines: list[str]) -> None:
    names_ = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor, cursor.copy(f"copy {table} ({names_}) from stdin") as copy:
        for start in range(0, len(lines), 2000):
            copy.write("".join(lines[start : start + 2000]))


def _copy_persons(rows: list[list[Any]]) -> None:
    ids = [UUID(row[0]) for row in rows]
    texts = {key: [row[_AT[key]] for row in rows] for key in _SEALED}
    sealed = {key: secret.seal_many(f"person.{key}", ids, texts[key]) for key in _SEALED}
    columns = list(PERSON_COPY)
    digests: dict[str, list] = {}
    for key, index in (("id_no", "id_index"), ("phone", "phone_index")):
        digests |= Person._meta.get_field(index).columns_many([text or None for text in texts[key]])
    columns += [column for column in digests if column not in columns]
    plain = [
        "sex", "nation", "id_kind", "political", "education", "skill_level", "employment", "household_kind",
        "household_place", "native_place", "job_post", "note",
    ]  # fmt: skip
    places = {key: _AT[key] for key in (*plain, "name", "born_on", "is_rural_worker", "sex")}
    lines = []
    extra = columns[len(PERSON_COPY) :]
    for position, row in enumerate(rows):
        name = row[places["name"]]
        full, initials, _ = _name_columns(name)
        values = [
            row[0],
            name.translate(_ESCAPES),
            full,
            initials,
            _hex(sealed["id_no"][position]),
            _hex(digests["id_index"][position]),
            _hex(sealed["phone"][position]),
            _hex(digests["phone_index"][position]),
            "f",
            row[places["sex"]] or "0",
            row[places["born_on"]] or _NULL,
            row[places["nation"]],
            row[places["id_kind"]],
            row[places["political"]],
            row[places["education"]],
            row[places["skill_level"]],
            row[places["employment"]],
            row[places["household_kind"]],
            row[places["household_place"]].translate(_ESCAPES),
            row[places["native_place"]].translate(_ESCAPES),
            "t" if row[places["is_rural_worker"]] else "f",
            row[places["job_post"]].translate(_ESCAPES),
            row[places["note"]].translate(_ESCAPES),
            card_serial(ids[position]),
            "",
            *(_hex(digests[column][position]) for column in extra),
        ]
        lines.append("\t".join(values) + "\n")
    _copy("members_person", columns, lines)


def _copy_memberships(rows: list[list[Any]], day: date) -> None:
    name, joined = _AT["name"], _AT["joined_on"]
    employer, trade, platform, area = (_AT[key] for key in ("employer", "trade", "platform", "area"))
    since = day.isoformat()
    lines = [
        "\t".join(
            (
                row[1], row[0], row[3], row[4], _name_columns(row[name])[2], "active", since, row[joined] or _NULL,
                ChangeKind.JOIN.value, "", "", "t",
                row[employer].translate(_ESCAPES), row[trade], row[platform].translate(_ESCAPES),
                row[area].translate(_ESCAPES),
            )
        )
        + "\n"
        for row in rows
    ]  # fmt: skip
    _copy("members_membership", MEMBERSHIP_COPY, lines)


def _copy_changes(rows: list[list[Any]], day: date) -> None:
    joined, since = _AT["joined_on"], day.isoformat()
    lines = [
        "\t".join((row[2], row[0], row[3], ChangeKind.JOIN.value, "", row[joined] or since, row[1], "", "", "")) + "\n"
        for row in rows
    ]
    _copy("members_membershipchange", CHANGE_COPY, lines)


# --- changed rows: a temporary table and one UPDATE per table --------------------------------

_TEXT_FACTS = tuple(key for key in PERSON_FIELDS if key not in (*_SEALED, "born_on", "is_rural_worker"))
_PERSON_SET = {
    **dict.fromkeys((*_TEXT_FACTS, "name_py", "name_initials"), "text"),
    "born_on": "date",
    "is_rural_worker": "boolean",
    "phone": "bytea",
    "phone_index": "bytea",
    "phone_index_next": "bytea",
}
_MEMBERSHIP_SET = {**dict.fromkeys(MEMBERSHIP_FIELDS, "text"), "joined_on": "date", "name_keys": "text[]"}


def _apply_changes(changes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Write the changed facts; answer what stood there before, for the undo."""
    persons = [_person_values(UUID(change["person_id"]), change["person"]) for change in changes if change["person"]]
    memberships = []
    for change in changes:
        values = dict(change["membership"])
        if "name" in change["person"]:
            values["name_keys"] = names.keys_of(change["person"]["name"])
        if values:
            memberships.append((UUID(change["membership_id"]), values))
    before = _before("members_person", persons) + _before("members_membership", memberships)
    _update("members_person", _PERSON_SET, persons)
    _update("members_membership", _MEMBERSHIP_SET, memberships)
    return before


def _person_values(pk: UUID, facts: dict[str, str]) -> tuple[UUID, dict[str, Any]]:
    values: dict[str, Any] = {key: facts[key] for key in facts if key not in ("phone", "is_rural_worker")}
    if "is_rural_worker" in facts:
        values["is_rural_worker"] = True
    if "name" in facts:
        values["name_py"], values["name_initials"] = names.latin_of(facts["name"])
    if "phone" in facts:
        values["phone"] = secret.seal("person.phone", pk, facts["phone"])
        columns = Person._meta.get_field("phone_index").columns_many([facts["phone"]])
        values |= {column: digests[0] for column, digests in columns.items()}
    return pk, values


def _before(table: str, rows: list[tuple[UUID, dict[str, Any]]]) -> list[dict[str, Any]]:
    if not rows:
        return []
    columns = sorted({key for _, values in rows for key in values})
    with connection.cursor() as cursor:
        names_ = ", ".join(f'"{column}"' for column in columns)
        cursor.execute(f"select id, {names_} from {table} where id = any(%s) for update", [[pk for pk, _ in rows]])
        found = {row[0]: dict(zip(columns, row[1:], strict=True)) for row in cursor.fetchall()}
    return [
        {"table": table, "id": pk.hex, "values": {key: _portable(found[pk][key]) for key in values}}
        for pk, values in rows
        if pk in found
    ]


def _portable(value: Any) -> Any:
    if isinstance(value, (bytes, memoryview)):
        return {"hex": bytes(value).hex()}
    if isinstance(value, date):
        return value.isoformat()
    return value


def _restored(value: Any) -> Any:
    return bytes.fromhex(value["hex"]) if isinstance(value, dict) else value


def _update(table: str, types: dict[str, str], rows: list[tuple[UUID, dict[str, Any]]]) -> None:
    """One UPDATE for rows that each set some of the columns."""
    if not rows:
        return
    columns = sorted({key for _, values in rows for key in values})
    scratch = f"roster_{table}"
    with connection.cursor() as cursor:
        fields = ", ".join(f'"{column}" {types[column]}, "set_{column}" boolean' for column in columns)
        cursor.execute(f"drop table if exists {scratch}")
        cursor.execute(f"create temporary table {scratch} (id uuid, {fields}) on commit drop")
        with cursor.copy(f"copy {scratch} from stdin") as copy:
            for pk, values in rows:
                copy.write_row([pk, *(part for column in columns for part in (values.get(column), column in values))])
        sets = ", ".join(
            f'"{column}" = case when n."set_{column}" then n."{column}" else t."{column}" end' for column in columns
        )
        cursor.execute(f"update {table} t set {sets} from {scratch} n where t.id = n.id")


# --- undo ------------------------------------------------------------------------------------


def later_acts(chunk: RosterChunk, batch: RosterBatch) -> int:
    """How many of the chunk's persons had something else done since: they forbid the undo."""
    block = planning.unpack(chunk.plan, chunk.pk)
    ids = [UUID(row[0]) for row in block["adds"]] + [UUID(change["person_id"]) for change in block["changes"]]
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(distinct s.subject_id) from journal_entrysubject s"
            " join journal_entry e on e.id = s.entry_id join journal_entrypayload p on p.entry_id = e.id"
            " where s.subject_id = any(%s) and s.label = 'members.person' and e.recorded >= %s"
            " and coalesce(p.body->>'batch', '') <> %s",
            [ids, batch.ran_recorded, str(batch.pk)],
        )
        acted = cursor.fetchone()[0]
        cursor.execute(
            "select count(*) from members_person where id = any(%s) and account_id is not null",
            [[UUID(row[0]) for row in block["adds"] if row[5]]],
        )
        return acted + cursor.fetchone()[0]


def undo(chunk: RosterChunk, batch: RosterBatch, *, actor: Actor, at: datetime) -> None:
    """Take one chunk back inside the caller's `journal.act()`."""
    block = planning.unpack(chunk.plan, chunk.pk)
    rows = block["adds"]
    if rows:
        with connection.cursor() as cursor:
            cursor.execute("delete from members_membershipchange where id = any(%s)", [[UUID(row[2]) for row in rows]])
            cursor.execute("delete from members_membership where id = any(%s)", [[UUID(row[1]) for row in rows]])
            cursor.execute("delete from members_person where id = any(%s)", [[UUID(row[0]) for row in rows if row[5]]])
            former = [UUID(row[6]) for row in rows if row[6]]
            if former:
                cursor.execute("update members_membership set is_latest = true where id = any(%s)", [former])
    if chunk.before is not None:
        before = planning.unpack(chunk.before, chunk.pk)["rows"]
        for table, types in (("members_person", _PERSON_SET), ("members_membership", _MEMBERSHIP_SET)):
            _update(
                table,
                types,
                [
                    (UUID(row["id"]), {key: _restored(value) for key, value in row["values"].items()})
                    for row in before
                    if row["table"] == table
                ],
            )
    groups: dict[str, list[UUID]] = defaultdict(list)
    for row in rows:
        groups[row[3]].append(UUID(row[0]))
    for change in block["changes"]:
        groups[change["org_id"]].append(UUID(change["person_id"]))
    for org_id, ids in groups.items():
        journal.write(
            "roster.undone",
            actor=actor,
            at=at,
            org=UUID(org_id),
            subjects=[("members.person", pk) for pk in ids],
            payload={"batch": str(batch.pk), "chunk": chunk.number, "count": len(ids)},
        )
    chunk.undone_at = at
    chunk.save(update_fields=["undone_at"])
