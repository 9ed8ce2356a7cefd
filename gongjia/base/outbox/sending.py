"""Short messages: the wish is committed with the act that has it, sent after, and each try leaves its mark.

Nothing here answers the asker why a message was held back: the same silence for a number on file and one that is not.
"""

from __future__ import annotations

import logging
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, connections, transaction
from django.db.models import F, Q

from gongjia.base import clock
from gongjia.base.outbox import channels
from gongjia.base.outbox.kinds import LEASE, QUIET_FROM, QUIET_UNTIL, RULES, WAITS, Channel, Rule, State
from gongjia.base.outbox.models import Message
from gongjia.base.outbox.templates import render
from gongjia.base.refused import refuse
from gongjia.base.secret import canonical, masks

log = logging.getLogger(__name__)

ONE_RUN = 50.0  # seconds that one look for due messages may take
_LOCKS = 0x6F757462  # our half of the advisory locks by number


def send_sms(
    phone_plain: str, *, template: str, context: dict[str, Any] | None = None, at: datetime, purpose: str = "notice"
) -> Message:
    """Write down a message to a phone; it goes out once the act is committed. Over a limit it fails, silently."""
    phone = canonical.phone(phone_plain)
    if not (phone.isdigit() and 5 <= len(phone) <= 15):
        refuse("sms_phone", "手机号码不对，无法发送短信。", cure="请先更正手机号码")
    rule = RULES[purpose]
    _, text = render(template, Channel.SMS, context or {})
    now = clock.real_now()
    message = Message(
        template=template,
        purpose=purpose,
        phone=phone,
        to_label=masks.phone(phone),
        text=text,
        at=at,
        created_at=now,
        next_at=_not_at_night(now, rule),
        expires_at=now + rule.life,
    )
    with transaction.atomic():
        _one_at_a_time(phone)
        if reason := _over(phone, rule, purpose, now):
            message.state, message.reason, message.text, message.next_at = State.FAILED, reason, None, None
        message.save(force_insert=True)
        if message.state == State.QUEUED and rule.at_once:
            transaction.on_commit(lambda: _soon(message.pk), robust=True)
    return message


def _one_at_a_time(phone: str) -> None:
    """Two wishes for one number wait for each other, so that the limits are exact."""
    digest = Message._meta.get_field("phone_index").digests_to_find(phone)[0]
    with connection.cursor() as cursor:
        key = int.from_bytes(digest[-4:], "big", signed=True)
        cursor.execute("select pg_advisory_xact_lock(%s, %s)", [_LOCKS, key])


def _over(phone: str, rule: Rule, purpose: str, now: datetime) -> str:
    """Which limit of this number stands against it; messages that were held back do not count."""
    earlier = Message.objects.filter(phone_index=phone, purpose=purpose).exclude(state=State.FAILED, tries=0)
    times = list(
        earlier.filter(created_at__gt=now - timedelta(days=1))
        .order_by("-created_at")
        .values_list("created_at", flat=True)
    )
    if times and now - times[0] < rule.apart:
        return "too_soon"
    return "day_limit" if len(times) >= rule.per_day else ""


def _not_at_night(now: datetime, rule: Rule) -> datetime:
    """22:00 to 07:00 only codes go out; the rest waits for the morning."""
    local = now.astimezone(clock.SHANGHAI)
    if rule.day_and_night or QUIET_UNTIL <= local.time() < QUIET_FROM:
        return now
    day = local.date() if local.time() < QUIET_UNTIL else local.date() + timedelta(days=1)
    return datetime.combine(day, QUIET_UNTIL, clock.SHANGHAI)


# the way out ------------------------------------------------------------------------------------

_threads: ThreadPoolExecutor | None = None


def _soon(pk: UUID) -> None:
    """A code leaves at once but not inside the request: its answer must take as long for an unknown number.

    What a dying process leaves behind, `send_due` finds within a minute.
    """
    if channels.name() != "http_sms":
        deliver(pk)  # a line in a file
        return
    global _threads
    if _threads is None:
        _threads = ThreadPoolExecutor(max_workers=4, thread_name_prefix="sms")
    _threads.submit(_deliver_apart, pk)


def _deliver_apart(pk: UUID) -> None:
    try:
        deliver(pk)
    except Exception as error:
        log.error("message %s was not sent, the next look tries again: %s", pk, type(error).__name__)
    finally:
        connections.close_all()


