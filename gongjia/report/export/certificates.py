"""Certificates and lists of names as PDF, laid out by typst like the report: text only reaches it as data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import qrcode

from gongjia.report.export import pdf, word


@dataclass(frozen=True)
class Paper:
    """One certificate. `verify` is the address that its code leads to."""

    heading: str
    name: str
    unit: str
    text: str
    issuer: str
    date: str
    serial: str
    verify: str


def certificates_pdf(some: Sequence[Paper]) -> bytes:
    """A page each."""
    return pdf._laid_out("certificate.typ", {"papers": [asdict(one) | {"code": runs(one.verify)} for one in some]})


def list_pdf(title: str, lead: str, heads: Sequence[str], widths: Sequence[int], rows: Sequence[Sequence[str]], foot: str) -> bytes:  # fmt: skip
    """A list of names as it is printed and filed. `widths` are shares."""
    data = {
        "title_lines": word.balanced(title), "lead": lead, "heads": list(heads), "widths": list(widths),
        "rows": [list(row) for row in rows], "foot": foot,
    }  # fmt: skip
    return pdf._laid_out("list.typ", data)


def runs(text: str) -> dict:
    """A QR code as runs of black modules: {"size", "runs": [[x, y, width], …]}."""
    code = qrcode.QRCode(border=0, error_correction=qrcode.constants.ERROR_CORRECT_M)
    code.add_data(text)
    code.make()
    matrix = code.get_matrix()
    found = []
    for y, row in enumerate(matrix):
        x = 0
        while x < len(row):
            start = x
            while x < len(row) and row[x]:
                x += 1
            if x > start:
                found.append([start, y, x - start])
            x += 1
    return {"size": len(matrix), "runs": found}
