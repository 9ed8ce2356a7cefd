"""Codes to scan, as inline pictures: one path, no colour of their own, no style attribute (the page's policy)."""

from __future__ import annotations

import qrcode
from markupsafe import Markup, escape


def svg(text: str, label: str) -> Markup:
    """A black path on the page's own white; runs of modules in a row are one stroke, so that sheets stay small."""
    code = qrcode.QRCode(border=2, mask_pattern=3)
    code.add_data(text)
    code.make()
    matrix = code.get_matrix()
    parts = []
    for y, row in enumerate(matrix):
        x = 0
        while x < len(row):
            if not row[x]:
                x += 1
                continue
            start = x
            while x < len(row) and row[x]:
                x += 1
            parts.append(f"M{start} {y}h{x - start}v1h-{x - start}z")
    size = len(matrix)
    return Markup(
        '<svg role="img" aria-label="{}" viewBox="0 0 {} {}" shape-rendering="crispEdges"><path d="{}"/></svg>'
    ).format(escape(label), size, size, "".join(parts))
