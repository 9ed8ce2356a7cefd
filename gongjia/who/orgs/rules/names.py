"""How union names are made searchable: an index of single characters and pairs.

A pair of characters is the usual Chinese search; trigram indexes cannot answer it.
"""

from __future__ import annotations

import unicodedata


def folded(text: str) -> str:
    """Full-width forms, letter case and blanks do not matter in a search."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


_BRACKETS = str.maketrans("()", "（）")


def spellings(text: str) -> set[str]:
    """The ways a name may stand in the register when somebody typed it so: brackets of either width, no blanks."""
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    return {text, text.strip(), plain, plain.translate(_BRACKETS)} - {""}


def _pairs(text: str) -> set[str]:
    return {text[at : at + 2] for at in range(len(text) - 1)}


def name_keys(*names: str) -> list[str]:
    """Single characters and pairs of all names, for the index."""
    keys: set[str] = set()
    for name in names:
        text = folded(name)
        keys |= set(text) | _pairs(text)
    return sorted(key for key in keys if len(key) <= 2)


def search_keys(query: str) -> list[str]:
    """What a name must have to be found by a query; [] for a blank one."""
    text = folded(query)
    return [text] if len(text) == 1 else sorted(_pairs(text))
