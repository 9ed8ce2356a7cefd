"""Who gets in: numbers that are forged, shared or used again, sessions that have ended, posts of strange pages."""

from __future__ import annotations

import asyncio
import base64
import random
import time
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection

from gongjia.base import clock
from gongjia.base.actor import Actor
from gongjia.faces.rush import desk, numbers, visitors
from gongjia.faces.rush.hall import TOLD
from gongjia.faces.shared.fresh import KEY
from gongjia.who.accounts.models import Account, DeviceSession
from gongjia.work.events import actions
from gongjia.work.events.models import SignUp
from tests.faces.rush.conftest import Visitors
from tests.work.events.conftest import laws
from tests.work.events.test_races import MACHINE

pytestmark = pytest.mark.django_db(transaction=True)


def forgeries(text: str, event_id, chance: random.Random) -> list[str]:
    """10,000 of a number: single bits, cut, grown, made up, of another event, early instead of late, somebody else's."""
    data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_")
    found = [
        numbers.sign_of(data[:n] + bytes([data[n] ^ 1 << bit]) + data[n + 1 :]) for n in range(50) for bit in range(8)
    ]
    found += [numbers.sign_of(data[: chance.randrange(len(data))]) for _ in range(600)]
    found += [numbers.sign_of(data + chance.randbytes(chance.randint(1, 9))) for _ in range(600)]
    found += [numbers.sign_of(chance.randbytes(len(data))) for _ in range(4000)]
    found += [text[:n] + chance.choice("AZaz09-_!=") + text[n + 1 :] for n in range(len(text)) for _ in range(20)]
    found += [numbers.sign(numbers.new(event_id, uuid4(), early=True, arrived=0), uuid4()) for _ in range(1000)]
    while len(found) < 10_000:
        swapped = bytearray(data)
        a, b = chance.sample(range(len(data)), 2)
        swapped[a], swapped[b] = swapped[b], swapped[a]
        found.append(numbers.sign_of(bytes(swapped)))
    return [one for one in found if one != text][:10_000]


