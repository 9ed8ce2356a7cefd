"""Is the journal whole? Recompute every chain and hold it against the roots kept outside the database."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from gongjia.base import secret
from gongjia.base.clock import real_now
from gongjia.base.journal import chain
from gongjia.base.journal.models import EntryPayload
from gongjia.base.journal.writing import act, write

KINDS = {
    "changed": "记录被改动",
    "inserted": "记录被插入",
    "missing": "记录缺失",
    "reordered": "记录次序被调换",
    "tail_cut": "末尾记录被删除",
    "payload_changed": "记录内容被改动",
    "payload_missing": "记录内容缺失",
    "subjects_changed": "所涉对象被改动",
    "root_broken": "库外签名链被改动",
}
_COLUMNS = [
    "id",
    "stream",
    "seq",
    "at",
    "recorded",
    "action",
    "actor_account",
    "actor_person",
    "org_id",
    "subject_count",
    "subjects_digest",
    "payload_digest",
    "cause_id",
    "prev",
    "mac",
]
_BATCH = 5000


@dataclass(frozen=True)
class Fault:
    """One break found: where, and of which kind."""

    stream: str
    seq: int
    kind: str
    detail: str = ""

    @property
    def label_zh(self) -> str:
        return KINDS[self.kind]


def roots_file() -> Path:
    return Path(settings.GONGJIA_HOME) / "audit" / "roots.jsonl"


def seal_roots() -> int:
    """Append a signed root of all heads that moved since the last one; number of heads in it (0: nothing new)."""
    file = roots_file()
    last = {}
    previous = ""
    for root in _read_roots(file):
        last |= root["heads"]
        previous = root["mac"]
    with connection.cursor() as cursor:
        cursor.execute("select stream, seq, mac from journal_streamhead where seq > 0 order by stream")
        heads = {stream: [seq, bytes(mac).hex()] for stream, seq, mac in cursor.fetchall()}
    moved = {stream: head for stream, head in heads.items() if last.get(stream) != head}
    if not moved:
        return 0
    root: dict[str, Any] = {"at": real_now().isoformat(), "previous": previous, "heads": moved}
    root["mac"] = secret.mac("journal", "root", chain.canonical(root).decode()).hex()
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a") as out:
        out.write(json.dumps(root, ensure_ascii=False) + "\n")
        out.flush()
        os.fsync(out.fileno())
    return len(moved)


def verify(tick: Callable[[int, int], None] | None = None) -> list[Fault]:
    """Every break of every stream; an empty list means that the chain holds. `tick(done, of)` in streams."""
    faults: list[Fault] = []
    roots, root_faults = _checked_roots()
    faults += root_faults
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select stream, seq, mac from journal_streamhead")
        heads = {stream: (seq, bytes(mac)) for stream, seq, mac in cursor.fetchall()}
        cursor.execute("select distinct stream from journal_entry")
        streams = sorted({row[0] for row in cursor.fetchall()} | set(heads) | set(roots))
    for number, stream in enumerate(streams):
        if tick:
            tick(number, len(streams))
        faults += _verify_stream(stream, heads.get(stream, (0, b"")), roots.get(stream))
    return faults + _verify_contents()


def shred(entry_id: UUID, *, actor, at: datetime, note: str) -> None:
    """Destroy an entry's payload on purpose (PIPL 47): the chain still verifies, and the act is itself written down."""
    with act():
        payload = EntryPayload.objects.select_for_update().get(pk=entry_id)
        payload.actor_label, payload.note, payload.body, payload.shredded_at = "", "", {}, at
        payload.save()
        write("payload.shredded", actor=actor, at=at, subjects=[("journal.entry", entry_id)], note=note)


def _verify_stream(stream: str, head: tuple[int, bytes], root: tuple[int, str] | None) -> list[Fault]:
    faults, bad = [], []
    expected, prev, macs_at_root = 1, b"", None
    for row in _rows(stream):
        seq = row["seq"]
        if seq > expected:
            faults.append(Fault(stream, expected, "missing", f"第 {expected}–{seq - 1} 条不在"))
        if not chain.holds(row):
            bad.append(row)
        elif bytes(row["prev"]) != prev and seq == expected:
            # its own content holds, what stood before it does not: the one before was changed or replaced
            faults.append(Fault(stream, seq - 1, "changed", "与后一条的链不符"))
        if root and seq == root[0]:
            macs_at_root = bytes(row["mac"]).hex()
        prev, expected = bytes(row["mac"]), seq + 1
    faults += [_name_fault(row, head, stream) for row in bad]
    last = expected - 1
    if last < head[0]:
        faults.append(Fault(stream, last + 1, "tail_cut", f"应有 {head[0]} 条，只剩 {last} 条"))
    elif last > head[0] and not any(fault.kind == "inserted" for fault in faults):
        faults.append(Fault(stream, last, "inserted", "超出链头"))
    if root:
        if last < root[0] and last >= head[0]:
            faults.append(Fault(stream, last + 1, "tail_cut", f"库外签名记到第 {root[0]} 条，只剩 {last} 条"))
        elif macs_at_root is not None and macs_at_root != root[1] and not bad:
            faults.append(Fault(stream, root[0], "changed", "与库外签名不符"))
    return faults


