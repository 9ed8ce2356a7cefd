"""The guard: finds what may never become public in any text (个人信息保护法 25、28).

Numbers are looked for in the text as a careless hand leaves them: full-width, in Chinese figures, with invisible
marks inside, cut by spaces, hyphens, cells or a line's end, or spoilt by a spreadsheet. A number counts only when
it can be one (birth date, check digit, Luhn), so that amounts, dates and document numbers pass.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from gongjia.base.identity_numbers import check_digit, check_id_card, check_uscc, luhn_ok
from gongjia.work.publish.kinds import LeakKind
from gongjia.work.publish.rules.places import find_addresses

_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−﹣－ー一"[:-1]), "-")
_FIGURES = dict(zip("〇零○一二三四五六七八九壹贰叁肆伍陆柒捌玖两幺", "000123456789123456789" + "21", strict=True))
_IN_WORDS = re.compile(
    r"[〇零○一二三四五六七八九壹贰叁肆伍陆柒捌玖两幺](?:[\s-]?[〇零○一二三四五六七八九壹贰叁肆伍陆柒捌玖两幺0-9xX]){10,}"
)
_GROUP = re.compile(r"\d+[Xx]?|(?<![A-Za-z])[Xx](?![A-Za-z0-9])")
_GAP = re.compile(r"[\s.,、，。·_/\\|:;~*'\"()\[\]<>{}+=#-]{1,4}|\s{1,60}|\s*-?\s*")
_SPOILT = re.compile(r"(?<![\d.])(\d)\.(\d{4,16})[Ee]\+?(\d{2})(?!\d)")
_CODE = re.compile(r"(?<![0-9A-Za-z])[0-9A-HJ-NPQRTUWXY]{18}(?![0-9A-Za-z])")
_PHONE = re.compile(r"(?:0086|086|86|0)?(1[3-9]\d{9})")
_CARD_WORDS = re.compile(r"卡号|账号|帐号|账户|帐户|银行|开户")
_LONGEST_GROUP = 24  # a longer run of figures is searched inside as well, but only this far
YEARS = (1900, 2035)
MOST_BESIDE = 3  # further cells of figures beside a number cut over cells
_ISSUERS = ("62", "9558", "9559", "103", "4367", "4563", "5187", "5268", "3568")


@dataclass(frozen=True)
class Leak:
    """One thing found: what, where, and a trace of it that tells nothing. Not `sure`: figures of neighbouring
    cells that would make a number; whoever has looked may say that they are none."""

    kind: str
    where: str
    found_masked: str
    sure: bool = True

    @property
    def label(self) -> str:
        return LeakKind(self.kind).label


def leaks(text: str, where: str = "") -> list[Leak]:
    """Everything in `text` that may not be public; `where` is said before the line's number."""
    plain = plain_of(text)
    found: dict[tuple[str, str], Leak] = {}
    for kind, value, at, sure in _hits(plain):
        line = plain.count("\n", 0, at) + 1
        place = where or (f"第 {line} 行" if "\n" in plain else "文中")
        found.setdefault((kind, value), Leak(kind, place, traced(kind, value), sure))
    return list(found.values())


def plain_of(text: str) -> str:
    """As the guard reads it: half-width, no invisible marks, Chinese figures of a long run as digits."""
    plain = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).translate(_DASHES)
    plain = _IN_WORDS.sub(lambda hit: "".join(_FIGURES.get(one, one) for one in hit.group()), plain)
    return _SPOILT.sub(_unspoil, plain)


def traced(kind: str, value: str) -> str:
    """What may be shown of it to whoever must find it again."""
    if kind == LeakKind.ADDRESS:
        return value[:2] + "…" + value[-1:]
    return value[:3] + "*" * (len(value) - 5) + value[-2:]


def _unspoil(hit: re.Match[str]) -> str:
    """3.30100199003071E+17 still tells fifteen of the eighteen figures; 1.9900001234E+10 all eleven."""
    figures, power = hit.group(1) + hit.group(2), int(hit.group(3))
    return figures.ljust(power + 1, "0") if power <= 18 and len(figures) <= power + 1 else hit.group()


# -- numbers ---------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class _Group:
    text: str
    start: int
    gap: str  # what stands between it and the next one of its chain


def _chains(plain: str) -> Iterator[list[_Group]]:
    """Groups of figures that only gaps part."""
    chain: list[_Group] = []
    last = None
    for hit in _GROUP.finditer(plain):
        if last is not None:
            between = plain[last.end() : hit.start()]
            joined = last.group()[-1] not in "Xx" and _GAP.fullmatch(between) is not None
            chain.append(_Group(last.group().upper(), last.start(), between if joined else ""))
            if not joined:
                yield chain
                chain = []
        last = hit
    if last is not None:
        chain.append(_Group(last.group().upper(), last.start(), ""))
        yield chain


