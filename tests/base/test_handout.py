"""C04, for what exists: files of whole values leave on a second person's word, once, to the one who asked; what one
account opens by every way is added up, and at the bound the way is shut and the guards are told."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from gongjia.base import handout, journal, outbox
from gongjia.base.actor import Actor
from gongjia.base.handout import actions, kinds, queries, registry
from gongjia.base.handout.models import Handout
from gongjia.base.journal.models import Entry
from gongjia.base.refused import Hidden, Refused
from gongjia.who.accounts import actions as accounts
from tests.who.members.conftest import AT

pytestmark = pytest.mark.django_db
SESSION = "one-log-in"


def person(name: str) -> Actor:
    [account] = accounts.open_accounts(rows=[accounts.NewAccount(display_name=name)], actor=None, at=AT)
    return Actor(account, uuid4(), name)


def show(actor: Actor, records, klass: str = "household", action: str = "households.facts_opened") -> None:
    """Whole values of these records are shown, the way every act shows them."""
    with handout.disclosing(klass, records, actor=actor, at=AT):
        journal.write(action, actor=actor, at=AT, subjects=[("test.row", pk) for pk in records])


def ask(actor: Actor, count: int = 60) -> Handout:
    return handout.ask(kind="test", klass="household", label="报送表", count=count, reason="上级通知", actor=actor, at=AT,
                       session_key=SESSION)  # fmt: skip


def take(one: Handout, actor: Actor, count: int = 60, session: str = SESSION) -> Handout:
    with journal.act():
        return handout.taken(
            handout=one, records=[uuid4() for _ in range(count)], content=b"x", actor=actor, at=AT, session_key=session
        )


def refused(call) -> tuple[str, ...]:
    with pytest.raises(Refused) as why:
        call()
    return why.value.codes


@pytest.mark.parametrize("klass", list(kinds.CLASSES))
def test_the_bounds_at_one_below_and_at(klass):
    """以上 includes the number: 49 leave alone, the fiftieth asks; the 249th is shown, the 250th is not."""
    one, actor = kinds.CLASSES[klass], person("甲")
    action = next(action for action, held in handout.by_action.items() if held == klass)
    rows = [uuid4() for _ in range(one.stop)]
    show(actor, rows[: one.approve - 2], klass, action)
    assert not handout.needs_approval(actor, klass, rows[one.approve - 2 : one.approve - 1])
    assert handout.needs_approval(actor, klass, rows[one.approve - 2 : one.approve])
    assert not handout.needs_approval(actor, klass, rows[:3])  # what was seen today already is not counted again
    show(actor, rows[: one.stop - 1], klass, action)
    assert handout.given_today(actor.account_id, klass) == one.stop - 1
    assert refused(lambda: show(actor, rows[one.stop - 1 :], klass, action)) == ("handout_stopped",)
    assert handout.given_today(actor.account_id, klass) == one.stop - 1  # nothing of it was shown
    show(person("乙"), rows[:1], klass, action)  # another's hands are another's


def test_every_way_is_added_up_and_another_class_is_not():
    actor = person("甲")
    rows = [uuid4() for _ in range(60)]
    show(actor, rows[:20])
    show(actor, rows[20:40], action="programmes.sealed_read")
    show(actor, rows[30:49], action="households.upward_sent")
    assert handout.given_today(actor.account_id, "household") == 49
    show(actor, rows[:5], "card", "reveal.card")
    assert handout.given_today(actor.account_id, "household") == 49
    assert handout.given_today(actor.account_id, "card") == 5


def test_the_alarm_is_told_at_once_and_stays_although_the_act_is_refused(monkeypatch):
    guard, actor, told = person("安全"), person("甲"), []
    monkeypatch.setattr(registry, "_guards", lambda day: [guard.account_id])
    rows = [uuid4() for _ in range(250)]
    show(actor, rows[:249])
    assert refused(lambda: show(actor, rows[249:])) == ("handout_stopped",)
    [alarm] = Entry.objects.filter(action="handout.alarm")
    assert alarm.actor_account == actor.account_id
    told = outbox.inbox(guard.account_id).get(template="handout.alarm")
    assert "250" in told.body and "甲" in told.body
    assert journal.verify() == []


def test_the_control_without_counting_nothing_stops(monkeypatch):
    actor, rows = person("甲"), [uuid4() for _ in range(260)]
    monkeypatch.setattr(actions, "opened_today", lambda account, klass: set())
    for pk in rows:
        show(actor, [pk])
    assert len(queries.opened_today(actor.account_id, "household")) == 260  # 10 above the bound have left
    assert not Entry.objects.filter(action="handout.alarm").exists()


def test_only_a_second_natural_person_approves():
    asker, other = person("甲"), person("乙")
    one = ask(asker)
    again = Actor(other.account_id, asker.person_id, "甲的另一个登录")
    assert refused(lambda: handout.approve(handout=one, actor=asker, at=AT)) == ("handout_own",)
    assert refused(lambda: handout.approve(handout=one, actor=again, at=AT)) == ("handout_own",)
    assert list(handout.waiting(asker, "test")) == [] and list(handout.waiting(other, "test")) == [one]
    assert refused(lambda: take(one, asker)) == ("handout_not_approved",)
    handout.approve(handout=one, actor=other, at=AT)
    assert refused(lambda: handout.approve(handout=one, actor=other, at=AT)) == ("handout_decided",)
    with pytest.raises(IntegrityError), transaction.atomic():  # the table holds it too
        Handout.objects.filter(pk=one.pk).update(decided_person=asker.person_id)


def test_taken_once_in_time_by_the_asker_at_the_same_log_in_and_not_more_than_approved():
    asker, other = person("甲"), person("乙")
    one = handout.approve(handout=ask(asker), actor=other, at=AT)
    with pytest.raises(Hidden):  # somebody else's link
        take(one, other)
    assert refused(lambda: take(one, asker, session="another-log-in")) == ("handout_elsewhere",)
    assert refused(lambda: take(one, asker, count=61)) == ("handout_more",)
    assert take(one, asker).state == "taken"
    assert refused(lambda: take(one, asker)) == ("handout_not_approved",)  # once
    late = handout.approve(handout=ask(asker), actor=other, at=AT)
    Handout.objects.filter(pk=late.pk).update(until=late.until - timedelta(minutes=15))
    assert refused(lambda: take(late, asker)) == ("handout_late",)
    no = handout.decline(handout=ask(asker), actor=other, at=AT, note="没有依据")
    assert refused(lambda: take(no, asker)) == ("handout_not_approved",)
    assert journal.verify() == []
