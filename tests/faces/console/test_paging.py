"""Long lists come page by page, in the same number of statements however long they are."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from gongjia.who.orgs.models import Chase, MembersHome
from tests.who.members.conftest import AT, DAY


def homes(world, count: int) -> str:
    begin = MembersHome.objects.count()
    MembersHome.objects.bulk_create(
        MembersHome(org=(world.firm, world.school)[n % 2], name=f"职工之家{n:03d}", kind="regional", planned_on=DAY)
        for n in range(begin, begin + count)
    )
    return reverse("console:orgs_homes")


def chases(world, count: int) -> str:
    Chase.objects.bulk_create(
        Chase(org=world.firm, matters=["roster"], note=f"第{n:03d}次", asked_at=AT - timedelta(hours=n // 3),
              asked_by="何敏", reached=1)
        for n in range(count)
    )  # fmt: skip
    return reverse("console:orgs_chases")


WORDS = {homes: r"职工之家\d{3}", chases: r"第\d{3}次"}


@pytest.mark.parametrize("make", [homes, chases])
def test_every_row_is_on_one_page(officer, world, make):
    address, seen, pages = make(world, 120), [], 0
    while address and pages < 9:
        page = officer.get(address).content.decode()
        seen += dict.fromkeys(re.findall(WORDS[make], page))
        pages += 1
        more = re.search(r'<a[^>]*href="([^"]+)"[^>]*rel="next"|rel="next"[^>]*href="([^"]+)"', page)
        address = officer_url(make, unescape(next(filter(None, more.groups())))) if more else ""
    assert (len(seen), len(set(seen)), pages) == (120, 120, 3)
    assert "共 120" in page


def officer_url(make, link: str) -> str:
    return link if link.startswith("/") else reverse(f"console:orgs_{make.__name__}") + link


@pytest.mark.parametrize("make", [homes, chases])
def test_the_same_statements_for_few_and_for_many(officer, world, make):
    counts = []
    for more in (1, 49):
        address = make(world, more)
        officer.get(address)
        with CaptureQueriesContext(
            connection,
        ) as found:
            officer.get(address)
        counts.append(len(found))
    assert counts[0] == counts[1]
