"""Backup and restore: one folder that holds everything but the keys, sealed under them.

    manifest.json           what there is: hashes of files, of every table, of the business content; signed
    database.sealed         pg_dump's custom format, of one snapshot
    home.sealed             attachments, signed roots of the journal, outbox, settings

The order of taking is what makes it whole while people work: roots first (they speak of entries that
the snapshot has), then the database in one snapshot, then the files (a file is stored before its row).
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import subprocess
import tarfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, NoReturn, cast

from django.db import connection, connections, transaction
from psycopg import sql

from gongjia import __version__
from gongjia.base import secret
from gongjia.base.clock import real_now
from gongjia.base.secret import files
from gongjia.config import canonical, homefile, schema, where
from gongjia.config.init import make_web_secret

MANIFEST = "manifest.json"
DATABASE = "database.sealed"
HOME = "home.sealed"
KIND = "gongjia backup"
FOLDERS = ("files", "audit", "outbox", "demo")
NOTES = (homefile.SETTINGS, homefile.MADE)
ROOTS = "audit/roots.jsonl"
MAC = ("journal", "backup.manifest")

Say = Callable[[str], None]


class BackupError(RuntimeError):
    """It did not succeed; the message says why and what to do."""


def _fail(message: str) -> NoReturn:
    raise BackupError(message)


def is_backup(folder: Path) -> bool:
    return (folder / MANIFEST).exists()


# --- making one ---------------------------------------------------------------------------------


def make(folder: Path, say: Say) -> dict[str, Any]:
    """Write a backup into a new folder; whole or not at all. Gives what to tell."""
    folder = folder.absolute()
    if folder.exists() and any(folder.iterdir()):
        _fail(f"{folder} 不是空文件夹，请换一个新的。")
    home = where.home()
    if folder.is_relative_to(home):
        _fail("备份不要放在数据目录里面，数据目录损坏时会一起丢失。")
    secret.keys.load(fresh=True)
    draft = folder.with_name(f".{folder.name}.{os.getpid()}.partial")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True, mode=0o700)
    try:
        manifest = _write(draft, home, say)
        if folder.exists():
            folder.rmdir()
        draft.rename(folder)
        homefile.note_backup(home)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    size = sum(one["bytes"] for one in manifest["files"].values())
    return {"files": len(manifest["files"]), "bytes": size, "canonical": manifest["canonical"]}


def _write(draft: Path, home: Path, say: Say) -> dict[str, Any]:
    roots_file = home / ROOTS
    roots = roots_file.read_bytes() if roots_file.exists() else b""
    ids = {DATABASE: uuid.uuid4(), HOME: uuid.uuid4()}
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("set transaction isolation level repeatable read")
            cursor.execute("select pg_export_snapshot()")
            snapshot = cursor.fetchone()[0]
        say("正在备份数据库…")
        with _dumping(snapshot) as stream:
            files.seal_stream(draft / DATABASE, ids[DATABASE], stream)
        say("正在计算内容摘要…")
        tables = table_digests()
        content = canonical.business_hash()
    say("正在备份附件…")
    with _packing(home, roots) as stream:
        files.seal_stream(draft / HOME, ids[HOME], stream)
    manifest = {
        "kind": KIND,
        "format": 1,
        "version": __version__,
        "at": real_now().isoformat(),
        "keys": secret.keys.load().id,
        "files": {name: {"id": str(ids[name]), **_measure(draft / name)} for name in ids},
        "tables": tables,
        "canonical": content,
    }
    manifest["mac"] = secret.mac(*MAC, _text(manifest)).hex()
    homefile.write_private(draft / MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1) + "\n")
    return manifest


def table_digests() -> dict[str, list[Any]]:
    """Table -> [rows, order-free hash] of every table, to the last column: what a restore is held against."""
    found = {}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("set local timezone = 'UTC'")
        cursor.execute("set local extra_float_digits = 1")
        cursor.execute(
            "select schemaname, tablename from pg_tables where schemaname in ('cell', 'public') order by 1, 2"
        )
        for schema_name, table in cursor.fetchall():
            cursor.execute(
                sql.SQL(
                    "select count(*), coalesce(sum(('x' || left(h, 16))::bit(64)::bigint::numeric), 0),"
                    " coalesce(sum(('x' || right(h, 16))::bit(64)::bigint::numeric), 0)"
                    " from (select md5(t::text) as h from {} t) hashed"
                ).format(sql.Identifier(schema_name, table))
            )
            rows, left, right = cursor.fetchone()
            found[f"{schema_name}.{table}"] = [rows, f"{left}/{right}"]
    return found


def _text(manifest: dict[str, Any]) -> str:
    return json.dumps({key: value for key, value in manifest.items() if key != "mac"}, sort_keys=True)


def _measure(path: Path) -> dict[str, Any]:
    found = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            found.update(block)
    return {"sha256": found.hexdigest(), "bytes": path.stat().st_size}


def program(name: str) -> str:
    """pg_dump or pg_restore: of the embedded server, else the machine's."""
    from gongjia.config import embedded

    try:
        return str(embedded.binaries() / name)
    except embedded.EmbeddedError:
        return shutil.which(name) or _fail(f"找不到 {name}：请安装 PostgreSQL 客户端，版本不低于服务器。")


