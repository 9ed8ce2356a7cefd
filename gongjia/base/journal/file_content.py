"""What a file is, by its content and never by its name; refusals say what to do instead.

Allowed: jpg, png, webp (always drawn anew, so nothing hidden in them is kept), pdf, xlsx, xls, docx, csv.
"""

from __future__ import annotations

import io
import re
import unicodedata
import warnings
import zipfile
from dataclasses import dataclass
from typing import NoReturn

from PIL import Image, ImageOps, UnidentifiedImageError

from gongjia.base.refused import Reason, Refused

JPG, PNG, WEBP, PDF = "image/jpeg", "image/png", "image/webp", "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLS, CSV = "application/vnd.ms-excel", "text/csv"
SUFFIX = {JPG: ".jpg", PNG: ".png", WEBP: ".webp", PDF: ".pdf", XLSX: ".xlsx", XLS: ".xls", DOCX: ".docx", CSV: ".csv"}
PICTURES = (JPG, PNG, WEBP)

DECODED = 64 * 1024 * 1024  # bytes that one picture may take in memory
BASELINE_PIXELS = 128_000_000  # a baseline JPEG is read at a smaller scale, line by line
UNPACKED = 400 * 1024 * 1024  # bytes that an xlsx or docx may claim to unpack to
RATIO = 200

