"""Who the logged-in account is, and what it may do where: read anew for every request."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from gongjia.base.actor import Actor, Post
from gongjia.base.clock import SHANGHAI
from gongjia.who.members import registry
from gongjia.who.members.rules import lapses_on
from gongjia.who.orgs.queries import behalf_of, guides

NEVER_LAPSES = frozenset({"admin_security"})  # who confirms the others must not be locked out

# One statement: the person of the account, the own posts and the covered ones that are in force.
_POSTS = """
select p.id, p.name, x.id, x.role, x.confirmed_on, o.id, o.name, o.path, x.behalf
  from members_person p
  left join lateral (
        select pos.id, pos.role, pos.confirmed_on, pos.org_id, '' as behalf
          from members_position pos
         where pos.person_id = p.id and pos.since <= %(day)s and (pos.until is null or pos.until > %(day)s)
        union all
        select pos.id, pos.role, pos.confirmed_on, pos.org_id, holder.name
          from members_cover c
          join members_position pos on pos.id = c.position_id
          join members_person holder on holder.id = pos.person_id
         where c.stand_in_id = p.id and c.since <= %(day)s and c.until > %(day)s
           and pos.since <= %(day)s and (pos.until is null or pos.until > %(day)s)
       ) x on true
  left join orgs_org o on o.id = x.org_id and o.state in ('preparing', 'active')
 where p.account_id = %(account)s and p.merged_into_id is null and p.died_on is null
 order by o.path, x.role, x.behalf
"""


def actor_for(account: Any, at: datetime, *, behalf: UUID | None = None) -> Actor:
    """The actor behind an account at a moment; `behalf`: acting for that union below (代办).

    Whoever may no longer act for it acts as oneself: the label then names one person only.
    """
    actor = _as_oneself(account, at)
    union = behalf_of(actor, behalf) if behalf else None
    return actor.acting_for(union, union.short_name or union.name) if union is not None else actor


def _as_oneself(account: Any, at: datetime) -> Actor:
    """The actor behind an account at a moment: posts in force on that day, nothing remembered.

    An inactive account, one without a person, and one whose posts have ended or lapsed has no power.
    A role that is no longer on the page of roles gives nothing.
    """
    nobody = Actor(account_id=account.pk, person_id=None, label=account.display_name)
    if not account.is_active:
        return nobody
    day = at.astimezone(SHANGHAI).date()
    with connection.prepared_cursor() as cursor:
        cursor.execute(_POSTS, {"day": day, "account": account.pk})
        rows = cursor.fetchall()
    if not rows:
        return nobody
    known = registry.roles()
    posts = []
    for _person, _name, post_id, key, confirmed_on, org_id, org_name, path, behalf in rows:
        role = known.get(key)
        if role is None or org_id is None:
            continue
        if key not in NEVER_LAPSES and day >= lapses_on(confirmed_on):
            continue
        posts.append(
            Post(
                id=post_id,
                role=key,
                role_label=role.label,
                org_id=org_id,
                org_name=org_name,
                path=path,
                reach=role.reach,  # type: ignore[arg-type]
                powers=frozenset(role.powers),
                on_behalf_of=behalf,
            )
        )
    return Actor(account_id=account.pk, person_id=rows[0][0], label=rows[0][1], posts=tuple(posts), guides=guides)
