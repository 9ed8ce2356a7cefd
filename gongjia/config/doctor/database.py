"""The database, the queue in it and the journal in it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

from gongjia.config import homefile, where
from gongjia.config.doctor.finding import Finding

OLDEST_SERVER = 150000
MOST_SKEW = 2.0  # seconds
OLDEST_ROOT = 15 * 60
OLDEST_HEARTBEAT = 60


def database() -> Iterator[Finding]:
    from django.db import connections

    from gongjia.config import prepare, schema

    if homefile.made(where.home()) is None and not where.external():
        return  # looking would make one
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select current_user, current_setting('server_version_num')::int, current_setting('search_path'),"
            " current_setting('server_encoding'), current_setting('fsync'), current_setting('full_page_writes'),"
            " current_setting('synchronous_commit'), extract(epoch from clock_timestamp())::float8,"
            " (select rolsuper from pg_roles where rolname = current_user)"
        )
        role, version, path, encoding, fsync, pages, commit, moment, is_super = cursor.fetchone()
        skew = abs(moment - time.time())
    with connections["owner"].cursor() as cursor:
        cursor.execute("select current_user")
        owner = cursor.fetchone()[0]
    if version < OLDEST_SERVER:
        yield Finding("bad", "数据库", f"PostgreSQL {version // 10000} 太旧", "请升级到 15 或更新版本")
    if encoding != "UTF8":
        yield Finding("bad", "数据库", f"编码是 {encoding}", "数据库必须用 UTF8 编码重建")
    if role == owner or is_super:
        mend = "建两个角色：GONGJIA_DATABASE_URL 用只读写数据的，GONGJIA_OWNER_URL 用建表的，见 docs/deploy.md"
        yield Finding("bad", "数据库", f"程序用的角色 {role} 能改表结构，也能改日志", mend)
    if [part.strip() for part in path.split(",")] != ["cell", "public"]:
        yield Finding("bad", "数据库", f"search_path 是 {path}", f"alter role {role} set search_path = cell, public")
    if "off" in (fsync, pages, commit):
        yield Finding(
            "bad", "数据库", "关闭了落盘保证，断电会丢数据", "fsync、full_page_writes、synchronous_commit 都要打开"
        )
    if skew > MOST_SKEW:
        yield Finding("bad", "时钟", f"与数据库相差 {skew:.0f} 秒", "两台机器都启用时间同步（chrony）")
    missing = _missing_extensions()
    if missing:
        yield Finding(
            "bad",
            "数据库",
            f"缺少扩展 {'、'.join(missing)}",
            f"请数据库管理员执行 create extension … schema public（{'、'.join(missing)}）",
        )
    pending = prepare.pending_migrations()
    if pending:
        yield Finding("bad", "数据表", f"有 {len(pending)} 项结构更新没有执行", "gongjia migrate")
        return
    loose = _loose_tables(schema.append_only_tables(), role)
    if loose:
        yield Finding(
            "bad",
            "日志权限",
            f"程序能改动 {'、'.join(loose)}",
            "gongjia migrate 会收回权限；若无效，检查两个角色是否相同",
        )
    else:
        yield Finding("ok", "数据库", f"PostgreSQL {version // 10000}，角色 {role} / {owner}，日志只能增加")


def _missing_extensions() -> list[str]:
    from django.db import connections

    from gongjia.config import schema

    with connections["default"].cursor() as cursor:
        cursor.execute("select extname from pg_extension")
        there = {row[0] for row in cursor.fetchall()}
    return [name for name in schema.EXTENSIONS if name not in there]


def _loose_tables(tables: list[str], role: str) -> list[str]:
    from django.db import connections

    loose = []
    with connections["default"].cursor() as cursor:
        for table in tables:
            for right in ("update", "delete", "truncate"):
                cursor.execute("select has_table_privilege(%s, %s, %s)", [role, table, right])
                if cursor.fetchone()[0]:
                    loose.append(table)
                    break
    return loose


def queue() -> Iterator[Finding]:
    from django.db import connection

    if homefile.made(where.home()) is None and not where.external():
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "select (select count(*) from procrastinate_workers"
            "         where last_heartbeat > now() - make_interval(secs => %s)),"
            " (select count(*) from procrastinate_jobs where status = 'todo'"
            "   and coalesce(scheduled_at, now() - interval '1 day') < now() - interval '10 minutes'"
            "   and id in (select job_id from procrastinate_events where type = 'deferred' and at < now() - interval '10 minutes')),"
            " (select count(*) from procrastinate_jobs where status = 'failed')",
            [OLDEST_HEARTBEAT],
        )
        workers, waiting, failed = cursor.fetchone()
    serving = homefile.serving(where.home())
    if workers:
        yield Finding("ok", "后台任务", f"{workers} 个后台进程在工作")
    elif serving:
        yield Finding(
            "bad", "后台任务", "后台进程没有心跳，导入、导出、提醒都不会进行", "看 gongjia serve 的输出；必要时重新启动"
        )
    else:
        yield Finding("note", "后台任务", "系统没有在运行", "gongjia serve")
    if waiting:
        yield Finding(
            "bad" if workers else "note",
            "后台任务",
            f"{waiting} 项任务等了十分钟以上",
            "任务多时可增加后台进程：gongjia run-jobs",
        )
    if failed:
        yield Finding(
            "note", "后台任务", f"{failed} 项任务失败", "看 gongjia serve 的输出，原因修好后会重新进行的已列在进度页"
        )


def journal() -> Iterator[Finding]:
    from gongjia.base.journal.audit import roots_file

    if homefile.made(where.home()) is None:
        return
    place = roots_file()
    if not place.exists():
        yield Finding("note", "日志签名", "还没有库外签名", "gongjia audit seal；运行时每五分钟自动签一次")
        return
    age = time.time() - place.stat().st_mtime
    pending = _unsealed_seconds()
    if pending > OLDEST_ROOT and homefile.serving(where.home()):
        yield Finding("bad", "日志签名", f"{pending / 60:.0f} 分钟前的记录还没有签", "后台任务没有按时运行，见上")
    else:
        yield Finding("ok", "日志签名", f"最近一次在 {age / 60:.0f} 分钟前；建议把 {place} 定时抄到另一台机器")


def _unsealed_seconds() -> float:
    """How long the oldest entry after the newest root has waited."""
    from django.db import connection

    from gongjia.base.journal.audit import roots_file

    heads: dict[str, Any] = {}
    for line in roots_file().read_text().splitlines():
        heads |= json.loads(line)["heads"]
    with connection.cursor() as cursor:
        cursor.execute("select stream, seq, extract(epoch from now() - changed_at)::float8 from journal_streamhead")
        waited = [seconds for stream, seq, seconds in cursor.fetchall() if seq > heads.get(stream, (0,))[0]]
    return max(waited, default=0.0)


def copies(limit: int = 20) -> Iterator[Finding]:
    """Facts kept twice for speed: the union's place in the tree on each membership."""
    from gongjia.who.members import queries

    if homefile.made(where.home()) is None and not where.external():
        return
    wrong = queries.copies_wrong(limit)
    if wrong:
        several = f"{limit} 条以上" if len(wrong) == limit else f"{len(wrong)} 条"
        shown = "、".join(str(pk) for pk in wrong[:3])
        yield Finding(
            "bad",
            "会籍位置",
            f"{several}会籍记的上级与工会现在的位置不同（{shown}），名册和统计会漏掉它们",
            "只有绕过程序改数据库才会这样：先运行 gongjia audit verify 查明原因，再从备份恢复；或对该工会重新办理一次变更上级",
        )
    else:
        yield Finding("ok", "会籍位置", "与工会树一致")
