"""Posts, the journal and set-up as their officers meet them: pages open, acts go through, foreign is none."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from gongjia.base.holidays import queries as holidays
from gongjia.base.holidays.models import Holiday
from gongjia.base.journal.models import Entry, EntrySubject
from gongjia.base.models import uuid7
from gongjia.who.members import actions as members
from gongjia.who.members.models import Correction, Cover, Person, Position, Trade
from tests.faces.console.conftest import run_job
from tests.who.members.conftest import AT


def to(name: str, *args) -> str:
    return reverse(f"console:{name}", args=args)


@pytest.fixture
def township(world, holds) -> Client:
    return holds("officer_township", world.lotus)


@pytest.fixture
def chair(world, join):
    """A chair whose last confirmation is two quarters old."""
    person = join(world.firm, "王小明").person
    post = members.grant(
        person=person, org=world.firm, role="chair_grassroots", since=date(2018, 2, 1), actor=world.machine, at=AT
    )
    Position.objects.filter(pk=post.pk).update(confirmed_on=date(2018, 4, 10))
    return post


def test_every_page_of_posts_opens(township, chair):
    for address in (
        to("positions"), to("positions") + "?state=due", to("positions") + "?state=past&role=chair_grassroots&q=王",
        to("positions_matrix"), to("positions_grant"), to("positions_one", chair.pk), to("positions_end", chair.pk),
        to("positions_hand_over", chair.pk), to("positions_cover", chair.pk), to("positions_confirm", chair.pk),
    ):  # fmt: skip
        answer = township.get(address)
        assert answer.status_code == 200, address
    assert "王小明" in township.get(to("positions") + "?state=due").content.decode()


def test_a_foreign_post_is_none(world, holds, chair):
    other = holds("officer_township", world.yangxi)
    for name in ("positions_one", "positions_end", "positions_hand_over", "positions_cover", "positions_confirm"):
        assert other.get(to(name, chair.pk)).status_code == 404
    answer = other.post(to("positions_confirm_many"), {"pick": [str(chair.pk)], "_confirm": "1"})
    assert answer.status_code == 404
    chair.refresh_from_db()
    assert chair.confirmed_on == date(2018, 4, 10)


def test_a_post_is_granted_to_a_person_found_by_name(world, township, join):
    join(world.firm, "李小红")
    form = {"who": "李小红", "org": "甲公司工会委员会", "role": "officer_grassroots", "since": "2018-08-27"}
    assert township.post(to("positions_grant"), form).status_code == 302
    post = Position.objects.get(person__name="李小红")
    assert (post.org, post.role) == (world.firm, "officer_grassroots")
    # a role beyond one's own is not even among the choices
    assert township.post(to("positions_grant"), {**form, "role": "admin_security"}).status_code == 422


def test_namesakes_are_chosen_from(world, township, join):
    join(world.firm, "李小红")
    second = join(world.school, "李小红").person
    form = {"who": "李小红", "org": "甲公司工会委员会", "role": "officer_grassroots", "since": "2018-08-27"}
    answer = township.post(to("positions_grant"), form)
    assert answer.status_code == 422 and str(second.pk) in answer.content.decode()
    assert township.post(to("positions_grant"), {**form, "person": str(second.pk)}).status_code == 302
    assert Position.objects.get(role="officer_grassroots").person == second
    # somebody outside one's reach cannot be slipped in by key
    foreign = join(world.other, "周外人").person
    township.post(to("positions_grant"), {**form, "person": str(foreign.pk)})
    assert not Position.objects.filter(person=foreign).exists()


def test_handing_over_takes_the_open_to_dos_along(world, township, chair, join):
    new = join(world.firm, "赵小刚").person
    asker = join(world.firm, "孙小兰").person
    Correction.objects.create(
        person=asker, org=world.firm, field="nation", asked_on=date(2018, 8, 1), handler=chair.person
    )
    assert "有 1 件" in township.get(to("positions_hand_over", chair.pk)).content.decode()
    form = {"who": "赵小刚", "on": "2018-08-27", "document": "", "note": "换人"}
    assert township.post(to("positions_hand_over", chair.pk), form).status_code == 302
    chair.refresh_from_db()
    assert chair.until == date(2018, 8, 27)
    assert Correction.objects.get().handler == new
    assert Position.objects.filter(person=new, role="chair_grassroots", until=None).exists()


def test_cover_begins_and_ends(world, township, chair, join):
    join(world.firm, "赵小刚")
    form = {"who": "赵小刚", "since": "2018-08-20", "until": "2018-10-01", "why": "外出学习"}
    assert township.post(to("positions_cover", chair.pk), form).status_code == 302
    cover = Cover.objects.get()
    assert "赵小刚" in township.get(to("positions_one", chair.pk)).content.decode()
    assert township.post(to("positions_cover_end", cover.pk), {"_confirm": "1"}).status_code == 302
    cover.refresh_from_db()
    assert cover.until == date(2018, 8, 27)
    long = township.post(to("positions_cover", chair.pk), {**form, "since": "2018-09-01", "until": "2019-09-01"})
    assert long.status_code == 422 and "最长 92 天" in long.content.decode()


def test_bulk_confirmation_asks_first(township, chair):
    page = township.post(to("positions_confirm_many"), {"pick": [str(chair.pk)]})
    assert page.status_code == 200 and "王小明" in page.content.decode()
    assert township.post(to("positions_confirm_many"), {"pick": [str(chair.pk)], "_confirm": "1"}).status_code == 302
    chair.refresh_from_db()
    assert chair.confirmed_on == date(2018, 8, 27)


def test_the_journal_is_read_filtered_and_scoped(world, holds, chair):
    audit = holds("admin_audit", world.fed)
    granted = Entry.objects.filter(action="positions.granted", subjects__subject_id=chair.pk).get()
    for address in (
        to("journal"), to("journal") + "?action=positions.granted&day_from=2018-01-01&day_to=2100-01-01",
        to("journal_entry", granted.pk), to("journal_verify"),
    ):  # fmt: skip
        assert audit.get(address).status_code == 200, address
    timeline = audit.get(to("journal") + f"?q={chair.pk}").content.decode()
    assert str(granted.pk) in timeline
    assert "没有认出" in audit.get(to("journal") + "?q=abc").content.decode()
    assert holds("officer_township", world.lotus).get(to("journal")).status_code == 403


def test_verification_says_clean_or_where(world, holds, chair):
    audit = holds("admin_audit", world.fed)
    asked = audit.post(to("journal_verify"))
    assert audit.post(to("journal_verify"))["Location"] == asked["Location"]  # one at a time
    assert "正在核验" in audit.get(to("journal_verify")).content.decode()
    assert "日志完整" in run_job(audit, asked)
    assert "日志完整" in audit.get(to("journal_verify")).content.decode()
    assert Entry.objects.filter(action="journal.verified").exists()
    entry = Entry.objects.get(action="positions.granted", subjects__subject_id=chair.pk)
    # the application's role can change no entry, but could say that it was about somebody else as well
    EntrySubject.objects.create(entry=entry, label="members.person", subject_id=uuid7())
    assert "发现 1 处异常" in run_job(audit, audit.post(to("journal_verify")))
    page = audit.get(to("journal_verify")).content.decode()
    assert "所涉对象被改动" in page and world.firm.name in page
    reader = holds("auditor", world.fed)
    assert reader.get(to("journal_verify")).status_code == 403


def test_set_up_pages_and_their_acts(world, holds):
    admin = holds("admin_system", world.fed)
    for address in (
        to("setup_templates"), to("setup_template", "inbox", "orgs.chase"), to("setup_holidays"), to("setup_rules"),
        to("setup_rule", "audit.low"), to("setup_rule", "size.scheme"), to("setup_sizes", "xj16"), to("setup_sizes_new"),
        to("setup_trades"), to("setup_health"), to("setup_tokens"),
    ):  # fmt: skip
        assert admin.get(address).status_code == 200, address
    edit = to("setup_template", "inbox", "orgs.chase")
    assert admin.post(edit, {"title": "请办理", "body": "{{ nothing }}"}).status_code == 422
    assert admin.post(edit, {"title": "请办理{{ matters }}", "body": "{{ org }}"}).status_code == 302
    assert "请办理" in admin.get(to("setup_templates")).content.decode()
    assert admin.post(to("setup_template_restore", "inbox", "orgs.chase"), {"_confirm": "1"}).status_code == 302

    spring = {"since": "2031-01-23", "until": "2031-01-25", "sort": "off", "name": "春节"}
    assert admin.post(to("setup_holidays"), spring).status_code == 302
    assert Holiday.objects.count() == 3
    assert admin.post(to("setup_holidays"), {"forget": "2031-01-25"}).status_code == 302
    assert Holiday.objects.count() == 2
    holidays.forget()

    assert admin.post(to("setup_rule", "audit.low"), {"value": "x", "from_on": "2018-09-01"}).status_code == 422
    assert admin.post(to("setup_rule", "audit.low"), {"value": "5", "from_on": "2018-08-01"}).status_code == 302
    sizes = {"scheme": "本市", "rows": "25 100 5 9\n101 以上 7 15"}
    assert admin.post(to("setup_sizes_new"), sizes).status_code == 302
    assert admin.post(to("setup_sizes", "本市"), {"rows": "25 100 5 9\n150 以上 7 15"}).status_code == 422
    trades = {"rows": "courier 快递员 四大群体\nrider 网约配送员 四大群体", "from_on": "2018-08-27"}
    assert admin.post(to("setup_trades"), trades).status_code == 302
    assert set(Trade.objects.filter(until=None).values_list("code", flat=True)) == {"courier", "rider"}
    assert holds("officer_township", world.lotus).get(to("setup_rules")).status_code == 403
    assert Person.objects.count()