def test_of_ten_thousand_forged_numbers_none_is_read():
    event_id, chance = uuid4(), random.Random(3)
    text = numbers.sign(numbers.new(event_id, uuid4(), early=False, arrived=time.time_ns() // 1000), event_id)
    tried = forgeries(text, event_id, chance)
    assert len(tried) > 9_900
    assert [one for one in tried if numbers.read(one, event_id) is not None] == []
    assert numbers.read(text, event_id) is not None  # the control: the true one is


def test_control_without_the_seal_forged_numbers_are_read(monkeypatch):
    event_id = uuid4()
    text = numbers.sign(numbers.new(event_id, uuid4(), early=False, arrived=5), event_id)
    tried = forgeries(text, event_id, random.Random(3))
    monkeypatch.setattr(numbers.hmac, "compare_digest", lambda a, b: True)
    assert sum(numbers.read(one, event_id) is not None for one in tried) > 1000


def test_a_number_of_somebody_else_opens_nothing(rush, crowd, event):
    people, made = crowd(30), event(50, opens_in=1.5)
    other = event(50, opens_in=1.5)
    hall, elsewhere = Visitors(rush(), made.pk), Visitors(rush(), other.pk)

    async def scene():
        mine = await hall.all([key for key, _ in people])
        foreign = await elsewhere.post(people[0][0])
        shared = [
            await hall.post(key, number=mine[n - 1].number) for n, (key, _person) in enumerate(people)
        ]  # each with the neighbour's
        shared.append(await hall.post(people[0][0], number=foreign.number))
        shared += [await hall.get(key, number=mine[n - 1].number) for n, (key, _person) in enumerate(people)]
        shared += [
            await hall.post(people[0][0], number=one)
            for one in forgeries(mine[0].number, made.pk, random.Random(1))[::50]
        ]
        true = await hall.get(people[4][0], number=mine[4].number)
        return shared, true

    shared, true = asyncio.run(scene())
    assert {(one.status, one.verdict) for one in shared} == {(403, "number_invalid")}
    assert all("Max-Age=0" in one.all["set-cookie"] for one in shared)  # taken away: the honest stand in line anew
    assert true.verdict == "in_line"


def test_a_number_leads_to_one_sign_up_also_after_that_was_cancelled(rush, crowd, event, monkeypatch):
    ((key, _),) = crowd(1)
    made = event(5, opens_in=1.0)
    hall = Visitors(rush(), made.pk)

    async def until(session, number, *, words):
        end = time.monotonic() + 12
        while (said := await hall.get(session, number=number)).verdict in words and time.monotonic() < end:
            await asyncio.sleep(0.1)
        return said

    number = asyncio.run(first(hall, key, until))
    row = SignUp.objects.get(event=made)
    actions.cancel(sign_up=row, actor=MACHINE, at=clock.now())
    monkeypatch.setattr("gongjia.faces.rush.hall.OPENING", 0.0)  # nobody to be waited for
    later = Visitors(rush(), made.pk)  # a process that remembers nothing
    replayed = asyncio.run(later.post(key, number=number))
    assert (replayed.status, replayed.verdict) == (409, "used_up")
    assert not SignUp.objects.filter(event=made, state="placed").exists()
    assert asyncio.run(Visitors(rush(), made.pk).post(key)).verdict == "placed"  # without it: like anybody else
    laws(made)


async def first(hall, key, until) -> str:
    number = (await hall.post(key)).number
    assert (await until(key, number, words=("in_line",))).verdict == "placed"
    return number


def test_a_new_process_knows_where_everybody_stands(rush, crowd, event):
    """Killed and started again: whoever has a place hears it, whoever stood in line stands there by the number."""
    people, made = crowd(20), event(12, opens_in=2.0)
    before = Visitors(rush(), made.pk)
    said = asyncio.run(before.all([key for key, _ in people]))
    after = Visitors(rush(), made.pk)

    async def scene():
        end = time.monotonic() + 20
        while True:
            now = [await after.get(key, number=one.number) for (key, _), one in zip(people, said, strict=True)]
            if all(one.verdict != "in_line" for one in now) or time.monotonic() > end:
                return now
            await asyncio.sleep(0.2)

    found = asyncio.run(scene())
    assert sorted(one.verdict for one in found) == ["placed"] * 12 + ["sold_out"] * 8
    order = sorted(range(20), key=lambda n: numbers.early_rank(made.pk, people[n][1]))
    assert [found[n].verdict for n in order] == ["placed"] * 12 + ["sold_out"] * 8  # in the order of the numbers
    third = Visitors(rush(), made.pk)
    again = asyncio.run(third.all([key for key, _ in people]))
    assert [one.verdict for one in again] == ["already" if one.verdict == "placed" else "sold_out" for one in found]
    laws(made)


def test_who_has_a_place_reads_it_where_it_was_never_told(rush, crowd, event):
    """A full event, only looked at, by a process (or on a device) that has answered nobody yet."""
    people, made = crowd(3), event(2)
    keys = [key for key, _person in people]
    told = asyncio.run(Visitors(rush(), made.pk).answered(keys))
    assert sorted(one.verdict for one in told) == ["placed"] * 2 + ["sold_out"]
    elsewhere = Visitors(rush(), made.pk)

    async def scene():
        return [(await elsewhere.get(key)).verdict for key in (*keys, "")]

    seen = ["already" if one.verdict == "placed" else "not_in_line" for one in told]
    assert asyncio.run(scene()) == [*seen, "not_in_line"]


@pytest.mark.parametrize("how", ["nobody", "ended", "closed", "round", "idle", "expired", "edited"])
def test_only_who_is_in_gets_in(rush, crowd, event, how):
    from django.contrib.sessions.backends.db import SessionStore
    from django.contrib.sessions.models import Session

    (key, person), (other, _) = crowd(2)
    made = event(5)
    account = Account.objects.get(person__pk=person)
    store = SessionStore(key)
    store.load()
    session = Session.objects.get(pk=key)
    if how == "ended":
        DeviceSession.objects.filter(account=account).update(ended_at=clock.now())
    elif how == "closed":
        Account.objects.filter(pk=account.pk).update(is_active=False)
    elif how == "round":
        Account.objects.filter(pk=account.pk).update(session_round=1)
    elif how == "idle":
        data = {**dict(store.items()), KEY: {**store[KEY], "seen": time.time() - 3600}}
        Session.objects.filter(pk=key).update(session_data=store.encode(data))
    elif how == "expired":
        Session.objects.filter(pk=key).update(expire_date=session.expire_date - timedelta(days=2))
    elif how == "edited":
        forged = session.session_data[:-2] + ("AA" if not session.session_data.endswith("AA") else "BB")
        Session.objects.filter(pk=key).update(session_data=forged)
    said = asyncio.run(Visitors(rush(), made.pk).post("" if how == "nobody" else key))
    assert (said.status, said.verdict) == (401, "logged_out")
    assert asyncio.run(Visitors(rush(), made.pk).post(other)).verdict == "placed"


def test_whoever_waits_is_not_idle(crowd):
    from django.contrib.sessions.backends.db import SessionStore
    from django.contrib.sessions.models import Session

    ((key, person),) = crowd(1)
    store = SessionStore(key)
    store.load()
    data = {**dict(store.items()), KEY: {**store[KEY], "seen": time.time() - 3600}}
    Session.objects.filter(pk=key).update(session_data=store.encode(data))
    assert visitors.persons({key: 0.0}) == {}
    assert visitors.persons({key: time.time() - 20}) == {key: person}


def test_the_session_is_opened_as_django_opens_it(crowd):
    from django.contrib.sessions.backends.db import SessionStore
    from django.contrib.sessions.models import Session

    store = SessionStore()
    ((key, _),) = crowd(1)
    data = Session.objects.get(pk=key).session_data
    assert visitors.opened(data, store.key_salt) == store.decode(data) != {}
    large = store.encode({"a": "b" * 5000, KEY: 1})  # packed
    assert large.startswith(".") and visitors.opened(large, store.key_salt) == store.decode(large) != {}
    for broken in (data[:-1], "x" + data, data.replace(":", "", 1), "", data[:-2] + "é", large[1:]):
        assert visitors.opened(broken, store.key_salt) == store.decode(broken) == {}


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"origin": None}, 403), ({"origin": "https://elsewhere.example"}, 403), ({"origin": "null"}, 403),
        ({"host": "elsewhere.example"}, 403), ({"origin": "http://127.0.0.1:8000"}, 403), ({}, 200),
    ],
)  # fmt: skip
def test_a_post_comes_from_our_own_pages(rush, crowd, event, given, status):
    ((key, _),) = crowd(1)
    made = event(5)
    assert asyncio.run(Visitors(rush(), made.pk).post(key, **given)).status == status
    assert SignUp.objects.filter(event=made).count() == (status == 200)


