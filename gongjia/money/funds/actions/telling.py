"""Messages that go with acts of money."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from gongjia.base import outbox
from gongjia.base.clock import SHANGHAI
from gongjia.money.funds.models import Payment
from gongjia.who.members.queries.posts import accounts_with


def day_of(at: datetime) -> date:
    return at.astimezone(SHANGHAI).date()


def tell_desk(org: Any, power: str, template: str, context: Mapping[str, Any], at: datetime, url: str) -> None:
    """Those who hold a power at the nearest union up the line."""
    if accounts := accounts_with(power, org, day_of(at)):
        outbox.notify(accounts, template=template, context=dict(context), at=at, url=url)


def tell_payees(payments: Iterable[Payment], template: str, at: datetime, **more: Any) -> None:
    """The persons the money is for; one message for those who get the same words."""
    groups: dict[tuple, list[UUID]] = {}
    for one in payments:
        if one.person_id and one.person.account_id:
            groups.setdefault((one.title, one.net), []).append(one.person.account_id)
    for (title, net), accounts in groups.items():
        outbox.notify(accounts, template=template, context={"title": title, "amount": net, **more}, at=at, url="/m/")
