"""At the door: signed tickets, fifty scans without network, one ticket on two phones, late, hours, certificates."""

from __future__ import annotations

import json
from base64 import b64decode, urlsafe_b64encode
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from gongjia.base.refused import Forbidden, Hidden, Refused
from gongjia.work.events import actions, queries
from gongjia.work.events.models import Attendance, Certificate, DoorPack, Scan, SignUp
from gongjia.work.events.queries.tickets import read
from gongjia.work.events.rules import door as rules
from tests.work.events.conftest import AT, HOUR, STARTS, in_role, me, officer, persons

MINUTE = timedelta(minutes=1)
MS = timedelta(milliseconds=1)
SEED, EVENT, SIGN_UP = b"k" * 32, UUID(int=1), UUID(int=2)


def codes(call, *args, **more) -> set[str]:
    with pytest.raises(Refused) as why:
        call(*args, **more)
    return set(why.value.codes)


# -- rules -------------------------------------------------------------------------------------------------
def test_a_ticket_is_signed_for_its_event_and_the_same_every_time():
    text = rules.sign(SEED, EVENT, 1, SIGN_UP)
    assert text == rules.sign(SEED, EVENT, 1, SIGN_UP) and len(text) < 120
    version, sign_up, signature = rules.parse(text)
    public = rules.public_key(SEED)
    assert (version, sign_up) == (1, SIGN_UP) and rules.signed(public, EVENT, 1, SIGN_UP, signature)
    assert not rules.signed(public, UUID(int=9), 1, SIGN_UP, signature)
    assert not rules.signed(public, EVENT, 2, SIGN_UP, signature)
    assert not rules.signed(rules.public_key(b"x" * 32), EVENT, 1, SIGN_UP, signature)


def test_no_changed_ticket_is_a_ticket():
    """Each of its characters, one after the other, and other spellings of the same bytes."""
    text, public = rules.sign(SEED, EVENT, 1, SIGN_UP), rules.public_key(SEED)
    admitted = 0
    for place in range(len(text)):
        for other in "Aa0_":
            if text[place] == other:
                continue
            parsed = rules.parse(text[:place] + other + text[place + 1 :])
            admitted += parsed is not None and rules.signed(public, EVENT, parsed[0], parsed[1], parsed[2])
    assert admitted == 0
    for bad in ("", "GJT1.", text + "=", text + "A", text.lower(), "GJT1." + "A" * 500, "GJT1.汉字", "http://x/"):
        assert rules.parse(bad) is None or bad == text


@pytest.mark.parametrize(
    ("shift", "standing"),
    [(-HOUR, "present"), (rules.LATE_AFTER, "present"), (rules.LATE_AFTER + MS, "late"), (30 * MINUTE, "late")],
)
def test_late_from_ten_minutes_on(shift, standing):
    assert rules.standing_at(STARTS + shift, STARTS) == standing


def test_minutes_that_count():
    said = {"starts_at": STARTS, "minutes": 120}
    assert rules.minutes_of("present", STARTS + 9 * MINUTE, **said) == 120
    assert rules.minutes_of("late", STARTS + 30 * MINUTE, **said) == 90
    assert rules.minutes_of("late", STARTS + 300 * MINUTE, **said) == 0
    assert rules.minutes_of("absent", None, **said) == rules.minutes_of("excused", None, **said) == 0
    assert rules.earned(96, 120) and not rules.earned(95, 120) and not rules.earned(0, 0)


@pytest.mark.parametrize(("shift", "refused"), [(-MS, True), (timedelta(0), False), (MS, False)])
def test_the_door_opens_and_shuts_to_the_moment(shift, refused):
    said = {"starts_at": STARTS, "ends_at": STARTS + 2 * HOUR, "minutes_early": 60}
    assert bool(rules.may_scan(at=STARTS - HOUR + shift, **said)) is refused
    assert bool(rules.may_scan(at=STARTS + 2 * HOUR + shift, **said)) is not refused


