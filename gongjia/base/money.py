"""Money is an int of 分 (fen). Text comes in and goes out here; a float never does."""

from __future__ import annotations

import re
from decimal import Decimal

from gongjia.base.refused import Reason, Refused

LIMIT = 9_223_372_036_854_775_807  # PostgreSQL bigint
_WIDE = str.maketrans("０１２３４５６７８９．，－＋￥　", "0123456789.,-+¥ ")
# thousands are grouped in threes or not at all: "4,50" is a slip, not four hundred and fifty
_AMOUNT = re.compile(r"¥?\s*([+-]?)¥?\s*(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d+))?\s*(亿元?|万元?|元整?|圆整?)?(?:人民币)?")
_SCALE = {"": 0, "元": 0, "圆": 0, "万": 4, "亿": 8}


def _unreadable(given: object, why: str) -> Refused:
    return Refused(
        Reason(
            "money_unreadable",
            f"看不懂这个金额：{why}。可以写成 45000、45,000.00 或 4.5万元。",
            fact=str(given)[:40],
            cure="请按例子重新填写",
        )
    )


def yuan(text: str | int | Decimal, *, signed: bool = False) -> int:
    """`"45,000.00"`, `"4.5 万元"`, `"¥45000"` or a whole number of yuan -> fen.

    Strict: at most two decimals of a yuan, grouping by threes, no sign unless `signed`.
    """
    if isinstance(text, bool | float) or text is None:
        raise _unreadable(text, "不是按文字或整数给出的金额")
    given = str(text) if not isinstance(text, Decimal) else format(text, "f")
    match = _AMOUNT.fullmatch(given.translate(_WIDE).strip().removeprefix("人民币").strip())
    if not match:
        raise _unreadable(given, "不是一个金额")
    sign, whole, fraction, unit = match[1], match[2].replace(",", ""), match[3] or "", match[4] or ""
    if sign and not signed:
        raise _unreadable(given, "这里不能带正负号")
    places = _SCALE[unit[:1]] + 2
    if len(fraction) > places and fraction[places:].strip("0"):
        raise _unreadable(given, "精确到了分以下")
    fen = int(whole + fraction[:places].ljust(places, "0"))
    if fen > LIMIT:
        raise _unreadable(given, "数目太大")
    return -fen if sign == "-" else fen


def plain(fen: int) -> str:
    """`4500000` -> `"45,000.00"`: for tables whose head names the unit."""
    _check(fen)
    whole, rest = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{whole:,}.{rest:02d}"


def show(fen: int) -> str:
    """`4500000` -> `"45,000.00 元"`."""
    return f"{plain(fen)} 元"


def wan(fen: int) -> str:
    """`4500000` -> `"4.5 万元"`; exact, never rounded."""
    _check(fen)
    whole, rest = divmod(abs(fen), 1_000_000)
    fraction = f"{rest:06d}".rstrip("0")
    return f"{'-' if fen < 0 else ''}{whole:,}{'.' if fraction else ''}{fraction} 万元"


def decimal(fen: int) -> Decimal:
    """Yuan with two decimals, for a spreadsheet's number cell."""
    _check(fen)
    return Decimal(fen).scaleb(-2)


_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")


def capital(fen: int) -> str:
    """`4500000` -> `"肆万伍仟元整"`, as on a voucher (正确填写票据和结算凭证的基本规定, 一).

    整 stands after 元 and after 角, never after 分; a 零 stands for a gap between figures,
    also between 元 and 分 when there are no 角.
    """
    _check(fen)
    amount, rest = divmod(abs(fen), 100)
    jiao, cent = divmod(rest, 10)
    text = _whole(amount)
    if text:
        text += "元"
    if jiao:
        text += _DIGITS[jiao] + "角"
    if cent:
        text += ("零" if amount and not jiao else "") + _DIGITS[cent] + "分"
    if not text:
        return "零元整"
    if not cent:
        text += "整"
    return ("负" if fen < 0 else "") + text


def _whole(amount: int) -> str:
    """Read as Chinese does: so many 亿, so many 万, and the rest; a 零 where a place is empty between them."""
    for base, name in ((10**8, "亿"), (10**4, "万")):
        if amount >= base:
            high, rest = divmod(amount, base)
            gap = "零" if 0 < rest < base // 10 else ""
            return _whole(high) + name + gap + _whole(rest)
    return _four(amount)


def _four(group: int) -> str:
    text, gap = "", False
    for place in (3, 2, 1, 0):
        digit = group // 10**place % 10
        if not digit:
            gap = bool(text)
            continue
        text += ("零" if gap else "") + _DIGITS[digit] + _PLACES[place]
        gap = False
    return text


def _check(fen: int) -> None:
    if isinstance(fen, bool) or not isinstance(fen, int):
        raise TypeError(f"money is an int of fen, not {type(fen).__name__}")
