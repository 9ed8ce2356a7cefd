"""The machine and the home: packages, disk, settings, keys, files."""

from __future__ import annotations

import importlib.metadata
import os
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from gongjia.config import homefile, where
from gongjia.config.doctor.finding import Finding

GIB = 1 << 30
LEAST_FREE = 1 * GIB
GOOD_FREE = 5 * GIB
OLDEST_BACKUP = 8 * 24 * 3600


def python() -> Iterator[Finding]:
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


def home() -> Iterator[Finding]:
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


def disk() -> Iterator[Finding]:
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


def settings() -> Iterator[Finding]:
    from django.conf import settings

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


def keys() -> Iterator[Finding]:
    from django.conf import settings

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


def web_secret() -> Iterator[Finding]:
    from django.conf import settings

    place = Path(settings.SECRET_KEY_FILE)
    if os.environ.get("GONGJIA_SECRET_KEY"):
        if len(settings.SECRET_KEY) < 40:
            yield Finding("bad", "会话密钥", "GONGJIA_SECRET_KEY 太短", "至少 40 个随机字符")
    elif not place.exists():
        yield Finding("bad", "会话密钥", "没有，每次重启都会让所有人退出登录", "运行 gongjia init 会生成")
    elif place.stat().st_mode & 0o077:
        yield Finding("bad", "会话密钥", f"{place} 别人也能读", f"chmod 600 {place}，再删除它让系统重新生成")


def static() -> Iterator[Finding]:
    from gongjia.config import prepare

    if prepare.static_is_current():
        yield Finding("ok", "静态文件", "是最新的")
    else:
        yield Finding("bad", "静态文件", "没有生成或不是最新的", "gongjia migrate（gongjia serve 启动时也会做）")


def backup() -> Iterator[Finding]:
    if (homefile.made(where.home()) or {}).get("kind") != "federation":
        return
    last = homefile.last_backup(where.home())
    if last is None:
        yield Finding("bad", "备份", "从来没有备份过", "每天运行 gongjia backup 文件夹，并放到另一台机器")
    elif time.time() - last > OLDEST_BACKUP:
        yield Finding("bad", "备份", f"上次备份在 {(time.time() - last) / 86400:.0f} 天前", "检查定时备份是否还在运行")
    else:
        yield Finding("ok", "备份", f"上次在 {(time.time() - last) / 3600:.0f} 小时前")


def development() -> Iterator[Finding]:
    wanted = {
        "浏览器": (("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"), "chromium"),
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
