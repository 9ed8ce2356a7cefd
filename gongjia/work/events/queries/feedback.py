"""How an event was liked: how many said so, the mean, how often each score."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Count, Q

from gongjia.work.events.models import Event, Feedback


@dataclass(frozen=True)
class Liking:
    count: int
    mean: Decimal | None
    scores: dict[int, int]  # 1…5 -> how many
    words: int


def liking(event: Event) -> Liking:
    """One query."""
    rows = Feedback.objects.filter(event=event).order_by("score").values_list("score")
    found = {
        score: (count, words)
        for score, count, words in rows.annotate(n=Count("pk"), w=Count("pk", filter=Q(words__isnull=False)))
    }
    count = sum(one for one, _words in found.values())
    total = sum(score * one for score, (one, _words) in found.items())
    mean = (Decimal(total) / count).quantize(Decimal("0.1"), ROUND_HALF_UP) if count else None
    return Liking(
        count, mean, {score: found.get(score, (0, 0))[0] for score in range(1, 6)}, sum(words for _n, words in found.values())
    )  # fmt: skip
