"""How a figure's value is stored and shown."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from gongjia.base import money
from gongjia.report.figure import Figure, Ratio

MISSING = "×"  # nothing was reported: never read as zero


def stored(figure: Figure, value: int | Decimal | None) -> int | None:
    """As a bigint: fen for money, tenths of a percent for a ratio, else the number itself."""
    if value is None:
        return None
    return int((Decimal(value) * 10).to_integral_value(ROUND_HALF_UP)) if isinstance(figure, Ratio) else int(value)


def loaded(figure: Figure, number: int | None) -> int | Decimal | None:
    """The inverse of `stored`."""
    if number is None or not isinstance(figure, Ratio):
        return number
    return Decimal(number) / 10


def plain(figure: Figure, value: int | Decimal | None) -> str:
    """The bare number: `10`, `58,000`, `45,000.00`, `87.5`."""
    if value is None:
        return MISSING
    if figure.money:
        return money.plain(int(value))
    return f"{value:,}"


def full(figure: Figure, value: int | Decimal | None) -> str:
    """With its unit: `10名`, `45,000.00元`, `87.5%`."""
    return f"{plain(figure, value)}{figure.unit}"


def wan(figure: Figure, value: int | Decimal | None) -> str:
    """In ten thousands, exact: `4.5万元` for money, `5.8万` for others (whose unit the words name)."""
    if value is None:
        return MISSING
    if figure.money:
        return money.wan(int(value)).replace(" ", "")
    return money.wan(int(value) * 100).removesuffix(" 万元") + "万"


def outside(figure: Figure, value: int | Decimal | None) -> int | float | None:
    """For a JSON answer: money in yuan, a ratio in percent, else the number."""
    if value is None:
        return None
    if figure.money:
        whole, rest = divmod(int(value), 100)
        return whole if rest == 0 else float(money.decimal(int(value)))
    if isinstance(figure, Ratio):
        return float(value)
    return int(value)


def percent(value: Decimal | None) -> str:
    return "—" if value is None else f"{value.quantize(Decimal('0.1'), ROUND_HALF_UP)}%"
