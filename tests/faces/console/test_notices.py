"""The privacy rules: versions are listed, a new one is looked at before it is published, everybody is asked again."""

from __future__ import annotations

import re

from django.test import Client
from django.urls import reverse

from gongjia.who.accounts import queries
from gongjia.who.accounts.models import Account, PrivacyNotice

NEW = reverse("console:setup_notice_new")
BODY = "## 一、处理哪些信息\n- 姓名和手机号。\n" + "我们只为会籍管理处理您的个人信息，不向工会以外提供。" * 5


def told(**more) -> dict[str, str]:
    return {"version": "2018.1", "title": "隐私政策", "in_force_on": "2018-09-01", "body": BODY, **more}


def seen(answer) -> str:
    return re.search(r'name="seen" value="(\w+)"', answer.content.decode()).group(1)


def test_a_version_is_looked_at_before_it_is_published(holds, world):
    admin = holds("admin_system", world.fed)
    first = admin.post(NEW, told())
    assert "还没有发布" in first.content.decode() and not PrivacyNotice.objects.exists()
    other = admin.post(NEW, told(seen=seen(first), body=BODY + "又改了一句。"))
    assert "还没有发布" in other.content.decode() and not PrivacyNotice.objects.exists()  # not what was looked at
    assert admin.post(NEW, told(seen=seen(first))).status_code == 302
    listed = admin.get(reverse("console:setup_notices")).content.decode()
    assert "待施行" in listed and "现行" in listed
    assert "只为会籍管理" in admin.get(reverse("console:setup_notice", args=["2018.1"])).content.decode()
    assert admin.get(reverse("console:setup_notice", args=["2017.9"])).status_code == 404
    assert queries.current_notice().version == "1.0"  # until its day


def test_a_bad_version_says_why(holds, world):
    admin = holds("admin_system", world.fed)
    for more, words in (
        ({"version": "第二版"}, "年份.序号"), ({"in_force_on": "2018-08-01"}, "不能早于今天"), ({"body": "太短"}, "完整"),
    ):  # fmt: skip
        shown = admin.post(NEW, told(**more))
        answer = admin.post(NEW, told(**more, seen=seen(shown)))
        assert answer.status_code == 422 and words in answer.content.decode()
    assert not PrivacyNotice.objects.exists()


def test_everybody_is_asked_again_from_its_day_on(holds, world):
    admin = holds("admin_system", world.fed)
    told_now = told(in_force_on="2018-08-27")
    assert admin.post(NEW, {**told_now, "seen": seen(admin.post(NEW, told_now))}).status_code == 302
    public = Client().get(reverse("public:privacy")).content.decode()
    assert "2018.1" in public and "只为会籍管理" in public
    account = Account.objects.get(consented_version="1.0")
    assert queries.needs_consent(account, queries.current_notice())


def test_only_who_may_publishes(officer):
    assert officer.get(NEW).status_code == 403
    assert officer.post(NEW, told()).status_code == 403
    assert not PrivacyNotice.objects.exists()
