"""A federation with decided awards, money set aside for them, and the people who pay."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from gongjia.base import clock
from tests.money.funds import bank as fake
from tests.who.members.conftest import at, id_card, in_role, join, machine, paper, world  # noqa: F401

AT = datetime(2018, 6, 4, 9, 30, tzinfo=clock.SHANGHAI)
_numbers = count(1)


def card() -> str:
    """An invented card number with a right check digit."""
    body = f"62000000{next(_numbers):010d}"
    for digit in "0123456789":
        from gongjia.money.funds.rules import card_ok

        if card_ok(body + digit):
            return body + digit
    raise AssertionError


@dataclass
class Chain:
    """Rounds, awards, purses and the three of finance."""

    world: Any
    join: Any
    maker: Any = None
    checker: Any = None
    approver: Any = None
    auditor: Any = None
    line: Any = None
    rounds: dict[str, Any] = field(default_factory=dict)

    @property
    def by(self) -> dict[str, Any]:
        return {"actor": self.maker, "at": AT}

    def round(
        self, title: str = "2018年困难帮扶", amount: int = 100_000_00, type: str = "general", share: Any = None
    ) -> Any:
        """A round with money set aside."""
        from gongjia.money.funds import actions
        from gongjia.work.programmes.models import FormVersion, Round

        if title in self.rounds:
            return self.rounds[title]
        fed = self.world.fed
        form = FormVersion.objects.create(org=fed, key=title[:60], version=1, title=title, spec={"fields": []})
        made = Round.objects.create(
            type=type, org=fed, title=title, area="4", year=2018, subject="person", decides="desk", form=form,
            opens_at=AT - timedelta(60), state="decided",
        )  # fmt: skip
        self.rounds[title] = made
        if amount:
            actions.set_earmark(line=self.line, round=made, amount=amount, share=share, **self.by)
        return made

    def award(
        self, person: Any = None, amount: int = 500_00, *, round: Any = None, for_org: Any = None, **more: Any
    ) -> Any:
        """An award that may be paid now."""
        from gongjia.work.programmes.models import Application, Award

        round = round or self.round()
        place = next(_numbers)
        application = Application.objects.create(
            number=f"2018-TY-{place:06d}", round=round, type=round.type, subject="org" if for_org else "person",
            person=person, for_org=for_org, applicant_name=person.name if person else for_org.name,
            org=more.get("org", self.world.firm), scope_org=self.world.firm, household=more.get("household"),
            state="awarded", saved_at=AT - timedelta(30), submitted_at=AT - timedelta(30), decided_on=AT.date(),
        )  # fmt: skip
        values = {
            "kind": "grant", "title": round.title, "awarded_on": date(2018, 5, 20), "ready_on": date(2018, 5, 20),
            "org": self.world.firm, **more,
        }  # fmt: skip
        return Award.objects.create(
            application=application,
            round=round,
            type=round.type,
            person=person,
            for_org=for_org,
            amount=amount,
            **values,
        )

    def member(self, name: str = "王小明", *, account: bool = True) -> Any:
        # a birthday of one's own: the order numbers of one day run out in a proof of thousands
        born = date(1960, 1, 1) + timedelta(next(_numbers) % 12_000)
        person = self.join(self.world.firm, name, id_no=id_card(born)).person
        if account:
            self.account(person)
        return person

    def own(self, person: Any) -> Any:
        """The person themself, logged in."""
        from gongjia.base.actor import Actor

        return Actor(None, person.pk, person.name)

    def account(self, person: Any, *, when: datetime | None = None, number: str = "") -> Any:
        from gongjia.money.funds import actions

        return actions.enter_account(
            person=person,
            number=number or card(),
            bank="建德农商银行",
            actor=self.own(person),
            at=when or AT - timedelta(9),
        )

    def batch(self, *awards: Any, title: str = "六月帮扶", when: datetime | None = None, layout: str = "sheet") -> Any:
        """A draft with these awards in it."""
        from gongjia.money.funds import actions

        made = actions.open_batch(org=self.world.fed, title=title, actor=self.maker, at=when or AT, layout=layout)
        if awards:
            actions.plan(batch=made, awards=list(awards), actor=self.maker, at=when or AT)
        return made

    def shown(self, batch: Any) -> str:
        """The digest that the page shows."""
        from gongjia.money.funds import actions

        batch.refresh_from_db()
        return actions.digest_of(batch, actions.rows_of(batch, lock=False))

    def sign(self, batch: Any, when: datetime | None = None) -> Any:
        from gongjia.money.funds import actions

        moment = when or AT
        actions.make(batch=batch, shown=self.shown(batch), actor=self.maker, at=moment)
        actions.check(batch=batch, shown=self.shown(batch), actor=self.checker, at=moment)
        if batch.needs_approval:
            actions.approve(batch=batch, shown=self.shown(batch), actor=self.approver, at=moment)
        batch.refresh_from_db()
        return batch

    def send(self, *awards: Any, when: datetime | None = None, layout: str = "sheet") -> Any:
        """A batch at the bank."""
        from gongjia.money.funds import actions

        batch = self.sign(self.batch(*awards, when=when, layout=layout), when)
        actions.send(batch=batch, actor=self.maker, at=when or AT)
        return batch

    def answer(self, batch: Any, content: bytes, when: datetime | None = None, name: str = "回盘.xlsx") -> Any:
        """Read the bank's file and post it."""
        from gongjia.money.funds import actions

        moment = when or AT + timedelta(1)
        file = actions.see_result(batch=batch, content=content, name=name, actor=self.maker, at=moment)
        actions.apply_result(file=file, actor=self.maker, at=moment)
        batch.refresh_from_db()
        return file


@pytest.fixture
def chain(world, join) -> Chain:  # noqa: F811
    return build(world, join)


def build(world: Any, join: Any) -> Chain:  # noqa: F811
    from gongjia.money.funds import actions
    from gongjia.money.funds.models import BudgetLine

    made = Chain(world, join)
    made.maker, made.checker = in_role(world.fed, "finance_maker"), in_role(world.fed, "finance_checker")
    made.approver, made.auditor = in_role(world.fed, "finance_approver"), in_role(world.fed, "auditor")
    made.line = actions.open_line(
        org=world.fed, year=2018, source="own", title="困难帮扶资金", amount=300_000_00, item="50204", **made.by
    )
    assert isinstance(made.line, BudgetLine)
    return made


@pytest.fixture
def bank() -> fake.Bank:
    return fake.Bank()
