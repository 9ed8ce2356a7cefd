"""Budget lines, money set aside for rounds, ceilings."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from gongjia.base import journal, money
from gongjia.base.actor import Actor
from gongjia.base.refused import refuse, refuse_if
from gongjia.money.funds import kinds, powers, queries, rules
from gongjia.money.funds.actions.refusing import refusing
from gongjia.money.funds.actions.telling import day_of
from gongjia.money.funds.models import BudgetLine, Ceiling, Earmark, LineChange, Norm


def open_line(
    *, org: Any, year: int, source: str, title: str, amount: int, item: str, actor: Actor, at: datetime,
    document_no: str = "",
) -> BudgetLine:  # fmt: skip
    """A budget line of a year. Money from above names its document (指标文号)."""
    actor.must(powers.BUDGET, org)
    title, document_no = title.strip(), document_no.strip()
    if source not in kinds.Source.values or item not in queries.items(day_of(at)):
        refuse("code_unknown", "请选择资金来源和支出科目。", cure="请从列表里选。")
    if not title:
        refuse("title_missing", "请填写预算名称。")
    if amount < 0:
        refuse("amount_negative", "预算金额不能是负数。")
    if source in (kinds.Source.CENTRAL, kinds.Source.PROVINCE, kinds.Source.CITY) and not document_no:
        refuse("document_missing", "上级资金要填写指标文号。", clause="专款专用", cure="请照指标文件填写。")
    with journal.act():
        if BudgetLine.objects.filter(org=org, year=year, source=source, title=title).exists():
            refuse("line_exists", f"{year}年已经有一条同名的预算。", cure="请追加那一条，或换一个名称。")
        line = BudgetLine.objects.create(
            org=org, year=year, source=source, title=title, amount=amount, item=item, document_no=document_no,
            opened_on=day_of(at),
        )  # fmt: skip
        journal.write(
            "funds.line_opened", actor=actor, at=at, org=org, subject=line,
            payload={"year": year, "source": source, "amount": amount, "document": document_no},
        )  # fmt: skip
        return line


def change_line(
    *, line: BudgetLine, delta: int, document_no: str, actor: Actor, at: datetime, why: str = ""
) -> BudgetLine:
    """Add to a line or cut it; never below what is set aside of it."""
    with refusing("change_line", actor=actor, at=at, org=line.org, subject=line), journal.act():
        held = _hold(line)
        actor.must(powers.BUDGET, held.org)
        if not delta:
            refuse("amount_zero", "追加或调减的金额不能是零。")
        if not document_no.strip():
            refuse("document_missing", "请填写调整预算的文号。", cure="请照文件填写。")
        aside = queries.set_aside(held)
        if held.amount + delta < aside:
            refuse(
                "line_short",
                f"这条预算已经安排出去 {money.show(aside)}，不能调到它以下。",
                fact=money.plain(aside),
                clause="不超预算",
                cure="请先调减给申报批次安排的资金。",
            )
        held.amount += delta
        held.save(update_fields=["amount"])
        LineChange.objects.create(
            line=held, on=day_of(at), delta=delta, document_no=document_no.strip(), why=why.strip()[:200],
            person_id=actor.person_id,
        )  # fmt: skip
        journal.write(
            "funds.line_changed", actor=actor, at=at, org=held.org, subject=held, note=why.strip(),
            payload={"delta": delta, "amount": held.amount, "document": document_no.strip()},
        )  # fmt: skip
        return held


def set_earmark(
    *, line: BudgetLine, round: Any, amount: int, actor: Actor, at: datetime, share: int | None = None,
    position: int | None = None,
) -> Earmark:  # fmt: skip
    """Set money of a line aside for a round, or change how much. `share`: its part of every payment, in 1/10000."""
    with refusing("earmark", actor=actor, at=at, org=line.org, subject=line), journal.act():
        held = _hold(line)
        actor.must(powers.BUDGET, held.org)
        if held.closed_on is not None:
            refuse("line_closed", "这条预算已经关闭，不能再安排。")
        if share is not None and not 1 <= share <= 10000:
            refuse("share_range", "分担比例要在 0.01% 到 100% 之间。")
        if not round.org.path.startswith(held.org.path):
            refuse("round_elsewhere", "这个申报批次不归本级，不能用本级预算安排。")
        earmark = Earmark.objects.select_for_update(of=("self",)).filter(line=held, round=round).first()
        refuse_if(rules.within_line(amount, held.amount - queries.set_aside(held, earmark.pk if earmark else None)))
        others = Earmark.objects.filter(round=round, share__isnull=False)
        shares = sum(one.share or 0 for one in others if earmark is None or one.pk != earmark.pk)
        if share is not None and shares + share > 10000:
            refuse("share_over", f"各级分担比例合计超过 100%：已有 {shares / 100:g}%。", fact=f"{shares / 100:g}%")
        if earmark is None:
            place = Earmark.objects.filter(round=round).count() if position is None else position
            earmark = Earmark.objects.create(line=held, round=round, amount=amount, share=share, position=place)
            action, before = "funds.earmarked", 0
        else:
            used = queries.used_of_earmarks([earmark.pk]).get(earmark.pk, 0)
            if amount < used:
                refuse(
                    "earmark_used",
                    f"已经列支 {money.show(used)}，安排的资金不能低于它。",
                    fact=money.plain(used),
                    clause="专款专用",
                )
            action, before = "funds.earmark_changed", earmark.amount
            earmark.amount, earmark.share = amount, share
            if position is not None:
                earmark.position = position
            earmark.save()
        journal.write(
            action, actor=actor, at=at, org=held.org, subjects=[earmark, held, round],
            payload={"before": before, "amount": amount, "share": share},
        )  # fmt: skip
        return earmark


def close_line(*, line: BudgetLine, actor: Actor, at: datetime, note: str = "") -> BudgetLine:
    """Nothing more is set aside of it; what is set aside may still be used."""
    with journal.act():
        held = _hold(line)
        actor.must(powers.BUDGET, held.org)
        if held.closed_on is not None:
            refuse("line_closed", "这条预算已经关闭。")
        held.closed_on = day_of(at)
        held.save(update_fields=["closed_on"])
        journal.write("funds.line_closed", actor=actor, at=at, org=held.org, subject=held, note=note)
        return held


def set_ceiling(
    *, org: Any, scope: str, amount: int, clause: str, since: date, actor: Actor, at: datetime, type: str = ""
) -> Ceiling:
    """A ceiling from a day on; the one before it ends there."""
    actor.must(powers.CEILING, org)
    if scope not in kinds.Scope.values:
        refuse("code_unknown", "请选择上限的种类。", cure="请从列表里选。")
    if amount < 0:
        refuse("amount_negative", "上限不能是负数。")
    if not clause.strip():
        refuse("clause_missing", "请写明依据的文件。", cure="例如：困难职工帮扶资金管理办法 第十条。")
    with refusing("ceiling", actor=actor, at=at, org=org), journal.act():
        before = Ceiling.objects.select_for_update().filter(org=org, scope=scope, type=type, until__isnull=True).first()
        if before is not None:
            if since <= before.since:
                refuse("dates_order", f"现行的上限从 {before.since} 起，新的要晚于它。", fact=str(before.since))
            before.until = since
            before.save(update_fields=["until"])
        ceiling = Ceiling.objects.create(
            org=org, scope=scope, type=type, amount=amount, since=since, clause=clause.strip()[:120],
            person_id=actor.person_id,
        )  # fmt: skip
        journal.write(
            "funds.ceiling_set", actor=actor, at=at, org=org, subject=ceiling,
            payload={"scope": scope, "type": type, "amount": amount, "before": before.amount if before else None},
        )  # fmt: skip
        return ceiling


def set_norm(
    *, org: Any, table: str, key: str, value: str, since: date, clause: str, actor: Actor, at: datetime
) -> Norm:
    """A row of a shipped table anew from a day on; what was reckoned before keeps what it was reckoned by."""
    actor.must(powers.CEILING, org)
    refuse_if(rules.norm_faults(rules.NormFacts(table, key.strip(), value.strip(), clause.strip())))
    with refusing("norm", actor=actor, at=at, org=org), journal.act():
        if Norm.objects.filter(org=org, table=table, key=key.strip(), since=since).exists():
            refuse("dates_order", f"这一项从 {since} 起已经改过一次。", fact=str(since), cure="请换一个起始日期。")
        if since < day_of(at):
            refuse(
                "dates_order", "只能从今天或以后起改，已经算过的不变。", fact=str(since), cure="请填今天或以后的日期。"
            )
        norm = Norm.objects.create(
            org=org, table=table, key=key.strip(), value=value.strip(), since=since, clause=clause.strip()[:200],
            person_id=actor.person_id,
        )  # fmt: skip
        journal.write(
            "funds.norm_set", actor=actor, at=at, org=org, subject=norm,
            payload={"kind": table, "key": norm.key, "value": norm.value, "since": str(since)},
        )  # fmt: skip
        return norm


def _hold(line: BudgetLine) -> BudgetLine:
    return BudgetLine.objects.select_for_update(of=("self",)).select_related("org").get(pk=line.pk)
