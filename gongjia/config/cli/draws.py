"""`gongjia draw`: recompute a drawn lot from its published file; needs no database and no installation."""

from __future__ import annotations

from pathlib import Path

import click

from gongjia.work.events.data import verify_draw


@click.group(help="摇号：按公布的文件从头重算。")
def draw() -> None:
    pass


@draw.command("verify", help="核对一份公布的摇号文件；不相符时退出码为 1。")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--digest", default="", help="截止时自己记下的名单摘要；写了就一起核对。")
@click.pass_context
def verify(context: click.Context, file: Path, digest: str) -> None:
    context.exit(verify_draw.main(file, digest.strip().lower()))


@draw.command("script", help="写出单独的核对程序（只用 Python 自带的功能），可以发给任何人。")
@click.argument("target", type=click.Path(dir_okay=False, path_type=Path), default="verify_draw.py")
def script(target: Path) -> None:
    target.write_text(Path(verify_draw.__file__).read_text("utf-8"), "utf-8")
    click.echo(f"已写出：{target}")
