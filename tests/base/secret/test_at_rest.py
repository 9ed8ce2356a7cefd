"""C06: no byte of a secret rests in the database's files, its write-ahead log or a dump."""

from __future__ import annotations

import base64
import os
import subprocess
from pathlib import Path

import pytest
from django.db import DataError, IntegrityError, connection

from gongjia.base import secret
from gongjia.base.models import uuid7
from gongjia.base.secret import files
from tests.database import DATABASE, conninfo, super_connection

ID, PHONE = "330100197301010098", "19907654321"
CONTROL = "330100196901010075"  # in an ordinary column: the scan must find it, or it proves nothing


def forms(text: str) -> list[bytes]:
    raw = text.encode()
    whole = base64.b64encode(raw).rstrip(b"=")
    return [
        raw, raw[-6:] + raw[:6], text.encode("utf-16-le"), raw.hex().encode(), raw.hex().upper().encode(), whole[:-2],
        base64.b64encode(b"\0" + raw)[4:-4], base64.b64encode(b"\0\0" + raw)[4:-4], raw[::-1],
        "".join(chr(ord(one) + 0xFEE0) for one in text).encode(),
    ]  # fmt: skip


def hits(data: bytes, text: str) -> int:
    return sum(data.count(form) for form in forms(text))


@pytest.fixture
def written(committed_holders):
    """Rows written, changed, indexed, analysed and flushed; gives the log's segments of that time."""
    model = committed_holders
    with super_connection(DATABASE) as server:
        first = server.execute("select pg_walfile_name(pg_current_wal_lsn())").fetchone()[0]
        row = model(name="甲", id_no=ID, phone="19900000000", plain=CONTROL)
        row.save()
        row.phone = PHONE
        row.save()
        model.objects.bulk_create([model(id_no=f"33010019730101{n:04d}", plain=CONTROL) for n in range(100, 400)])
        assert model.objects.get(id_index=ID).phone.open_unlogged() == PHONE
        server.execute("analyze cell.secret_tests_holder")
        server.execute("checkpoint")
        last = server.execute("select pg_walfile_name(pg_current_wal_lsn())").fetchone()[0]
        home = Path(server.execute("show data_directory").fetchone()[0])
        oid = server.execute("select oid from pg_database where datname = current_database()").fetchone()[0]
    segments = [path for path in (home / "pg_wal").iterdir() if first <= path.name <= last and len(path.name) == 24]
    return home, [*(home / "base" / str(oid)).iterdir(), *segments]


def test_nothing_in_the_servers_files_and_log(written):
    if not os.access(written[0], os.R_OK):
        pytest.skip("the server's files belong to somebody else")
    found = dict.fromkeys((ID, PHONE, CONTROL), 0)
    tables = logs = 0
    for path in written[1]:
        data = path.read_bytes()
        for text in found:
            found[text] += hits(data, text)
        if hits(data, CONTROL):
            logs += path.parent.name == "pg_wal"
            tables += path.parent.name != "pg_wal"
    assert (found[ID], found[PHONE]) == (0, 0)
    assert found[CONTROL] >= 300 and tables and logs  # the scan sees what lies there in plain


def test_nothing_in_a_dump(written):
    from gongjia.config import embedded

    dump = subprocess.run(
        [embedded.binaries() / "pg_dump", "-t", "cell.secret_tests_holder", conninfo("gongjia_super")],
        capture_output=True, check=True,
    ).stdout  # fmt: skip
    assert (hits(dump, ID), hits(dump, PHONE)) == (0, 0)
    assert hits(dump, CONTROL) >= 301


def test_nothing_in_the_servers_own_log(written, committed_holders):
    """A failing statement must not carry its values into the log."""
    log = written[0].parent / "run" / "postgres.log"
    before = log.stat().st_size
    with pytest.raises(IntegrityError):
        committed_holders(id_no=ID, plain=CONTROL).save()
    with pytest.raises(DataError), connection.cursor() as cursor:
        cursor.execute("select %s::text::date", [CONTROL])  # the control: PostgreSQL quotes what it cannot read
    with log.open("rb") as file:
        file.seek(before)
        data = file.read()
    assert hits(data, ID) == 0
    assert hits(data, CONTROL) > 0


def test_nothing_in_a_sealed_file_and_nothing_can_be_done_to_it(ring, tmp_path):
    pk, other = uuid7(), uuid7()
    plain = (ID.encode() * 60_000)[: 3 * files.BLOCK + 17]
    path, second = tmp_path / "a", tmp_path / "b"
    files.seal_to(path, pk, plain)
    files.seal_to(second, other, plain)
    assert files.open_from(path, pk) == plain
    data = path.read_bytes()
    assert hits(data, ID) == 0 and hits(plain, ID) > 0
    block = 12 + files.BLOCK + 16
    parts = [data[6 + n * block : 6 + (n + 1) * block] for n in range(4)]
    foreign = second.read_bytes()
    tampered = [
        data[:-1],  # cut
        data[: 6 + 2 * block],  # cut between two blocks
        data[:6] + parts[1] + parts[0] + parts[2] + parts[3],  # exchanged
        data[:6] + parts[0] + parts[2] + parts[3],  # one taken out
        data[:6] + parts[0] + parts[0] + parts[1] + parts[2] + parts[3],  # doubled
        data + parts[3],  # something appended
        data[: 6 + block] + foreign[6 + block :],  # mixed with another file
        foreign,  # replaced by another file
        b"GJ1" + bytes([data[3] ^ 3]) + data[4:],  # another suite named
        b"", data[:5], data[:6], b"plain text",
    ]  # fmt: skip
    tampered += [data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :] for at in range(0, len(data), 9973)]
    for wrong in tampered:
        path.write_bytes(wrong)
        with pytest.raises(secret.SecretError):
            files.open_from(path, pk)


def test_empty_and_one_block_files(ring, tmp_path):
    pk = uuid7()
    for size in (0, 1, files.BLOCK - 1, files.BLOCK, files.BLOCK + 1):
        files.seal_to(tmp_path / "a", pk, b"x" * size)
        assert files.open_from(tmp_path / "a", pk) == b"x" * size
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".sealing")] == []
