"""Commands that keep an installation: keys, audit, backup, restore, doctor."""

from __future__ import annotations

from pathlib import Path

import click

from gongjia.config.cli.common import needs_django, say_json, stop
from gongjia.config.cli.house import here

CLASSES = click.Choice(["field", "file", "index", "journal", "token"])
ROTATE = """更换一类密钥，并把已存的资料换到新密钥上。可以中断，再次运行会接着做。

\b
类别：field 身份证号手机号等字段　file 附件　index 检索　journal 日志　token 验证码和登录条
"""
BACKUP = """把除密钥以外的全部资料（数据库、附件、日志签名、发件箱、设置）加密备份到一个新文件夹。

系统运行时也可以备份。打开备份需要密钥，所以请把密钥的两份分册放在别处。
"""
RESTORE = """把备份恢复到空的数据目录，并逐表核对与备份时一致。

先导入密钥：gongjia keys import 分册A 分册B
"""
_json = click.option("--json", "as_json", is_flag=True, help="输出 JSON，给其他程序用。")


# --- keys ---------------------------------------------------------------------------------------


@click.group(help="密钥：分册、导入、更换、状态。密钥和两份分册都丢失，已加密的资料永远打不开。")
def keys() -> None:
    here()


@keys.command("export", help="把密钥写成两份分册（文本文件），打印后由两个人分开保管。")
@click.argument("folder", metavar="文件夹", type=click.Path(file_okay=False, path_type=Path))
@needs_django
def keys_export(folder: Path) -> None:
    from gongjia.base.secret import keys as ring
    from gongjia.config import backup

    if backup.is_backup(folder):
        stop("密钥分册不能和备份放在一起，请换一个文件夹。")
    for path in _or_stop(ring.export_halves, folder):
        click.echo(str(path))
    click.echo("请打印两份分册，分别交两个人保管，再删除这两个文件。两册都丢失，已加密的资料永远无法找回。")


