"""C18 for what is stored: allowed by content, pictures drawn anew, sealed at rest, changed files refused."""

from __future__ import annotations

import hashlib
import io
import struct
import zipfile
import zlib
from datetime import datetime
from pathlib import Path
from uuid import uuid4

import docx
import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from gongjia.base.actor import Actor
from gongjia.base.journal import attachments, file_content
from gongjia.base.journal.models import Attachment, Entry
from gongjia.base.refused import Refused
from gongjia.base.secret import keys

AT = datetime.fromisoformat("2018-08-27T09:00:00+08:00")
CLERK = Actor(uuid4(), uuid4(), "张干部")
CANARY = b"330100197301010098"


@pytest.fixture(params=["aes", "sm"])
def house(request, settings, tmp_path, db):
    settings.GONGJIA_HOME = tmp_path
    settings.GONGJIA_KEYS = None
    keys.create(request.param)
    yield tmp_path
    keys.forget()


def store(data, name="文件", **kw):
    return attachments.store(data, name=name, actor=CLERK, at=AT, **kw)


def code(data, name="文件", **kw) -> str:
    files = lambda: sorted(path for path in attachments.path_of(uuid4()).parents[1].rglob("*") if path.is_file())  # noqa: E731
    before = Attachment.objects.count(), files()
    with pytest.raises(Refused) as refusal:
        store(data, name, **kw)
    assert (Attachment.objects.count(), files()) == before  # nothing is left of a refused file
    reason = refusal.value.reasons[0]
    assert reason.sentence.endswith(("。", "）。"))
    return reason.code


# -- makers ---------------------------------------------------------------------------------------------
def picture(form="JPEG", size=(80, 60), mode="RGB", **kw) -> bytes:
    image = Image.new(mode, size)
    if mode == "RGB":
        image.paste((200, 20, 20), (0, 0, size[0] // 2, size[1]))
    out = io.BytesIO()
    image.save(out, form, **kw)
    return out.getvalue()


def told_all() -> bytes:
    """A photo that says where and when it was taken, with a remark and something hung on at its end."""
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90 degrees
    exif[0x010F] = CANARY.decode()
    exif.get_ifd(0x8825).update({1: "N", 2: (29.0, 28.0, 0.0), 3: "E", 4: (119.0, 16.0, 0.0)})
    return picture(exif=exif, comment=CANARY, icc_profile=CANARY * 10) + CANARY


def pdf() -> bytes:
    return b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def workbook() -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        book.add_worksheet().write_string(0, 0, CANARY.decode())
    return out.getvalue()


def document() -> bytes:
    out = io.BytesIO()
    paper = docx.Document()
    paper.add_paragraph("批复")
    paper.save(out)
    return out.getvalue()


def compound(*streams: str) -> bytes:
    """The outline of an OLE file: header and a directory that names streams."""
    data = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
    for name in streams:
        coded = name.encode("utf-16-le")
        data += coded.ljust(64, b"\0") + struct.pack("<H", len(coded) + 2) + b"\x02" + bytes(61)
    return data


def archive(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in parts.items():
            file.writestr(name.replace("__", "/").replace("Content_Types", "[Content_Types].xml"), data)
    return out.getvalue()


def png_that_claims(width: int, height: int) -> bytes:
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header))
        + struct.pack(">I", 0) + b"IDAT" + struct.pack(">I", zlib.crc32(b"IDAT"))
    )  # fmt: skip


# -- stored and opened --------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("make", "kind", "suffix"),
    [(picture, file_content.JPG, ".jpg"), (lambda: picture("PNG"), file_content.PNG, ".png"),
     (lambda: picture("WEBP"), file_content.WEBP, ".webp"), (pdf, file_content.PDF, ".pdf"),
     (workbook, file_content.XLSX, ".xlsx"), (document, file_content.DOCX, ".docx"),
     (lambda: compound("Root Entry", "Workbook"), file_content.XLS, ".xls")],
)  # fmt: skip
def test_each_allowed_kind_by_its_content(house, make, kind, suffix):
    data = make()
    kept = store(data, name="证明材料.exe")
    assert (kept.kind, kept.name) == (kind, "证明材料" + suffix)
    back = attachments.open(Attachment.objects.get(pk=kept.pk))
    assert len(back) == kept.size and hashlib.sha256(back).hexdigest() == kept.sha256
    if kind not in file_content.PICTURES:
        assert back == data


def test_csv_in_both_codings_and_only_by_its_name(house):
    for coding in ("utf-8-sig", "utf-8", "gb18030"):
        data = "姓名,身份证号\n赵一㼆,330100199001010015\n".encode(coding)
        assert attachments.open(store(data, name="名册.csv")) == data
    assert code("姓名,号码".encode(), name="名册") == "file_kind"
    assert code(b"\0\1\2" * 100, name="名册.csv") == "file_kind"
    assert code("姓名".encode("utf-16"), name="名册.csv") == "file_kind"


