"""The lines and caps that an authority publishes, as dated rows; and condolences, held against the caps."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from gongjia.base import journal
from gongjia.base.actor import Actor
from gongjia.base.models import one_of
from gongjia.base.refused import Reason, Refused, refuse
from gongjia.who.orgs import queries as orgs
from gongjia.work.households import kinds, powers, queries, rules
from gongjia.work.households.actions.file import today
from gongjia.work.households.models import Condolence, CondolenceCap, LowLine


def set_low_line(*, city: str, valid_from: date, amount: int, document: str, actor: Actor, at: datetime) -> LowLine:
    """低保标准 of a place from a day on, fen a head and month."""
    with journal.act():
        actor.must(powers.RULES, orgs.root())
        city = city.strip()
        if not (city.isdigit() and len(city) == 6):
            refuse("city_wrong", "请填六位行政区划代码，如 330182；全市统一标准填 330100。")
        if amount <= 0:
            refuse("amount_missing", "请填写标准。")
        row, _ = LowLine.objects.update_or_create(
            city=city, valid_from=valid_from, defaults={"amount": amount, "document": document.strip()[:120]}
        )
        journal.write(
            "households.line_set", actor=actor, at=at, org=orgs.root(), subject=row,
            payload={"city": city, "from": valid_from.isoformat(), "amount": amount},
        )  # fmt: skip
        return row


def set_cap(
    *, why: str, valid_from: date, amount: int, per: str, mode: str, document: str, actor: Actor, at: datetime
) -> CondolenceCap:
    """How much a 慰问 of one kind may cost from a day on, and whether above it is warned of or refused."""
    with journal.act():
        actor.must(powers.RULES, orgs.root())
        if amount <= 0:
            refuse("amount_missing", "请填写限额。")
        row, _ = CondolenceCap.objects.update_or_create(
            why=why, valid_from=valid_from,
            defaults={"amount": amount, "per": per, "mode": mode, "document": document.strip()[:120]},
        )  # fmt: skip
        journal.write(
            "households.cap_set", actor=actor, at=at, org=orgs.root(), subject=row,
            payload={"why": why, "from": valid_from.isoformat(), "amount": amount, "per": per, "mode": mode},
        )  # fmt: skip
        return row


def condole(
    *,
    org: Any,
    person: Any,
    why: str,
    on: date,
    actor: Actor,
    at: datetime,
    amount: int = 0,
    goods: str = "",
    goods_value: int = 0,
    purse: str = kinds.Purse.UNION.value,
    photo: Any = None,
    accept_over: bool = False,
) -> Condolence:
    """慰问登记. Above a cap that only warns, `accept_over` says that the officer has read the warning."""
    with journal.act():
        actor.must(powers.CONDOLE, org)
        spells = person.memberships.filter(org__path__startswith=org.path, since__lte=on)
        if not spells.exclude(until__lte=on).exists():
            refuse("not_member_here", "这位职工那天不是本会会员。", cure="请核对姓名，或由其所在工会登记。")
        one_of(type(person).objects.select_for_update().filter(pk=person.pk))  # the year's sum is read under it
        given = rules.Given(why, on, today(at), amount + goods_value, queries.given_before(person.pk, why, on))
        if reasons := rules.condole_faults(given):
            raise Refused(reasons)
        cap = rules.cap_on(queries.cap_rules(), why, on)
        over = rules.over_cap(given, cap)
        if over is not None and (cap is None or cap.mode == kinds.CapMode.REFUSE):
            raise Refused(over)
        if over is not None and not accept_over:
            raise Refused(
                Reason(
                    "over_cap_warn",
                    over.sentence,
                    over.fact,
                    over.clause,
                    "确认要登记的，请勾选“已知超过限额”后再提交。",
                )
            )
        row = Condolence(
            org=org, person=person, why=why, amount=amount, goods=goods.strip()[:100], goods_value=goods_value,
            purse=purse, on=on, photo=photo, over_cap=over is not None, entered_by=actor.label, entered_at=at,
        )  # fmt: skip
        row.save(force_insert=True)
        journal.write(
            "households.condoled", actor=actor, at=at, org=org, subjects=[row, person],
            payload={"why": why, "fen": amount, "goods_fen": goods_value, "purse": purse, "over": over is not None},
        )  # fmt: skip
        return row


def void_condolence(*, row: Condolence, why: str, actor: Actor, at: datetime) -> Condolence:
    """A wrong entry stays and counts no more."""
    with journal.act():
        row = Condolence.objects.select_for_update(of=("self",)).select_related("org").get(pk=row.pk)
        actor.must(powers.CONDOLE, row.org)
        if row.void_on is not None:
            refuse("void_already", "这条登记已经作废。", fact=str(row.void_on))
        if not why.strip():
            refuse("why_missing", "请写明为什么作废。")
        row.void_on, row.void_why = today(at), why.strip()[:200]
        row.save(update_fields=["void_on", "void_why"])
        journal.write("households.condole_void", actor=actor, at=at, org=row.org, subjects=[row], note=why.strip())
        return row
