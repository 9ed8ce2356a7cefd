"""Commands that keep an installation: keys, audit, backup, restore, doctor."""

from __future__ import annotations

from pathlib import Path

import click

from gongjia.config.cli.common import REFUSED, needs_django, operator, say_json, stop
from gongjia.config.cli.house import here

CLASSES = click.Choice(["field", "file", "index", "journal", "token"])


# --- keys ---------------------------------------------------------------------------------------


@click.group()
def keys() -> None:
    """The keys that open sealed values. Who loses them loses everything sealed: keep the two halves."""
    here()


@keys.command("export")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@needs_django
def keys_export(folder: Path) -> None:
    """Write the two halves as text files, to be printed and kept by two persons apart."""
    from gongjia.base.secret import keys as ring
    from gongjia.config import backup

    if backup.is_backup(folder):
        stop("密钥分册不能和备份放在一起，请换一个文件夹。")
    for path in _or_stop(ring.export_halves, folder):
        click.echo(str(path))
    click.echo("请打印两份分册，分别交两个人保管，再删除这两个文件。两册都丢失，已加密的资料永远无法找回。")


@keys.command("import")
@click.argument("half_a", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("half_b", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@needs_django
def keys_import(half_a: Path, half_b: Path) -> None:
    """Put the keys back from both halves, before `restore`."""
    from gongjia.base.secret import keys as ring

    held = _or_stop(ring.import_halves, half_a, half_b)
    click.echo(f"密钥已导入：{ring.path()}（编号 {held.id}）")


@keys.command("rotate")
@click.argument("klass", metavar="CLASS", type=CLASSES)
@needs_django
def keys_rotate(klass: str) -> None:
    """Make a new key of a CLASS and carry the stored values over to it.

    Classes: field, file, index, journal, token. May be interrupted and started again.
    """
    from gongjia.base.secret import rotation

    report = _or_stop(rotation.rotate, klass, lambda what, done: click.echo(f"{what}：{done}", err=True))
    say_json(report)
    click.echo("密钥已更换，旧的分册作废，请重新制作：gongjia keys export 文件夹", err=True)


@keys.command("status")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@needs_django
def keys_status(as_json: bool) -> None:
    """Which keys there are (never the keys themselves) and whether the halves are up to date."""
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


@click.group()
def audit() -> None:
    """The journal: is every entry still there and unchanged?"""
    here()


@audit.command("verify")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@needs_django
def audit_verify(as_json: bool) -> None:
    """Recompute every chain and hold it against the signed roots. Exit code 0 only when the journal is whole."""
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


@audit.command("seal")
@needs_django
def audit_seal() -> None:
    """Sign the heads of all chains now, outside the database (done every five minutes anyway)."""
    from gongjia.base import journal
    from gongjia.base.journal.audit import roots_file

    count = journal.seal_roots()
    click.echo(f"{'已签 ' + str(count) + ' 条链头' if count else '没有新的记录'}：{roots_file()}")


# --- backup, restore, doctor ----------------------------------------------------------------------


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@needs_django
def backup(folder: Path) -> None:
    """Write everything but the keys into a new FOLDER, encrypted: database, attachments, signed roots, outbox.

    A running system may be backed up. Opening a backup takes the keys: keep the two halves elsewhere.
    """
    from gongjia.config import backup as keeping

    here()
    made = _kept(keeping.make, folder, click.echo)
    click.echo(
        f"备份完成：{folder}（{made['files']} 个文件，{made['bytes'] / 1e6:.1f} MB）\n内容摘要：{made['canonical']}"
    )


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@needs_django
def restore(folder: Path) -> None:
    """Bring a backup FOLDER back into an empty home. The keys come first: gongjia keys import A B."""
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


@click.command()
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@click.option("--dev", is_flag=True, help="Also what only the tests need.")
def doctor(as_json: bool, dev: bool) -> None:
    """What is wrong with this installation and how to mend it. Exit code 1 when something must be mended."""
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


__all__ = ["REFUSED", "audit", "backup", "doctor", "keys", "operator", "restore"]
