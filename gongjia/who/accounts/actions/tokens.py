"""Tokens for programs: bound to one account, shown once, kept as a MAC, ended by their owner or by time."""

from __future__ import annotations

import math
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection

from gongjia.base import clock, journal, secret
from gongjia.base.actor import Actor
from gongjia.base.models import one_of, uuid7
from gongjia.base.refused import refuse
from gongjia.who.accounts import kinds, queries
from gongjia.who.accounts.models import Account, ApiToken


@dataclass(frozen=True)
class IssuedToken:
    """A token on its way to its owner. The code exists nowhere else."""

    token: ApiToken
    code: str

    def __repr__(self) -> str:
        return f"<token {self.token.pk}>"


def issue_token(*, account: Account, name: str, days: int, may_write: bool, actor: Actor, at: datetime) -> IssuedToken:
    """A token of one's own account; nobody makes one for somebody else. It gives no right of its own:
    every request asks what the account may do at that moment."""
    if actor.account_id != account.pk:
        refuse("token_own", "只能给自己的账号生成接口令牌。")
    name = name.strip()
    if not name:
        refuse("token_name", "请写明给哪个系统、做什么用。")
    if not 1 <= days <= kinds.TOKEN_DAYS_MOST:
        refuse("token_days", f"有效期为 1 至 {kinds.TOKEN_DAYS_MOST} 天。", fact=str(days))
    code = kinds.TOKEN_MARK + secrets.token_urlsafe(32)
    with journal.act():
        held = Account.objects.select_for_update().get(pk=account.pk)
        now = clock.real_now()
        if (
            ApiToken.objects.filter(account=held, revoked_at__isnull=True, expires_at__gt=now).count()
            >= kinds.TOKENS_MOST
        ):
            refuse(
                "token_many", f"一个账号最多同时有 {kinds.TOKENS_MOST} 个有效令牌。", cure="请先停用不再使用的令牌。"
            )
        token = ApiToken.objects.create(
            account=held,
            name=name[:60],
            head=code[: len(kinds.TOKEN_MARK) + 4],
            code_mac=secret.mac("token", "api", code),
            may_write=may_write,
            session_round=held.session_round,
            issued_at=now,
            expires_at=now + timedelta(days=days),
        )
        journal.write(
            "accounts.token_issued", actor=actor, at=at, subjects=[token, held],
            payload={"days": days, "may_write": may_write},
        )  # fmt: skip
    return IssuedToken(token, code)


def revoke_token(*, token_id: UUID, actor: Actor, at: datetime) -> ApiToken:
    """End one's own token at once."""
    with journal.act():
        token = one_of(ApiToken.objects.select_for_update().filter(pk=token_id, account_id=actor.account_id))
        if token is None:
            refuse("token_unknown", "没有这个令牌，或它不是您的。")
        if token.revoked_at is not None:
            refuse("token_ended", "这个令牌已经停用。")
        token.revoked_at = clock.real_now()
        token.save(update_fields=["revoked_at"])
        journal.write("accounts.token_revoked", actor=actor, at=at, subjects=[token, token.account])
    return token


def use_token(code: str) -> ApiToken | None:
    """The token behind a code, stamped as used; None when it is unknown, ended, expired, or its account is closed
    or was logged out everywhere since (that ends tokens too)."""
    if not code.startswith(kinds.TOKEN_MARK) or len(code) > 100:
        return None
    now = clock.real_now()
    token = (
        ApiToken.objects.filter(
            code_mac__in=queries.mac_candidates("api", code), revoked_at__isnull=True, expires_at__gt=now
        )
        .select_related("account")
        .first()
    )
    if token is None or not token.account.is_active or token.session_round != token.account.session_round:
        return None
    if token.used_at is None or now - token.used_at > kinds.TOKEN_STAMP:  # not a write for every request
        token.used_at = now
        ApiToken.objects.filter(pk=token.pk).update(used_at=now)
    return token


WINDOW = timedelta(minutes=1)
_COUNT = """
insert into accounts_brake as b (id, what, whom, opened_at, tries) values (%(id)s, 'api_token', %(whom)s, %(now)s, 1)
on conflict (what, whom) do update set
  tries = case when b.opened_at <= %(edge)s then 1 else b.tries + 1 end,
  opened_at = case when b.opened_at <= %(edge)s then %(now)s else b.opened_at end
returning tries, opened_at
"""


def count_use(token: ApiToken, *, most: int) -> int:
    """Count one request of a token; the whole seconds it has to wait when it had `most` in this minute, else 0.

    One statement under the row's lock: a thousand requests at once are a thousand counts.
    """
    now = clock.real_now()
    whom = secret.blind("accounts.brake.api_token", str(token.pk))
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"id": uuid7(), "whom": whom, "now": now, "edge": now - WINDOW})
        tries, opened_at = cursor.fetchone()
    return 0 if tries <= most else max(1, math.ceil((opened_at + WINDOW - now).total_seconds()))
