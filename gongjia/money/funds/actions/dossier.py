"""One indexed PDF per payment. Reading it is written down: who, which, when."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from datetime import datetime
from functools import lru_cache
from pathlib import Path

import typst

from gongjia.base import journal
from gongjia.base.actor import Actor
from gongjia.money.funds import data, powers, queries
from gongjia.money.funds.actions.telling import day_of
from gongjia.money.funds.models import Payment


def dossier(*, payment: Payment, actor: Actor, at: datetime) -> tuple[str, bytes]:
    """Name and bytes. Text reaches the layout only as data, so nothing typed can become its source."""
    actor.must(powers.AUDIT, payment.org)
    whole = Payment.objects.select_related("award__decision__notice", "org", "person", "for_org", "batch").get(
        pk=payment.pk
    )
    content = _laid_out(queries.dossier(whole, day_of(at)))
    with journal.act():
        journal.write(
            "funds.dossier", actor=actor, at=at, org=whole.org, subject=whole,
            payload={"sha256": hashlib.sha256(content).hexdigest()},
        )  # fmt: skip
    return f"卷宗-{whole.batch.number if whole.batch else day_of(at)}-{str(whole.pk)[-6:]}.pdf", content


def _laid_out(content: dict) -> bytes:
    with tempfile.TemporaryDirectory(prefix="gongjia-pdf-") as folder:
        place = Path(folder)
        shutil.copyfile(data.HERE / "dossier.typ", place / "dossier.typ")
        (place / "data.json").write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        return typst.compile(str(place / "dossier.typ"), root=str(place), font_paths=_fonts(), format="pdf")


@lru_cache
def _fonts() -> list[str]:
    import pylopdf_fonts_zh_cn

    return [str(Path(pylopdf_fonts_zh_cn.__file__).parent)]