def _name_fault(row: dict[str, Any], head: tuple[int, bytes], stream: str) -> Fault:
    """A row whose HMAC does not hold: was it changed, put in, or put elsewhere?"""
    with connection.cursor() as cursor:
        cursor.execute("select seq from journal_entry where stream = %s and mac = %s", [stream, bytes(row["prev"])])
        before = cursor.fetchone()
    true_seq = (before[0] + 1) if before else 1
    candidates = {true_seq, *range(max(1, row["seq"] - 50), row["seq"] + 50)}
    if any(chain.holds(row, seq) for seq in candidates if seq != row["seq"]):
        return Fault(stream, row["seq"], "reordered", row["action"])
    if row["seq"] > head[0]:
        return Fault(stream, row["seq"], "inserted", row["action"])
    with connection.cursor() as cursor:
        cursor.execute(
            "select 1 from journal_entry where stream = %s and prev = %s and seq = %s",
            [stream, bytes(row["mac"]), row["seq"] + 1],
        )
        followed = cursor.fetchone() is not None or bytes(row["mac"]) == head[1]
    return Fault(stream, row["seq"], "changed" if followed else "inserted", row["action"])


def _verify_contents() -> list[Fault]:
    """Payloads and subjects against the digests in their entries."""
    faults = []
    after = UUID(int=0)
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                "select e.id, e.stream, e.seq, e.subjects_digest, e.payload_digest,"
                " p.actor_label, p.note, p.body::text, p.shredded_at"
                " from journal_entry e left join journal_entrypayload p on p.entry_id = e.id"
                " where e.id > %s order by e.id limit %s",
                [after, _BATCH],
            )
            rows = cursor.fetchall()
            if not rows:
                return faults
            cursor.execute(
                "select entry_id, label, subject_id from journal_entrysubject where entry_id = any(%s)",
                [[row[0] for row in rows]],
            )
            subjects: dict[UUID, list] = {}
            for entry, label, subject in cursor.fetchall():
                subjects.setdefault(entry, []).append((label, subject))
        for entry, stream, seq, subjects_sum, payload_sum, label, note, body, shredded in rows:
            if chain.subjects_digest(subjects.get(entry, [])) != bytes(subjects_sum):
                faults.append(Fault(stream, seq, "subjects_changed"))
            if label is None:
                faults.append(Fault(stream, seq, "payload_missing"))
            elif not shredded and chain.payload_digest(label, note, json.loads(body)) != bytes(payload_sum):
                faults.append(Fault(stream, seq, "payload_changed"))
        after = rows[-1][0]


def _rows(stream: str) -> Iterator[dict[str, Any]]:
    after = -1
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                f"select {', '.join(_COLUMNS)} from journal_entry where stream = %s and seq > %s order by seq limit %s",
                [stream, after, _BATCH],
            )
            rows = cursor.fetchall()
        if not rows:
            return
        for row in rows:
            yield dict(zip(_COLUMNS, row, strict=True))
        after = rows[-1][2]


def _read_roots(file: Path) -> Iterator[dict[str, Any]]:
    if file.exists():
        for line in file.read_text().splitlines():
            yield json.loads(line)


def _checked_roots() -> tuple[dict[str, tuple[int, str]], list[Fault]]:
    """Stream -> (seq, mac) of the newest root that holds, and what is wrong with the file."""
    heads: dict[str, tuple[int, str]] = {}
    faults = []
    previous = ""
    try:
        roots = list(_read_roots(roots_file()))
    except ValueError:
        return {}, [Fault("roots", 0, "root_broken", "文件无法读取")]
    for number, root in enumerate(roots, 1):
        mac = root.pop("mac")
        signed = secret.mac_ok("journal", "root", chain.canonical(root).decode(), bytes.fromhex(mac))
        if root["previous"] != previous or not signed:
            faults.append(Fault("roots", number, "root_broken", root.get("at", "")))
        else:
            heads |= {stream: (seq, value) for stream, (seq, value) in root["heads"].items()}
        previous = mac
    return heads, faults
