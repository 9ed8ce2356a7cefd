"""What is wrong with this installation, and how to mend it: one finding for each thing looked at."""

from __future__ import annotations

import importlib.metadata
import json
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from gongjia.config import homefile, where

MARKS = {"ok": "✓", "note": "·", "bad": "✗"}
GIB = 1 << 30
LEAST_FREE = 1 * GIB
GOOD_FREE = 5 * GIB
OLDEST_SERVER = 150000
MOST_SKEW = 2.0  # seconds
OLDEST_ROOT = 15 * 60
OLDEST_HEARTBEAT = 60
OLDEST_BACKUP = 8 * 24 * 3600


@dataclass(frozen=True)
class Finding:
    """`bad` must be mended, `note` should be known, `ok` is said so that one sees it was looked at."""

    level: Literal["ok", "note", "bad"]
    about: str
    what: str
    mend: str = ""

    def text(self) -> str:
        lines = [f"{MARKS[self.level]} {self.about}：{self.what}"]
        return "\n    → ".join([*lines, self.mend] if self.mend else lines)

    def as_dict(self) -> dict[str, str]:
        return asdict(self)


def examine(*, dev: bool = False) -> list[Finding]:
    """All findings. One that fails to be made is a finding itself: the doctor never falls ill."""
    found: list[Finding] = []
    for look in (_python, _home, _disk, _settings, _keys, _web_secret, _database, _static, _queue, _journal, _backup):
        found += _safely(look)
    if dev:
        found += _safely(_development)
    return found


def _safely(look: Callable[[], Iterator[Finding]]) -> list[Finding]:
    found = []
    try:
        for one in look():
            found.append(one)
    except Exception as error:
        about = {"_database": "数据库", "_queue": "后台任务", "_journal": "日志", "_keys": "密钥"}.get(
            look.__name__, look.__name__
        )
        found.append(
            Finding(
                "bad", about, f"检查时出错：{type(error).__name__}：{str(error).splitlines()[0] if str(error) else ''}"
            )
        )
    return found


def _python() -> Iterator[Finding]:
    if sys.version_info < (3, 11):  # noqa: UP036  a wheel may be forced in
        yield Finding("bad", "Python", f"版本 {sys.version.split()[0]} 太旧", "请使用 Python 3.11 或更新版本")
    missing = sorted(set(_unmet()))
    if missing:
        yield Finding(
            "bad", "程序包", f"缺少或版本不符：{'、'.join(missing)}", "重新安装：make（源码）或 pip install -U gongjia"
        )
    else:
        yield Finding("ok", "程序包", f"齐全（Python {sys.version.split()[0]}）")


def _unmet() -> Iterator[str]:
    from packaging.requirements import Requirement

    extras = () if where.external() else ("embedded",)
    for line in importlib.metadata.requires("gongjia") or ():
        one = Requirement(line)
        if one.marker and not any(one.marker.evaluate({"extra": extra}) for extra in ("", *extras)):
            continue
        try:
            if not one.specifier.contains(importlib.metadata.version(one.name), prereleases=True):
                yield str(one)
        except importlib.metadata.PackageNotFoundError:
            yield one.name


def _home() -> Iterator[Finding]:
    home = where.home()
    made = homefile.made(home)
    if made is None:
        yield Finding("bad", "数据目录", f"{home} 还没有建立系统", "运行 gongjia init（正式）或 gongjia demo（演示）")
    else:
        kind = "演示" if made.get("kind") == "demo" else "正式"
        yield Finding("ok", "数据目录", f"{home}（{kind}，{made.get('at', '')} 建立）")
    if not (os.access(home, os.W_OK | os.X_OK) if home.exists() else os.access(home.parent, os.W_OK)):
        yield Finding("bad", "数据目录", f"{home} 不能写入", "检查目录的所有者和权限")
    settings_file = home / homefile.SETTINGS
    if settings_file.exists() and settings_file.stat().st_mode & 0o077:
        yield Finding("bad", "设置文件", f"{settings_file} 别人也能读", f"chmod 600 {settings_file}")


def _disk() -> Iterator[Finding]:
    home = where.home()
    place = home if home.exists() else home.parent
    free = shutil.disk_usage(place).free
    said = f"剩余 {free / GIB:.1f} GB"
    if free < LEAST_FREE:
        yield Finding("bad", "磁盘空间", said, "尽快清理或扩容，写满后系统会停")
    elif free < GOOD_FREE:
        yield Finding("note", "磁盘空间", said, "建议留出 5 GB 以上")
    else:
        yield Finding("ok", "磁盘空间", said)


def _settings() -> Iterator[Finding]:
    settings = _django()
    demo = settings.GONGJIA_DEMO
    if settings.DEBUG:
        yield Finding("bad", "设置", "DEBUG 打开了", "正式运行必须关闭 DEBUG")
    if settings.GONGJIA_CLOCK and not demo:
        yield Finding("bad", "设置", f"业务日期停在 {settings.GONGJIA_CLOCK}", "去掉 GONGJIA_CLOCK，只有演示才用它")
    hosts = settings.ALLOWED_HOSTS
    if "*" in hosts:
        yield Finding("bad", "访问域名", "允许任何域名", "把 GONGJIA_HOSTS 设为实际使用的域名，逗号分隔")
    local_only = set(hosts) <= {"localhost", "127.0.0.1", "[::1]"}
    if local_only:
        yield Finding(
            "note",
            "访问域名",
            "只能在本机访问",
            "" if demo else "正式使用请设置 GONGJIA_HOSTS，并配置反向代理，见 docs/deploy.md",
        )
    elif not settings.HTTPS and not demo:
        yield Finding("bad", "访问方式", "没有启用 HTTPS", "配置好证书后设置 GONGJIA_HTTPS=1，见 docs/deploy.md")
    else:
        yield Finding("ok", "访问域名", "、".join(hosts))
    if not demo and not settings.GONGJIA_SMS["url"]:
        yield Finding(
            "note", "短信", "没有设置短信通道，会员收不到验证码", "设置 GONGJIA_SMS_URL 等；在此之前可用登录纸条"
        )


