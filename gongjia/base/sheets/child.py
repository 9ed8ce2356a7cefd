"""The parsing process: reads one spreadsheet from standard input, writes plain text frames to standard output.

Started by `reading.py` as a script with an empty environment. It limits its own memory and time before it looks
at the file, so that whatever the file does, it does it to this process only. The answer is text that needs no
unpickling: a frame is one letter, eight bytes of length, and
  H  it runs: without it this process never came to look at the file
  S  JSON of a sheet: name, hidden, rows, width
  R  rows of the last S: cells joined by US (1F), rows by RS (1E); a cell that starts with GS (1D) is a damaged number
  X  JSON of a refusal: code, fact, kind
  E  the end: without it the answer is not whole
"""

from __future__ import annotations

import csv
import datetime
import gc
import io
import json
import os
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import python_calamine
from guard import Bad, check_xls, check_zip, kind_of  # type: ignore[import-not-found]

try:
    import resource
except ImportError:  # Windows has none: the parent's clock and the counts of `guard` remain
    resource = None  # type: ignore[assignment]

US, RS, GS = "\x1f", "\x1e", "\x1d"
ROWS_PER_FRAME = 4000
BASE_MEMORY = 224 << 20
LIVE = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")  # as `writing.LIVE_SIGNS`
EXACT = 10**15  # a spreadsheet keeps 15 figures of a number; the rest of a longer one is lost
# what a spreadsheet leaves in a CSV of a number too long for it: 3.301E+17, 1.99E+10
SCIENTIFIC = re.compile(r"[+-]?\d(?:\.\d+)?[Ee]\+\d{1,3}")
ODD = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
SEPARATORS = {0x1D: " ", 0x1E: " ", 0x1F: " "}


def main():
    limits = json.loads(sys.argv[1])
    out = sys.stdout.buffer
    frame(out, b"H", b"")
    out.flush()
    gc.disable()  # millions of short strings and no cycles
    try:
        allow(limits, BASE_MEMORY, 10)
        read(sys.stdin.buffer, limits, Frames(out, limits["text_bytes"]))
        frame(out, b"E", b"")
    except Bad as bad:
        answer(out, bad.code, bad.fact, bad.kind)
    except MemoryError:
        answer(out, "sheet_bomb", "内存", "")
    out.flush()
    os._exit(0)  # freeing a million strings one by one takes longer than reading them


