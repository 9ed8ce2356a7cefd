"""代办: an officer above works for a union below; the journal names both, and nothing else is in reach meanwhile."""

from __future__ import annotations

import pytest
from django.urls import reverse

from gongjia.base import journal, progress
from gongjia.base.journal.models import Entry
from gongjia.base.progress.registry import Job, jobs
from gongjia.faces.shared import shell
from gongjia.who.members.access import actor_for
from gongjia.who.members.models import Person
from gongjia.who.orgs import queries
from tests.who.members.conftest import AT


def to(name: str, *args) -> str:
    return reverse(f"console:{name}", args=args)


@pytest.fixture
def account(officer):
    return Person.objects.get(name="何敏").account


def begin(client, org, note="主席请假"):
    return client.post(to("orgs_behalf", org.pk), {"_confirm": "1", "note": note})


def test_what_is_done_names_both(officer, world):
    assert to("orgs_behalf", world.firm.pk) in officer.get(to("orgs_desk")).content.decode()
    assert begin(officer, world.firm)["Location"] == to("orgs_one", world.firm.pk)
    assert officer.post(to("orgs_confirm", world.firm.pk), {"_confirm": "1"}).status_code == 302
    newest = journal.timeline(world.firm)[:2]
    assert [(line.label_zh, line.actor_label) for line in newest] == [
        ("确认名册", "何敏（代 甲公司工会委员会）"),
        ("开始代办", "何敏"),
    ]
    assert newest[0].body["behalf"] == str(world.firm.pk) and newest[1].note == "主席请假"
    page = officer.get(to("orgs_one", world.firm.pk)).content.decode()
    assert "何敏（代 甲公司工会委员会）" in page and "正在代" in page
    assert journal.verify() == []


def test_only_that_union_is_in_reach_until_it_is_ended(officer, world):
    begin(officer, world.firm)
    assert officer.get(to("orgs_one", world.workshop.pk)).status_code == 200  # what lies below it
    for other in (world.school, world.lotus, world.fed):
        assert officer.get(to("orgs_one", other.pk)).status_code == 404
    assert officer.get(to("orgs_rename", world.firm.pk)).status_code == 403  # an act of the union above is no 代办
    assert "莲花小学" not in officer.get(to("orgs")).content.decode()
    ended = officer.post(to("orgs_behalf_end"))
    assert ended["Location"] == to("orgs_one", world.firm.pk)
    assert officer.get(to("orgs_one", world.school.pk)).status_code == 200
    officer.post(to("orgs_confirm", world.firm.pk), {"_confirm": "1"})
    labels = [(line.label_zh, line.actor_label) for line in journal.timeline(world.firm)[:2]]
    assert labels == [("确认名册", "何敏"), ("结束代办", "何敏（代 甲公司工会委员会）")]
    assert "behalf" not in journal.timeline(world.firm)[0].body


def test_who_may_not(officer, holds, world):
    assert begin(officer, world.lotus).status_code == 422  # the own union
    assert officer.get(to("orgs_behalf", world.other.pk)).status_code == 404  # a foreign one
    chair = holds("chair_grassroots", world.firm)
    assert begin(chair, world.workshop).status_code == 403
    assert shell.BEHALF not in officer.session and shell.BEHALF not in chair.session
    assert not Entry.objects.filter(action="orgs.behalf_begun").exists()
    begin(officer, world.firm)
    assert begin(officer, world.workshop).status_code in (403, 422)  # one at a time
    assert officer.session[shell.BEHALF] == str(world.firm.pk)


def test_the_session_alone_gives_nothing(officer, world, account):
    """A union put into the session that is not below one: one acts as oneself, and sees no more than before."""
    session = officer.session
    session[shell.BEHALF] = str(world.other.pk)
    session.save()
    assert officer.get(to("orgs_one", world.other.pk)).status_code == 404
    actor = actor_for(account, AT, behalf=world.other.pk)
    assert actor.behalf is None and actor.label == "何敏"
    assert actor_for(account, AT, behalf=world.firm.pk).behalf.id == world.firm.pk


def test_a_long_job_goes_on_in_both_names(world, account):
    seen = []
    jobs.register(Job("tests.behalf", lambda run: seen.append((run.actor.label, run.actor.behalf))))
    for behalf in (world.firm.pk, None):
        actor = actor_for(account, AT, behalf=behalf)
        progress.run_now(progress.start(kind="tests.behalf", label="试", actor=actor, at=AT, defer=False))
    assert [label for label, _ in seen] == ["何敏（代 甲公司工会委员会）", "何敏"]


def test_the_portal_is_about_oneself(officer, world):
    begin(officer, world.firm)
    assert "（代" not in officer.get(reverse("portal:home")).content.decode()
    assert "（代" in officer.get(to("home")).content.decode()


def test_a_long_name_leaves_room_for_both(world, account):
    world.firm.name = world.firm.short_name = "很长的名字" * 20
    label = actor_for(account, AT).acting_for(world.firm, world.firm.name).label
    assert len(label) <= 60 and label.startswith("何敏（代 很长的名字") and label.endswith("）")
    assert queries.behalf_of(actor_for(account, AT), world.firm.pk) == world.firm