def _keys() -> Iterator[Finding]:
    settings = _django()
    from gongjia.base import secret
    from gongjia.config import backup

    place = secret.keys.path()
    if not place.exists():
        yield Finding(
            "bad", "密钥", f"没有密钥文件 {place}", "新建用 gongjia init；恢复用 gongjia keys import 分册A 分册B"
        )
        return
    try:
        status = secret.keys.status()
    except secret.KeysLoose:
        yield Finding(
            "bad",
            "密钥",
            f"{place} 别人也能读",
            f"chmod 600 {place}，并想一想谁可能已经读过；必要时 gongjia keys rotate",
        )
        return
    except secret.SecretError as error:
        yield Finding(
            "bad", "密钥", f"读不出来：{error}", "用两份分册恢复：移开坏文件，再 gongjia keys import 分册A 分册B"
        )
        return
    if place.parent.stat().st_mode & 0o022:
        yield Finding("bad", "密钥", f"{place.parent} 别人能写", f"chmod 700 {place.parent}")
    for folder in place.resolve().parents:
        if backup.is_backup(folder):
            yield Finding("bad", "密钥", f"密钥和备份放在一起（{folder}）", "把备份移走：谁拿到两样，就能打开全部资料")
    wrong = [name for name, one in status["classes"].items() if not one["as_set"]]
    if wrong:
        yield Finding(
            "note",
            "密钥",
            f"{'、'.join(wrong)} 用的算法与设置不同（{settings.GONGJIA_CRYPTO_SUITE}）",
            "逐类运行 gongjia keys rotate 类别",
        )
    if status["index_rotating"]:
        yield Finding("note", "密钥", "检索密钥更换到一半", "gongjia keys rotate index 接着完成")
    if status["export_due"] and not settings.GONGJIA_DEMO:
        yield Finding(
            "bad",
            "密钥",
            "没有与现有密钥一致的纸质分册",
            "gongjia keys export 文件夹，打印后分两处保管；都丢失就永远打不开资料",
        )
    elif not wrong:
        yield Finding("ok", "密钥", f"编号 {status['id'][:8]}，软件实现（不是密评认可的密码产品）")


def _web_secret() -> Iterator[Finding]:
    settings = _django()
    place = Path(settings.SECRET_KEY_FILE)
    if os.environ.get("GONGJIA_SECRET_KEY"):
        if len(settings.SECRET_KEY) < 40:
            yield Finding("bad", "会话密钥", "GONGJIA_SECRET_KEY 太短", "至少 40 个随机字符")
    elif not place.exists():
        yield Finding("bad", "会话密钥", "没有，每次重启都会让所有人退出登录", "运行 gongjia init 会生成")
    elif place.stat().st_mode & 0o077:
        yield Finding("bad", "会话密钥", f"{place} 别人也能读", f"chmod 600 {place}，再删除它让系统重新生成")


def _database() -> Iterator[Finding]:
    _django()
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


def _static() -> Iterator[Finding]:
    _django()
    from gongjia.config import prepare

    if prepare.static_is_current():
        yield Finding("ok", "静态文件", "是最新的")
    else:
        yield Finding("bad", "静态文件", "没有生成或不是最新的", "gongjia migrate（gongjia serve 启动时也会做）")


def _queue() -> Iterator[Finding]:
    _django()
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


def _journal() -> Iterator[Finding]:
    _django()
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


def _backup() -> Iterator[Finding]:
    if (homefile.made(where.home()) or {}).get("kind") != "federation":
        return
    last = homefile.last_backup(where.home())
    if last is None:
        yield Finding("bad", "备份", "从来没有备份过", "每天运行 gongjia backup 文件夹，并放到另一台机器")
    elif time.time() - last > OLDEST_BACKUP:
        yield Finding("bad", "备份", f"上次备份在 {(time.time() - last) / 86400:.0f} 天前", "检查定时备份是否还在运行")
    else:
        yield Finding("ok", "备份", f"上次在 {(time.time() - last) / 3600:.0f} 小时前")


def _development() -> Iterator[Finding]:
    wanted = {
        "浏览器": (("chromium", "chromium-browser", "google-chrome"), "chromium"),
        "PDF 工具": (("pdftotext",), "poppler-utils"),
        "npm": (("npm",), "npm（没有也可以，会临时下载）"),
    }
    for about, (names, package) in wanted.items():
        if any(shutil.which(name) for name in names):
            yield Finding("ok", about, "有")
        else:
            yield Finding("note", about, "没有", f"apt-get install {package}")
    fonts = list(Path("/usr/share/fonts").glob("**/NotoSansCJK*"))
    yield (
        Finding("ok", "中文字体", "有")
        if fonts
        else Finding("note", "中文字体", "没有", "apt-get install fonts-noto-cjk")
    )


def _django() -> Any:
    from gongjia.config.cli.common import ready

    ready()
    from django.conf import settings

    return settings
