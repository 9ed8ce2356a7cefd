"""Messages inside the system: a row per account, written in the act that causes them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet

from gongjia.base import arrays
from gongjia.base.outbox.kinds import Channel
from gongjia.base.outbox.models import InboxItem
from gongjia.base.outbox.templates import render, wording


def notify(
    accounts: Iterable[Any], *, template: str, context: dict[str, Any] | None = None, at: datetime, url: str = ""
) -> int:
    """Tell accounts (ids, or anything with an `.id`); each once. Answers to how many."""
    ids = list(dict.fromkeys(getattr(account, "id", account) for account in accounts if account is not None))
    if not ids:
        return 0
    words = render(template, Channel.INBOX, context or {})
    return _put(((pk, url, words) for pk in ids), template, at)


def _put(rows: Iterable[tuple[UUID, str, tuple[str, str]]], template: str, at: datetime) -> int:
    """(account, page, (title, body)) into the inboxes, by set; every way in goes through here."""
    items = []
    for account, url, (title, body) in rows:
        if url and (not url.startswith("/") or url.startswith("//")):
            raise ValueError("a message leads to a page of ours only")
        items.append(
            InboxItem(
                account_id=account, template=template, title=title or body[:60], body=body, url=url, created_at=at
            )
        )  # fmt: skip
    InboxItem.objects.bulk_create(items, batch_size=2000)
    return len(items)


def notify_own(pairs: Iterable[tuple[UUID, dict[str, Any]]], *, template: str, at: datetime, url: str = "") -> int:
    """Tell accounts, each in words of their own: (account, context). Two statements, whatever the number."""
    words = wording(template, Channel.INBOX)
    return _put(((account, url, words(context)) for account, context in pairs), template, at)


# by index for each account, whatever the planner believes of how many there are
_NOT_YET = """
select k.account_id, k.url from unnest({accounts}, {urls}) as k(account_id, url) where not exists (
    select 1 from outbox_inboxitem i where i.account_id = k.account_id and i.template = %s and i.url = k.url)
"""


def notify_each(
    pairs: Iterable[tuple[UUID, str]], *, template: str, context: dict[str, Any] | None = None, at: datetime
) -> int:
    """Tell accounts the same words, each with the page of their own thing; whoever was told of it is passed over.

    That the message is there is what says so: it may be called again with the same pairs, and twice at once. By set.
    """
    asked = list(dict.fromkeys(pairs))
    if not asked:
        return 0
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(hashtext(%s))", [f"inbox:{template}"])
            cursor.execute(
                _NOT_YET.format(accounts=arrays.UUIDS, urls=arrays.TEXTS),
                [arrays.uuids(pk for pk, _url in asked), arrays.texts(url for _pk, url in asked), template],
            )
            new = cursor.fetchall()
        if not new:
            return 0
        words = render(template, Channel.INBOX, context or {})
        return _put(((account, url, words) for account, url in new), template, at)


def inbox(account_id: UUID) -> QuerySet[InboxItem]:
    """Newest first."""
    return InboxItem.objects.filter(account_id=account_id).order_by("-created_at", "-id")


def unread(account_id: UUID) -> int:
    with connection.prepared_cursor() as cursor:
        cursor.execute("select count(*) from outbox_inboxitem where account_id = %s and read_at is null", [account_id])
        return cursor.fetchone()[0]


def mark_read(account_id: UUID, *, at: datetime, items: Iterable[UUID] | None = None) -> int:
    """Mark all, or those; only the account's own. Answers how many were unread."""
    found = InboxItem.objects.filter(account_id=account_id, read_at__isnull=True)
    if items is not None:
        found = found.filter(pk__in=list(items))
    return found.update(read_at=at)