def test_who_synced_last_is_not_the_cheat():
    first = rules.Seen("a", "甲机", STARTS, STARTS + HOUR)
    second = rules.Seen("b", "乙机", STARTS + MINUTE, STARTS + 2 * MINUTE)
    assert rules.doubles([second, first]) == [(second, first)]
    again = rules.Seen("c", "甲机", STARTS + rules.REPEAT, STARTS + HOUR)
    assert rules.doubles([first, again]) == []  # the camera read it twice
    shown = rules.Seen("d", "甲机", STARTS + rules.REPEAT + MS, STARTS + HOUR)
    assert rules.doubles([first, shown]) == [(shown, first)]  # somebody behind with a picture of it


# -- with tables ---------------------------------------------------------------------------------------------
db = pytest.mark.django_db


@pytest.fixture
def course(make, world):
    """A course of 60 with so many placed members: course(50) -> (event, session, sign-ups)."""

    def of(count, kind="training", **values):
        event = make(kind, **{"way": "first", "total": 60, "closes_at": STARTS, **values})
        some = persons(world.firm, count)
        actions.claim_many(event=event, claims=[actions.Claim(one.pk) for one in some], actor=world.machine, at=AT)
        return event, event.sessions.first(), list(SignUp.objects.filter(event=event).order_by("pk"))

    return of


@pytest.fixture
def guard(world):
    """An officer with a phone: a log-in of their own."""
    from gongjia.who.accounts.models import Account

    def of():
        account = Account.objects.create(display_name="签到员", created_at=AT)
        actor = in_role(world.fed, "city_service")
        return type(actor)(account.pk, actor.person_id, actor.label, actor.posts, guides=actor.guides)

    return of


@db
def test_fifty_scans_without_network_and_one_ticket_on_two_phones(course, guard):
    _event, session, rows = course(50)
    one, two = guard(), guard()
    early = STARTS - 30 * MINUTE
    packs = [
        actions.issue_pack(session=session, device=f"{n}号机", actor=who, at=early) for n, who in ((1, one), (2, two))
    ]
    texts = [queries.ticket_of(row).text for row in rows]
    digests = [rules.digest(text) for text in texts]
    assert packs[0].content["tickets"] == sorted(digests)
    sent = [{"ticket": digests[n], "at": (early + n * MINUTE).isoformat()} for n in range(50)]
    # the ticket of number 7 was sent on to a colleague, who stands at the other door before its owner comes
    other = [
        {"ticket": digests[7], "at": (early + 3 * MINUTE).isoformat()},
        {"ticket": "0" * 64, "at": early.isoformat()},
    ]
    first = actions.sync(pack=packs[0].row, scans=sent, actor=one, at=STARTS + 40 * MINUTE)
    assert (first.taken, first.marked, first.named) == (50, 50, ())
    second = actions.sync(pack=packs[1].row.pk, scans=other, actor=two, at=STARTS + 45 * MINUTE)
    assert second.taken == 2 and second.marked == 0
    # named on the line of the later moment, which the first phone scanned
    assert [scan.verdict for scan in queries.named_scans(session)] == ["unknown", "double"]
    named = queries.named_scans(session).get(verdict="double")
    assert named.sign_up == rows[7] and named.device == "1号机" and "2号机" in named.note
    assert {two_.verdict for two_ in second.named} == {"double", "unknown"}
    assert second.doubles[0].sign_up == rows[7]
    # attendance by the first moment
    assert Attendance.objects.get(sign_up=rows[7]).at == early + 3 * MINUTE
    assert Attendance.objects.filter(session=session, how="offline").count() == 50
    late = Attendance.objects.filter(standing="late").count()
    assert late == sum(early + n * MINUTE > STARTS + rules.LATE_AFTER for n in range(50)) > 0
    assert [row.standing for row in queries.late_list(session)] == ["late"] * late


