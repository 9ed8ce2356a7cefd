"""Opening accounts, one or a hundred thousand, and marking whose need a second factor.

Who may have an account is decided by the acts of persons above; these are their tools.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from gongjia.base import journal, secret
from gongjia.base.actor import Actor
from gongjia.base.models import uuid7
from gongjia.base.refused import Forbidden, refuse
from gongjia.who.accounts import queries, registry
from gongjia.who.accounts.models import Account, Consent


@dataclass(frozen=True)
class NewAccount:
    """`phone` in any written form, or "" for somebody who will come in by a slip."""

    display_name: str
    phone: str = ""
    requires_second_factor: bool = False
    id: UUID = field(default_factory=uuid7)


def open_accounts(
    *, rows: Sequence[NewAccount], actor: Actor | None, at: datetime, org: Any = None, cause: Any = None
) -> list[UUID]:
    """Put the rows by COPY, with one entry. Gives their ids, in the same order."""
    if not rows:
        return []
    ids = [row.id for row in rows]
    phones = [secret.canonical.phone(row.phone) or None for row in rows]
    sealed = secret.seal_many("account.phone", ids, phones)
    index = Account._meta.get_field("phone_index").columns_many(phones)
    columns = ["id", "phone", *index, "display_name", "requires_second_factor", "is_active", "session_round",
               "created_at", "consented_version"]  # fmt: skip
    with journal.act():
        with (
            connection.cursor() as cursor,
            cursor.copy(f"copy accounts_account ({', '.join(columns)}) from stdin (format binary)") as copy,
        ):
            copy.set_types(
                ["uuid", "bytea", *["bytea"] * len(index), "varchar", "bool", "bool", "int4", "timestamptz", "varchar"]
            )
            for row, phone, *digests in zip(rows, sealed, *index.values(), strict=True):
                copy.write_row(
                    [row.id, phone, *digests, row.display_name[:60], row.requires_second_factor, True, 0, at, ""]
                )
        journal.write(
            "accounts.opened",
            actor=actor,
            at=at,
            org=org,
            subjects=[("accounts.account", pk) for pk in ids],
            payload={"count": len(ids)},
            cause=cause,
        )
    return ids


def rename(*, account_id: UUID, display_name: str, actor: Actor, at: datetime) -> None:
    """Follow a corrected name; the correction itself is journalled where the person is."""
    Account.objects.filter(pk=account_id).update(display_name=display_name[:60])


def require_factor(
    *, account_ids: Iterable[UUID], required: bool, actor: Actor | None, at: datetime, cause: Any = None
) -> int:
    """Mark accounts whose posts ask for a second factor (granted), or no longer do (ended). Gives how many changed.

    Sessions that showed one factor only end on their next request.
    """
    with journal.act():
        changed = list(
            Account.objects.select_for_update(of=("self",))
            .filter(pk__in=list(account_ids), requires_second_factor=not required)
            .values_list("pk", flat=True)
        )
        if changed:
            Account.objects.filter(pk__in=changed).update(requires_second_factor=required)
            journal.write(
                "accounts.factor_required" if required else "accounts.factor_released",
                actor=actor,
                at=at,
                subjects=[("accounts.account", pk) for pk in changed],
                cause=cause,
            )
    return len(changed)


def follow_posts(*, account: Account, at: datetime) -> None:
    """At log-in: mark the account when a post held now asks for a second factor, whoever forgot to."""
    if not account.requires_second_factor and registry.directory().needs_factor(account.pk, at):
        require_factor(account_ids=[account.pk], required=True, actor=None, at=at)
        account.refresh_from_db()


def adopt_log_ins(*, rows: Sequence[tuple[UUID, datetime]], actor: Actor, at: datetime, note: str) -> int:
    """Take over who had already logged in and agreed on the platform used before: (account, first log-in).

    By the machine itself only (`Actor.system`), with a note of where the list comes from. Gives how many were new.
    """
    if not actor.everywhere:
        raise Forbidden("accounts.adopt")
    if not note.strip():
        refuse("note_missing", "请写明名单的来源。")
    notice = queries.shipped_notice()
    first = dict(rows)
    with journal.act():
        new = list(
            Account.objects.select_for_update(of=("self",))
            .filter(pk__in=list(first), activated_at__isnull=True)
            .values_list("pk", flat=True)
        )
        with connection.cursor() as cursor:
            cursor.execute(
                "update accounts_account a set activated_at = n.at, last_login = n.at, consented_at = n.at,"
                " consented_version = %s from unnest(%s::uuid[], %s::timestamptz[]) as n(id, at) where a.id = n.id",
                [notice.version, new, [first[pk] for pk in new]],
            )
        Consent.objects.bulk_create(
            [
                Consent(account_id=pk, version=notice.version, text_sha256=notice.sha256, given_at=first[pk])
                for pk in new
            ],
            batch_size=2000,
        )
        if new:
            journal.write(
                "accounts.adopted",
                actor=actor,
                at=at,
                subjects=[("accounts.account", pk) for pk in new],
                payload={"count": len(new), "version": notice.version},
                note=note,
            )
    return len(new)