def allow(limits, memory, seconds):
    """Raise the soft limits up to what this file may take; the hard ones are the caller's."""
    if resource is None:
        return
    hard = limits["memory"]
    resource.setrlimit(resource.RLIMIT_AS, (min(memory, hard), hard))
    resource.setrlimit(resource.RLIMIT_CPU, (min(seconds, limits["seconds"]), limits["seconds"]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def frame(out, letter, data):
    out.write(letter + len(data).to_bytes(8, "big") + data)


def answer(out, code, fact, kind):
    frame(out, b"X", json.dumps({"code": code, "fact": fact, "kind": kind}).encode())


class Frames:
    """Writes the rows of a sheet in blocks."""

    def __init__(self, out, room):
        self.out, self.room, self.rows = out, room, []

    def sheet(self, name, kind, encoding=""):
        self.flush()
        frame(self.out, b"S", json.dumps({"name": name, "kind": kind, "encoding": encoding}).encode())

    def row(self, cells):
        self.rows.append(cells)
        if len(self.rows) >= ROWS_PER_FRAME:
            self.flush()

    def flush(self):
        rows, self.rows = self.rows, []
        if not rows:
            return
        block = RS.join(map(US.join, rows))
        # Signs of ours inside the text of a cell, and numbers that a spreadsheet has damaged, are rare:
        # one look at the block, and only a block that has them is gone through.
        separators = sum(map(len, rows)) - len(rows) + rows.count([])
        if block.count(US) != separators or block.count(RS) != len(rows) - 1 or GS in block:
            rows = [[cell.translate(SEPARATORS) for cell in cells] for cells in rows]
            block = RS.join(map(US.join, rows))
        if "E+" in block or "e+" in block:
            block = RS.join([US.join([marked(cell) for cell in cells]) for cells in rows])
        data = block.encode("utf-8", "replace")
        self.room -= len(data)
        if self.room < 0:
            raise Bad("sheet_bomb", "展开后的文字太多")
        frame(self.out, b"R", data)


def marked(cell):
    return GS + cell if SCIENTIFIC.fullmatch(cell) else cell


def read(stream, limits, frames):
    head = stream.read(8192)
    stream.seek(0, 2)
    size = stream.tell()
    if size > limits["file_bytes"]:
        raise Bad("sheet_too_big", f"{size >> 20} MB，最多 {limits['file_bytes'] >> 20} MB")
    kind = kind_of(head, size)
    stream.seek(0)
    if kind == "zip":
        cells, unpacked = check_zip(stream, limits)
        allow(limits, BASE_MEMORY + size + cells * 220 + unpacked, 6 + cells // 100_000)
        stream.seek(0)
        read_workbook(stream, "xlsx", limits, frames)
    elif kind == "xls":
        data = stream.read()
        check_xls(data)
        allow(limits, BASE_MEMORY + size * 24, 6 + (size >> 20))
        read_workbook(io.BytesIO(data), "xls", limits, frames)
    else:
        allow(limits, BASE_MEMORY + size * 8, 6 + (size >> 20))
        read_text(stream.read(), limits, frames)
    frames.flush()


# workbooks --------------------------------------------------------------------------------------


def read_workbook(stream, kind, limits, frames):
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(stream)
        wanted = [
            meta
            for meta in book.sheets_metadata
            if meta.typ == python_calamine.SheetTypeEnum.WorkSheet
            and meta.visible == python_calamine.SheetVisibleEnum.Visible
        ]
        if any(meta.typ == python_calamine.SheetTypeEnum.MacroSheet for meta in book.sheets_metadata):
            raise Bad("sheet_macro")
        if len(book.sheets_metadata) > limits["sheets"]:
            raise Bad("sheet_too_big", f"{len(book.sheets_metadata)} 张工作表")
        for meta in wanted:
            frames.sheet(meta.name, kind)
            read_sheet(book.get_sheet_by_name(meta.name), limits, frames)
    except (Bad, MemoryError):
        raise
    except python_calamine.PasswordError:
        raise Bad("sheet_encrypted") from None
    except BaseException as error:  # a panic of the parser is no Exception
        raise Bad("sheet_half", type(error).__name__) from None


def read_sheet(sheet, limits, frames):
    rows, columns = (sheet.end[0] + 1, sheet.end[1] + 1) if sheet.end else (0, 0)
    if rows > limits["rows"]:
        raise Bad("sheet_rows", f"{rows} 行")
    if columns > limits["columns"]:
        raise Bad("sheet_columns", f"{columns} 列")
    # `iter_rows` gives every row from the first on, but leaves out empty columns at the left
    indent = [""] * (sheet.start[1] if sheet.start else 0)
    down = Merged(sheet)
    numbers = ()  # columns that held something else than text in an earlier row
    waiting = 0  # empty rows are written only when one with text follows
    for index, cells in enumerate(sheet.iter_rows()):
        if indent:
            cells = indent + cells
        for column in numbers:
            if column < len(cells) and cells[column].__class__ is not str:
                cells[column] = shown(cells[column])
        try:
            empty = not "".join(cells)
        except TypeError:
            here = [column for column, cell in enumerate(cells) if cell.__class__ is not str]
            for column in here:
                cells[column] = shown(cells[column])
            numbers = tuple(sorted({*numbers, *here}))
            empty = not "".join(cells)
        if down.ranges or down.open:
            down.fill(index, cells)
            empty = not any(cells)
        if empty:
            waiting += 1
            continue
        while not cells[-1]:
            cells.pop()
        for _ in range(waiting):
            frames.row([])
        waiting = 0
        frames.row(cells)


def shown(cell):
    """The text a person sees in the cell, as near as the file tells."""
    kind = cell.__class__
    if kind is float:
        if cell.is_integer():
            return str(int(cell)) if -EXACT < cell < EXACT else f"{cell:.2E}"
        return format(cell, ".15g") if abs(cell) < EXACT else f"{cell:.2E}"
    if kind is bool:
        return "TRUE" if cell else "FALSE"
    if kind is int:
        return str(cell) if -EXACT < cell < EXACT else f"{cell:.2E}"
    if kind is datetime.datetime:
        midnight = not (cell.hour or cell.minute or cell.second)
        return cell.date().isoformat() if midnight else cell.strftime("%Y-%m-%d %H:%M:%S")
    if kind is datetime.date:
        return cell.isoformat()
    if kind is datetime.timedelta:
        minutes = int(cell.total_seconds()) // 60
        return f"{minutes // 60}:{minutes % 60:02d}"
    return "" if cell is None else str(cell)


class Merged:
    """A cell merged downwards (one union's name beside all its people) says the same in each of its rows."""

    def __init__(self, sheet):
        try:
            found = sheet.merged_cell_ranges or []
        except Exception:  # not every format tells
            found = []
        tall = [(first, last) for first, last in found if last[0] > first[0]]
        self.ranges = sorted(tall, reverse=True)
        self.open = []  # (last row, column, text)

    def fill(self, number, cells):
        self.open = [spread for spread in self.open if spread[0] >= number]
        for _, column, text in self.open:
            if column < len(cells) and not cells[column]:
                cells[column] = text
        while self.ranges and self.ranges[-1][0][0] <= number:
            (row, column), (last, _) = self.ranges.pop()
            if row == number and column < len(cells) and cells[column]:
                self.open.append((last, column, cells[column]))


# text ---------------------------------------------------------------------------------------------


def decode(data):
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        names = ("utf-16",)  # "Unicode 文本" of a spreadsheet program
    else:
        names = ("utf-8-sig", "gb18030")
    for name in names:
        try:
            return data.decode(name), name
        except UnicodeDecodeError:
            continue
    raise Bad("sheet_kind", "文字编码", "text")


def read_text(data, limits, frames):
    text, encoding = decode(data)
    del data
    odd = ODD.search(text)
    if odd:
        raise Bad("sheet_kind", f"第 {text.count(chr(10), 0, odd.start()) + 1} 行有不能显示的字符", "text")
    frames.sheet("", "csv", encoding)
    csv.field_size_limit(100_000)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter(text))
    total = waiting = number = 0
    try:
        for number, cells in enumerate(rows, 1):
            if number > limits["rows"]:
                raise Bad("sheet_rows", f"超过 {limits['rows']} 行")
            if len(cells) > limits["columns"]:
                raise Bad("sheet_columns", f"第 {number} 行有 {len(cells)} 列")
            total += len(cells)
            if total > limits["cells"]:
                raise Bad("sheet_too_big", f"超过 {limits['cells']} 个单元格")
            if any(cell[:1] in ("=", "'") for cell in cells):
                cells = [unquoted(cell) for cell in cells]
            while cells and not cells[-1].strip():
                cells.pop()
            if not cells:
                waiting += 1
                continue
            for _ in range(waiting):
                frames.row([])
            waiting = 0
            frames.row(cells)
    except csv.Error:
        raise Bad("sheet_kind", f"第 {number + 1} 行附近的引号没有成对", "text") from None


def unquoted(cell):
    """`="3301…"` and `'=…` are how spreadsheets and our own exports keep text from being reckoned."""
    if cell.startswith('="') and cell.endswith('"') and len(cell) > 3:
        return cell[2:-1]
    if cell[:1] == "'" and (cell[1:].lstrip(" \u3000\xa0").startswith(LIVE) or cell[1:2] in LIVE or cell[1:].isdigit()):
        return cell[1:]
    return cell


def delimiter(text):
    """The sign that splits the first lines into the most columns of equal number."""
    sample = [line for line in text[:65536].splitlines()[:40] if line.strip()][:20]
    best, found = (0, 0), ","
    for sign in ",\t;|":
        widths = [len(cells) for cells in csv.reader(sample, delimiter=sign)]
        usual = max(set(widths), key=widths.count) if widths else 1
        score = (sum(width == usual for width in widths) if usual > 1 else 0, usual)
        if usual > 1 and score > best:
            best, found = score, sign
    return found


if __name__ == "__main__":
    main()