def _client_environment() -> dict[str, str]:
    """libpq's settings of the owner, by environment: a password never stands in a command line."""
    names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "dbname": "PGDATABASE", "password": "PGPASSWORD"}
    names |= {"sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT", "service": "PGSERVICE"}
    found = where.connection_parameters("owner")
    return {**os.environ, **{names[key]: value for key, value in found.items() if key in names}}


@contextmanager
def _dumping(snapshot: str) -> Iterator[BinaryIO]:
    command = [
        program("pg_dump"),
        "--format=custom",
        "--compress=6",
        "--no-owner",
        "--no-acl",
        f"--snapshot={snapshot}",
    ]
    command += ["--schema=cell", "--schema=public"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, env=_client_environment())
    assert process.stdout is not None
    try:
        yield cast(BinaryIO, process.stdout)
        if process.wait() != 0:
            _fail("pg_dump 没有成功，原因见上。")
    finally:
        process.kill()
        process.stdout.close()
        process.wait()


@contextmanager
def _packing(home: Path, roots: bytes) -> Iterator[BinaryIO]:
    """A tar of the home's files, through a pipe. The keys and the database's own folder stay out."""
    read_end, write_end = os.pipe()
    failures: list[BaseException] = []

    def pack() -> None:
        try:
            with os.fdopen(write_end, "wb") as out, tarfile.open(fileobj=out, mode="w|") as tar:
                for name in (*NOTES, *FOLDERS):
                    if (home / name).exists():
                        tar.add(home / name, arcname=name, filter=_without_roots)
                entry = tarfile.TarInfo(ROOTS)
                entry.size, entry.mode, entry.mtime = len(roots), 0o600, int(time.time())
                tar.addfile(entry, io.BytesIO(roots))
        except BaseException as error:
            failures.append(error)

    packer = threading.Thread(target=pack, daemon=True)
    packer.start()
    with os.fdopen(read_end, "rb") as stream:
        yield stream
    packer.join()
    if failures:
        raise failures[0]


def _without_roots(entry: tarfile.TarInfo) -> tarfile.TarInfo | None:
    return None if entry.name == ROOTS or not (entry.isfile() or entry.isdir()) else entry


# --- bringing one back ---------------------------------------------------------------------------


def restore(folder: Path, say: Say) -> dict[str, Any]:
    """Bring a backup into an empty home and show that nothing differs. Gives the manifest."""
    home = where.home()
    manifest = read_manifest(folder)
    _must_be_empty(home)
    for name, one in manifest["files"].items():
        if not (folder / name).exists() or _measure(folder / name)["sha256"] != one["sha256"]:
            _fail(f"备份文件 {name} 缺失或已损坏，请换一份备份。")
    say("正在恢复附件…")
    own_settings = homefile.settings_of(home)
    made = _unpack(folder / HOME, uuid.UUID(manifest["files"][HOME]["id"]), home)
    homefile.save_settings(home, own_settings)
    say("正在恢复数据库…")
    schema.create_database()
    _load(folder / DATABASE, uuid.UUID(manifest["files"][DATABASE]["id"]))
    _connect_anew()
    schema.grant()
    say("正在核对…")
    _compare(manifest)
    make_web_secret(home)
    homefile.write_private(home / homefile.MADE, made.decode())  # last: without it nothing is served
    _connect_anew()
    return manifest


def read_manifest(folder: Path) -> dict[str, Any]:
    try:
        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
        if manifest["kind"] != KIND or manifest["format"] != 1:
            raise ValueError
    except (OSError, ValueError, KeyError, TypeError):
        _fail(f"{folder} 不是工家的备份。")
    try:
        ring = secret.keys.load(fresh=True)
    except secret.SecretError:
        _fail("没有密钥，备份打不开。请先导入两份分册：gongjia keys import 分册A 分册B")
    if ring.id != manifest["keys"]:
        _fail(f"现有密钥（{ring.id}）不是这份备份的密钥（{manifest['keys']}）。")
    if not secret.mac_ok(*MAC, _text(manifest), bytes.fromhex(manifest.get("mac", ""))):
        _fail("备份清单被改动过，不能恢复。")
    return manifest