@db
def test_sending_the_same_again_changes_nothing(course, guard):
    _event, session, rows = course(5)
    who = guard()
    pack = actions.issue_pack(session=session, device="1号机", actor=who, at=STARTS)
    scans = [{"ticket": ticket, "at": (STARTS + MINUTE).isoformat()} for ticket in pack.content["tickets"]]
    assert actions.sync(pack=pack.row, scans=scans, actor=who, at=STARTS + HOUR).taken == 5
    again = actions.sync(pack=pack.row, scans=scans, actor=who, at=STARTS + 2 * HOUR)
    assert (again.taken, again.marked, again.named) == (0, 0, ())
    assert Scan.objects.count() == Attendance.objects.count() == len(rows) == 5


@db
def test_the_phones_clock_is_kept_within_the_hour_of_the_pack(course, guard):
    """A day fast, a day slow: nobody becomes punctual by a wrong clock before the pack was fetched."""
    _event, session, rows = course(2)
    who, at = guard(), STARTS + 20 * MINUTE
    pack = actions.issue_pack(session=session, device="1号机", actor=who, at=at)
    tickets = [queries.ticket_of(row).digest for row in rows]
    day = timedelta(days=1)
    scans = [{"ticket": tickets[0], "at": (at - day).isoformat()}, {"ticket": tickets[1], "at": (at + day).isoformat()}]
    actions.sync(pack=pack.row, scans=scans, actor=who, at=at + 30 * MINUTE)
    found = {row.sign_up_id: row for row in Attendance.objects.all()}
    assert (found[rows[0].pk].at, found[rows[0].pk].standing) == (at, "late")
    assert found[rows[1].pk].at == at + 30 * MINUTE
    assert Scan.objects.filter(note__contains="不在签到包的时段内").count() == 2


@db
def test_a_pack_names_nobody_and_is_of_one_officer(course, guard, world):
    _event, session, _rows = course(3)
    one, two = guard(), guard()
    pack = actions.issue_pack(session=session, device="1号机", actor=one, at=STARTS)
    text = json.dumps(pack.content, ensure_ascii=False)
    for row in SignUp.objects.select_related("person"):
        assert str(row.pk) not in text and str(row.person_id) not in text and row.person.name not in text
    assert len(b64decode(pack.content["key"])) == 32 and pack.row.expires_at == STARTS + HOUR
    with pytest.raises(Hidden):
        actions.sync(pack=pack.row, scans=[], actor=two, at=STARTS)
    with pytest.raises(Forbidden):
        actions.issue_pack(session=session, device="x", actor=officer(world.other, "events.door"), at=STARTS)
    assert codes(actions.issue_pack, session=session, device="x", actor=one, at=STARTS - rules.PACK_BEFORE - MS) == {
        "pack_early"
    }
    assert codes(actions.issue_pack, session=session, device="x", actor=one, at=STARTS + 2 * HOUR) == {"session_over"}
    assert codes(actions.issue_pack, session=session, device=" ", actor=one, at=STARTS) == {"device_missing"}
    assert codes(actions.sync, pack=pack.row, scans=[{"ticket": "z", "at": "gestern"}], actor=one, at=STARTS) == {
        "scan_bad"
    }
    assert DoorPack.objects.count() == 1