def test_sealed_on_the_disk(house):
    data = workbook() + CANARY  # something to look for outside the packing
    kept = store(data)
    path = attachments.path_of(kept.pk)
    assert path == house / "files" / str(kept.pk)[-2:] / str(kept.pk)
    assert path.stat().st_mode & 0o777 == 0o600
    every = b"".join(one.read_bytes() for one in (house / "files").rglob("*") if one.is_file())
    assert CANARY not in every and b"PK" not in every[:64] and CANARY in data
    assert len(every) >= len(data)
    entry = Entry.objects.get(action="attachment.stored")
    assert entry.subjects.get().subject_id == kept.pk and entry.payload.body["sha256"] == kept.sha256


def test_sources_of_every_kind(house, tmp_path):
    data = pdf()
    path = tmp_path / "a.pdf"
    path.write_bytes(data)
    for source in (data, bytearray(data), path, io.BytesIO(data), SimpleUploadedFile("a.pdf", data)):
        assert attachments.open(store(source, name="a.pdf")) == data


# -- pictures -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_picture_keeps_nothing_but_its_points(house, form):
    exif = Image.Exif()
    exif[0x010F] = CANARY.decode()
    data = {"JPEG": told_all()}.get(form) or picture(form, exif=exif, icc_profile=CANARY * 10) + CANARY
    assert CANARY in data
    back = attachments.open(store(data))
    assert CANARY not in back
    image = Image.open(io.BytesIO(back))
    assert not image.getexif() and not {"exif", "icc_profile", "comment", "xmp"} & set(image.info)
    assert image.size == ((60, 80) if form == "JPEG" else (80, 60))  # turned upright before the direction is dropped


def test_pictures_of_odd_modes(house):
    for form, mode in (
        ("JPEG", "CMYK"),
        ("JPEG", "L"),
        ("PNG", "P"),
        ("PNG", "1"),
        ("PNG", "LA"),
        ("PNG", "I;16"),
        ("WEBP", "RGBA"),
    ):
        image = Image.open(io.BytesIO(attachments.open(store(picture(form, mode=mode)))))
        assert image.size == (80, 60)


def test_a_large_photo_is_read_smaller_and_a_flood_is_refused(house, monkeypatch):
    monkeypatch.setattr(file_content, "DECODED", 400_000)
    back = Image.open(io.BytesIO(attachments.open(store(picture(size=(800, 600))))))
    assert back.size == (400, 300)
    assert code(picture("PNG", size=(800, 600))) == "file_picture_too_large"
    assert code(picture("WEBP", size=(800, 600))) == "file_picture_too_large"
    assert code(picture(size=(800, 600), progressive=True)) == "file_picture_too_large"
    assert code(picture(size=(8000, 3000))) == "file_picture_too_large"


def test_a_flood_of_claimed_pixels_is_refused_by_its_header(house):
    for size in ((60_000, 60_000), (8_000, 8_000)):
        assert code(png_that_claims(*size)) == "file_picture_too_large"


def test_broken_pictures(house):
    whole = picture(size=(400, 300))
    assert code(whole[: len(whole) // 2]) == "file_broken"
    assert code(whole[:40]) == "file_broken"
    assert code(png_that_claims(10, 10)) == "file_broken"
    assert code(b"RIFF\x10\0\0\0WEBPVP8 ") == "file_broken"


@pytest.mark.parametrize("brand", [b"heic", b"heix", b"mif1", b"avif"])
def test_heic_is_refused_with_what_to_do(house, brand):
    with pytest.raises(Refused) as refusal:
        store(b"\0\0\0\x18ftyp" + brand + b"\0\0\0\0mif1heic" + bytes(100), "IMG_0001.HEIC")
    reason = refusal.value.reasons[0]
    assert reason.code == "file_heic" and "HEIC" in reason.sentence and "兼容性最佳" in reason.cure


# -- what is not allowed -----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("data", "name", "expected"),
    [
        (b"", "a.pdf", "file_empty"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0isom", "a.mp4", "file_kind"),
        (b"%PDF-1.4 cut", "a.pdf", "file_broken"),
        (b"MZ\x90\0" + bytes(200), "a.pdf", "file_kind"),
        (b"\x7fELF" + bytes(200), "a.csv", "file_kind"),
        (b"<html><table><tr><td>1</td></table>", "roster.xls", "file_html"),
        (b"\xef\xbb\xbf  <!DOCTYPE html><script>alert(1)</script>", "a.csv", "file_html"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "a.png", "file_html"),
        (b"GIF89a" + bytes(50), "a.gif", "file_kind"), (b"Rar!\x1a\x07", "a.rar", "file_kind"),
        (b"#!/bin/sh\nrm -rf /\n", "a.sh", "file_kind"),
        (compound("WordDocument"), "a.doc", "file_kind"), (compound("Other"), "a.xls", "file_kind"),
        (compound("EncryptedPackage"), "a.xlsx", "file_locked"),
        (compound("Workbook", "_VBA_PROJECT"), "a.xls", "file_macro"),
        (archive(a=b"1"), "a.zip", "file_kind"),
        (archive(Content_Types=b"x", xl__workbook=b"x"), "a.xlsx", "file_kind"),
        (workbook()[:300], "a.xlsx", "file_broken"),
        (archive(**{"Content_Types": b"", "xl__workbook.xml": b"", "xl__vbaProject.bin": b""}), "a.xlsm", "file_macro"),
        (archive(**{"Content_Types": b"", "xl__workbook.xml": b"", "xl__sheet1.xml": bytes(8 << 20)}), "a.xlsx", "file_bomb"),
        (archive(**{"Content_Types": b"", "word__document.xml": b"", "..__..__etc": b""}), "a.docx", "file_bomb"),
    ],
)  # fmt: skip
def test_refused(house, data, name, expected):
    assert code(data, name) == expected


def test_a_name_may_narrow_what_is_allowed(house):
    assert code(pdf(), kinds=file_content.PICTURES) == "file_kind"
    assert store(picture(), kinds=file_content.PICTURES)


def test_too_large_is_seen_while_reading(house):
    taken = 0

    class Endless:
        def chunks(self, size):
            nonlocal taken
            while True:
                taken += size
                yield bytes(size)

        def read(self, size):
            nonlocal taken
            taken += size
            return bytes(size)

    for source in (Endless(), io.BufferedReader(_Raw())):
        assert code(source, limit=2 << 20) == "file_too_big"
    assert taken <= (2 << 20) + 256 * 1024
    assert code(bytes(3 << 20), limit=2 << 20) == "file_too_big"


class _Raw(io.RawIOBase):
    """An upload that never ends."""

    def readable(self):
        return True

    def readinto(self, buffer):
        return len(buffer)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("证明.jpg", "证明.pdf"), ("../../etc/passwd", "passwd.pdf"), ("C:\\资料\\批复.PDF", "批复.pdf"), ("", "附件.pdf"),
        ("...", "附件.pdf"), ("a\u202egpj.exe", "agpj.pdf"), ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie x.pdf"),
        ("建总工〔2018〕12号.关于成立的批复", "建总工〔2018〕12号.关于成立的批复.pdf"), ("长" * 300 + ".pdf", "长" * 120 + ".pdf"),
    ],
)  # fmt: skip
def test_names_are_safe_to_show(given, shown):
    assert file_content.clean_name(given, file_content.PDF) == shown