def _must_be_empty(home: Path) -> None:
    if homefile.serving(home):
        _fail("系统正在运行，请先停止。")
    # settings made beforehand stay, and win over those of the backup
    allowed = {"keys", "run", "static", "static.digest", homefile.SETTINGS}
    there = {child.name for child in home.iterdir()} - allowed if home.exists() else set()
    if not where.external():
        if there:
            _fail(f"{home} 里已有数据（{'、'.join(sorted(there))}），只能恢复到空目录。")
        return
    with connections["owner"].cursor() as cursor:
        cursor.execute("select count(*) from pg_tables where schemaname = 'cell'")
        if there or cursor.fetchone()[0]:
            _fail("数据目录或数据库里已有数据，只能恢复到空的。")


def _unpack(source: Path, pk: uuid.UUID, home: Path) -> bytes:
    """Write the files; gives the note of what this home is, which is put in place last."""
    made = b""
    home.mkdir(parents=True, exist_ok=True)
    with _flowing(files.blocks(source, pk)) as stream, tarfile.open(fileobj=stream, mode="r|") as tar:
        for entry in tar:
            if entry.name == homefile.MADE:
                note = tar.extractfile(entry)
                made = note.read() if note else b""
            else:
                tar.extract(entry, home, filter="data")
    return made


def _load(source: Path, pk: uuid.UUID) -> None:
    """Two passes over the sealed dump, so that its plain form never lies on a disk: contents, then the load."""
    listing = _feed([program("pg_restore"), "--list"], source, pk)
    unwanted = (" SCHEMA - ", " EXTENSION - ", " COMMENT - EXTENSION ", " COMMENT - SCHEMA ")  # made by us already
    wanted = [
        line for line in listing.decode().splitlines() if line[:1] != ";" and not any(w in line for w in unwanted)
    ]
    contents = where.home() / "run" / "restore.list"
    contents.parent.mkdir(parents=True, exist_ok=True)
    contents.write_text("\n".join(wanted) + "\n")
    command = [program("pg_restore"), "--no-owner", "--no-acl", "--exit-on-error", "--single-transaction"]
    try:
        _feed([*command, "--use-list", str(contents), "--dbname", ""], source, pk)
    finally:
        contents.unlink(missing_ok=True)


def _feed(command: list[str], source: Path, pk: uuid.UUID) -> bytes:
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=_client_environment())
    assert process.stdin is not None and process.stdout is not None
    out: list[bytes] = []
    reader = threading.Thread(target=lambda source: out.append(source.read()), args=[process.stdout], daemon=True)
    reader.start()
    try:
        for block in files.blocks(source, pk):
            process.stdin.write(block)
        process.stdin.close()
    except BrokenPipeError:
        pass  # it has read what it wanted, or it failed: the exit code says which
    reader.join()
    if process.wait() != 0:
        _fail("pg_restore 没有成功，原因见上。请清空数据目录（保留 keys）后重试。")
    return b"".join(out)


@contextmanager
def _flowing(blocks: Iterator[bytes]) -> Iterator[BinaryIO]:
    """Blocks as a readable stream."""
    read_end, write_end = os.pipe()
    failures: list[BaseException] = []

    def pour() -> None:
        try:
            with os.fdopen(write_end, "wb") as out:
                for block in blocks:
                    out.write(block)
        except BrokenPipeError:
            pass  # the reader had enough
        except BaseException as error:
            failures.append(error)

    pourer = threading.Thread(target=pour, daemon=True)
    pourer.start()
    with os.fdopen(read_end, "rb") as stream:
        yield stream
    pourer.join()
    if failures:
        raise failures[0]


def _compare(manifest: dict[str, Any]) -> None:
    now = table_digests()
    different = sorted(
        table for table in {*now, *manifest["tables"]} if list(now.get(table, [])) != manifest["tables"].get(table)
    )
    if different:
        _fail(f"恢复后的数据与备份时不一致：{'、'.join(different)}。请换一份备份重试。")
    if canonical.business_hash() != manifest["canonical"]:
        _fail("恢复后的业务内容与备份时不一致，请换一份备份重试。")


def _connect_anew() -> None:
    for alias in connections:
        connections[alias].close()
