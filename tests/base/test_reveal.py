"""A whole value leaves only with a power, a reason and an entry; no entry, no value."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

import pytest

from gongjia.base import journal
from gongjia.base.actor import Actor, Post
from gongjia.base.journal.models import Entry
from gongjia.base.refused import Forbidden, Refused
from gongjia.base.reveal import reveal
from gongjia.base.secret import Tampered
from tests.base.secret.conftest import holder_table, holders, ring  # noqa: F401

AT = datetime.fromisoformat("2018-08-27T09:00:00+08:00")
ID = "330100199001010015"
REASON = "核对困难职工申请材料"


@dataclass(frozen=True)
class Place:
    id: UUID
    path: str


HERE, SIBLING = Place(uuid4(), "00010001"), Place(uuid4(), "00010002")


@pytest.fixture
def suite() -> str:
    return "aes"


@pytest.fixture
def row(holders):  # noqa: F811
    row = holders(id_no=ID)
    row.save()
    return holders.objects.get()


def officer(place: Place, *powers: str) -> Actor:
    post = Post(uuid4(), "r", "干部", place.id, "某工会", place.path, "own", frozenset(powers))
    return Actor(uuid4(), uuid4(), "张干部", (post,))


def ask(row, actor=None, reason=REASON, field="id_no"):
    actor = actor or officer(HERE, "members.reveal")
    return reveal(row, field, actor=actor, at=AT, power="members.reveal", reason=reason, org=HERE)


def entries():
    return Entry.objects.filter(action="reveal")


def test_the_value_with_its_entry(row):
    actor = officer(HERE, "members.reveal")
    assert ask(row, actor) == ID
    entry = entries().get()
    assert (entry.actor_account, entry.org_id) == (actor.account_id, HERE.id)
    assert entry.payload.note == REASON and entry.payload.body == {"field": "test_holder.id_no"}
    assert entry.subjects.get().subject_id == row.pk
    assert ID not in str(entry.payload.body) + entry.payload.note
    assert [line.action for line in journal.timeline(row)] == ["reveal"]


@pytest.mark.parametrize(
    ("actor", "error"),
    [(officer(HERE, "members.read"), Forbidden), (officer(SIBLING, "members.reveal"), Forbidden),
     (Actor(None, None, "没有职务"), Forbidden)],
)  # fmt: skip
def test_nobody_without_the_power_there(row, actor, error):
    with pytest.raises(error):
        ask(row, actor)
    assert not entries().exists()


@pytest.mark.parametrize(
    ("reason", "code"),
    [("", "reveal_reason"), ("   ", "reveal_reason"), (None, "reveal_reason"), ("看", "reveal_reason"),
     (f"核对{ID}", "reveal_reason_number"), ("打电话给19900001234", "reveal_reason_number")],
)  # fmt: skip
def test_no_value_without_a_reason(row, reason, code):
    with pytest.raises(Refused) as refusal:
        ask(row, reason=reason)
    assert refusal.value.codes == (code,)
    assert not entries().exists()


def test_no_entry_no_value(row, monkeypatch):
    opened = []
    monkeypatch.setattr("gongjia.base.secret.sealed.Sealed.open_unlogged", lambda self: opened.append(self) or ID)
    monkeypatch.setattr("gongjia.base.journal.writing.write", lambda *a, **k: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        ask(row)
    assert opened == []


def test_a_broken_value_is_refused_and_leaves_no_entry(row):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("update secret_tests_holder set id_no = id_no || '\\x00'::bytea")
    row.refresh_from_db()
    with pytest.raises(Tampered):
        ask(row)
    assert not entries().exists()


def test_only_sealed_fields(row):
    with pytest.raises(TypeError):
        ask(row, field="name")