def test_addresses_that_lead_nowhere(rush, crowd, event, make):
    ((key, _),) = crowd(1)
    made = event(5)
    hall = Visitors(rush(), made.pk)
    draft = make(total=3, published=False)
    lot = make(way="nomination", total=3, at=clock.now(), closes_at=clock.now() + timedelta(days=5))

    async def scene():
        paths = (
            "/rush/",
            "/rush/x/",
            f"/rush/{uuid4()}/",
            f"/rush/{draft.pk}/",
            f"/rush/{lot.pk}/",
            "/m/",
            "/static/../x",
        )
        found = [await hall.get(key, path=one) for one in paths]
        found.append(await hall.call("DELETE", key))
        return (
            [one.status for one in found],
            await hall.post(key, body=b"x" * 5000),
            await hall.get(path="/rush/healthz"),
        )

    found, large, health = asyncio.run(scene())
    assert found == [404] * 7 + [405] and large.status == 413 and health.text == "ok\n"


def test_the_waiting_page_touches_the_event_once_for_all(rush, crowd, event, monkeypatch):
    """Two hundred looks at the page: the event is read once, nobody's session is asked for."""
    people, made = crowd(3), event(5, opens_in=3600)
    hall, real, looks = Visitors(rush(), made.pk), desk.look, []
    monkeypatch.setattr(desk, "look", lambda pk: looks.append(pk) or real(pk))

    async def scene():
        first = await hall.post(people[0][0])
        monkeypatch.setattr(desk, "who", lambda keys: pytest.fail("somebody was asked for"))
        for _ in range(100):
            assert (await hall.get()).json["verdict"] == "not_in_line"
            assert (await hall.get(people[0][0], number=first.number)).verdict == "in_line"
        return await hall.get(people[0][0], number=first.number, html=True)

    page = asyncio.run(scene())
    assert len(looks) <= 2  # with the refresher's
    assert "已经在等候" in page.text and "refresh" in page.text


