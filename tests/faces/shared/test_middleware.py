"""Refusals become pages in plain words; private pages are never kept; the actor is there, lazily."""

from __future__ import annotations

import pytest
from django.test import Client

pytestmark = pytest.mark.urls("tests.faces.shared.sample_urls")


def text(response) -> str:
    return response.content.decode()


def test_a_refusal_says_what_why_and_who_can_mend_it(officer):
    answer = officer.get("/refusing")
    assert answer.status_code == 422
    for words in ("报名已经截止。", "截止时间 2018-06-30 17:00", "活动公告第三条", "请留意下一期。"):
        assert words in text(answer)


def test_forbidden_is_403_and_is_journalled(officer):
    from gongjia.base.journal.models import Entry

    before = Entry.objects.count()
    answer = officer.get("/forbidding")
    assert answer.status_code == 403
    assert "权限" in text(answer)
    assert Entry.objects.count() == before + 1


def test_foreign_and_none_are_the_same_page(officer):
    hidden, none = officer.get("/hiding"), officer.get("/no-such-page")
    assert hidden.status_code == none.status_code == 404
    assert hidden.content == none.content


def test_a_stranger_s_404_needs_no_account(db, sample_actors):
    answer = Client().get("/no-such-page")
    assert answer.status_code == 404
    assert "没有找到这个页面" in text(answer)


def test_a_forgotten_page_asks_to_be_loaded_again(officer):
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = officer.cookies
    answer = strict.post("/fill", {"name": "方建国"})
    assert answer.status_code == 403
    assert "页面停留太久了" in text(answer)


def test_headers(officer):
    answer = officer.get("/rows/")
    assert answer["Cache-Control"] == "no-store"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert "script-src 'self'" in answer["Content-Security-Policy"]
    assert "unsafe" not in answer["Content-Security-Policy"]


def test_the_actor_is_built_only_when_asked_for(officer, monkeypatch):
    from gongjia.faces.shared import middleware

    def never(request):
        raise AssertionError("nobody asked")

    monkeypatch.setattr(middleware, "actor_of", never)
    assert officer.get("/no-such-page").status_code == 404
    monkeypatch.undo()
    assert text(officer.get("/plain")) == "何敏|True"


def test_a_visitor_is_an_actor_of_nothing(db, sample_actors):
    assert text(Client().get("/plain")) == "访客|False"


@pytest.mark.parametrize(
    ("given", "leads"), [("/rows/", "/rows/"), ("https://elsewhere.example/", "/"), ("//elsewhere.example", "/")]
)
def test_small_buttons_lead_back_but_never_away(officer, given, leads):
    answer = officer.post("/ui/size", {"size": "large", "next": given})
    assert answer["Location"] == leads
    assert officer.cookies["gj_size"].value == "large"


def test_standing_in_another_post_is_kept_and_only_one_s_own(officer):
    from tests.faces.shared.people import POSTS

    officer.post("/ui/stand", {"post": str(POSTS[1].id)})
    assert officer.session["standing"] == str(POSTS[1].id)
    officer.post("/ui/stand", {"post": "00000000-0000-0000-0000-000000000099"})
    assert officer.session["standing"] == str(POSTS[1].id)
