"""What a checked roster would do to the records: add, change, leave alone, refuse. By set, not row by row.

A plan is made of rows ready for `running`; it names the keys that new rows will have, so that running
a chunk twice cannot double anybody.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import uuid_utils
from django.db import connection

from gongjia.base import secret
from gongjia.who.members.models import Person
from gongjia.who.members.roster.checking import Checked
from gongjia.who.members.roster.columns import MEMBERSHIP_FIELDS, PERSON_FIELDS

CHUNK = 5000
LABEL = "roster.plan"

# Text facts compared one by one; an empty cell never erases what is known.
_PLAIN = tuple(key for key in PERSON_FIELDS if key not in ("id_no", "phone", "is_rural_worker"))
_PERSON_COLUMNS = ", ".join(f"p.{key}" for key in _PLAIN)
_MEMBERSHIP_COLUMNS = ", ".join(f"m.{key}" for key in MEMBERSHIP_FIELDS)


@dataclass
class Known:
    """A person already on file, with the spell that counts."""

    person_id: UUID
    died: bool
    facts: dict[str, str]
    rural: bool
    phone_index: bytes | None
    membership_id: UUID | None = None
    org_id: UUID | None = None
    org_path: str = ""
    open: bool = False
    standing: str = ""
    membership_facts: dict[str, str] = field(default_factory=dict)


@dataclass
class Plan:
    """Rows by what happens to them. `adds` and `changes` are in order of union."""

    adds: list[list[Any]] = field(default_factory=list)
    changes: list[dict[str, Any]] = field(default_factory=list)
    unchanged: int = 0
    seen: set[UUID] = field(default_factory=set)  # memberships that the file names

    def chunks(self, size: int = CHUNK) -> Iterator[dict[str, list]]:
        """Blocks of at most `size` rows."""
        for start in range(0, len(self.adds), size):
            yield {"adds": self.adds[start : start + size], "changes": []}
        for start in range(0, len(self.changes), size):
            yield {"adds": [], "changes": self.changes[start : start + size]}


def pack(block: dict[str, Any], chunk_id: UUID) -> bytes:
    """Seal a block of rows for the chunk's column."""
    text = json.dumps(block, ensure_ascii=False, separators=(",", ":")).encode()
    return secret.seal_bytes(LABEL, chunk_id, zlib.compress(text, 1))


def unpack(data: bytes | memoryview, chunk_id: UUID) -> dict[str, Any]:
    return json.loads(zlib.decompress(secret.unseal_bytes(LABEL, chunk_id, data)))


def digest_of(blocks: Iterable[bytes]) -> str:
    """One digest over the sealed blocks of a plan, in order."""
    total = hashlib.sha256()
    for block in blocks:
        total.update(hashlib.sha256(bytes(block)).digest())
    return total.hexdigest()


def make(checked: Checked, *, may_see: Any) -> Plan:
    """Compare the good rows with the records. Adds faults (already elsewhere, died) and warnings to `checked`.

    `may_see(org_ids) -> {id: name}`: names of the unions that the importing officer may be told.
    """
    good = [at for at in range(len(checked.numbers)) if at not in checked.bad]
    numbers, phones, names = checked.values["id_no"], checked.values["phone"], checked.values["name"]
    id_field, phone_field = Person._meta.get_field("id_index"), Person._meta.get_field("phone_index")
    id_digests = id_field.columns_many([numbers[at] or None for at in good])["id_index"]
    phone_digests = phone_field.columns_many([phones[at] or None for at in good])["phone_index"]
    by_id = _known_by_id(id_field, [digest for digest in id_digests if digest])
    without_id = {checked.unions[at].id for at in good if not numbers[at]}
    by_name = _known_by_name(without_id)
    plan = Plan()
    elsewhere: list[tuple[int, Known]] = []
    new_without_id: dict[tuple, int] = {}
    fresh_phones: list[tuple[int, bytes]] = []
    for at, id_digest, phone_digest in zip(good, id_digests, phone_digests, strict=True):
        union = checked.unions[at]
        if id_digest:
            known = by_id.get(id_digest)
        else:
            key = (union.id, names[at], phone_digest)
            known = by_name.get(key)
            if known is None and (first := new_without_id.setdefault(key, at)) != at:
                checked.fault(
                    at,
                    "name",
                    "id_duplicate_in_file",
                    f"与第 {checked.numbers[first]} 行同名、同工会，且都没有证件号码。",
                )
                continue
        if known is None:
            plan.adds.append(_new_row(checked, at, None))
            if phone_digest:
                fresh_phones.append((at, phone_digest))
        elif known.died:
            checked.fault(at, "id_no", "id_duplicate_elsewhere", "此人已登记去世，请核对证件号码。")
        elif not known.open:
            plan.adds.append(_new_row(checked, at, known))
        elif known.org_id != union.id:
            elsewhere.append((at, known))
        else:
            plan.seen.add(known.membership_id)
            change = _change_row(checked, at, known, phone_digest)
            if change:
                plan.changes.append(change)
                if "name" in change["person"]:
                    checked.warn(at, "name", "name_differs", f"系统中登记为“{known.facts['name']}”。")
            else:
                plan.unchanged += 1
    told = may_see({known.org_id for _, known in elsewhere}) if elsewhere else {}
    for at, known in elsewhere:
        where = f"已在“{told[known.org_id]}”" if known.org_id in told else "已在其他工会"
        checked.fault(
            at, "id_no", "id_duplicate_elsewhere", f"{where}，请通过会员转接办理。", secret.masks.id_number(numbers[at])
        )
    _warn_shared_phones(checked, phone_field, fresh_phones)
    plan.adds.sort(key=lambda row: row[4])
    plan.changes.sort(key=lambda row: row["org_path"])
    return plan


