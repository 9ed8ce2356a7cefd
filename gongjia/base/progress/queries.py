"""Reading long jobs. A job is its starter's: pages show it to nobody else."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from gongjia.base.models import one_of
from gongjia.base.progress.kinds import ENDED
from gongjia.base.progress.models import Progress


def find(pk: UUID | str) -> Progress | None:
    return one_of(Progress.objects.filter(pk=pk))


def mine(account_id: UUID) -> QuerySet[Progress]:
    """Started by that account, newest first."""
    return Progress.objects.filter(account_id=account_id).order_by("-created_at", "-id")


def under_way(kind: str, org_id: UUID | None = None) -> QuerySet[Progress]:
    """Jobs of a kind that have not ended: a second one for the same target can be refused."""
    found = Progress.objects.filter(kind=kind).exclude(state__in=ENDED)
    return found.filter(org_id=org_id) if org_id else found
