"""C10: over every sequence of moves by every person, nothing reaches the bank behind fewer than two natural persons."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction

from gongjia.base.actor import Actor
from gongjia.base.models import uuid7
from gongjia.base.refused import Forbidden, Refused
from gongjia.money.funds import actions
from gongjia.money.funds.models import Approval, Batch
from gongjia.money.funds.rules import persons
from tests.database import DATABASE, super_connection
from tests.money.funds.conftest import AT

pytestmark = pytest.mark.django_db

REACHED = ("sent", "settled")


def everybody(chain) -> dict[str, Actor]:
    """Persons of finance, each also with a second account, and one who somehow got all the powers at once."""
    all_posts = (*chain.maker.posts, *chain.checker.posts, *chain.approver.posts)

    def person(name: str, who: Actor, second: bool = False) -> Actor:
        return replace(who, account_id=uuid7() if second else who.account_id, posts=all_posts, label=name)

    return {
        "a": person("a", chain.maker),
        "a2": person("a2", chain.maker, True),
        "b": person("b", chain.checker),
        "c": person("c", chain.approver),
        "nobody": Actor(uuid7(), None, "无档案", all_posts),
    }


def moves(chain, batch) -> dict[str, Callable[[Actor], object]]:
    shown = chain.shown(batch)  # everybody looks at the same page
    return {
        "make": lambda who: actions.make(batch=batch, shown=shown, actor=who, at=AT),
        "check": lambda who: actions.check(batch=batch, shown=shown, actor=who, at=AT),
        "approve": lambda who: actions.approve(batch=batch, shown=shown, actor=who, at=AT),
        "send": lambda who: actions.send(batch=batch, actor=who, at=AT),
        "back": lambda who: actions.back_to_editing(batch=batch, move="reopen", note="再看看", actor=who, at=AT),
    }


def key_of(batch) -> tuple:
    batch.refresh_from_db()
    return batch.state, batch.maker_id, batch.checker_id, batch.approver_id


def walk(chain, batch, people: dict[str, Actor], deepest: int = 6) -> tuple[int, list[tuple]]:
    """Every path of moves from the draft on, each state seen once; (moves tried, the states that reach the bank)."""
    seen, ends, tried = {key_of(batch)}, [], 0

    def step(depth: int) -> None:
        nonlocal tried
        if depth == deepest:
            return
        for act in moves(chain, batch).values():
            for who in people.values():
                tried += 1
                mark = transaction.savepoint()
                try:
                    act(who)
                    now = key_of(batch)
                    if now[0] in REACHED:
                        ends.append(now)
                    elif now not in seen:
                        seen.add(now)
                        step(depth + 1)
                except (Refused, Forbidden):
                    pass
                transaction.savepoint_rollback(mark)
                batch.refresh_from_db()

    with transaction.atomic():
        step(0)
    return tried, ends


@pytest.mark.parametrize("amount", [500_00, 60_000_00], ids=["below the limit", "above the limit"])
def test_no_path_reaches_the_bank_behind_one_person(chain, amount):
    batch = chain.batch(chain.award(chain.member(), amount))
    tried, ends = walk(chain, batch, everybody(chain))
    least = 3 if amount > 50_000_00 else 2
    print(f"\n{tried} moves tried, {len(ends)} ways to the bank, 0 behind fewer than {least} persons")
    assert ends, "somebody must be able to pay"
    for _, maker, checker, approver in ends:
        assert len({maker, checker, approver} - {None}) >= least
    assert tried > 200


@pytest.mark.django_db(transaction=True)
def test_control_with_the_rule_and_the_constraint_off_one_person_pays(chain, monkeypatch):
    """Both walls down: the walk must find the hole, else it proves nothing."""
    monkeypatch.setattr(persons, "same_natural", lambda one, other: False)
    batch = chain.batch(chain.award(chain.member()))
    actions.make(batch=batch, shown=chain.shown(batch), **chain.by)
    one, twin = everybody(chain)["a"], everybody(chain)["a2"]
    with pytest.raises(IntegrityError):  # the second wall still stands
        actions.check(batch=batch, shown=chain.shown(batch), actor=twin, at=AT)
    with walls_down():
        _, ends = walk(chain, batch, {"a": one, "a2": twin}, deepest=4)
    assert any(maker == checker for _, maker, checker, _ in ends)


@contextmanager
def walls_down() -> Iterator[None]:
    """Without what the database itself keeps apart; put back afterwards."""
    found = "select pg_get_constraintdef(oid) from pg_constraint where conname = 'batch_maker_not_checker'"
    unique = "select indexdef from pg_indexes where indexname = 'approval_once_per_person'"
    with super_connection(DATABASE) as owner:
        check, index = owner.execute(found).fetchone()[0], owner.execute(unique).fetchone()[0]
        owner.execute("alter table cell.funds_batch drop constraint batch_maker_not_checker")
        owner.execute("drop index cell.approval_once_per_person")
        try:
            yield
        finally:
            owner.execute(f"alter table cell.funds_batch add constraint batch_maker_not_checker {check}")
            owner.execute(index)


def test_one_person_signs_a_batch_once(chain):
    batch = chain.sign(chain.batch(chain.award(chain.member())))
    with pytest.raises(IntegrityError), transaction.atomic():
        Approval.objects.create(batch=batch, step="approve", person_id=chain.maker.person_id, digest="x", at=AT)


def test_only_the_powers_of_the_role_sign(chain):
    batch = chain.batch(chain.award(chain.member()))
    for who in (chain.checker, chain.approver, chain.auditor):
        with pytest.raises(Forbidden):
            actions.make(batch=batch, shown=chain.shown(batch), actor=who, at=AT)
    actions.make(batch=batch, shown=chain.shown(batch), **chain.by)
    for who in (chain.approver, chain.auditor):
        with pytest.raises(Forbidden):
            actions.check(batch=batch, shown=chain.shown(batch), actor=who, at=AT)


def test_state_cannot_be_forged_past_the_signers_by_sql(chain):
    batch = chain.batch(chain.award(chain.member()))
    for state in ("checked", "approved", "sent", "settled"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Batch.objects.filter(pk=batch.pk).update(state=state)
