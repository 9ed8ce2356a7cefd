"""Messages that go with these acts: to the desk whose turn it is, and to the person concerned."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from gongjia.base import outbox
from gongjia.base.clock import SHANGHAI
from gongjia.who.members.models import Person
from gongjia.who.members.queries.posts import accounts_with


def tell_desk(
    org: Any, power: str, template: str, context: Mapping[str, str], at: datetime, url: str = "/console/"
) -> int:
    """The officers of the nearest union up the line who hold that power; how many were told."""
    accounts = accounts_with(power, org, at.astimezone(SHANGHAI).date())
    if accounts:
        outbox.notify(accounts, template=template, context=dict(context), at=at, url=url)
    return len(accounts)


def tell_person(person: Person, template: str, context: Mapping[str, str], at: datetime, url: str = "/m/") -> bool:
    """The person, when they have a log-in."""
    if person.account_id is None:
        return False
    outbox.notify([person.account_id], template=template, context=dict(context), at=at, url=url)
    return True
