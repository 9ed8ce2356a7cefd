"""Taking over, by set, who already held grassroots posts when the platform began."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from gongjia.base import journal
from gongjia.base.actor import Actor
from gongjia.base.refused import Forbidden, refuse
from gongjia.who.members import powers, registry
from gongjia.who.members.actions import spells
from gongjia.who.members.actions.log_in import open_accounts
from gongjia.who.members.models import Person, Position
from gongjia.who.orgs.models import Org


def adopt_posts(
    *, rows: Iterable[tuple[Person, Org, str]], role: str, since: date, actor: Actor, at: datetime, note: str
) -> list[Position]:
    """Take over who already held a grassroots post when the platform began: (person, union, name of the post).

    The machine itself only, by set. A role that excludes others, or that asks for a second factor, is granted one
    by one instead. Persons without a log-in get one.
    """
    if not actor.everywhere:
        raise Forbidden(powers.POSITIONS_GRANT)
    known = registry.roles()[role]
    if known.excludes or known.needs_factor or known.federation_only:
        refuse("role_one_by_one", f"“{known.label}”要逐人任命。", fact=role)
    rows = list(rows)
    with journal.act():
        posts = [
            Position(
                person=person, org=org, role=role, post_name=name or known.label, since=since, confirmed_on=max(since, spells.day_of(at)),
            )
            for person, org, name in rows
        ]  # fmt: skip
        Position.objects.bulk_create(posts, batch_size=1000)
        for post in posts:
            journal.write(
                "positions.granted", actor=actor, at=at, org=post.org, subjects=[post, post.person],
                payload={"role": role, "since": since.isoformat(), "until": ""}, note=note,
            )  # fmt: skip
        open_accounts(person_ids=[person.pk for person, _, _ in rows], actor=actor, at=at)
    return posts
