"""Trades of the new forms of employment: the dated list, and whose is which."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from gongjia.base import journal
from gongjia.base.actor import Actor
from gongjia.base.refused import refuse
from gongjia.who.members import powers
from gongjia.who.members.actions import spells
from gongjia.who.members.models import Membership, Person, Trade
from gongjia.who.orgs.queries import in_force


def known(code: str, on: date) -> bool:
    return Trade.objects.filter(in_force(on), code=code).exists()


def set_trade(
    *, person: Person, trade: str, platform: str, area: str, actor: Actor, at: datetime, note: str = ""
) -> Membership:
    """The trade of the new forms of employment that a member works in now; "" for none."""
    today = spells.day_of(at)
    with journal.act():
        held = spells.held_by(person, actor, powers.EDIT)
        if held.open is None:
            refuse("no_membership", "现在没有会籍可以办理。", cure="请先办理入会。")
        if trade and not known(trade, today):
            refuse("code_unknown", "职业不在现行的新就业形态目录里。", fact=trade, cure="请从目录里选。")
        spell, before = held.open, held.open.trade
        spell.trade = trade
        spell.platform, spell.area = (platform.strip(), area.strip()) if trade else ("", "")
        spell.save(update_fields=["trade", "platform", "area"])
        spells.write("members.trade_set", held, spell, actor, at, note, None, before=before, after=trade)
        return spell


def set_trades(*, rows: Sequence[tuple[str, str, str]], from_on: date, actor: Actor, at: datetime) -> list[Trade]:
    """The list of trades from a day on: (code, name, group). Codes not named end on that day."""
    actor.must(powers.TRADES, None)
    codes = [code for code, _name, _group in rows]
    if len(set(codes)) != len(codes):
        refuse("code_twice", "目录里有重复的代码。", cure="请删去重复的一行。")
    with journal.act():
        now = {trade.code: trade for trade in Trade.objects.select_for_update().filter(until__isnull=True)}
        if any(trade.since > from_on for trade in now.values()):
            refuse("before_last_list", "日期早于现行目录的开始日期。", fact=str(from_on), cure="请核对日期。")
        for order, (code, name, group) in enumerate(rows, start=1):
            old = now.pop(code, None)
            if old and (old.name, old.group) == (name, group):
                Trade.objects.filter(pk=old.pk).update(order=order)
                continue
            if old:
                Trade.objects.filter(pk=old.pk).update(until=from_on)
            Trade.objects.create(code=code, name=name, group=group, since=from_on, order=order)
        Trade.objects.filter(pk__in=[trade.pk for trade in now.values()]).update(until=from_on)
        journal.write(
            "members.trades_changed", actor=actor, at=at, payload={"from": from_on.isoformat(), "codes": codes}
        )
        return list(Trade.objects.filter(until__isnull=True))
