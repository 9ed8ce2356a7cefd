"""The text a file carries, the hidden parts of it too: what a reader could dig out after it was made public.

A spreadsheet gives its hidden sheets, columns and comments, a Word file its deleted words, notes and headers, a PDF
the text under its bars. Pictures carry none: a person has to look.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree

from gongjia.base import sheets
from gongjia.base.journal import file_content
from gongjia.base.refused import Refused

MOST_PARTS, MOST_BYTES, MOST_PAGES = 2000, 64 * 1024 * 1024, 600
_DOCTYPE = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
_PARTS = re.compile(r"\.(xml|rels|vml)$")
# forms of letters and colours: no words of anybody's
_FORMS = re.compile(r"(^|/)(theme\d*|fontTable|styles(WithEffects)?|webSettings|numbering)\.xml$|/theme/")
# tags whose text belongs to the running line; any other tag parts it
_INLINE = frozenset({"t", "delText", "instrText", "r", "rPr", "ins", "del", "hyperlink", "smartTag", "sdt", "sdtContent",
                     "proofErr", "bookmarkStart", "bookmarkEnd", "span", "font", "rPh", "noBreakHyphen"})  # fmt: skip
_CELLS = frozenset({"tc", "c"})
_LINES = frozenset({"p", "tr", "row", "si", "br", "cr", "comment", "text", "author", "oddHeader", "oddFooter"})


@dataclass(frozen=True)
class Text:
    """Some text of a file and where it stands. `readable` False: nothing could be read, a person has to look."""

    where: str
    text: str
    readable: bool = True


def texts_of(data: bytes, kind: str, name: str = "") -> Iterator[Text]:
    """All text of a file of one of the kinds that attachments allow; its name first, for it is shown as well."""
    yield Text("文件名", name)
    if kind in file_content.PICTURES:
        yield Text("图片", "", readable=False)
    elif kind in (file_content.XLSX, file_content.DOCX):
        yield from _office(data)
    elif kind == file_content.XLS or kind == file_content.CSV:
        yield from _table(data, name)
    elif kind == file_content.PDF:
        yield from _pdf(data)
    else:
        yield Text("文件", "", readable=False)


def _table(data: bytes, name: str) -> Iterator[Text]:
    if not name.lower().endswith((".xls", ".csv")):
        name += ".xls" if data.startswith(b"\xd0\xcf") else ".csv"
    try:
        book = sheets.read(data, name)
    except Refused:
        yield Text("表格", "", readable=False)
        return
    for sheet in book.sheets:
        yield Text(f"表“{sheet.name}”", "\n".join("\t".join(row) for row in sheet.rows))
    if data.startswith(b"\xd0\xcf"):  # an old workbook may hide sheets: every string in its bytes
        yield Text("表格隐藏部分", "\n".join(_strings(data)))


def _strings(data: bytes) -> Iterator[str]:
    """Runs of printable text, as one-byte and as two-byte characters."""
    for hit in re.finditer(rb"[\x20-\x7e]{11,}", data):
        yield hit.group().decode("ascii")
    for shift in (0, 1):
        plain = data[shift:].decode("utf-16-le", "replace")
        for hit in re.finditer(r"[\u4e00-\u9fff\x20-\x7e\uff00-\uffef]{6,}", plain):
            yield hit.group()


# -- xlsx, docx --------------------------------------------------------------------------------------------
def _office(data: bytes) -> Iterator[Text]:
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        parts = [one for one in archive.infolist() if not one.is_dir()]
        if len(parts) > MOST_PARTS or sum(one.file_size for one in parts) > MOST_BYTES:
            yield Text("文件", "", readable=False)
            return
        shared = _shared(archive)
        for part in parts:
            label = _label(part.filename)
            if _FORMS.search(part.filename):
                continue
            if _PARTS.search(part.filename.lower()):
                yield from _xml(archive.read(part), label, shared)
            elif part.filename.lower().endswith((".png", ".jpg", ".jpeg", ".gif", ".emf", ".wmf", ".bmp", ".webp")):
                yield Text(label, "", readable=False)
            elif part.filename.lower().endswith((".xlsx", ".docx")):
                yield from _office(archive.read(part))
            elif not part.filename.lower().endswith((".bin", ".odttf", ".ttf")):
                yield Text(label, archive.read(part).decode("utf-8", "replace"))
            elif "embedding" in part.filename.lower():
                yield Text(label, "\n".join(_strings(archive.read(part))), readable=False)
    except (zipfile.BadZipFile, RuntimeError, OSError, ValueError, NotImplementedError):
        yield Text("文件", "", readable=False)


def _label(name: str) -> str:
    stem = posixpath.basename(name)
    for part, label in (
        ("comments", "批注"), ("header", "页眉"), ("footer", "页脚"), ("footnotes", "脚注"), ("endnotes", "尾注"),
        ("core", "文件属性"), ("app", "文件属性"), ("custom", "文件属性"), ("document", "正文"), ("drawing", "图形"),
        ("vmlDrawing", "批注"), ("sharedStrings", "表格内容"), ("sheet", "工作表"), ("chart", "图表"),
    ):  # fmt: skip
        if stem.startswith(part):
            return label
    return "文件内部"


def _shared(archive: zipfile.ZipFile) -> list[str]:
    """The strings that cells of a workbook point at."""
    if "xl/sharedStrings.xml" not in archive.namelist():
        return []
    root = _root(archive.read("xl/sharedStrings.xml"))
    return [] if root is None else ["".join(one.itertext()) for one in root if _tag(one) == "si"]


def _root(data: bytes) -> ElementTree.Element | None:
    if _DOCTYPE.search(data[:4096]):
        return None
    try:
        return ElementTree.fromstring(data)
    except ElementTree.ParseError:
        return None


def _tag(element: ElementTree.Element) -> str:
    return element.tag.rsplit("}", 1)[-1] if isinstance(element.tag, str) else ""


def _xml(data: bytes, label: str, shared: list[str]) -> Iterator[Text]:
    root = _root(data)
    if root is None:
        yield Text(label, re.sub(r"<[^>]*>", "\n", data.decode("utf-8", "replace")))
        return
    if _tag(root) == "worksheet":
        yield from _worksheet(root, label, shared)
        return
    pieces: list[str] = []
    _walk(root, pieces)
    yield Text(label, "".join(pieces))
    told = [
        value
        for one in root.iter()
        for key, value in one.attrib.items()
        if key.rsplit("}", 1)[-1] in ("Target", "descr", "title", "alt", "name", "author", "string", "display")
        and len(value) >= 6
    ]
    if told:
        yield Text(label, "\n".join(told))


def _walk(element: ElementTree.Element, pieces: list[str]) -> None:
    """Running text: words of one paragraph together whatever their letters' form, cells by tabs, paragraphs by lines."""
    stack: list[tuple[ElementTree.Element, bool]] = [(element, False)]
    while stack:
        one, left = stack.pop()
        tag = _tag(one)
        if not left:
            if one.text:
                pieces.append(one.text)
            stack.append((one, True))
            stack.extend((child, False) for child in reversed(one))
            continue
        if tag in _LINES:
            pieces.append("\n")
        elif tag in _CELLS:
            pieces.append("\t")
        elif tag not in _INLINE:
            pieces.append("\n")
        if one.tail:
            pieces.append(one.tail)


