"""The member card: signed, short-lived, telling little."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gongjia.base import journal
from gongjia.base.refused import Forbidden, Refused
from gongjia.who.members import actions
from tests.who.members.conftest import AT, DAY, in_role

pytestmark = pytest.mark.django_db


def refused(text, actor, at=AT):
    with pytest.raises(Refused) as why:
        actions.check_card(text, actor=actor, at=at)
    return why.value.codes[0]


def test_a_card_shown_is_read_by_any_officer_who_reads_members(world, join):
    person = join(world.firm, "王小明").person
    code = actions.card_code(person, AT)
    assert "王" not in code and person.id_no.open_unlogged() not in code
    for text in (code, person.card_serial, person.card_serial.lower()):
        answer = actions.check_card(text, actor=in_role(world.other, "chair_grassroots"), at=AT)
        assert (answer.is_member, answer.name, answer.standing) == (True, "王*", "在册")
    assert any(line.action == "members.card_read" for line in journal.timeline(person))
    with pytest.raises(Forbidden):
        actions.check_card(code, actor=in_role(world.fed, "admin_system"), at=AT)
    actions.leave(person=person, on=DAY, reason="5", own_word=True, actor=world.machine, at=AT)
    assert actions.check_card(code, actor=world.machine, at=AT).is_member is False


def test_a_forged_stale_or_foreign_code_is_refused(world, join):
    person, other = join(world.firm).person, join(world.firm, "李四").person
    code = actions.card_code(person, AT)
    head, serial, minute, mac = code.split(".")
    officer = in_role(world.firm, "chair_grassroots")
    swapped = mac[:-1] + ("A" if mac[-1] not in "AB" else "Z")
    assert refused(f"{head}.{other.card_serial}.{minute}.{mac}", officer) == "card_forged"
    assert refused(f"{head}.{serial}.{int(minute) + 1}.{mac}", officer) == "card_forged"
    assert (
        refused(f"{head}.{serial}.{minute}.{mac[:10]}{'A' if mac[10] != 'A' else 'B'}{mac[11:]}", officer)
        == "card_forged"
    )
    assert swapped != mac
    assert refused(code, officer, AT + timedelta(minutes=11)) == "card_stale"
    assert refused(code, officer, AT - timedelta(minutes=3)) == "card_stale"
    assert refused("https://example.org/", officer) == "card_unreadable"
