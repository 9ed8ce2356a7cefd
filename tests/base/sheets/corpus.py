"""Files nobody should open: built here, byte by byte, so that nothing hostile lies in the repository."""

from __future__ import annotations

import io
import struct
import zipfile
from functools import cache

TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>'
)
RELS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="xl/workbook.xml"/></Relationships>'
)
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
BOOK = (
    f'<?xml version="1.0"?><workbook xmlns="{MAIN}" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<sheets><sheet name="表" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
BOOK_RELS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" '
    'Target="worksheets/sheet1.xml"/>'
    '<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" '
    'Target="sharedStrings.xml"/></Relationships>'
)
HEAD = f'<?xml version="1.0"?><worksheet xmlns="{MAIN}"><sheetData>'
FOOT = "</sheetData></worksheet>"
ROW = '<row r="1"><c r="A1" t="inlineStr"><is><t>姓名</t></is></c></row>'


def xlsx(sheet: str | bytes = HEAD + ROW + FOOT, extra: dict[str, str | bytes] | None = None, **replaced: str) -> bytes:
    """A workbook of one sheet, with further parts."""
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": replaced.get("types", TYPES),
        "_rels/.rels": RELS,
        "xl/workbook.xml": replaced.get("book", BOOK),
        "xl/_rels/workbook.xml.rels": BOOK_RELS,
        "xl/worksheets/sheet1.xml": sheet,
        **(extra or {}),
    }
    return packed(parts)


