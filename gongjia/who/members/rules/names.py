"""Pinyin of names and the pieces by which a name is found."""

from __future__ import annotations

import re
from functools import lru_cache

# Surnames that are read unlike the same character elsewhere.
_SURNAMES = {
    "单": "shan", "曾": "zeng", "解": "xie", "仇": "qiu", "区": "ou", "查": "zha", "盖": "ge", "朴": "piao",
    "任": "ren", "华": "hua", "尉": "wei", "乐": "yue", "员": "yun", "贠": "yun", "缪": "miao", "繁": "po",
    "翟": "zhai", "黑": "he", "洗": "xian", "冼": "xian", "折": "she", "种": "chong", "秘": "bi", "冯": "feng",
    "那": "na", "牟": "mu", "宓": "mi", "覃": "qin", "谌": "chen", "召": "shao", "应": "ying", "卜": "bu",
    "石": "shi", "车": "che", "句": "gou", "费": "fei", "祭": "zhai", "能": "nai", "都": "du", "哈": "ha",
    "占": "zhan", "訾": "zi", "郗": "xi", "郇": "xun", "乜": "nie", "万": "wan", "盛": "sheng", "隗": "wei",
    "曲": "qu", "葛": "ge", "纪": "ji", "长": "chang", "相": "xiang", "阚": "kan", "逄": "pang", "麻": "ma",
    "过": "guo", "晟": "cheng", "洪": "hong", "行": "xing", "燕": "yan", "令": "ling", "干": "gan", "於": "yu",
    "俞": "yu", "沈": "shen", "宿": "su", "粘": "nian", "柏": "bai", "呙": "guo", "兴": "xing", "适": "kuo",
}  # fmt: skip
_DOUBLE = {
    "尉迟": ("yu", "chi"), "长孙": ("zhang", "sun"), "万俟": ("mo", "qi"), "单于": ("chan", "yu"),
    "澹台": ("tan", "tai"), "令狐": ("ling", "hu"), "皇甫": ("huang", "fu"), "宇文": ("yu", "wen"),
    "欧阳": ("ou", "yang"), "司马": ("si", "ma"), "上官": ("shang", "guan"), "诸葛": ("zhu", "ge"),
}  # fmt: skip
_NOT_IN_NAMES = re.compile(r"[\s·•.\-'’]+")
_HAN = re.compile(r"[㐀-鿿豈-﫿\U00020000-\U0003ffff]")
_LATIN = re.compile(r"[a-z]+")


@lru_cache(maxsize=20_000)
def _syllable(char: str) -> str:
    if not _HAN.match(char):
        return char.lower() if char.isascii() and char.isalpha() else ""
    from pypinyin import Style, pinyin  # late: its tables are half a second that most commands never need

    read = pinyin(char, style=Style.NORMAL, errors="ignore", v_to_u=False)
    return read[0][0] if read else ""


def syllables(name: str) -> list[str]:
    """One reading per character, the surname read as a surname."""
    name = _NOT_IN_NAMES.sub("", name)
    if name[:2] in _DOUBLE and len(name) > 2:
        return [*_DOUBLE[name[:2]], *(_syllable(char) for char in name[2:])]
    if name[:1] in _SURNAMES:
        return [_SURNAMES[name[0]], *(_syllable(char) for char in name[1:])]
    return [_syllable(char) for char in name]


def latin_of(name: str) -> tuple[str, str]:
    """(full pinyin, initials): 单建国 -> ("shanjianguo", "sjg"). A foreign name is its own pinyin."""
    if not _HAN.search(name):
        words = re.findall(r"[a-z]+", name.lower())
        return "".join(words)[:200], "".join(word[0] for word in words)[:30]
    read = syllables(name)
    return "".join(read)[:200], "".join(part[:1] for part in read)[:30]


def keys_of(name: str) -> list[str]:
    """Pieces by which a name is found: its substrings of one to three characters, its initials in
    pieces of two and more from the front and from the second, full pinyin, pinyin of the given name."""
    return list(_keys_of(name))


@lru_cache(maxsize=50_000)
def _keys_of(name: str) -> tuple[str, ...]:
    bare = _NOT_IN_NAMES.sub("", name).lower()
    if not _HAN.search(bare):
        words = re.findall(r"[a-z]+", name.lower())
        full = "".join(words)
        pieces = {full, *words} | {full[:length] for length in (2, 3)} | {"".join(word[0] for word in words)}
        return tuple(sorted(piece for piece in pieces if len(piece) > 1))
    keys = {bare[at : at + length] for length in (1, 2, 3) for at in range(len(bare) - length + 1)}
    read = syllables(name)
    initials = "".join(part[:1] for part in read)
    for start in (0, 1):
        keys |= {initials[start:end] for end in range(start + 2, min(len(initials), 6) + 1)}
    keys |= {"".join(read), "".join(read[1:])}
    return tuple(sorted(key for key in keys if key))


def search_keys(text: str) -> list[str]:
    """Keys that all have to be there for what somebody typed; empty when it cannot be a name."""
    bare = _NOT_IN_NAMES.sub("", text).lower()
    if not bare:
        return []
    if _HAN.search(bare):
        if len(bare) <= 3:
            return [bare]
        return sorted({bare[at : at + 3] for at in range(len(bare) - 2)})
    return [bare] if _LATIN.fullmatch(bare) and len(bare) > 1 else []