def deliver(pk: UUID) -> Message | None:
    """One try. The claim is committed before anything leaves, the answer after: a cut in between is seen as such."""
    message = _claim(pk)
    if message is None:
        return None
    rule = RULES[message.purpose]
    now = clock.real_now()
    if message.expires_at <= now:
        return _close(message, State.FAILED if message.tries <= 1 else State.UNKNOWN, "expired")
    if not channels.take_from_budget(rule.share):
        return _over_budget(message, rule, now)
    answer = channels.sender().send(message, message.phone.open_unlogged(), message.text.open_unlogged())
    if answer.again and message.tries <= len(WAITS):
        message.state, message.detail = State.QUEUED, answer.detail
        message.next_at = _not_at_night(clock.real_now() + WAITS[message.tries - 1], rule)
        message.save(update_fields=["state", "detail", "next_at"])
        return message
    message.provider_ref, message.detail = answer.ref, answer.detail
    return _close(message, answer.state, answer.reason or ("tries" if answer.again else ""))


def _claim(pk: UUID) -> Message | None:
    now = clock.real_now()
    taken = Message.objects.filter(pk=pk, state=State.QUEUED, next_at__lte=now).update(
        state=State.SENDING, tries=F("tries") + 1, next_at=now + LEASE
    )
    return Message.objects.get(pk=pk) if taken else None


def _over_budget(message: Message, rule: Rule, now: datetime) -> Message:
    log.error("the hour's budget of short messages is used up: %s held back", message.template)
    if rule.at_once:
        return _close(message, State.FAILED, "budget")
    message.state, message.tries = State.QUEUED, message.tries - 1
    message.next_at = _not_at_night(now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1), rule)
    message.save(update_fields=["state", "tries", "next_at"])
    return message


def _close(message: Message, state: State, reason: str) -> Message:
    """The last word of a try. The text is forgotten: nobody needs an old code."""
    now = clock.real_now()
    message.state, message.reason, message.next_at, message.text = state, reason, None, None
    if state in (State.SENT, State.DELIVERED):
        message.sent_at = message.sent_at or now
    if state == State.DELIVERED:
        message.delivered_at = now
    message.save(
        update_fields=["state", "reason", "detail", "next_at", "text", "provider_ref", "sent_at", "delivered_at"]
    )
    return message


def send_due() -> int:
    """Everything that is due: notices, tries that failed, what a dead process left. Answers how many were tried."""
    started, tried = time.monotonic(), 0
    now = clock.real_now()
    cut_off = Message.objects.filter(state=State.SENDING, next_at__lte=now)
    # cut off between the request and its answer: the gateway knows the id, so asking again sends nothing twice
    again = cut_off.filter(tries__lte=len(WAITS), expires_at__gt=now)
    again.update(state=State.QUEUED, next_at=now)
    for message in cut_off.all():
        _close(message, State.UNKNOWN, "lost")
    while time.monotonic() - started < ONE_RUN:
        due = Message.objects.filter(Q(state=State.QUEUED) & Q(next_at__lte=clock.real_now()))
        ids = list(due.order_by("next_at").values_list("pk", flat=True)[:50])
        if not ids:
            break
        for pk in ids:
            deliver(pk)
            tried += 1
            if time.monotonic() - started >= ONE_RUN:
                break
    return tried


def note_delivery(message_id: UUID | str, *, state: str, ref: str = "") -> bool:
    """The provider's later word on a message. Late, doubled and out of order: delivered is final, the rest may rise."""
    now = clock.real_now()
    try:
        found = Message.objects.filter(pk=UUID(str(message_id)))
        said = State(state)
    except ValueError:
        return False
    open_states = [State.SENDING, State.SENT, State.UNKNOWN]
    its_ref = {"provider_ref": ref[:120]} if ref else {}  # a report without one takes nothing away
    if said == State.DELIVERED:
        changed = found.filter(state__in=[*open_states, State.FAILED], tries__gt=0)
        return bool(changed.update(state=said, delivered_at=now, sent_at=now, reason="", next_at=None, **its_ref))
    if said == State.FAILED:
        changed = found.filter(state__in=open_states)
        return bool(changed.update(state=said, reason="refused", next_at=None, **its_ref))
    return False
