"""Answers for other programs: what `gongjia report show` and `gongjia figure records` print (a contract)."""

from __future__ import annotations

from typing import Any

from gongjia.base.period import Period
from gongjia.base.refused import refuse
from gongjia.report import figure as figure_module
from gongjia.report import lines, queries, records, show
from gongjia.report.models import Report
from gongjia.who.orgs.queries import by_code, chain_of, root
from gongjia.who.orgs.queries.counted import codes_of


def report_json(key: str, org_code: str = "") -> dict[str, Any]:
    """`{"report","period","cutoff","org","lines":[{"key","label","unit","value","target","source","records"}]}`.

    Money is in yuan, a ratio in percent; a figure that nothing was reported for has the value null. Asked for
    a union without a report of its own, it gives that union's figures for the report of the union above it.
    """
    org = _org(org_code)
    line = {union.pk: place for place, union in enumerate(reversed(chain_of(org)))}
    found = Report.objects.filter(key=key, org_id__in=list(line)).select_related("org")
    report = min(found, key=lambda one: line[one.org_id], default=None)
    if report is None:
        refuse("report_unknown", "没有这份报告。", fact=f"{key} {org.code}", cure="请核对报告编号和工会代码。")
    if report.org_id == org.pk:
        views = lines.of_report(report)
    else:
        views = lines.live(org, Period(report.start, report.end), report.cutoff)
    return {
        "report": report.key,
        "period": str(Period(report.start, report.end)),
        "cutoff": report.cutoff.isoformat(),
        "org": org.code,
        "lines": [
            {
                "key": view.key,
                "label": view.figure.label,
                "unit": view.figure.unit,
                "value": show.outside(view.figure, view.value),
                "target": show.outside(view.figure, view.target),
                "source": view.source.value,
                "records": view.rows,
            }
            for view in views.values()
        ],
    }


def figure_records_json(key: str, org: str, period: str) -> dict[str, Any]:
    """`{"key","value","records":[{"label","org","on","amount","url"}]}`; labels are masked.

    Where a report of that union (or of one above it) and period exists, its cut-off holds here too, so
    that the list is the one behind the report's number.
    """
    figure = figure_module.find(key)
    union = _org(org)
    span = Period.parse(period)
    cutoff = queries.cutoff_for(union, span)
    found = list(records.listed(figure, union, span, cutoff))
    codes = codes_of({one.org_id for one in found})
    return {
        "key": figure.key,
        "value": show.outside(figure, figure.value(union, span, cutoff)),
        "records": [
            {
                "label": one.label,
                "org": codes.get(one.org_id, ""),
                "on": one.on.isoformat() if one.on else None,
                "amount": show.outside(figure, one.amount) if one.amount is not None else None,
                "url": one.url,
            }
            for one in found
        ],
    }


def _org(code: str) -> Any:
    org = by_code(code) if code else root()
    if org is None:
        refuse("union_unknown", "没有这个工会代码。", fact=code, cure="请核对代码，例如 330182。")
    return org
