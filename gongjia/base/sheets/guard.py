"""What kind of file it is, and whether it is safe to hand to a parser: decided from the bytes alone.

Runs inside the parsing process (`child.py`), which imports nothing of the project: standard library only.
Sizes written in a zip's directory are a claim of whoever made the file, so every part is unpacked here once,
in small pieces that are thrown away, and counted.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib

PIECE = 1 << 18
# the search for cells far to the right is the dearest one: past so many bytes of a sheet the width that the parser
# reports, and its memory limit, stand in for it
LOOK_FOR_FAR_CELLS = 16 << 20
KEPT = 64  # bytes carried over, so that a mark cut by the edge of a piece is still seen


class Bad(Exception):
    """The file is refused: a code of `reading.SENTENCES` and the fact behind it."""

    def __init__(self, code, fact="", kind=""):
        super().__init__(code, fact, kind)
        self.code, self.fact, self.kind = code, fact, kind


# what a person may drop here by mistake -> the word shown to that person
MAGIC = (
    (b"%PDF", "PDF 文件"),
    (b"\x89PNG", "图片"),
    (b"\xff\xd8\xff", "图片"),
    (b"GIF8", "图片"),
    (b"BM", "图片"),
    (b"Rar!", "压缩包"),
    (b"7z\xbc\xaf", "压缩包"),
    (b"\x1f\x8b", "压缩包"),
    (b"BZh", "压缩包"),
    (b"\xfd7zXZ", "压缩包"),
    (b"MZ", "程序"),
    (b"\x7fELF", "程序"),
    (b"{\\rtf", "文字文档"),
    (b"SQLite format", "数据库文件"),
)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def kind_of(head, size):
    """`"zip"`, `"xls"` or `"text"`; `Bad` for anything that is no table."""
    if not size:
        raise Bad("sheet_half", "0 字节", "empty")
    if head.startswith(OLE):
        return "xls"
    if head.startswith(b"PK"):
        return "zip"
    for magic, word in MAGIC:
        if head.startswith(magic) and not (magic in (b"BM", b"MZ") and b"\0" not in head):
            raise Bad("sheet_kind", word)
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html", b"<table", b"<head", b"<meta", b"<style")):
        raise Bad("sheet_kind", "网页", "html")
    if start.startswith(b"<?xml") or b"urn:schemas-microsoft-com:office:spreadsheet" in start:
        raise Bad("sheet_kind", "XML 文件", "xml")
    return "text"


# old .xls -------------------------------------------------------------------------------------


def check_xls(data):
    """Stream names of the container are UTF-16: they tell a workbook from a document, a macro, a locked file."""

    def has(name):
        return name.encode("utf-16-le") in data

    if has("EncryptedPackage"):
        raise Bad("sheet_encrypted")
    if has("_VBA_PROJECT"):
        raise Bad("sheet_macro")
    if not (has("Workbook") or has("Book")):
        if has("WordDocument"):
            raise Bad("sheet_kind", "Word 文档")
        if has("PowerPoint Document"):
            raise Bad("sheet_kind", "演示文稿")
        if len(data) < 4096:
            raise Bad("sheet_half", f"{len(data)} 字节")
        raise Bad("sheet_kind", "别的 Office 文件")


# .xlsx ----------------------------------------------------------------------------------------


def check_zip(file, limits):
    """Directory first, then every XML part counted. Answers `(cells, bytes of XML)` for the memory allowance."""
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, struct.error, ValueError, OSError, NotImplementedError) as error:
        raise Bad("sheet_half", type(error).__name__) from None
    infos = archive.infolist()
    if len(infos) > limits["entries"]:
        raise Bad("sheet_bomb", f"{len(infos)} 个部件")
    names = [info.filename.lower().replace("\\", "/") for info in infos]
    _check_names(names)
    claimed = 0
    for info in infos:
        if info.flag_bits & 0x1:
            raise Bad("sheet_encrypted")
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Bad("sheet_kind", "少见的压缩方式")
        claimed += info.file_size
        if claimed > limits["unpacked_bytes"]:
            raise Bad("sheet_bomb", f"解开后超过 {limits['unpacked_bytes'] >> 20} MB")
        if info.file_size > limits["ratio_from"] and info.file_size > limits["ratio"] * max(info.compress_size, 1):
            raise Bad("sheet_bomb", f"压缩比 {info.file_size // max(info.compress_size, 1)} : 1")
    cells = unpacked = 0
    for info, name in zip(infos, names, strict=True):
        if name.endswith((".xml", ".rels", ".vml")):
            counter = Counter(name, limits)
            for piece in _pieces(file, info, limits["unpacked_bytes"] - unpacked):
                counter.feed(piece)
                unpacked += len(piece)
            cells += counter.cells
            if cells > limits["cells"]:
                raise Bad("sheet_too_big", f"超过 {limits['cells']} 个单元格")
    return cells, unpacked


def _check_names(names):
    present = set(names)
    if len(present) != len(names):
        raise Bad("sheet_half", "部件重名")
    if any(name.endswith("vbaproject.bin") or "/macrosheets/" in name or "/activex/" in name for name in names):
        raise Bad("sheet_macro")
    if any("/externallinks/" in name for name in names):
        raise Bad("sheet_links")
    if "xl/workbook.bin" in present:
        raise Bad("sheet_kind", "xlsb 表格")
    if "xl/workbook.xml" in present or ("[content_types].xml" in present and any(n.startswith("xl/") for n in names)):
        return
    if any(name.startswith("word/") for name in names):
        raise Bad("sheet_kind", "Word 文档")
    if any(name.startswith("ppt/") for name in names):
        raise Bad("sheet_kind", "演示文稿")
    if "content.xml" in present and "mimetype" in present:
        raise Bad("sheet_kind", "ods 表格")
    raise Bad("sheet_kind", "压缩包")


def _pieces(file, info, left):
    """The unpacked bytes of one part, a piece at a time; `Bad` when there are more than it claimed or than allowed."""
    file.seek(info.header_offset)
    header = file.read(30)
    if len(header) < 30 or header[:4] != b"PK\x03\x04":
        raise Bad("sheet_half", info.filename[:60])
    name_length, extra_length = struct.unpack("<HH", header[26:30])
    file.seek(name_length + extra_length, 1)
    packed_left, total = info.compress_size, 0
    inflate = zlib.decompressobj(-15) if info.compress_type == zipfile.ZIP_DEFLATED else None
    while packed_left:
        packed = file.read(min(PIECE, packed_left))
        if not packed:
            raise Bad("sheet_half", info.filename[:60])
        packed_left -= len(packed)
        for piece in _inflated(inflate, packed, last=not packed_left, name=info.filename):
            total += len(piece)
            if total > info.file_size or total > left:
                raise Bad("sheet_bomb", f"实际大小与目录不符：{info.filename[:60]}")
            yield piece
    if total != info.file_size:
        raise Bad("sheet_half", info.filename[:60])


def _inflated(inflate, packed, last, name):
    if inflate is None:
        yield packed
        return
    try:
        while packed and not inflate.eof:
            if piece := inflate.decompress(packed, PIECE):
                yield piece
            packed = inflate.unconsumed_tail
        if last and (piece := inflate.flush()):
            yield piece
    except zlib.error:
        raise Bad("sheet_half", name[:60]) from None


class Counter:
    """Counts rows and cells of one XML part as it goes by, and stops at the first limit that is passed."""

    def __init__(self, name, limits):
        self.name, self.limits = name, limits
        self.is_sheet = "/worksheets/" in name and not name.endswith(".rels")
        self.rows = self.cells = self.seen = 0
        self.tail = b""
        self.first = True
        # "<c" also counts the few <col>, <cols>, <cfRule>: one fast pass is worth more than the last digit
        self.row_mark, self.cell_mark = b"<row", b"<c"
        self.far_cell = re.compile(rb'r="(?:' + _columns_past(limits["columns"]) + rb")[0-9]")
        self.row_number = re.compile(rb'<(?:[a-zA-Z0-9]+:)?row\b[^>]{0,300}?\sr="([0-9]+)"')

    def feed(self, piece):
        if self.first:
            self.first = False
            self._look_at_head(piece[:2048])
        # a mark across the edge is seen in the next piece; whole marks of the tail were counted already
        text, tail = self.tail + piece, self.tail
        self.tail = text[-KEPT:]
        if b"<!" in text and (b"<!DOCTYPE" in text or b"<!ENTITY" in text):
            raise Bad("sheet_bomb", "文件里带有实体定义")
        if not self.is_sheet:
            return
        self.seen += len(piece)
        self.rows += text.count(self.row_mark) - tail.count(self.row_mark)
        self.cells += text.count(self.cell_mark) - tail.count(self.cell_mark)
        if self.rows > self.limits["rows"]:
            raise Bad("sheet_rows", f"超过 {self.limits['rows']} 行")
        if self.cells > self.limits["cells"]:
            raise Bad("sheet_too_big", f"超过 {self.limits['cells']} 个单元格")
        if self.seen <= LOOK_FOR_FAR_CELLS and self.far_cell.search(text):
            raise Bad("sheet_columns", f"超过 {self.limits['columns']} 列")
        # rows come in order: the last one of a piece is its highest (one out of order meets the memory limit)
        last = text.rfind(self.row_mark)
        if last >= 0 and (match := self.row_number.match(text, last)) and int(match[1]) > self.limits["rows"]:
            raise Bad("sheet_rows", f"超过 {self.limits['rows']} 行")

    def _look_at_head(self, head):
        if head[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in head:
            raise Bad("sheet_kind", "少见的编码")
        if self.is_sheet and (match := re.search(rb"<([a-zA-Z0-9]+):worksheet", head)):
            prefix = match[1]
            self.row_mark, self.cell_mark = b"<" + prefix + b":row", b"<" + prefix + b":c"
        if self.name == "[content_types].xml" and b"macroEnabled" in head:
            raise Bad("sheet_macro")


def _columns_past(limit):
    """A pattern for the letters of every column after the `limit`-th, so that the usual sheet matches nothing."""

    def letters(number):
        text = ""
        while number:
            number, rest = divmod(number - 1, 26)
            text = chr(65 + rest) + text
        return text

    last = letters(limit)
    higher = [f"[A-Z]{{{len(last) + 1},}}"]
    for index, letter in enumerate(last):
        if letter != "Z":
            rest = len(last) - index - 1
            higher.append(f"{last[:index]}[{chr(ord(letter) + 1)}-Z]" + (f"[A-Z]{{{rest}}}" if rest else ""))
    return "|".join(higher).encode()
