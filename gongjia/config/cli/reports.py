"""`gongjia report` and `gongjia figure`: the work report and the numbers behind it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from gongjia.config.cli.common import needs_django, operator, say_json, stop
from gongjia.config.cli.house import here
from gongjia.config.cli.rosters import union_of

_org = click.option("--org", "code", default="", help="工会代码；不写就是最上级工会。")
_json = click.option("--json", "as_json", is_flag=True, help="输出 JSON，给其他程序用。")
_SOURCES = {"records": "系统记录", "hand": "手工填报", "mixed": "记录＋填报", "none": "没有数据"}


@click.group(help="工作报告：查看、导出、定稿、核对。")
def report() -> None:
    here()


@report.command("show", help="列出一份报告的全部数字及来源，例如 gongjia report show 2018H1。")
@click.argument("key")
@_org
@_json
@needs_django
def show(key: str, code: str, as_json: bool) -> None:
    from gongjia.report.payload import report_json

    answer = report_json(key, code)
    if as_json:
        say_json(answer)
        return
    click.echo(f"{answer['report']}　{answer['org']}　期间 {answer['period']}　截至 {answer['cutoff']}")
    for line in answer["lines"]:
        value = "×" if line["value"] is None else f"{line['value']:,}"
        target = f"　目标 {line['target']:,}" if line["target"] is not None else ""
        click.echo(f"  {line['key']:34} {line['label']}：{value}{line['unit']}{target}　[{_SOURCES[line['source']]}]")


@report.command("export", help="导出为 Word（.docx）或 PDF（.pdf）；加 --brief 是一页简报（PDF）。")
@click.argument("key")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--brief", is_flag=True, help="一页简报。")
@_org
@needs_django
def export(key: str, file: Path, brief: bool, code: str) -> None:
    from gongjia.base import clock
    from gongjia.report import actions

    kind = file.suffix.lower().lstrip(".")
    if kind not in ("docx", "pdf") or (brief and kind != "pdf"):
        stop("文件名请以 .docx 或 .pdf 结尾；一页简报只有 .pdf。")
    what = "brief" if brief else kind
    made = actions.export(report=report_of(key, code), what=what, actor=operator(), at=clock.now())
    file.write_bytes(made.data)
    click.echo(f"已导出：{file}")


@report.command("freeze", help="定稿：各节都签认之后，数字从此固定，以后的更正列为差异。")
@click.argument("key")
@_org
@click.option("--note", default="", help="说明。")
@needs_django
def freeze(key: str, code: str, note: str) -> None:
    from gongjia.base import clock
    from gongjia.report import actions

    actions.freeze_report(report=report_of(key, code), actor=operator(), at=clock.now(), note=note)
    click.echo(f"{key} 已定稿。")


@report.command("drift", help="定稿之后，哪些数字背后的记录变了。有变化时退出码为 1。")
@click.argument("key")
@_org
@_json
@needs_django
def drift(key: str, code: str, as_json: bool) -> None:
    from gongjia.report import queries, show

    found = queries.drift_of(operator(), report_of(key, code))
    lines: list[dict[str, Any]] = [
        {
            "key": one.figure.key,
            "label": one.label,
            "frozen": show.outside(one.figure, one.was),
            "now": show.outside(one.figure, one.now),
            "records": [
                {"change": moved.kind_label, "label": moved.record.label if moved.record else ""} for moved in one.moved
            ],
            "moved": one.count,
        }
        for one in found
    ]
    if as_json:
        say_json({"report": key, "lines": lines})
    elif not lines:
        click.echo("定稿以来没有变化。")
    else:
        for line in lines:
            click.echo(
                f"{line['key']} {line['label']}：定稿 {line['frozen']}，现在 {line['now']}，变动 {line['moved']} 条"
            )
            for one in line["records"]:
                click.echo(f"    {one['change']}　{one['label']}")
    if lines:
        raise SystemExit(1)


@click.group(help="指标：数值和背后的记录。")
def figure() -> None:
    here()


@figure.command(
    "records", help="一个数字背后的记录，例如 gongjia figure records orgs.founded --org 330182 --period 2018H1。"
)
@click.argument("key")
@_org
@click.option("--period", required=True, help="2018、2018H1、2018Q3、2018-06 或 2018-01-01..2018-06-30。")
@_json
@needs_django
def records(key: str, code: str, period: str, as_json: bool) -> None:
    answer = _records(key, code, period)
    if as_json:
        say_json(answer)
        return
    for one in answer["records"]:
        amount = f"　{one['amount']:,}" if one["amount"] is not None else ""
        click.echo(f"  {one['on'] or '':10}　{one['label']}　{one['org']}{amount}")
    click.echo(f"{answer['key']} = {answer['value']}，记录 {len(answer['records'])} 条")


@figure.command("value", help="一个指标的数值。")
@click.argument("key")
@_org
@click.option("--period", required=True, help="同 figure records。")
@needs_django
def value(key: str, code: str, period: str) -> None:
    click.echo(_records(key, code, period)["value"])


@figure.command("list", help="全部指标：编号、名称、单位。")
@_json
@needs_django
def list_(as_json: bool) -> None:
    from gongjia.report import queries

    found = [
        {"key": one.key, "label": one.label, "unit": one.unit, "area": area}
        for area, figures in queries.catalogue().items()
        for one in figures
    ]
    if as_json:
        say_json(found)
        return
    for one in found:
        click.echo(f"  {one['area']}　{one['key']:34} {one['label']}（{one['unit']}）")


def _records(key: str, code: str, period: str) -> dict[str, Any]:
    from gongjia.report.payload import figure_records_json

    try:
        return figure_records_json(key, code, period)
    except ValueError as error:
        stop(str(error))


def report_of(key: str, code: str) -> Any:
    from gongjia.report import queries
    from gongjia.who.orgs.queries import root

    return queries.get_report(operator(), key, union_of(code) if code else root())
