"""Commands that run an installation: serve, demo, migrate, run-jobs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import click

from gongjia.config import homefile, where
from gongjia.config.cli.common import needs_django, stop

DEMO_DAY = "2018-08-27"
LOOPBACK = "127.0.0.1"
DONE = {"tables": "数据表已更新", "templates": "消息用语已更新", "static files": "静态文件已更新"}
PORT = "端口；不写就从 8000 起找第一个空闲的。"
SERVE = """启动系统：准备好数据表和静态文件，运行网页、后台任务和数据库。

一个总管进程看护它们，意外结束的会重新启动。按 Ctrl-C 或发 SIGTERM 正常停止。
"""
DEMO = """建立演示工会（约两分钟）并在本机启动。

人员全是虚构的；演示的业务日期停在 2018-08-27。数据放在 GONGJIA_HOME（默认 var/）。
"""


def here() -> Path:
    """The home, with its settings loaded and its place made known to every child process."""
    home = where.home()
    os.environ["GONGJIA_HOME"] = str(home)
    homefile.load()
    return home


@click.command(help=SERVE)
@click.option("--host", default=LOOPBACK, show_default=True, help="监听的地址；0.0.0.0 是所有网卡。")
@click.option("--port", type=click.IntRange(1, 65535), help=PORT)
@click.option("--no-worker", is_flag=True, help="只开网页，后台任务在别的机器上运行。")
def serve(host: str, port: int | None, no_worker: bool) -> None:
    home = here()
    if homefile.made(home) is None:
        stop("这里还没有建立系统。正式使用请先运行 gongjia init，看演示请运行 gongjia demo。")
    _serve(home, host, port, lambda address: click.echo(f"工家已启动：{address}"), worker=not no_worker)


def _serve(home: Path, host: str, port: int | None, when_ready, *, worker: bool = True) -> None:
    from gongjia.config import serve as supervisor

    try:
        port = supervisor.choose_port(host, port)
        group = supervisor.Supervisor(home, host, port, lambda text: click.echo(text, err=True), worker=worker)
        group.run(when_ready)
    except supervisor.ServeError as error:
        stop(str(error))


@click.command(help="把数据表、权限和静态文件更新到本版本。随时可以运行，gongjia serve 启动时也会做。")
@click.option("--quiet", is_flag=True, help="没有要做的就不出声。")
@needs_django
def migrate(quiet: bool) -> None:
    from gongjia.base.secret import keys
    from gongjia.config import prepare

    if not keys.exists():
        stop(f"没有密钥文件：{keys.path()}。新建系统请用 gongjia init；恢复备份请先用 gongjia keys import 导入密钥。")
    done = prepare.prepare()
    if done or not quiet:
        click.echo("、".join(DONE[one] for one in done) or "已是最新。")


@click.command("run-jobs", help="运行后台任务进程。gongjia serve 会开一个，别的机器上可以再开。")
@needs_django
def run_jobs() -> None:
    from gongjia.config import jobs
    from gongjia.config.processes import settle_down

    settle_down()
    jobs.run_worker()


@click.command(help=DEMO)
@click.option("--port", type=click.IntRange(1, 65535), help=PORT)
@click.option("--no-serve", is_flag=True, help="只建立演示数据，不启动。")
@click.option("--reset", is_flag=True, help="清除原来的演示数据，重新建立。")
@click.option("--lan", is_flag=True, help="让同一网络里的手机凭随机访问码进入。")
def demo(port: int | None, no_serve: bool, reset: bool, lan: bool) -> None:
    home = here()
    if where.external():
        stop("演示只用自带的数据库，不会写进别的数据库。请先去掉 GONGJIA_DATABASE_URL。")
    _make_room(home, reset)
    if homefile.made(home) is None:
        _build(home)
    _tell_accounts(home)
    if no_serve:
        return
    host = LOOPBACK
    if lan:
        host = "0.0.0.0"
        _open_to_lan()
    _serve(home, host, port, lambda address: _tell_address(address, lan))


def _make_room(home: Path, reset: bool) -> None:
    """Leave a home that is this demonstration, or an empty one; never touch anything else."""
    made = homefile.made(home)
    is_demo = homefile.settings_of(home).get("GONGJIA_DEMO") == "1"
    if homefile.holds_anything(home) and not is_demo:
        stop(f"{home} 里是正式数据，不是演示数据，不会动它。演示请另设目录：GONGJIA_HOME=… gongjia demo")
    if made is not None and made.get("digest") != homefile.demo_digest() and not reset:
        stop(
            f"{home} 里的演示数据是旧版本程序建立的（{made.get('version', '?')}，{made.get('at', '?')}），与现在的程序不一致。\n"
            "重新建立演示数据：make demo ARGS=--reset（或 gongjia demo --reset）；演示中录入的内容会一并清除。"
        )
    if reset or made is None:  # the latter: its building was cut short, or nothing was ever built
        if note := homefile.serving(home):
            stop(f"演示系统正在运行：{note.get('address', '')}（进程 {note.get('pid', '?')}），请先停止它。")
        empty_home(home)


def empty_home(home: Path) -> None:
    """Remove all data of a home that is a demonstration, or that never came to be."""
    if not where.external() and (home / "run").exists():
        from gongjia.config import embedded

        if not embedded.release_and_wait(home):
            stop("还有别的程序在用这个数据库（例如另一个命令行窗口），请先关闭它。")
    for child in home.iterdir() if home.exists() else ():
        shutil.rmtree(child) if child.is_dir() and not child.is_symlink() else child.unlink()


def _build(home: Path) -> None:
    started = time.monotonic()
    home.mkdir(parents=True, exist_ok=True)
    homefile.save_settings(home, {"GONGJIA_DEMO": "1", "GONGJIA_CLOCK": DEMO_DAY})
    homefile.load()
    done = subprocess.run([sys.executable, "-m", "gongjia", "demo-build"], check=False)
    if done.returncode != 0:
        stop("演示数据没有建成，原因见上。再次运行会从头开始。", code=1)
    click.echo(f"演示数据已建成，用时 {time.monotonic() - started:.0f} 秒。")


@click.command("demo-build", hidden=True)
@needs_django
def demo_build() -> None:
    """Fill an empty home with the demonstration (a step of `demo`, in a process of its own)."""
    from django.utils import timezone

    from gongjia import __version__, demo
    from gongjia.base.secret import keys
    from gongjia.config import prepare
    from gongjia.config.init import make_web_secret
    from gongjia.config.processes import settle_down

    settle_down()
    home = where.home()
    digest = homefile.demo_digest()  # of the code that builds it, should that change meanwhile
    if not keys.exists():
        keys.create()
    make_web_secret(home)
    click.echo("正在准备数据库…")
    prepare.prepare()
    demo.build(say=click.echo)
    homefile.note_made(
        home,
        kind="demo",
        digest=digest,
        version=__version__,
        at=timezone.localtime().isoformat(timespec="minutes"),
    )


def _tell_accounts(home: Path) -> None:
    """Who may log in to the demonstration; its builder wrote them down for the log-in page too."""
    rows = homefile.read_json(home / "demo" / "accounts.json") or []
    if rows:
        click.echo("\n演示账号（人员全是虚构的；验证码和动态口令在 /demo/outbox/ 页面看）：")
    for row in rows:
        click.echo(f"  {row['phone']}　{row['role']}　{row['name']}　{row['org']}")


def _open_to_lan() -> None:
    from gongjia.config import lan

    code = lan.new_code()
    addresses = lan.addresses()
    os.environ["GONGJIA_ACCESS_CODE"] = code
    os.environ["GONGJIA_HOSTS"] = ",".join(["localhost", LOOPBACK, *addresses])


def _tell_address(address: str, lan_open: bool) -> None:
    click.echo(f"\n演示系统已启动：{address}\n按 Ctrl-C 停止。")
    if lan_open:
        from gongjia.config import lan

        click.echo(lan.invitation(address, os.environ["GONGJIA_ACCESS_CODE"]))
