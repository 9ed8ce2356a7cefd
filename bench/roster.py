"""bench-roster: a file of 100,000 rows with 1% faults, from the file to members, against a bare floor.

Floor: the same file read by calamine, two fields sealed, two blind indexes, names keyed, rows put by raw
COPY into the same tables. Ours: the whole path of an officer: checked, planned, previewed, encrypted,
searchable, journalled, undoable. Both durable (fsync on), each in a process of its own, in turn.
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
import sys
import time
from datetime import date, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
from bench import scratch
from gongjia.config.processes import settle_down

DAY = date(2018, 8, 1)
UNIONS = 50


def write_file(path: Path, rows: int) -> int:
    """The roster; number of faulty rows."""
    import xlsxwriter

    from gongjia.demo import people

    dice = random.Random(3)
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_numbers": False})
    sheet = book.add_worksheet("名册")
    sheet.write_row(0, 0, people.HEADER)
    faulty = 0
    for at, person in enumerate(itertools.islice(people.people(5), rows)):
        union = at * UNIONS // rows + 1
        row = people.sheet_row(person, f"示例{union}厂", f"330182001-{union:04d}")
        if dice.random() < 0.01:
            faulty += 1
            kind = dice.randrange(4)
            if kind == 0:
                row[2] = row[2][:17] + ("1" if row[2][17] != "1" else "2")
            elif kind == 1:
                row[0] = ""
            elif kind == 2:
                row[3] = "12345"
            else:
                row[7] = "大砖"
        for column, text in enumerate(row):
            sheet.write_string(at + 1, column, text)
    book.close()
    return faulty


def build_unions() -> None:
    """A county, a township, fifty unions."""
    from django.utils.timezone import now

    from bench.federation import build

    build(townships=1, unions_each=UNIONS, at=now())


def empty_tables() -> None:
    scratch.as_owner(
        "truncate members_person, members_membership, members_membershipchange, members_rosterbatch,"
        " journal_entrysubject, journal_entry, journal_entrypayload, journal_streamhead cascade",
    )


def floor(path: Path) -> float:
    """Seconds of the bare path."""
    import python_calamine
    import uuid_utils
    from django.db import connection, transaction

    from gongjia.base import secret
    from gongjia.who.members.models import Person
    from gongjia.who.members.rules.card import card_serial
    from gongjia.who.members.rules.names import keys_of, latin_of
    from gongjia.who.orgs.queries import by_codes

    unions = by_codes([f"330182001-{number:04d}" for number in range(1, UNIONS + 1)])
    started = time.perf_counter()
    book = python_calamine.CalamineWorkbook.from_path(str(path))
    rows = book.get_sheet_by_index(0).to_python(skip_empty_area=False)[1:]
    ids = [uuid_utils.compat.uuid7() for _ in rows]
    sealed = {
        key: secret.seal_many(f"person.{key}", ids, [str(row[at]) for row in rows])
        for key, at in (("id_no", 2), ("phone", 3))
    }
    digests = {
        index: Person._meta.get_field(index).columns_many([str(row[at]) or None for row in rows])[index]
        for index, at in (("id_index", 2), ("phone_index", 3))
    }
    entry = uuid_utils.compat.uuid7()
    moment = datetime.now().astimezone().isoformat()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "insert into journal_entry (id, stream, seq, at, recorded, action, subject_count, subjects_digest,"
            " payload_digest, prev, mac) values (%s, 'floor', 1, %s, %s, 'floor', 0, '', '', '', '')",
            [entry, moment, moment],
        )
        seen: set = set()
        with cursor.copy(
            "copy members_person (id, name, name_py, name_initials, id_no, id_index, phone, phone_index,"
            " phone_ok, sex, born_on, nation, id_kind, political, education, skill_level, employment, household_kind,"
            " household_place, native_place, is_rural_worker, job_post, note, card_serial, upper_no) from stdin"
        ) as copy:
            for at, row in enumerate(rows):
                digest = digests["id_index"][at]
                full, initials = latin_of(row[0])
                copy.write_row(
                    (
                        ids[at], row[0], full, initials, sealed["id_no"][at],
                        None if digest in seen else digest, sealed["phone"][at], digests["phone_index"][at], False,
                        "1" if row[1] == "男" else "2", row[4], "01", "id_card", "13", "30", "", "", "", "", "", False,
                        "", "", card_serial(ids[at]), "",
                    )
                )  # fmt: skip
                seen.add(digest)
        memberships = [uuid_utils.compat.uuid7() for _ in rows]
        with cursor.copy(
            "copy members_membership (id, person_id, org_id, org_path, name_keys, standing, since, joined_on,"
            " change_in, change_out, reason, is_latest, employer, trade, platform, area) from stdin"
        ) as copy:
            for at, row in enumerate(rows):
                union = unions[row[12]]
                copy.write_row(
                    (
                        memberships[at], ids[at], union.id, union.path, keys_of(row[0]), "active", DAY, row[13], "1",
                        "", "", True, row[11], "", "", "",
                    )
                )  # fmt: skip
        with cursor.copy(
            'copy members_membershipchange (id, person_id, org_id, kind, reason, "on", membership_id, outside,'
            " document, clause) from stdin"
        ) as copy:
            for at, row in enumerate(rows):
                copy.write_row(
                    (
                        uuid_utils.compat.uuid7(),
                        ids[at],
                        unions[row[12]].id,
                        "1",
                        "",
                        row[13],
                        memberships[at],
                        "",
                        "",
                        "",
                    )
                )
        with cursor.copy("copy journal_entrysubject (entry_id, label, subject_id) from stdin") as copy:
            for at in range(len(rows)):
                copy.write_row((entry, "members.person", ids[at]))
    return time.perf_counter() - started


def ours(path: Path) -> dict:
    """Seconds of the officer's path, by part."""
    from gongjia.base.actor import Actor
    from gongjia.base.clock import start_of
    from gongjia.who.members.actions import roster
    from gongjia.who.orgs.queries import by_code

    actor, at = Actor.system("bench", ["*"]), start_of(DAY)
    started = time.perf_counter()
    batch = roster.upload(actor=actor, at=at, org=by_code("330182"), file=path, name=path.name)
    kept = time.perf_counter()
    roster.check(batch=batch, actor=actor, at=at)
    checked = time.perf_counter()
    roster.start(batch=batch, digest=batch.digest, actor=actor, at=at)
    roster.run(batch=batch, actor=actor)
    ended = time.perf_counter()
    return {
        "seconds": ended - started,
        "keep": round(kept - started, 2),
        "check": round(checked - kept, 2),
        "run": round(ended - checked, 2),
        "added": batch.added,
        "refused": batch.refused,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--part", choices=("floor", "ours"))
    parser.add_argument("--home")
    parser.add_argument("--file")
    asked = parser.parse_args()
    if asked.part:
        scratch.use_home(Path(asked.home))
        settle_down()  # both, as the worker process does
        if asked.part == "floor":
            found = {"seconds": floor(Path(asked.file))}
        else:
            found = ours(Path(asked.file))
        print(json.dumps(found | {"memory_mb": scratch.peak_megabytes()}))
        return
    home = scratch.new_home()
    build_unions()
    path = home / "roster.xlsx"
    faulty = write_file(path, asked.rows)
    floors, all_ours = [], []
    for _ in range(asked.runs):
        for part, into in (("floor", floors), ("ours", all_ours)):
            empty_tables()
            into.append(scratch.in_child(__file__, "--part", part, "--home", str(home), "--file", str(path)))
            print(part, json.dumps(into[-1]), flush=True)
    for one in all_ours:
        assert one["added"] == asked.rows - one["refused"], one
        assert one["refused"] >= faulty, one
    floor_s, ours_s = (scratch.median([one["seconds"] for one in found]) for found in (floors, all_ours))
    scratch.last_line(
        bench="roster",
        ratio=scratch.median([mine["seconds"] / bare["seconds"] for bare, mine in zip(floors, all_ours, strict=True)]),
        rows=asked.rows,
        faulty=faulty,
        floor_s=floor_s,
        ours_s=ours_s,
        rows_per_s=round(asked.rows / ours_s),
        memory_mb=max(one["memory_mb"] for one in all_ours),
        mark_ratio=1.5,
        mark_memory_mb=1024,
    )


if __name__ == "__main__":
    main()