def _worksheet(root: ElementTree.Element, label: str, shared: list[str]) -> Iterator[Text]:
    """Row by row, hidden ones too; a cell gives its value, else the text written into it, and its formula."""
    lines, rest = [], []
    for one in root.iter():
        tag = _tag(one)
        if tag == "row":
            lines.append("\t".join(_cell(cell, shared) for cell in one if _tag(cell) == "c"))
        elif tag in (
            "f",
            "oddHeader",
            "oddFooter",
            "evenHeader",
            "evenFooter",
            "firstHeader",
            "firstFooter",
            "formula1",
        ):
            rest.append(one.text or "")
        elif tag == "dataValidation":
            rest.append(one.attrib.get("prompt", "") + "\n" + one.attrib.get("error", ""))
    yield Text(label, "\n".join(lines))
    columns = list(_columns(lines))
    if columns:
        yield Text(label, "\n\n".join(columns))
    yield Text(label, "\n".join(filter(None, rest)))


def _columns(lines: list[str]) -> Iterator[str]:
    """Short columns read downwards: a number cut over the cells of one column."""
    rows = [line.split("\t") for line in lines[:40]]
    for index in range(max(map(len, rows), default=0)):
        cells = [row[index] for row in rows if index < len(row) and row[index]]
        if 2 <= len(cells) <= 18 and all(len(cell) <= 14 for cell in cells):
            yield "\n".join(cells)


def _cell(cell: ElementTree.Element, shared: list[str]) -> str:
    kind, value = cell.attrib.get("t", "n"), ""
    for child in cell:
        if _tag(child) == "v":
            value = child.text or ""
        elif _tag(child) == "is":
            value = "".join(child.itertext())
    if kind == "s" and value.isdigit() and int(value) < len(shared):
        return shared[int(value)]
    if kind == "n" and "." in value and value.rstrip("0").endswith("."):
        return value.split(".")[0]  # 19900001234.0
    return value


# -- pdf -----------------------------------------------------------------------------------------------------
def _pdf(data: bytes) -> Iterator[Text]:
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            yield Text("文件", "", readable=False)
            return
        pages = len(reader.pages)
        if pages > MOST_PAGES:
            yield Text("文件", "", readable=False)
            return
        for number, page in enumerate(reader.pages, 1):
            text = page.extract_text() or ""
            yield Text(f"第 {number} 页", text, readable=bool(text.strip()) and not _has_pictures(page))
            for note in page.get("/Annots") or ():
                content = note.get_object().get("/Contents")
                if content:
                    yield Text(f"第 {number} 页批注", str(content))
        yield Text("文件属性", "\n".join(str(value) for value in (reader.metadata or {}).values()))
        for field in (reader.get_fields() or {}).values():
            yield Text("表单", str(field.get("/V") or ""))
        for title, _ in reader.attachments.items():
            yield Text("PDF 里的附件", title, readable=False)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError, OSError, NotImplementedError):
        yield Text("文件", "", readable=False)


def _has_pictures(page: object) -> bool:
    """Whether the page draws a picture: what stands in one cannot be read."""
    resources = page.get("/Resources")  # type: ignore[attr-defined]
    objects = resources.get_object().get("/XObject") if resources is not None else None
    return objects is not None and any(
        one.get_object().get("/Subtype") == "/Image" for one in objects.get_object().values()
    )
