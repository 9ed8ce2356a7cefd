"""What those who were there thought of it: a score, and words that only the organiser reads, on the record."""

from __future__ import annotations

from datetime import datetime

from gongjia.base import journal
from gongjia.base.actor import Actor
from gongjia.base.refused import Hidden, Reason, Refused, refuse
from gongjia.work.events import powers
from gongjia.work.events.actions.common import is_own, lock_sign_up, said
from gongjia.work.events.models import Event, Feedback, SignUp

LEAST_WORDS = 3  # forms with words; with fewer it would be known who wrote them


def give_feedback(*, sign_up: SignUp, score: int, words: str = "", actor: Actor, at: datetime) -> Feedback:
    """Once, from the beginning of the event on, by whoever had a place and was not absent."""
    with journal.act():
        found = lock_sign_up(sign_up.pk)
        if not is_own(found, actor):
            raise Hidden(str(sign_up.pk))
        why = []
        if found.state != "placed":
            why.append(Reason("not_placed", "您没有参加这场活动。", found.state_label))
        starts_at = found.session.starts_at if found.session is not None else found.event.first_at
        if starts_at is None or at < starts_at:
            why.append(Reason("not_begun", "活动开始以后才能评价。", said(starts_at)))
        standings = set(found.attendance.values_list("standing", flat=True))
        if standings and not standings & {"present", "late"}:
            why.append(Reason("not_there", "没有到场，不能评价。"))
        if isinstance(score, bool) or not isinstance(score, int) or not 1 <= score <= 5:
            why.append(Reason("score_range", "评分为 1 到 5 分。", str(score)))
        if Feedback.objects.filter(sign_up=found).exists():
            why.append(Reason("fed_back", "您已经评价过这场活动。"))
        if why:
            raise Refused(why)
        row = Feedback.objects.create(
            event=found.event, sign_up=found, score=score, words=words.strip()[:1000] or None, at=at
        )
        # the entry names the event, not who wrote what
        journal.write("events.fed_back", actor=actor, at=at, org=found.event.org, subject=found.event)
        return row


def read_words(*, event: Event, actor: Actor, at: datetime) -> list[tuple[int, str]]:
    """Scores with words, in no order that tells who wrote them; not while too few wrote any."""
    with journal.act():
        found = Event.objects.select_related("org").get(pk=event.pk)
        actor.must(powers.OPEN, found.org)
        rows = list(Feedback.objects.filter(event=found, words__isnull=False).order_by("score"))
        if len(rows) < LEAST_WORDS:
            refuse(
                "words_few", f"写了意见的不到 {LEAST_WORDS} 人，暂不显示，以免看出是谁写的。", fact=f"{len(rows)} 人"
            )
        journal.write(
            "events.words_read", actor=actor, at=at, org=found.org, subject=found, payload={"count": len(rows)}
        )
        return sorted((one.score, one.words.open_unlogged()) for one in rows)
