"""`gongjia init`: a real federation from nothing."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from gongjia.config import homefile, where
from gongjia.config.cli.common import ready, say_refused, stop
from gongjia.config.cli.house import empty_home, here
from gongjia.config.init import ADMINISTRATORS, Person, Plan, establish, faults_of

HELP = """建立一个正式的工会系统：密钥、数据库、最上级工会、三名管理员，以及下级工会名单。

\b
没有写在命令里的会逐项询问。三名管理员（系统、安全、审计）必须是三个不同的人，写成“姓名:手机号”。
下级工会名单是一张表格（xlsx、xls、csv），列名如：工会名称、组织类型、上级工会、统一社会信用代码。

\b
例：
  gongjia init --name 某某市总工会 --code 330182 \\
    --system 张三:19900000001 --security 李四:19900000002 --audit 王五:19900000003 \\
    --unions 工会名单.xlsx --keys-to /media/usb
"""


@click.command(help=HELP)
@click.option("--name", help="工会全称。")
@click.option("--short-name", default="", help="简称，例如“某某市总”。")
@click.option("--code", help="行政区划代码，6 位。")
@click.option("--system", help="系统管理员，姓名:手机号。")
@click.option("--security", help="安全管理员，姓名:手机号。")
@click.option("--audit", help="审计管理员，姓名:手机号。")
@click.option("--unions", type=click.Path(path_type=Path), help="下级工会名单（表格）。")
@click.option("--keys-to", type=click.Path(file_okay=False, path_type=Path), help="把密钥的两份分册写到这个文件夹。")
@click.option(
    "--suite", type=click.Choice(["aes", "sm"]), default="aes", show_default=True, help="加密算法：aes 或国密 sm。"
)
def init(
    name: str | None,
    short_name: str,
    code: str | None,
    system: str | None,
    security: str | None,
    audit: str | None,
    unions: Path | None,
    keys_to: Path | None,
    suite: str,
) -> None:
    home = here()
    if homefile.holds_anything(home):
        stop(f"{home} 里已有数据，不能再初始化。请另设一个空目录：GONGJIA_HOME=…")
    plan = Plan(
        name=_ask(name, "工会全称"),
        code=_ask(code, "行政区划代码"),
        short_name=short_name,
        administrators={
            role: Person.parse(_ask(given, f"{ADMINISTRATORS[role]}（姓名:手机号）"))
            for role, given in zip(ADMINISTRATORS, (system, security, audit), strict=True)
        },
        unions=unions,
    )
    if faults := faults_of(plan):
        stop("\n".join(faults))
    empty_home(home)  # of what a stray command may have made
    homefile.save_settings(home, {"GONGJIA_CRYPTO_SUITE": suite})
    os.environ["GONGJIA_CRYPTO_SUITE"] = suite
    try:
        _establish(plan, keys_to)
    except BaseException:
        if homefile.made(where.home()) is None:  # nothing is served from here yet: leave it as it was found
            empty_home(home)
        raise


def _establish(plan: Plan, keys_to: Path | None) -> None:
    ready()
    from gongjia.base.refused import Refused
    from gongjia.base.secret import keys

    try:
        done = establish(plan, click.echo)
    except Refused as refused:
        say_refused(refused)
    click.echo(f"\n{plan.name}（{plan.code}）已建立，下级工会 {done.unions} 家。数据目录：{where.home()}")
    for line in done.warnings:
        click.echo(f"  请留意：{line}")
    click.echo("\n三名管理员首次登录用下面的登录条，各交本人；用过一次即作废：")
    for label, name, code, last_day in done.slips:
        click.echo(f"  {label}　{name}　{code}　{last_day} 前有效")
    if keys_to is not None:
        for path in keys.export_halves(keys_to):
            click.echo(f"密钥分册：{path}")
        click.echo("请打印两册，分别交两个人保管，再删除文件。")
    else:
        click.echo("\n【重要】密钥只在这台机器上。请立即制作两份分册，打印后分两处保管：gongjia keys export 文件夹")
    click.echo("两份分册都丢失，已加密的身份证号、手机号永远无法找回。\n接下来运行：gongjia serve")


def _ask(given: str | None, what: str) -> str:
    if given:
        return given.strip()
    if not sys.stdin.isatty():
        stop(f"没有给出“{what}”。用法见 gongjia init --help")
    answer: str = click.prompt(what, type=str)
    return answer.strip()
