"""Invented numbers that lie in the sealed columns, and how to see one of them in an answer.

Looked for in bodies, headers and inside the sheets and documents that are handed out; plain, full-width,
URL-encoded, base64 and the last six digits beside the date of birth.
"""

from __future__ import annotations

import base64
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any
from urllib.parse import unquote, unquote_to_bytes

WIDE = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
NARROW = str.maketrans("０１２３４５６７８９Ｘｘ", "0123456789XX")
ANY_WIDE = re.compile("[０-９Ｘｘ]")
BESIDE = 24  # characters between a date of birth and the last six digits that would give the number away
DIGITS = re.compile(r"[0-9Xx]{6,}")
CODED = re.compile(rb"[A-Za-z0-9+/]{12,}")


def in_base64(number: str) -> Iterator[bytes]:
    """What base64 makes of it wherever it begins in the text: the letters that depend on nothing around it."""
    for shift in range(3):
        coded = base64.b64encode(b"\0" * shift + number.encode())
        yield coded[(0, 2, 3)[shift] : len(coded) - 4]


def windows(run: Any, length: int) -> Iterator[Any]:
    return (run[at : at + length] for at in range(len(run) - length + 1))


def narrow(data: bytes) -> str:
    """The text with half-width digits. Few pages carry others, and turning every letter over takes its time."""
    text = data.decode(errors="replace")
    return text.translate(NARROW) if ANY_WIDE.search(text) else text


def unpacked(data: bytes) -> bytes:
    """A sheet or a document is a packed folder: its texts, one after the other."""
    if not data.startswith(b"PK\x03\x04"):
        return data
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        return b"\n".join(packed.read(name) for name in packed.namelist())


def content_of(response: Any) -> bytes:
    body = b"".join(response.streaming_content) if response.streaming else response.content
    head = "\n".join(f"{name}: {value}\n{unquote(value)}" for name, value in response.items())
    cookies = response.cookies.output()
    return unpacked(body) + b"\n" + head.encode() + b"\n" + cookies.encode()


def days_of(born: date) -> tuple[str, ...]:
    return (f"{born:%Y%m%d}", f"{born:%Y-%m-%d}", f"{born.year}年{born.month}月{born.day}日", f"{born:%Y/%m/%d}")


class Canaries:
    """All of them at once: an answer is read a single time, however many numbers there are."""

    def __init__(self, numbers: Iterable[str], births: dict[str, date]):
        self.plain = {number.upper() for number in numbers}
        coded = {shape: number for number in self.plain for shape in in_base64(number)}
        self.shortest = min(map(len, coded), default=0)
        self.coded: dict[bytes, list[tuple[bytes, str]]] = {}  # by how a shape begins: a text is walked along once
        for shape, number in coded.items():
            self.coded.setdefault(shape[: self.shortest], []).append((shape, number))
        self.tails: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
        for number, born in births.items():
            self.tails.setdefault(number[-6:].upper(), []).append((number, days_of(born)))
        self.lengths = {len(number) for number in self.plain}

    def in_answer(self, response: Any) -> set[str]:
        """Which of them an answer carries."""
        return self.in_bytes(content_of(response))

    def in_bytes(self, data: bytes) -> set[str]:
        found = {
            number
            for run in CODED.findall(data)
            for begin in self.coded.keys() & set(windows(run, self.shortest))
            for shape, number in self.coded[begin]
            if shape in run
        }
        text = narrow(data)
        found |= self._in_text(text)
        if "%3" in text:
            found |= self._in_text(narrow(unquote_to_bytes(data)))
        return found

    def _in_text(self, text: str) -> set[str]:
        found = set()
        for place in DIGITS.finditer(text):
            run = place.group().upper()
            for length in self.lengths:
                found |= self.plain.intersection(windows(run, length))
            for at, tail in enumerate(windows(run, 6), place.start()):
                for number, days in self.tails.get(tail, ()):
                    around = text[max(0, at - BESIDE) : at + 6 + BESIDE]
                    if any(day in around for day in days):
                        found.add(number)
        return found