_ALLOWED = "可以上传：照片（JPG、PNG、WebP）、PDF、Excel（xlsx、xls、csv）、Word（docx）。"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEIC = {b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1", b"avif", b"avis"}


@dataclass(frozen=True)
class Content:
    """`data` is what to keep: the file itself, or the picture drawn anew."""

    kind: str
    data: bytes


def refuse(code: str, sentence: str, cure: str = "") -> NoReturn:
    raise Refused(Reason(code, sentence, cure=cure))


def examine(data: bytes, name: str) -> Content:
    """Find the kind, check it, clean it. Raises `Refused`."""
    if not data:
        refuse("file_empty", "文件是空的，请重新选择。")
    head = data[:16]
    if head.startswith(b"\xff\xd8\xff"):
        return _picture(data, JPG, "JPEG")
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return _picture(data, PNG, "PNG")
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return _picture(data, WEBP, "WEBP")
    if head[4:8] == b"ftyp":
        _iso_media(data[8:64])
    if head.startswith(b"%PDF-"):
        if b"%%EOF" not in data[-2048:]:
            refuse("file_broken", "PDF 文件不完整，可能没有传完，请重新上传。")
        return Content(PDF, data)
    if head.startswith(b"PK\x03\x04"):
        return Content(_office(data), data)
    if head.startswith(_OLE):
        return Content(_old_office(data), data)
    return _text(data, name)


# -- pictures ------------------------------------------------------------------------------------------
def _picture(data: bytes, kind: str, form: str) -> Content:
    too_large = "照片的像素太大，无法处理。请用手机自带相机拍摄，或按 300 dpi 扫描后再上传。"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image: Image.Image = Image.open(io.BytesIO(data), formats=(form,))
        width, height = image.size
        if _decoded(image) > DECODED:
            # only a baseline JPEG can be decoded at half, a quarter or an eighth without holding it whole
            if kind != JPG or image.info.get("progressive") or width * height > BASELINE_PIXELS:
                refuse("file_picture_too_large", too_large)
            part = next((part for part in (2, 4, 8) if _decoded(image) <= DECODED * part * part), 0)
            if not part:
                refuse("file_picture_too_large", too_large)
            image.draft(None, (width // part, height // part))
        image.load()
        image = _upright(image)
    except Image.DecompressionBombError:
        refuse("file_picture_too_large", too_large)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError):
        refuse("file_broken", "照片打不开，可能没有传完或已损坏，请重新拍摄或上传。")
    if kind == JPG:
        image = image if image.mode in ("RGB", "L") else image.convert("RGB")
    elif image.mode not in ("RGB", "RGBA", "L"):
        clear = "A" in image.mode or "transparency" in image.info
        image = image.convert("RGBA" if clear else "RGB")
    image.info = {}  # colour profile, comments, camera, place: nothing but the points themselves is written
    out = io.BytesIO()
    if kind == PNG:
        image.save(out, "PNG")
    else:
        image.save(out, form, quality=90)
    return Content(kind, out.getvalue())


def _decoded(image: Image.Image) -> int:
    bands = 4 if image.format == "WEBP" else max(len(image.getbands()), 3 if image.mode == "P" else 1)
    depth = 2 if ";16" in image.mode or image.mode in ("I", "F") else 1
    return image.size[0] * image.size[1] * bands * depth


def _upright(image: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(image)
    except Exception:  # a damaged EXIF block tells no direction; the picture itself is sound
        return image


def _iso_media(brands: bytes) -> NoReturn:
    if any(brands[at : at + 4] in _HEIC for at in range(0, len(brands) - 3, 4)):
        refuse(
            "file_heic",
            "这是苹果手机的 HEIC 照片，很多电脑打不开，请换成 JPG 再上传。",
            cure="在苹果手机“设置 → 相机 → 格式”里选“兼容性最佳”后重拍；或先把照片发到微信（不勾原图），保存后再上传。",
        )
    refuse("file_kind", "不能上传视频。" + _ALLOWED)


# -- documents -------------------------------------------------------------------------------------------
def _office(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        refuse("file_broken", "文件打不开，可能没有传完或已损坏，请重新上传。")
    names = {part.filename for part in parts}
    if "[Content_Types].xml" not in names or not names & {"xl/workbook.xml", "word/document.xml"}:
        refuse("file_kind", "不能上传压缩包，请解压后把里面的文件逐个上传。" + _ALLOWED)
    if any(part.flag_bits & 1 for part in parts):
        refuse("file_locked", "文件加了密码，请去掉密码后再上传。")
    if any(name.rsplit("/", 1)[-1].lower() == "vbaproject.bin" for name in names):
        refuse("file_macro", "文件里带有宏，请另存为不带宏的 xlsx 或 docx 后再上传。")
    unpacked = sum(part.file_size for part in parts)
    swollen = any(part.file_size > 1 << 20 and part.file_size > RATIO * max(part.compress_size, 1) for part in parts)
    odd_name = any(name.startswith("/") or ".." in name.split("/") or "\\" in name for name in names)
    if unpacked > UNPACKED or swollen or odd_name or len(parts) > 10_000 or len(names) != len(parts):
        refuse(
            "file_bomb", "文件内部异常（展开后过大或结构不正常），不予接收。请用 Excel 或 WPS 打开后另存一份再上传。"
        )
    return XLSX if "xl/workbook.xml" in names else DOCX


def _old_office(data: bytes) -> str:
    if _ole_has(data, "EncryptedPackage"):
        refuse("file_locked", "文件加了密码，请去掉密码后再上传。")
    if _ole_has(data, "_VBA_PROJECT"):
        refuse("file_macro", "文件里带有宏，请另存为 xlsx 后再上传。")
    if _ole_has(data, "Workbook") or _ole_has(data, "Book"):
        return XLS
    if _ole_has(data, "WordDocument"):
        refuse("file_kind", "这是旧版 Word 文件（doc），请另存为 docx 或 PDF 后再上传。")
    refuse("file_kind", "不能上传这种文件。" + _ALLOWED)


def _ole_has(data: bytes, stream: str) -> bool:
    """Whether the compound file's directory (entries of 128 bytes, aligned) names that stream."""
    name = stream.encode("utf-16-le")
    length = (len(name) + 2).to_bytes(2, "little")
    at = data.find(name, 512)
    while at != -1:
        if at % 128 == 0 and data[at + 64 : at + 66] == length and data[at + 66 : at + 67] == b"\x02":
            return True
        at = data.find(name, at + 2)
    return False


def _text(data: bytes, name: str) -> Content:
    start = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype", b"<html", b"<?xml", b"<svg", b"<script", b"<table", b"<meta")):
        refuse("file_html", "这是网页或其他系统导出的“假表格”，请用 Excel 或 WPS 打开后另存为 xlsx 再上传。")
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") and name.lower().endswith((".csv", ".txt")):
        refuse("file_kind", "这份文本的编码读不了，请另存为“CSV UTF-8”后再上传。")
    known = {
        b"Rar!": "压缩包", b"7z\xbc\xaf": "压缩包", b"\x1f\x8b": "压缩包", b"GIF8": "GIF 动图", b"BM": "BMP 图片",
        b"II*\x00": "TIFF 图片", b"MM\x00*": "TIFF 图片", b"MZ": "程序", b"\x7fELF": "程序", b"{\\rtf": "RTF 文档",
    }  # fmt: skip
    for magic, word in known.items():
        if data.startswith(magic) and not (magic in (b"BM", b"MZ") and name.lower().endswith(".csv")):
            refuse("file_kind", f"不能上传{word}。" + _ALLOWED)
    if not name.lower().endswith((".csv", ".txt")) or not _is_text(data):
        refuse("file_kind", "不能上传这种文件。" + _ALLOWED)
    return Content(CSV, data)


def _is_text(data: bytes) -> bool:
    for code in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(code)
        except UnicodeDecodeError:
            continue
        return not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", text)
    return False


# -- names -------------------------------------------------------------------------------------------------
def clean_name(name: str, kind: str) -> str:
    """A name safe to show and to send: no folders, no control or direction marks, the suffix of what it is."""
    base = unicodedata.normalize("NFC", name or "").replace("\\", "/").rsplit("/", 1)[-1]
    base = "".join(one for one in base if unicodedata.category(one)[0] != "C" and one not in '<>:"|?*')
    stem, dot, suffix = base.rpartition(".")
    stem = (stem if dot and len(suffix) <= 5 else base).strip(" .")[:120]
    return (stem or "附件") + SUFFIX[kind]
