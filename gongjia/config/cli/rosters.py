"""`gongjia roster`: a roster checked, imported, undone without the pages."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import click

from gongjia.config.cli.common import needs_django, operator, say_json, stop
from gongjia.config.cli.house import here

SHOWN = 50  # verdicts printed for a person; --json has them all

_file = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
_union = click.option(
    "--union", "code", required=True, help="工会代码，例如 330182001-0007；它和下级以外的人不会被改动。"
)
_json = click.option("--json", "as_json", is_flag=True, help="输出 JSON，给其他程序用。")


@click.group(help="会员名册：检查、导入、撤销。")
def roster() -> None:
    here()


@roster.command("check", help="检查一份名册（xlsx、xls、csv），什么都不保存。有问题的行列在结果里。")
@_file
@_union
@_json
@needs_django
def check(file: Path, code: str, as_json: bool) -> None:
    from gongjia.base import clock
    from gongjia.who.members.actions import roster as acts

    started = time.monotonic()
    checked = acts.check_file(actor=operator(), at=clock.now(), org=union_of(code), file=file, name=file.name)
    rows, bad = len(checked.numbers), len(checked.bad)
    answer = {
        "rows": rows,
        "ok": rows - bad,
        "faults": [as_dict(one) for one in checked.faults],
        "warnings": [as_dict(one) for one in checked.warnings],
        "seconds": round(time.monotonic() - started, 3),
    }
    if as_json:
        say_json(answer)
    else:
        _tell(answer)


@roster.command("import", help="导入一份名册：好的行入册，有问题的行留下来。给出批次号，可以撤销。")
@_file
@_union
@click.option("--full", is_flag=True, help="这是这家工会的完整名册：名册里没有的会员会列出来，不会自动退会。")
@_json
@needs_django
def import_(file: Path, code: str, full: bool, as_json: bool) -> None:
    from gongjia.base import clock
    from gongjia.who.members.actions import roster as acts
    from gongjia.who.members.kinds import RosterMode

    started, actor, at = time.monotonic(), operator(), clock.now()
    mode = RosterMode.FULL if full else RosterMode.CHANGES
    batch = acts.upload(actor=actor, at=at, org=union_of(code), file=file, name=file.name, mode=mode)
    batch = acts.check(batch=batch, actor=actor, at=at)
    batch = acts.start(batch=batch, digest=batch.digest, actor=actor, at=at)
    batch = acts.run(batch=batch, actor=actor)
    refused = {one.row for one in batch.verdicts.filter(refuses=True)}
    answer = {
        "rows": batch.rows,
        "ok": batch.rows - len(refused),
        "faults": [as_dict(one) for one in batch.verdicts.filter(refuses=True).order_by("row", "column")],
        "warnings": [as_dict(one) for one in batch.verdicts.filter(refuses=False).order_by("row", "column")],
        "added": batch.added,
        "changed": batch.changed,
        "unchanged": batch.rows - len(refused) - batch.added - batch.changed,
        "refused": len(refused),
        "missing": batch.missing.count() if full else 0,
        "batch": str(batch.pk),
        "seconds": round(time.monotonic() - started, 3),
    }
    if as_json:
        say_json(answer)
        return
    _tell(answer)
    click.echo(
        f"新增 {answer['added']} 人，更新 {answer['changed']} 人，没有变化 {answer['unchanged']} 人，"
        f"未导入 {answer['refused']} 行。\n批次：{answer['batch']}（撤销：gongjia roster undo {answer['batch']}）"
    )
    if full:
        click.echo(f"名册里没有、系统里有的会员 {answer['missing']} 人，请在页面上逐人确认。")


@roster.command("undo", help="整批撤销一次导入；之后又办理过其他事项的批次不能撤销。")
@click.argument("batch_id", metavar="批次")
@click.option("--note", default="", help="原因。")
@needs_django
def undo(batch_id: str, note: str) -> None:
    from gongjia.base import clock
    from gongjia.who.members.actions import roster as acts

    batch = acts.undo(batch=batch_of(batch_id), actor=operator(), at=clock.now(), note=note)
    click.echo(f"已撤销：{batch.added} 人的入册、{batch.changed} 人的更新。")


def union_of(code: str) -> Any:
    from gongjia.who.orgs.queries import by_code

    org = by_code(code)
    if org is None:
        stop(f"没有这个工会代码：{code}")
    return org


def batch_of(text: str) -> Any:
    from uuid import UUID

    from gongjia.who.members import queries

    try:
        batch = queries.roster_batch(UUID(text))
    except ValueError:
        batch = None
    if batch is None:
        stop(f"没有这个批次：{text}")
    return batch


def as_dict(verdict: Any) -> dict[str, Any]:
    """A verdict as the contract has it: the row as the sheet numbers it."""
    return {"row": verdict.row, "column": verdict.column, "code": verdict.code, "message": verdict.message}


def _tell(answer: dict[str, Any]) -> None:
    click.echo(f"共 {answer['rows']} 行，可以导入 {answer['ok']} 行，用时 {answer['seconds']:.1f} 秒。")
    for label, verdicts in (("问题", answer["faults"]), ("提醒", answer["warnings"])):
        for one in verdicts[:SHOWN]:
            click.echo(f"  [{label}] 第 {one['row']} 行 {one['column']}：{one['message']}")
        if len(verdicts) > SHOWN:
            click.echo(f"  …… 还有 {len(verdicts) - SHOWN} 条{label}，用 --json 看全部。")