# -- changed, gone, left over ---------------------------------------------------------------------------------------
def opened(kept) -> str:
    with pytest.raises(Refused) as refusal:
        attachments.open(kept)
    return refusal.value.codes[0]


def test_a_changed_exchanged_or_missing_file_is_refused(house, caplog):
    kept, other = store(pdf()), store(pdf() + b"%%EOF")
    path, sealed = attachments.path_of(kept.pk), attachments.path_of(kept.pk).read_bytes()
    for at in range(0, len(sealed), 7):
        path.write_bytes(sealed[:at] + bytes([sealed[at] ^ 4]) + sealed[at + 1 :])
        assert opened(kept) == "file_tampered"
    path.write_bytes(attachments.path_of(other.pk).read_bytes())
    assert opened(kept) == "file_tampered"
    path.write_bytes(sealed[:-5])
    assert opened(kept) == "file_tampered"
    path.unlink()
    assert opened(kept) == "file_missing"
    path.write_bytes(sealed)
    assert attachments.open(kept) == pdf()
    kept.sha256 = "0" * 64  # the row was changed instead
    assert opened(kept) == "file_tampered"
    assert str(kept.pk) in caplog.text


def test_a_plain_store_would_not_notice(house):
    """Negative control: the same change on a file that is merely written down opens without a word."""
    plain = house / "plain.pdf"
    plain.write_bytes(pdf())
    plain.write_bytes(pdf().replace(b"1.4", b"1.7"))
    assert plain.read_bytes() != pdf()


def test_a_failed_row_leaves_no_file_and_a_lost_one_is_swept(house, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(Attachment, "save", lambda self, **kw: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            store(pdf())
    assert [path for path in (house / "files").rglob("*") if path.is_file()] == []
    kept, lost = store(pdf()), attachments.path_of(uuid4())
    lost.parent.mkdir(parents=True, exist_ok=True)
    lost.write_bytes(b"x")
    (lost.parent / ".sealing-abc").write_bytes(b"x")
    (lost.parent / "README").write_bytes(b"x")
    assert attachments.sweep() == []  # younger than a day: its transaction may still run
    assert sorted(attachments.sweep(older_than=-60)) == sorted([".sealing-abc", lost.name])
    assert attachments.open(kept) == pdf() and (lost.parent / "README").exists()


def test_files_get_the_new_key_and_a_kill_between_only_repeats(house, monkeypatch):
    held = [store(pdf() + str(n).encode() + b"%%EOF") for n in range(4)]
    plain = [attachments.open(one) for one in held]
    keys.rotate("file")
    with monkeypatch.context() as patch:  # killed after a file was written, before its row was
        patch.setattr("django.db.models.query.QuerySet.update", lambda self, **kw: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            attachments.rotate()
    assert attachments.sealed_with(1) == 4
    assert [attachments.open(one) for one in held] == plain
    Path(attachments.path_of(held[3].pk)).write_bytes(b"broken")
    assert attachments.rotate() == 3 and attachments.sealed_with(1) == 1
    assert [attachments.open(one) for one in held[:3]] == plain[:3]