def test_pages_say_it_in_plain_words(rush, crowd, event):
    (a, _), (b, _) = crowd(2)
    made = event(1, title="夜校书法班")
    hall = Visitors(rush(), made.pk)

    async def scene():
        start = await hall.get(a, html=True)
        stranger = await hall.get(html=True)
        posted = await hall.post(a, body=b"wait=0", html=True)
        mine = await hall.get(a, html=True)
        late = await hall.post(b, html=True)
        gone = await hall.get(html=True)
        return start, stranger, posted, mine, late, gone

    start, stranger, posted, mine, late, gone = asyncio.run(scene())
    assert "夜校书法班" in start.text and "我要报名" in start.text and '<form method="post"' in start.text
    assert "登录后报名" in stranger.text and f"next=/rush/{made.pk}/" in stranger.text
    assert posted.status == 200 and "报名成功" in posted.text and "第 1 个名额" in posted.text
    assert "报名成功" in mine.text and "名额已满" in late.text and "名额已满" in gone.text
    assert "再试一次" in late.text and "候补" not in late.text  # this event has no waiting list
    for one in (start, posted, late):
        assert (
            one.all["cache-control"] == "no-store, private"
            and "default-src 'none'" in one.all["content-security-policy"]
        )
        assert "<script>" not in one.text and " style=" not in one.text


def test_who_moves_up_is_told_so_on_the_page_still_open(rush, crowd, event):
    (a, one), (b, two), (c, _) = crowd(3)
    made = event(1, waiting_list=True)
    process = rush()
    visitors = Visitors(process, made.pk)

    def does(act, person) -> None:
        sign_up = SignUp.objects.get(event=made, person_id=person)
        act(sign_up=sign_up, actor=Actor(None, person, "本人"), at=clock.now())
        connection.close()  # of this thread

    async def after(act, person):
        await asyncio.to_thread(does, act, person)
        told = process.halls[made.pk].told
        told.update({key: (since - TOLD, answer) for key, (since, answer) in told.items()})  # no longer from memory
        return await visitors.get(b, html=True)

    async def scene():
        await visitors.post(a)
        waits = await visitors.post(b, body=b"wait=1", html=True)
        await process.halls[made.pk].refresh()
        full = await visitors.get(c, html=True)
        return full, waits, await after(actions.cancel, one), await after(actions.confirm, two)

    full, waits, moved_up, confirmed = asyncio.run(scene())
    assert "可以排候补" in full.text and ">排候补</button>" in full.text and 'name="wait" value="1"' in full.text
    assert "已排候补" in waits.text and "候补第 1 位" in waits.text
    assert "有名额递补给您" in moved_up.text and "已排候补" not in moved_up.text and "/m/events/mine/" in moved_up.text
    assert "报名成功" in confirmed.text and "已排候补" not in confirmed.text and "递补" not in confirmed.text


def test_a_clash_is_named_and_may_be_wanted(rush, crowd, event):
    ((key, _),) = crowd(1)
    first, second = event(3, title="书法班"), event(3, title="合唱团")
    hall, other = Visitors(rush(), first.pk), Visitors(rush(), second.pk)

    async def scene():
        await hall.post(key)
        return await other.post(key, html=True), await other.post(key, body=b"clash_ok=1", html=True)

    named, wanted = asyncio.run(scene())
    assert named.status == 422 and "书法班" in named.text and "仍要报名" in named.text
    assert wanted.status == 200 and "报名成功" in wanted.text


def test_ordinary_pages_lead_here_only_where_it_runs(settings, event):
    from gongjia.faces.shared.rush import address

    made = event(3)
    assert address(made) == ""
    settings.GONGJIA_RUSH_PORT = 8001
    assert address(made) == f"/rush/{made.pk}/"
    settings.GONGJIA_RUSH_URL = "http://10.0.0.5:8001/"
    assert address(made) == f"http://10.0.0.5:8001/rush/{made.pk}/"
    assert address(event(3, opens_in=3600)) != "" and address(event(0, way="open")) == ""
