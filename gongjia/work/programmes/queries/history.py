"""Sheets of earlier years: those in reach, and the verdicts of one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from gongjia.base.actor import Actor
from gongjia.base.models import one_of
from gongjia.base.refused import Hidden
from gongjia.work.programmes import powers
from gongjia.work.programmes.models import HistoryBatch
from gongjia.work.programmes.queries.scope import gate


def batch_of(actor: Actor, pk: UUID) -> HistoryBatch:
    found = (
        one_of(HistoryBatch.objects.filter(gate(actor, HistoryBatch, powers.IMPORT), pk=pk)
        .select_related("org", "file"))
    )  # fmt: skip
    if found is None:
        raise Hidden(str(pk))
    return found


def batches(actor: Actor, limit: int = 20) -> list[HistoryBatch]:
    """The newest first, without their verdicts."""
    found = HistoryBatch.objects.filter(gate(actor, HistoryBatch, powers.IMPORT)).defer("verdicts")
    return list(found.select_related("org", "file").order_by("-uploaded_at", "-pk")[:limit])


def verdict_rows(batch: HistoryBatch, only: str = "", after: int = 0, size: int = 200) -> tuple[list[Any], int]:
    """(rows from a place on, the place of the next ones or 0), all or of one verdict."""
    rows = [row for row in batch.verdicts if not only or row[2] == only]
    return rows[after : after + size], after + size if len(rows) > after + size else 0