@db
def test_scans_with_network_forged_shared_given_up_of_another_event(course, guard, world):
    event, session, rows = course(4)
    _other_event, _s, others = course(1)
    who = guard()

    def scan(text, at=STARTS, device="1号机"):
        return actions.scan(session=session, text=text, device=device, actor=who, at=at)

    texts = [queries.ticket_of(row).text for row in rows]
    assert scan(texts[0]).verdict == "ok"
    shown = scan(texts[0], at=STARTS + MINUTE)
    assert shown.verdict == "double" and "1号机" in shown.words and shown.sign_up == rows[0]
    assert scan(texts[0], at=STARTS + 2 * MINUTE, device="2号机").verdict == "double"
    assert scan(queries.ticket_of(others[0]).text).verdict == "unknown"
    forged = rules.sign(b"f" * 32, event.pk, 1, rows[1].pk)
    assert scan(forged).verdict == "unknown" and not Attendance.objects.filter(sign_up=rows[1]).exists()
    rows[2].refresh_from_db()
    actions.cancel(sign_up=rows[2], actor=world.machine, at=STARTS - HOUR)
    assert scan(texts[2]).verdict == "cancelled" and not Attendance.objects.filter(sign_up=rows[2]).exists()
    assert scan(texts[3], at=STARTS + 11 * MINUTE).standing == "late"
    assert codes(scan, texts[1], at=STARTS - HOUR - MS) == {"door_not_open"}
    assert codes(scan, texts[1], at=STARTS + 2 * HOUR) == {"session_over"}
    assert Attendance.objects.filter(session=session).count() == 2
    # control: without the look at the signature the forged one would have named a place
    assert rules.parse(forged)[1] == rows[1].pk


@db
def test_of_10000_forged_tickets_none_is_admitted(course):
    event, _session, rows = course(1)
    true = queries.ticket_of(rows[0]).text
    assert read(true, event.pk) == rows[0].pk and read(true, uuid4()) is None
    version, key, signature = rules.parse(true)
    admitted = 0
    for number in range(2500):
        flipped = bytearray(signature)
        flipped[number % 64] ^= 1 + number // 64 % 255
        seed = number.to_bytes(32, "big")
        for text in (
            rules.sign(seed, event.pk, version, key), true[:-1] + "AQgw"[number % 4] + str(number),
            "GJT1." + urlsafe_b64encode(rules._body(version, key) + bytes(flipped)).decode().rstrip("="),
            "GJT1." + urlsafe_b64encode(rules._body(version + 1 + number % 9, key) + signature).decode().rstrip("="),
        ):  # fmt: skip
            admitted += read(text, event.pk) is not None
    assert admitted == 0


@db
def test_only_ones_own_ticket_and_only_with_a_place(course):
    from gongjia.who.members.models import Person

    _event, _session, rows = course(2)
    one, two = (Person.objects.get(pk=row.person_id) for row in rows)
    assert queries.my_ticket(me(one), rows[0].pk).text == queries.ticket_of(rows[0]).text
    with pytest.raises(Hidden):
        queries.my_ticket(me(two), rows[0].pk)
    SignUp.objects.filter(pk=rows[0].pk).update(state="waiting", waiting_no=1)
    with pytest.raises(Hidden):
        queries.my_ticket(me(one), rows[0].pk)


@db
def test_the_list_with_its_ticks(course, guard):
    from gongjia.base import journal

    _event, session, rows = course(6)
    who = guard()
    keys = [row.pk for row in rows]

    def tick(some, standing="present", at=STARTS, **more):
        return actions.tick(session=session, sign_ups=some, standing=standing, actor=who, at=at, **more)

    assert tick(keys[:3]) == 3 and tick(keys[:3]) == 0
    assert tick([keys[3]], "late", at=STARTS + 30 * MINUTE) == 1
    assert tick([keys[4]], "excused") == 1
    counts = queries.door_counts(session)
    assert (counts.expected, counts.present, counts.late, counts.excused, counts.open) == (6, 3, 1, 1, 1)
    assert codes(tick, [keys[0]], "absent") == {"why_missing"}
    assert tick([keys[0]], "absent", note="扫错了人") == 1
    assert Attendance.objects.get(sign_up=rows[0]).minutes == 0
    assert [Attendance.objects.get(sign_up=row).minutes for row in rows[1:4]] == [120, 120, 90]
    assert codes(tick, [keys[0], uuid4()]) == {"not_on_list"}
    assert codes(tick, [keys[5]], at=STARTS - rules.PACK_BEFORE - MS) == {"door_not_open"}
    assert "events.attendance_corrected" in [one.action for one in journal.timeline(rows[0])]
    assert {line.standing for line in queries.door_list(session)} == {"", "present", "absent", "late", "excused"}