def _hits(plain: str) -> Iterator[tuple[str, str, int, bool]]:
    codes = [hit.span() for hit in _CODE.finditer(plain) if _is_code(hit.group())]
    for chain in _chains(plain):
        free = [not any(start <= group.start < end for start, end in codes) for group in chain]
        windows = [
            (range(first, last + 1), joined)
            for first in range(len(chain))
            if free[first]
            for last, joined in _grown(chain, first)
        ]
        taken: set[int] = set()  # groups already known to be of an ID number
        for span, joined in windows:
            groups = [chain[one] for one in span]
            if not taken & set(span) and (number := _identity(joined, groups, whole=len(span) == len(chain))):
                taken |= set(span)
                yield LeakKind.ID.value, number, groups[0].start, True
        for span, joined in windows:
            if taken.issuperset(span):
                continue
            groups = [chain[one] for one in span]
            cells = any("\t" in group.gap for group in groups[:-1])
            if cells and len(chain) - len(groups) > MOST_BESIDE:
                continue  # a table of figures
            for number in _phones(joined, groups):
                yield LeakKind.PHONE.value, number, groups[0].start, not cells
            if _card(joined, groups, plain, cells):
                yield LeakKind.CARD.value, joined, groups[0].start, not cells
    for value, at in find_addresses(plain):
        yield LeakKind.ADDRESS.value, value, at, True


def _grown(chain: Sequence[_Group], first: int) -> Iterator[tuple[int, str]]:
    """(last group, all joined) as long as it may still be a number."""
    joined = ""
    for last in range(first, len(chain)):
        joined += chain[last].text
        if len(joined) > _LONGEST_GROUP and last > first:
            return
        yield last, joined


def _is_code(text: str) -> bool:
    """A union's or a firm's code. Seventeen figures and an X may happen to check as one: they are an ID number."""
    return not text[:17].isdigit() and check_uscc(text).ok


def _born_ok(text: str) -> bool:
    checked = check_id_card(text)
    return checked.ok and checked.born_on is not None and YEARS[0] <= checked.born_on.year <= YEARS[1]


def _looks_born(text: str) -> bool:
    """Eighteen figures that would be an ID number but for the last one: mistyped, or cut off by a spreadsheet."""
    return text[:17].isdigit() and _born_ok(text[:17] + check_digit(text[:17]))


def _identity(joined: str, groups: Sequence[_Group], *, whole: bool) -> str:
    """An ID number: eighteen figures that check, wherever they begin in one group; fifteen that stand for themselves."""
    if len(groups) == 1:
        for at in range(len(joined) - 17):
            if _born_ok(joined[at : at + 18]):
                return joined[at : at + 18]
        if len(joined) == 18 and _looks_born(joined):
            return joined
    elif len(joined) == 18 and (_born_ok(joined) or (whole and _even(groups, {(6, 8, 4)}) and _looks_born(joined))):
        return joined
    if len(joined) == 15 and joined.isdigit() and _even(groups, {(6, 6, 3), (6, 9), (12, 3)}) and _born_ok(joined):
        return joined
    return ""


def _even(groups: Sequence[_Group], shapes: Iterable[tuple[int, ...]] = ()) -> bool:
    """Whether groups look like one number cut up: not at all, by the habit, into single figures, or at a line's end."""
    shape = tuple(len(group.text) for group in groups)
    gaps = [group.gap for group in groups[:-1]]
    if len(shape) == 1 or shape in set(shapes):
        return True
    if max(shape) == 1:
        return True
    if len(shape) == 2 and "\n" in gaps[0]:
        return min(shape) >= 2
    same = len({gap.strip() or "space" for gap in gaps}) == 1
    in_one_cell = not any("\t" in gap or "\n" in gap for gap in gaps)
    listed = any(sign in gap for gap in gaps for sign in ",、，;。")
    return same and in_one_cell and not listed and len(shape) <= 6 and min(shape) >= 2


def _phones(joined: str, groups: Sequence[_Group]) -> list[str]:
    """Mobile numbers: one, or several written without a space between them."""
    if not joined.isdigit():
        return []
    if len(groups) == 1 and len(joined) in (22, 33):
        parts = [joined[at : at + 11] for at in range(0, len(joined), 11)]
        return parts if all(_PHONE.fullmatch(part) for part in parts) else []
    hit = _PHONE.fullmatch(joined)
    if hit is None:
        return []
    rest = groups
    if len(joined) > 11 and len(groups) > 1 and groups[0].text in ("86", "086", "0086", "0"):
        rest = groups[1:]
    return [hit.group(1)] if _even(rest, {(3, 4, 4), (3, 8), (7, 4), (4, 4, 3), (3, 3, 5)}) and _as_phone(rest) else []


def _as_phone(groups: Sequence[_Group]) -> bool:
    """Not a list of amounts: 150、2000、3000 is three of them."""
    return not any(sign in group.gap for group in groups[:-1] for sign in ",、，;。")


def _card(joined: str, groups: Sequence[_Group], plain: str, cells: bool) -> bool:
    """A bank card: fifteen to nineteen figures with the Luhn check, of a known beginning or called one."""
    if not (joined.isdigit() and 15 <= len(joined) <= 19 and luhn_ok(joined) and joined.strip("0")):
        return False
    fours = all(len(group.text) == 4 for group in groups[:-1])
    if not _even(groups, {tuple(len(group.text) for group in groups)} if fours else ()):
        return False
    if joined.startswith(_ISSUERS) or (joined[0] in "3456" and not cells):
        return True
    start = groups[0].start
    return _CARD_WORDS.search(plain[max(0, start - 16) : start]) is not None
