from __future__ import annotations

import uuid
from types import SimpleNamespace

import pytest

from gongjia.base import clock, outbox
from gongjia.base.outbox.models import InboxItem

pytestmark = pytest.mark.django_db
FACTS = {"org": "洋溪街道总工会", "matters": "换届", "note": "本月内", "by": "赵干部"}


def tell(accounts, **more):
    return outbox.notify(accounts, template="test.note", context=FACTS, at=clock.now(), **more)


def test_each_account_once_and_only_its_own(django_assert_num_queries):
    one, two = uuid.uuid4(), uuid.uuid4()
    with django_assert_num_queries(3):  # the clock, the wording, one insert: for any number of accounts
        assert tell([one, two, one, None, SimpleNamespace(id=two)], url="/console/orgs/") == 2
    assert outbox.unread(one) == outbox.unread(two) == 1
    (item,) = outbox.inbox(one)
    assert (item.title, item.body, item.url) == ("洋溪街道总工会：请办理", "换届（本月内）", "/console/orgs/")
    assert outbox.mark_read(two, items=[item.pk], at=clock.now()) == 0
    assert outbox.mark_read(one, items=[item.pk], at=clock.now()) == 1
    assert (outbox.unread(one), outbox.unread(two)) == (0, 1)
    tell([two])
    assert outbox.mark_read(two, at=clock.now()) == 2


def test_nobody_to_tell():
    assert tell([]) == 0 and not InboxItem.objects.exists()


@pytest.mark.parametrize("url", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"])
def test_a_message_leads_to_our_pages_only(url):
    with pytest.raises(ValueError):
        tell([uuid.uuid4()], url=url)


def test_newest_first():
    account = uuid.uuid4()
    for _ in range(3):
        tell([account])
    times = [item.created_at for item in outbox.inbox(account)]
    assert times == sorted(times, reverse=True)


def test_each_in_words_of_their_own_by_two_statements(django_assert_num_queries):
    known = [uuid.uuid4() for _ in range(20)]
    at = clock.now()
    with django_assert_num_queries(2):  # the wording, one insert
        pairs = [(pk, {**FACTS, "matters": f"第{n}件"}) for n, pk in enumerate(known)]
        assert outbox.notify_own(pairs, template="test.note", at=at, url="/m/") == 20
    assert [outbox.inbox(pk).get().body for pk in known[:2]] == ["第0件（本月内）", "第1件（本月内）"]


def test_once_for_each_page_of_their_own():
    one, two = uuid.uuid4(), uuid.uuid4()
    at, asked = clock.now(), {"template": "test.note", "context": FACTS}
    assert outbox.notify_each([(one, "/m/a/"), (two, "/m/b/"), (one, "/m/a/")], at=at, **asked) == 2
    assert outbox.notify_each([(one, "/m/a/"), (one, "/m/c/")], at=at, **asked) == 1
    assert [item.url for item in outbox.inbox(one)][::-1] == ["/m/a/", "/m/c/"] and outbox.unread(two) == 1
    with pytest.raises(ValueError):
        outbox.notify_each([(one, "https://elsewhere.example/")], at=at, **asked)