@db
def test_lists_cost_the_same_for_1_and_50(course, django_assert_num_queries):
    for count in (1, 50):
        _event, session, _rows = course(count)
        fresh = session.__class__.objects.select_related("event").get(pk=session.pk)
        with django_assert_num_queries(2):  # attendance, sign-ups
            assert len(queries.door_list(fresh)) == count


@db
def test_hours_add_up_per_person_and_year(course, guard, make):
    who = guard()
    _event, session, rows = course(2, kind="volunteer")
    actions.tick(session=session, sign_ups=[row.pk for row in rows], actor=who, at=STARTS)
    person = rows[0].person_id
    for days, minutes in ((30, 45), (140, 60)):  # the second falls into 2019
        start = STARTS + timedelta(days=days)
        event = make("volunteer", total=3, closes_at=AT + timedelta(days=5),
                     sessions=[actions.SessionPlan(start, start + HOUR, minutes=minutes)])  # fmt: skip
        actions.claim_many(event=event, claims=[actions.Claim(person)], actor=who, at=AT)
        row = SignUp.objects.get(event=event)
        actions.tick(session=event.sessions.get(), sign_ups=[row.pk], actor=who, at=start)
    assert [(one.year, one.volunteer, one.volunteer_times) for one in queries.hours_of(person)] == [
        (2019, 60, 1), (2018, 165, 2),
    ]  # fmt: skip
    year = (date(2018, 1, 1), date(2019, 1, 1))
    found = queries.hours_of_many([row.person_id for row in rows], "volunteer", *year)
    assert found == {person: (165, 2), rows[1].person_id: (120, 1)}
    assert queries.hours_of_many([person], "training", *year) == {}


@db
def test_certificates_for_who_was_there_and_anybody_may_verify(course, guard, world, client, plain_static):
    event, session, rows = course(3, certificate=True)
    who = guard()
    by = {"actor": who, "at": STARTS + 2 * HOUR}
    actions.tick(session=session, sign_ups=[rows[0].pk], actor=who, at=STARTS)
    actions.tick(session=session, sign_ups=[rows[1].pk], standing="late", actor=who, at=STARTS + 30 * MINUTE)  # 75%
    assert codes(actions.issue_certificates, event=event, actor=who, at=STARTS + HOUR) == {"not_over"}
    event.refresh_from_db()
    actions.hold(event=event, **by)
    [made] = actions.issue_certificates(event=event, **by)
    assert made.sign_up_id == rows[0].pk and made.minutes == 120
    assert actions.issue_certificates(event=event, **by) == []
    known = queries.certificate(made.serial.lower())
    assert known.valid and known.issued_by == world.fed.name and "会员" not in known.name_shown
    assert queries.certificate("2018-PX-0001-AAAAAA") is None
    page = client.get(f"/verify/{made.serial}/")
    assert page.status_code == 200 and "证书有效" in page.content.decode() and event.title in page.content.decode()
    assert codes(actions.revoke_certificate, certificate=made, why=" ", **by) == {"why_missing"}
    actions.revoke_certificate(certificate=made, why="冒名参加", **by)
    assert not queries.certificate(made.serial).valid
    assert "证书已撤销" in client.get(f"/verify/{made.serial}/").content.decode()
    assert "没有查到" in client.get("/verify/2018-PX-0001-AAAAAA/").content.decode()


@db
def test_the_certificate_as_pdf(course, guard, world, rf):
    import io

    import pypdf

    from gongjia.faces.shared.training import training_pdf

    event, _session, rows = course(1, certificate=True)
    made = Certificate.objects.create(
        event=event, sign_up=rows[0], person_id=rows[0].person_id, org=world.fed, title=event.title, minutes=120,
        serial="2018-PX-0001-K3MZQA", issued_on=STARTS.date(),
    )  # fmt: skip
    data = training_pdf(rf.get("/"), [made])
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages)
    assert data.startswith(b"%PDF") and "2018-PX-0001-K3MZQA" in text and world.fed.name in text