def packed(parts: dict[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


@cache
def bomb(megabytes: int = 300) -> bytes:
    """Some hundred KB that unpack to hundreds of MB of cells."""
    row = b"<row>" + b"<c><v>1</v></c>" * 200 + b"</row>"
    return xlsx(HEAD.encode() + row * (megabytes * 1_000_000 // len(row)) + FOOT.encode())


def liar() -> bytes:
    """The zip's directory says the sheet has 1,000 bytes; it has 60 MB."""
    data = bytearray(bomb(60))
    at = data.rfind(b"xl/worksheets/sheet1.xml")  # the entry of the central directory
    start = data.rfind(b"PK\x01\x02", 0, at)
    struct.pack_into("<I", data, start + 24, 1000)
    return bytes(data)


def amplifier() -> bytes:
    """One text of 32,000 letters, named by 60,000 cells: small in the file, 2 GB when every cell has its copy."""
    cells = '<c t="s"><v>0</v></c>' * 20
    strings = f'<?xml version="1.0"?><sst xmlns="{MAIN}"><si><t>{"字" * 32000}</t></si></sst>'
    return xlsx(HEAD + f"<row>{cells}</row>" * 3000 + FOOT, {"xl/sharedStrings.xml": strings})


def wide(columns: int = 16_384) -> bytes:
    def letters(number: int) -> str:
        text = ""
        while number:
            number, rest = divmod(number - 1, 26)
            text = chr(65 + rest) + text
        return text

    cells = "".join(f'<c r="{letters(n)}1"><v>1</v></c>' for n in range(1, columns + 1))
    return xlsx(f'{HEAD}<row r="1">{cells}</row>{FOOT}')


def wide_without_names() -> bytes:
    """16,384 cells that do not say where they stand."""
    return xlsx(f"{HEAD}<row>{'<c><v>1</v></c>' * 16_384}</row>{FOOT}")


def one_far_cell() -> bytes:
    return xlsx(f'{HEAD}<row r="1"><c r="A1"><v>1</v></c><c r="XFD1"><v>1</v></c></row>{FOOT}')


@cache
def empty_rows(count: int = 1_000_000) -> bytes:
    return xlsx(HEAD + "".join(f'<row r="{n}"/>' for n in range(1, count + 1)) + FOOT)


def one_deep_row() -> bytes:
    return xlsx(f'{HEAD}{ROW}<row r="1048576"><c r="A1048576"><v>1</v></c></row>{FOOT}')


def deep_cell_in_a_shallow_row() -> bytes:
    return xlsx(f'{HEAD}<row r="1"><c r="A1"><v>1</v></c><c r="IV1048576"><v>1</v></c></row>{FOOT}')


def entities() -> bytes:
    laugh = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "lol"}">' for n in range(10))
    body = '<row r="1"><c r="A1" t="inlineStr"><is><t>&l9;</t></is></c></row>'
    return xlsx(f'<?xml version="1.0"?><!DOCTYPE x [{laugh}]>{HEAD[21:]}{body}{FOOT}')


def ole(*streams: str) -> bytes:
    """The shell of an old Office file with streams of these names."""
    names = b"".join(name.encode("utf-16-le").ljust(128, b"\0") for name in streams)
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504 + names + b"\0" * 8192


def locked() -> bytes:
    data = bytearray(xlsx())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        while at >= 0:
            data[at + offset] |= 1
            at = data.find(mark, at + 4)
    return bytes(data)


def many_parts() -> bytes:
    return packed({"[Content_Types].xml": TYPES, **{f"xl/p{n}.bin": "" for n in range(5_000)}})


def twice() -> bytes:
    """Two parts of one name: which one is read depends on the reader."""
    out = io.BytesIO(xlsx())
    import warnings

    with zipfile.ZipFile(out, "a") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        archive.writestr("xl/worksheets/sheet1.xml", HEAD + FOOT)
    return out.getvalue()


MACRO_TYPES = TYPES.replace("spreadsheetml.sheet.main", "ms-excel.sheet.macroEnabled.main")
ODS = {"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<x/>"}

HOSTILE: dict[str, tuple[object, str]] = {
    "bomb": (bomb, "sheet_bomb"),
    "liar": (liar, "sheet_bomb"),
    "amplifier": (amplifier, "sheet_bomb"),
    "entities": (entities, "sheet_bomb"),
    "many_parts": (many_parts, "sheet_bomb"),
    "16384_columns": (wide, "sheet_columns"),
    "16384_cells_without_names": (wide_without_names, "sheet_columns"),
    "one_far_cell": (one_far_cell, "sheet_columns"),
    "257_columns": (lambda: wide(257), "sheet_columns"),
    "million_empty_rows": (empty_rows, "sheet_rows"),
    "one_deep_row": (one_deep_row, "sheet_rows"),
    "deep_cell": (deep_cell_in_a_shallow_row, ("sheet_rows", "sheet_bomb")),
    "vba": (lambda: xlsx(extra={"xl/vbaProject.bin": b"x"}), "sheet_macro"),
    "macro_type": (lambda: xlsx(types=MACRO_TYPES), "sheet_macro"),
    "macro_sheet": (lambda: xlsx(extra={"xl/macrosheets/sheet1.xml": "<x/>"}), "sheet_macro"),
    "activex": (lambda: xlsx(extra={"xl/activeX/activeX1.xml": "<x/>"}), "sheet_macro"),
    "old_vba": (lambda: ole("Workbook", "_VBA_PROJECT_CUR"), "sheet_macro"),
    "external_link": (lambda: xlsx(extra={"xl/externalLinks/externalLink1.xml": "<x/>"}), "sheet_links"),
    "encrypted": (lambda: ole("EncryptionInfo", "EncryptedPackage"), "sheet_encrypted"),
    "locked_zip": (locked, "sheet_encrypted"),
    "twice": (twice, "sheet_half"),
    "half_upload": (lambda: xlsx()[:-200], "sheet_half"),
    "only_the_start": (lambda: xlsx()[:60], "sheet_half"),
    "hole": (lambda: xlsx()[:600] + b"\0" * 300 + xlsx()[900:], "sheet_half"),
    "half_of_an_old_one": (lambda: ole("Workbook")[:2000], "sheet_half"),
    "empty": (lambda: b"", "sheet_half"),
    "utf16_sheet": (lambda: xlsx((HEAD + ROW + FOOT).encode("utf-16")), "sheet_kind"),
    "pdf": (lambda: b"%PDF-1.7\n%\xe2\xe3\n", "sheet_kind"),
    "png": (lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "sheet_kind"),
    "jpeg": (lambda: b"\xff\xd8\xff\xe0" + b"\0" * 100, "sheet_kind"),
    "gif": (lambda: b"GIF89a" + b"\0" * 100, "sheet_kind"),
    "zip": (lambda: packed({"readme.txt": "x"}), "sheet_kind"),
    "rar": (lambda: b"Rar!\x1a\x07\x00" + b"\0" * 100, "sheet_kind"),
    "7z": (lambda: b"7z\xbc\xaf\x27\x1c" + b"\0" * 100, "sheet_kind"),
    "gzip": (lambda: b"\x1f\x8b\x08" + b"\0" * 100, "sheet_kind"),
    "exe": (lambda: b"MZ\x90\0" + b"\0" * 100, "sheet_kind"),
    "elf": (lambda: b"\x7fELF" + b"\0" * 100, "sheet_kind"),
    "rtf": (lambda: b"{\\rtf1 x}", "sheet_kind"),
    "docx": (lambda: packed({"[Content_Types].xml": "<x/>", "word/document.xml": "<x/>"}), "sheet_kind"),
    "pptx": (lambda: packed({"[Content_Types].xml": "<x/>", "ppt/presentation.xml": "<x/>"}), "sheet_kind"),
    "xlsb": (lambda: packed({"[Content_Types].xml": "<x/>", "xl/workbook.bin": "x"}), "sheet_kind"),
    "ods": (lambda: packed(ODS), "sheet_kind"),
    "doc": (lambda: ole("WordDocument"), "sheet_kind"),
    "ppt": (lambda: ole("PowerPoint Document"), "sheet_kind"),
    "html": (lambda: "<html><table><tr><td>姓名</td></tr></table></html>".encode(), "sheet_kind"),
    "xml_2003": (
        lambda: b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
        "sheet_kind",
    ),
    "nul_in_csv": (lambda: "姓名,号\n张三,1\0".encode(), "sheet_kind"),
    "control_in_csv": (lambda: "姓名,号\n张三,\x07".encode(), "sheet_kind"),
    "no_encoding": (lambda: b"\xff\xff\x80\x80,1\n", "sheet_kind"),
    "open_quote": (lambda: ('姓名,号\n"张三,1\n' + "李四,2\n" * 40_000).encode(), "sheet_kind"),
    "csv_wide": (lambda: b"1," * 20_000, "sheet_columns"),
    "csv_deep": (lambda: b"\n" * 300_000, "sheet_rows"),
    "csv_big": (lambda: b"1,2,3\n" * 8_000_000, "sheet_too_big"),
}