# One row to add: person, membership, change, union, its path, whether the person is new, then the facts.
ADD_HEAD = ("person_id", "membership_id", "change_id", "org_id", "org_path", "is_new", "known_membership_id")
ADD_FIELDS = (*ADD_HEAD, *PERSON_FIELDS, *MEMBERSHIP_FIELDS)


def _new_row(checked: Checked, at: int, known: Known | None) -> list[Any]:
    union, values, new_id = checked.unions[at], checked.values, uuid_utils.uuid7
    return [
        known.person_id.hex if known else new_id().hex,
        new_id().hex,
        new_id().hex,
        union.id.hex,
        union.path,
        known is None,
        known.membership_id.hex if known and known.membership_id else "",
        *(values[key][at] for key in PERSON_FIELDS),
        *(values[key][at] for key in MEMBERSHIP_FIELDS),
    ]


def _change_row(checked: Checked, at: int, known: Known, phone_digest: bytes | None) -> dict[str, Any] | None:
    values = checked.values
    person = {key: value for key in _PLAIN if (value := values[key][at]) and value != known.facts[key]}
    if not values["id_no"][at]:
        person.pop("id_kind", None)
    if phone_digest and phone_digest != known.phone_index:
        person["phone"] = values["phone"][at]
    if values["is_rural_worker"][at] and not known.rural:
        person["is_rural_worker"] = "1"
    membership = {
        key: value for key in MEMBERSHIP_FIELDS if (value := values[key][at]) and value != known.membership_facts[key]
    }
    if not person and not membership:
        return None
    return {
        "person_id": known.person_id.hex,
        "membership_id": known.membership_id.hex,
        "org_id": known.org_id.hex,
        "org_path": known.org_path,
        "person": person,
        "membership": membership,
    }


_KNOWN_SQL = f"""
select p.id, p.died_on is not null, p.is_rural_worker, p.phone_index, p.id_index, {_PERSON_COLUMNS},
       m.id, m.org_id, m.org_path, m.until is null, m.standing, {_MEMBERSHIP_COLUMNS}
from members_person p left join members_membership m on m.person_id = p.id and m.is_latest
"""


def _known_by_id(field: Any, digests: list[bytes]) -> dict[bytes, Known]:
    if not digests:
        return {}
    condition, parameters = field.where(digests, alias="p")
    with connection.cursor() as cursor:
        cursor.execute(f"{_KNOWN_SQL} where {condition}", parameters)
        return {bytes(row[4]): _known(row) for row in cursor.fetchall()}


def _known_by_name(org_ids: Collection[UUID]) -> dict[tuple, Known]:
    if not org_ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(f"{_KNOWN_SQL} where p.id_index is null and m.org_id = any(%s)", [list(org_ids)])
        found = [_known(row) for row in cursor.fetchall()]
    return {(known.org_id, known.facts["name"], known.phone_index): known for known in found}


def _known(row: tuple) -> Known:
    person_id, died, rural, phone_index, _ = row[:5]
    facts = row[5 : 5 + len(_PLAIN)]
    membership = row[5 + len(_PLAIN) :]
    return Known(
        person_id=person_id,
        died=died,
        rural=rural,
        phone_index=bytes(phone_index) if phone_index is not None else None,
        facts={key: _text(value) for key, value in zip(_PLAIN, facts, strict=True)},
        membership_id=membership[0],
        org_id=membership[1],
        org_path=membership[2] or "",
        open=bool(membership[3]) and membership[0] is not None,
        standing=membership[4] or "",
        membership_facts={key: _text(value) for key, value in zip(MEMBERSHIP_FIELDS, membership[5:], strict=True)},
    )


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _warn_shared_phones(checked: Checked, field: Any, fresh: list[tuple[int, bytes]]) -> None:
    """A number that somebody else on file already has: allowed, worth a look."""
    if not fresh:
        return
    condition, parameters = field.where({digest for _, digest in fresh})
    with connection.cursor() as cursor:
        cursor.execute(f"select distinct phone_index from members_person where {condition}", parameters)
        taken = {bytes(row[0]) for row in cursor.fetchall()}
    if taken:
        warned = {verdict.row for verdict in checked.warnings if verdict.code == "phone_shared"}
        for at, digest in fresh:
            if digest in taken and checked.numbers[at] not in warned:
                checked.warn(at, "phone", "phone_shared", "系统中已有人登记此手机号。")


def missing_from(org_id: UUID, seen: set[UUID]) -> list[UUID]:
    """Active members of a union whom the file does not name (full list)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select id from members_membership where org_id = %s and until is null and standing = 'active'", [org_id]
        )
        return [row[0] for row in cursor.fetchall() if row[0] not in seen]


def by_union(rows: Iterable[list[Any]]) -> dict[str, list[list[Any]]]:
    """Rows to add by union, for one journal entry each."""
    grouped: dict[str, list[list[Any]]] = defaultdict(list)
    for row in rows:
        grouped[row[3]].append(row)
    return grouped


def tally(checked: Checked, plan: Plan) -> dict[str, int]:
    """Counts for the preview."""
    codes = Counter(verdict.code for verdict in checked.faults)
    return {
        "rows": len(checked.numbers),
        "ok": len(checked.numbers) - len(checked.bad),
        "refused": len(checked.bad),
        "to_add": len(plan.adds),
        "to_change": len(plan.changes),
        "unchanged": plan.unchanged,
        "warned": len(checked.warnings),
        **{f"fault_{code}": count for code, count in codes.items()},
    }
