"""A figure's numbers as people type and read them."""

from __future__ import annotations

from decimal import Decimal

from gongjia.base import money
from gongjia.base.refused import Reason, Refused
from gongjia.report import figure as figure_module
from gongjia.report import show


def shown(key: str, stored: int) -> str:
    """A stored number of a figure as people read it."""
    figure = figure_module.find(key)
    return show.full(figure, show.loaded(figure, stored))


def read_value(key: str, text: str) -> int:
    """A number as somebody typed it, in the figure's stored unit: fen for money, tenths of a percent for a ratio."""
    figure = figure_module.find(key)
    plain = text.strip().replace(",", "").replace("，", "")
    if figure.money:
        return money.yuan(plain)
    try:
        number = Decimal(plain)
        stored = number * 10 if figure.parts else number
        if stored != stored.to_integral_value():
            raise ValueError(plain)
        return int(stored)
    except (ValueError, ArithmeticError):
        raise Refused(
            Reason("hand_value", f"“{text}”不是{figure.label}能用的数。", cure=f"请填整数，单位是{figure.unit}。")
        ) from None