@keys.command("import", help="用两份分册恢复密钥，然后才能恢复备份。")
@click.argument("half_a", metavar="分册A", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("half_b", metavar="分册B", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@needs_django
def keys_import(half_a: Path, half_b: Path) -> None:
    from gongjia.base.secret import keys as ring

    held = _or_stop(ring.import_halves, half_a, half_b)
    click.echo(f"密钥已导入：{ring.path()}（编号 {held.id}）")


@keys.command("rotate", help=ROTATE)
@click.argument("klass", metavar="类别", type=CLASSES)
@needs_django
def keys_rotate(klass: str) -> None:
    report = _or_stop(_rotate, klass)
    for line in report["broken"]:
        click.echo(f"打不开、没有更换：{line}", err=True)
    click.echo(f"已更换，换到新密钥的资料 {report['changed']} 项。旧的分册作废，请重新制作：gongjia keys export 文件夹")
    if report["broken"]:
        raise SystemExit(1)


def _rotate(klass: str) -> dict:
    """A new key of the class unless one is being brought in, then everything carried over to it."""
    from gongjia.base.secret import keys as ring
    from gongjia.base.secret import rotation

    held = ring.load(fresh=True)
    older = [number for number in held.versions[klass] if number < held.active[klass]]
    unfinished = held.index.phase != "steady" if klass == "index" else any(rotation.left(klass, one) for one in older)
    if not unfinished:
        ring.rotate(klass)

    def tick(what: str, done: int) -> None:
        click.echo(f"\r{what}：{done}", nl=False, err=True)

    changed = 0
    broken: list[str] = []
    if klass == "field":
        changed, broken = rotation.run_fields(tick)
    elif klass == "index":
        changed, broken = rotation.run_index(tick)
    elif klass == "file":
        changed = rotation.run_files(tick)
    if changed:
        click.echo(err=True)
    return {"changed": changed, "broken": broken}


@keys.command("status", help="有哪些密钥（不显示密钥本身），分册是否还有效。")
@_json
@needs_django
def keys_status(as_json: bool) -> None:
    from gongjia.base.secret import keys as ring

    status = _or_stop(ring.status)
    if as_json:
        say_json(status)
        return
    click.echo(f"密钥文件：{status['path']}\n编号：{status['id']}　制作：{status['created']}")
    for klass, one in status["classes"].items():
        versions = "、".join(map(str, one["versions"]))
        click.echo(f"  {klass:8} 使用第 {one['active']} 版（{one['suite']}），保留 {versions}")
    click.echo("分册需要重新制作：gongjia keys export 文件夹" if status["export_due"] else "分册与现有密钥一致。")


def _or_stop(call, *arguments):
    """A plain sentence instead of a traceback for what a person can put right."""
    from gongjia.base.secret import SecretError

    try:
        return call(*arguments)
    except (SecretError, FileExistsError, OSError, ValueError) as error:
        stop(str(error))


# --- audit --------------------------------------------------------------------------------------


@click.group(help="日志：每条记录是否都在、都没有被改动。")
def audit() -> None:
    here()


@audit.command("verify", help="重新计算全部链条，并与库外签名核对。完整时退出码为 0，否则为 1 并说明哪一条。")
@_json
@needs_django
def audit_verify(as_json: bool) -> None:
    from gongjia.base import journal

    faults = journal.verify()
    if as_json:
        say_json(
            {
                "whole": not faults,
                "faults": [
                    {"stream": one.stream, "seq": one.seq, "kind": one.kind, "detail": one.detail} for one in faults
                ],
            }
        )
    elif faults:
        for one in faults:
            click.echo(f"{one.stream} 第 {one.seq} 条：{one.label_zh} {one.detail}".rstrip())
    else:
        click.echo("日志完整：没有被改动、插入、调换或缺失的记录。")
    if faults:
        raise SystemExit(1)


@audit.command("seal", help="现在就把各链的链头签到数据库之外（运行时每五分钟自动签一次）。")
@needs_django
def audit_seal() -> None:
    from gongjia.base import journal
    from gongjia.base.journal.audit import roots_file

    count = journal.seal_roots()
    click.echo(f"{'已签 ' + str(count) + ' 条链头' if count else '没有新的记录'}：{roots_file()}")


# --- backup, restore, doctor ----------------------------------------------------------------------


@click.command(help=BACKUP)
@click.argument("folder", metavar="文件夹", type=click.Path(file_okay=False, path_type=Path))
@needs_django
def backup(folder: Path) -> None:
    from gongjia.config import backup as keeping

    here()
    made = _kept(keeping.make, folder, click.echo)
    click.echo(
        f"备份完成：{folder}（{made['files']} 个文件，{made['bytes'] / 1e6:.1f} MB）\n内容摘要：{made['canonical']}"
    )


@click.command(help=RESTORE)
@click.argument("folder", metavar="文件夹", type=click.Path(exists=True, file_okay=False, path_type=Path))
@needs_django
def restore(folder: Path) -> None:
    from gongjia.config import backup as keeping

    here()
    made = _kept(keeping.restore, folder, click.echo)
    click.echo(f"恢复完成，内容与备份时一致：{made['canonical']}\n接下来运行 gongjia serve。")


def _kept(call, *arguments):
    from gongjia.config.backup import BackupError

    try:
        return call(*arguments)
    except BackupError as error:
        stop(str(error))


@click.command(help="检查这套系统哪里不对、怎样修好。有必须修的，退出码为 1。")
@_json
@click.option("--dev", is_flag=True, help="连开发、测试用的也检查。")
def doctor(as_json: bool, dev: bool) -> None:
    from gongjia.config import doctor as examining

    here()
    findings = examining.examine(dev=dev)
    if as_json:
        say_json([one.as_dict() for one in findings])
    else:
        for one in findings:
            click.echo(one.text())
    if any(one.level == "bad" for one in findings):
        raise SystemExit(1)
