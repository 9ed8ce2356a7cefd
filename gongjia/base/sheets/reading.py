"""Reading a spreadsheet that somebody uploaded, in a process of its own (`child.py`)."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, NoReturn

from gongjia.base.refused import Reason, Refused
from gongjia.base.sheets.cells import Damaged
from gongjia.base.sheets.limits import Limits

CHILD = Path(__file__).with_name("child.py")
US, RS, GS = "\x1f", "\x1e", "\x1d"

_SAVE_AS = "请用 Excel 或 WPS 打开，另存为“Excel 工作簿（.xlsx）”后再上传"
# code -> what is wrong, what to do about it
SENTENCES = {
    "sheet_too_big": ("表格太大了", "请分成几个文件上传"),
    "sheet_bomb": ("这个文件解开后大得不正常，为安全起见没有打开", "请把需要的内容复制到一个新表格里再上传"),
    "sheet_kind": ("这不是能读的表格文件", _SAVE_AS),
    "sheet_columns": ("表格的列太多了", "请删除数据右边多余的空列，保存后再上传"),
    "sheet_rows": ("表格的行太多了", "请删除数据下边多余的空行，或分成几个文件上传"),
    "sheet_half": ("文件不完整或已损坏，可能没有传完", "请确认文件在电脑上能打开，再重新上传"),
    "sheet_macro": ("表格里带有宏，为安全起见没有打开", _SAVE_AS),
    "sheet_links": ("表格里引用了别的文件", "请全选后“复制—选择性粘贴—数值”到新表格里再上传"),
    "sheet_encrypted": ("表格设了打开密码", "请去掉密码，保存后再上传"),
}
_KINDS = {
    "html": ("这个文件是网页，只是名字像表格", _SAVE_AS),
    "xml": ("这个文件是 XML，不是表格", _SAVE_AS),
    "text": ("这个文本文件读不懂", "请在 Excel 或 WPS 里另存为 .xlsx，或另存为“CSV UTF-8”"),
    "empty": ("文件是空的", "请选对文件后重新上传"),
}


@dataclass
class Sheet:
    """One worksheet as rows of text. Row `i` is the one the sheet itself numbers `first_row_number + i`.

    Rows are as long as their last cell with text; empty rows between are kept, so numbers do not shift.
    """

    name: str
    rows: list[list[str]] = field(default_factory=list)
    first_row_number: int = 1

    def number_of(self, index: int) -> int:
        return self.first_row_number + index

    @property
    def width(self) -> int:
        return max(map(len, self.rows), default=0)


@dataclass
class Workbook:
    """What could be seen in the file: hidden sheets are left out."""

    name: str
    kind: str  # "xlsx" | "xls" | "csv"
    encoding: str  # of a csv
    sheets: list[Sheet]

    @property
    def first(self) -> Sheet:
        """The first sheet with anything in it."""
        return next((sheet for sheet in self.sheets if sheet.rows), self.sheets[0])


def refused(code: str, fact: str = "", kind: str = "") -> Refused:
    sentence, cure = _KINDS.get(kind) or SENTENCES[code]
    shown = f"{sentence}（{fact}）。" if fact and not kind and code != "sheet_half" else f"{sentence}。"
    return Refused(Reason(code, shown, fact=fact, cure=cure))


def read(source: str | Path | bytes | IO[bytes], name: str = "", limits: Limits | None = None) -> Workbook:
    """Read an xlsx, xls or csv; `Refused` with a code `sheet_…` when it is not safe or no table.

    `name` is only what the file is called in messages: its ending decides nothing.
    """
    limits = limits or Limits()
    with ExitStack() as stack:
        file, size = _opened(source, limits, stack)
        if size > limits.file_bytes:
            raise refused("sheet_too_big", f"{size >> 20} MB，最多 {limits.file_bytes >> 20} MB")
        if not name and isinstance(source, str | Path):
            name = Path(source).name
        return _parse(file, name, limits)


def _opened(source: str | Path | bytes | IO[bytes], limits: Limits, stack: ExitStack) -> tuple[IO[bytes], int]:
    """A real file at its start: what is checked is then exactly what is parsed, whatever happens to the path."""
    if isinstance(source, str | Path):
        file = stack.enter_context(Path(source).open("rb"))  # noqa: SIM115 - the stack closes it
        return file, os.fstat(file.fileno()).st_size
    if isinstance(source, bytes | bytearray | memoryview):
        source = io.BytesIO(source)
    copy = stack.enter_context(_unnamed())
    size = 0
    while piece := source.read(1 << 20):
        size += len(piece)
        if size > limits.file_bytes:
            break
        copy.write(piece)
    copy.flush()
    copy.seek(0)
    return copy, size


def _unnamed() -> IO[bytes]:
    """Memory where the system has it: personal data then never lies in a temporary file."""
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create("sheet"), "w+b")
    return tempfile.TemporaryFile()


def _parse(file: IO[bytes], name: str, limits: Limits) -> Workbook:
    child = subprocess.Popen(
        [sys.executable, "-I", str(CHILD), json.dumps(asdict(limits))],
        stdin=file,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"PYTHONUTF8": "1", **({"SYSTEMROOT": os.environ["SYSTEMROOT"]} if "SYSTEMROOT" in os.environ else {})},
    )
    alarm = threading.Timer(limits.seconds, child.kill)
    alarm.daemon = True
    alarm.start()
    book, running = Workbook(name, "", "", []), False
    try:
        assert child.stdout is not None
        for letter, data in _frames(child.stdout, limits.text_bytes):
            if letter == b"H":
                running = True
            elif letter == b"S":
                head = json.loads(data)
                book.kind, book.encoding = head["kind"], head["encoding"]
                book.sheets.append(Sheet(head["name"]))
            elif letter == b"R":
                book.sheets[-1].rows.extend(_rows(data.decode("utf-8")))
            elif letter == b"X":
                _refuse(json.loads(data))
            elif letter == b"E":
                break
        else:
            if not running:
                raise RuntimeError("the parsing process of spreadsheets does not start")
            # it died without a word: of its memory or time limit
            raise refused("sheet_bomb", "用尽了读表的内存或时间")
    finally:
        alarm.cancel()
        child.kill()
        child.wait()
        if child.stdout:
            child.stdout.close()
    if not book.sheets:
        raise refused("sheet_kind", "没有看得见的工作表")
    return book


def _refuse(said: dict[str, str]) -> NoReturn:
    raise refused(said["code"], said["fact"], said["kind"])


def _frames(pipe: IO[bytes], room: int) -> Iterator[tuple[bytes, bytes]]:
    while len(head := pipe.read(9)) == 9:
        length = int.from_bytes(head[1:], "big")
        room -= length
        if room < -(1 << 20):
            raise refused("sheet_bomb", "展开后的文字太多")
        data = pipe.read(length)
        if len(data) < length:
            return
        yield head[:1], data


def _rows(text: str) -> list[list[str]]:
    rows = [line.split(US) if line else [] for line in text.split(RS)]
    if GS in text:
        for row in rows:
            for index, cell in enumerate(row):
                if cell[:1] == GS:
                    row[index] = Damaged(cell[1:])
    return rows
