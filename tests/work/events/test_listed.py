"""名单报名: a verdict for every line by set, and exactly the good ones are signed up."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gongjia.base import clock, sheets
from gongjia.base.journal import attachments
from gongjia.base.journal.models import Entry
from gongjia.base.models import uuid7
from gongjia.base.outbox.models import InboxItem
from gongjia.base.refused import Forbidden, Refused
from gongjia.work.events import actions, queries
from gongjia.work.events.actions import listed
from gongjia.work.events.models import Child, SignUp
from tests.who.members.conftest import id_card, phone
from tests.work.events.conftest import AT, DAY, HOUR, in_role, laws, me

pytestmark = pytest.mark.django_db
CLOSES = clock.start_of(DAY + timedelta(days=6))


def members(org, count: int, name: str = "职工") -> list[SimpleNamespace]:
    """So many members with numbers, by two inserts."""
    from gongjia.who.members.models import Membership, Person

    known = [
        SimpleNamespace(
            pk=uuid7(), name=f"{name}{n:03d}", id_no=id_card(date(1980, 1, 1) + timedelta(n)), phone=phone()
        )
        for n in range(count)
    ]
    made = Person.objects.bulk_create(
        [
            Person(id=one.pk, name=one.name, sex="1", id_kind="id_card", id_no=one.id_no, phone=one.phone)
            for one in known
        ]
    )
    since = DAY - timedelta(400)
    Membership.objects.bulk_create(
        [Membership(person=one, org=org, org_path=org.path, since=since, joined_on=since) for one in made]
    )
    return known


def sheet(*rows: str, head: str = "姓名,证件号码,手机号") -> bytes:
    return "\n".join([head, *rows]).encode("utf-8-sig")


def check(event, org, data: bytes, actor, **more):
    return actions.check_list(event=event, org=org, source=data, name="名单.csv", actor=actor, at=AT, **more)


def codes(plan) -> dict[int, str]:
    return {line.number: line.reasons[0].code for line in plan.of(listed.BAD)}


def with_faults(some, foreign) -> tuple[list[str], dict[int, str]]:
    """200 lines with 10 faults of ten sorts; row 1 is the head."""
    lines = [f"{one.name},{one.id_no}," if n % 2 else f"{one.name},,{one.phone}" for n, one in enumerate(some)]
    last = some[0].id_no[:-1] + ("1" if some[0].id_no[-1] != "1" else "2")
    broken = {
        10: (f"{some[1].name},{some[2].id_no},", "name_differs"),
        11: (f",{some[3].id_no},", "name_missing"),
        12: ("查无此人,,19907654321", "not_listed"),
        13: ("查无此人,,", "not_listed"),
        14: (f"{some[0].name},{last},", "id_check_digit"),
        15: (f"{some[4].name},3.30E+17,", "number_damaged"),
        16: ("同名人,,", "name_shared"),
        17: (f"{foreign.name},{foreign.id_no},", "not_listed"),
        18: (f"{some[20].name},{some[20].id_no},", "listed_twice"),  # its second line is the one that is named
        19: ("女会员,,", "sex_other"),
    }
    for place, (text, _code) in broken.items():
        lines[place] = text
    expected = {place + 2: code for place, (_text, code) in broken.items()}
    expected[22] = expected.pop(20)  # row 20 came first
    return lines, expected


@pytest.fixture
def union(world, join):
    some = members(world.firm, 200)
    for _ in range(2):
        join(world.firm, "同名人", with_phone=False)
    join(world.firm, "女会员", woman=True, with_phone=False)
    return some


def test_two_hundred_lines_with_ten_faults(world, make, union):
    chair = in_role(world.firm, "chair_grassroots")
    event = make(total=300, conditions=[{"check": "sex", "sex": "1"}])
    lines, expected = with_faults(union, members(world.other, 1, "别家")[0])
    plan = check(event, world.firm, sheet(*lines), chair)
    assert codes(plan) == expected and len(expected) == 10 and len(plan.of(listed.GOOD)) == 190
    assert not SignUp.objects.exists()
    done = actions.run_list(plan=plan, event=event, org=world.firm, actor=chair, at=AT)
    assert len(done) == 190 and {one.verdict for _line, one in done} == {"placed"}
    assert SignUp.objects.filter(event=event, state="placed", way="union").count() == 190
    # mended and handed in again: whoever is in already is passed over
    again = check(event, world.firm, sheet(*lines), chair)
    assert len(again.of(listed.HAD)) == 190 and codes(again) == expected and again.digest != plan.digest
    with pytest.raises(Refused) as why:
        actions.run_list(plan=again, event=event, org=world.firm, actor=chair, at=AT)
    assert set(why.value.codes) == {"nobody"}
    laws(event)


def test_by_set(world, make, union):
    """As many queries for 5 as for 200 lines, to check and to run, by first come and in a lot."""
    chair = in_role(world.firm, "chair_grassroots")
    for way in ("first", "lot"):
        counts = []
        for some in (union[:5], union):
            event = make(way=way, total=300, closes_at=CLOSES)
            if way == "lot":
                actions.commit_draw(
                    event=event, source="福利彩票3D第2018236期开奖号", public_on=event.closes_at + HOUR,
                    actor=world.machine, at=AT,
                )  # fmt: skip
            data = sheet(*(f"{one.name},{one.id_no},{one.phone}" for one in some))
            at = AT + HOUR
            with CaptureQueriesContext(connection) as seen:
                plan = actions.check_list(event=event, org=world.firm, source=data, name="x", actor=chair, at=at)
                actions.run_list(plan=plan, event=event, org=world.firm, actor=chair, at=at)
            state = "placed" if way == "first" else "entered"
            assert SignUp.objects.filter(event=event, state=state).count() == len(some)
            counts.append(len(seen))
        assert counts[1] <= counts[0] + 2, counts  # pages of a thousand rows and the like


def test_a_lot_takes_a_list_as_entries_and_tells_each(world, make, union):
    from gongjia.who.members import actions as who
    from gongjia.who.members.models import Person

    chair = in_role(world.firm, "chair_grassroots")
    event = make(way="lot", total=2, closes_at=CLOSES)
    rows = sheet(*(f"{one.name},{one.id_no}," for one in union[:6]))
    plan = check(event, world.firm, rows, chair)
    with pytest.raises(Refused) as why:
        actions.run_list(plan=plan, event=event, org=world.firm, actor=chair, at=AT)
    assert set(why.value.codes) == {"draw_not_committed"}
    source = "福利彩票3D第2018236期开奖号"
    actions.commit_draw(event=event, source=source, public_on=event.closes_at + HOUR, actor=world.machine, at=AT)
    phoned = who.open_account(person=Person.objects.get(pk=union[0].pk), actor=None, at=AT)
    actions.enter(event=event, person=phoned, actor=me(phoned), at=AT)
    known = who.open_account(person=Person.objects.get(pk=union[1].pk), actor=None, at=AT)
    plan = check(event, world.firm, rows, chair)
    assert len(plan.of(listed.HAD)) == 1
    done = actions.run_list(plan=plan, event=event, org=world.firm, actor=chair, at=AT)
    assert [one.verdict for _line, one in done] == ["entered"] * 5
    row = SignUp.objects.get(person=known)
    told = InboxItem.objects.get(account_id=known.account_id, template="events.entered")
    assert told.url == f"/m/events/signups/{row.pk}/"
    # the same persons once more, by the act itself: theirs stands
    again = actions.nominate(event=event, org=world.firm, person_ids=[one.pk for one in union[:6]], actor=chair, at=AT)
    assert {one.verdict for one in again} == {"already"} and SignUp.objects.count() == 6


def test_places_that_do_not_reach_are_said_line_by_line(world, make, union):
    chair = in_role(world.firm, "chair_grassroots")
    data = sheet(*(f"{one.name},,{one.phone}" for one in union[:5]))
    for wait, last in ((False, "sold_out"), (True, "waiting")):
        event = make(total=3)
        plan = check(event, world.firm, data, chair)
        done = actions.run_list(plan=plan, event=event, org=world.firm, wait=wait, actor=chair, at=AT)
        assert [one.verdict for _line, one in done] == ["placed"] * 3 + [last] * 2
        assert [line.name for line, _one in done] == [one.name for one in union[:5]]
        laws(event)


def test_a_contest_s_trades_come_from_the_list(world, make, union):
    chair = in_role(world.firm, "chair_grassroots")
    event = make("contest", way="nomination", total=0)
    data = sheet(
        f"{union[0].name},{union[0].id_no},钳工",
        f"{union[1].name},{union[1].id_no},电工",
        head="姓名,证件号码,参赛工种",
    )
    actions.run_list(plan=check(event, world.firm, data, chair), event=event, org=world.firm, actor=chair, at=AT)
    trades = SignUp.objects.filter(event=event).order_by("person__name").values_list("trade", flat=True)
    assert list(trades) == ["钳工", "电工"]


def test_a_class_from_a_pile_of_forms(world, make, union, paper):
    chair = in_role(world.firm, "chair_grassroots")
    start = AT + timedelta(days=10)
    event = make("children", org=world.firm, total=5, sessions=[(start, None)], params={"age_min": 6, "age_max": 13})
    head = "监护人姓名,手机号或证件号码,孩子姓名,出生日期,年级,与孩子的关系,接送人姓名,接送人电话"
    a, b, c = union[:3]
    data = sheet(
        f"{a.name},{a.phone},小甲,2010-05-01,二年级,父亲,李奶奶,19900001234",
        f"{a.name},{a.phone},小乙,2011年6月1日,1,父亲,李奶奶,19900001234",
        f"{b.name},{b.id_no},小丙,1999-05-01,,母亲,王爷爷,19900001235",
        f"{c.name},{c.id_no},小丁,2010/5/2,3,母亲,,",
        head=head,
    )
    signed = paper
    assert {line.reasons[0].code for line in check(event, world.firm, data, chair).of(listed.BAD)} == {"no_consent"}
    plan = check(event, world.firm, data, chair, paper=signed)
    assert codes(plan) == {4: "no_child_any_more", 5: "no_pick_up"} and len(plan.of(listed.GOOD)) == 2
    done = actions.run_list(plan=plan, event=event, org=world.firm, happened_on=DAY, actor=chair, at=AT)
    assert [one.verdict for _line, one in done] == ["placed"]
    row = SignUp.objects.get()
    assert (row.person_id, row.seats, row.way, row.happened_on) == (a.pk, 2, "counter", DAY)
    assert {one.consent_id for one in Child.objects.all()} == {signed.pk} and Child.objects.count() == 2
    laws(event)
    with pytest.raises(Forbidden):
        check(event, world.firm, data, _signer(world))


def _signer(world):
    """Somebody who may sign up members and may not see the children of a class."""
    from gongjia.work.events import powers
    from tests.work.events.conftest import officer

    return officer(world.firm, powers.READ, powers.SIGN)


def test_what_is_no_list_is_refused_and_a_foreign_officer_has_no_say(world, make, union):
    chair = in_role(world.firm, "chair_grassroots")
    event = make(total=9)
    for data, code in (
        (sheet("甲,19900000001", head="备注,说明"), "list_heads"),
        (sheet("19900000001,甲", head="手机号,备注"), "list_heads"),
        (sheet(), "list_empty"),
        (sheet(*["甲,,"] * 2001), "list_long"),
    ):
        with pytest.raises(Refused) as why:
            check(event, world.firm, data, chair)
        assert set(why.value.codes) == {code}
    with pytest.raises(Forbidden):
        check(event, world.firm, sheet("甲,,"), in_role(world.other, "chair_grassroots"))


def test_asking_for_numbers_is_written_down_and_no_number_is_in_it(world, make, union):
    chair = in_role(world.firm, "chair_grassroots")
    event = make(total=9)
    data = sheet(*(f"{one.name},{one.id_no}," for one in union[:3]))
    kept = actions.hand_in_list(event=event, org=world.firm, source=data, name="名单.csv", actor=chair, at=AT)
    assert attachments.open(kept).startswith(b"\xef\xbb\xbf")
    entry = Entry.objects.get(action="events.list_checked")
    assert union[0].id_no not in str(entry.__dict__)
    before = attachments.Attachment.objects.count()
    with pytest.raises(Refused):
        actions.hand_in_list(event=event, org=world.firm, source=sheet(), name="空.csv", actor=chair, at=AT)
    assert attachments.Attachment.objects.count() == before


def test_the_blank_names_what_is_read(make):
    for kind in ("other", "contest", "children"):
        event = make(kind, way="nomination", total=0 if kind == "contest" else 5)
        head = sheets.read(actions.blank_list(event=event), name="空白.xlsx").first.rows[0]
        columns = sheets.headers.match(head, listed.HEADS | listed.CHILD_HEADS)
        assert len(columns) == len(head), (kind, head, columns)
    assert queries.drift() == []
