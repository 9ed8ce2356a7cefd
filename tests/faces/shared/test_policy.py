"""Every URL has a policy, and each policy lets in whom it says."""

from __future__ import annotations

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import URLResolver, include, path
from django.urls.resolvers import RegexPattern

from gongjia.faces.shared.policy import Policy, declared, every_url, page, undeclared

pytestmark = pytest.mark.urls("tests.faces.shared.sample_urls")


def view(request):
    return HttpResponse()


def resolver(*entries) -> URLResolver:
    return URLResolver(RegexPattern(r"^/"), list(entries))


def test_an_undeclared_url_is_found():
    entries = [page("a", view, name="a", policy=Policy("anyone")), path("b/", include([path("c", view, name="c")]))]
    assert undeclared(resolver(*entries)) == ["^/b/c"] or undeclared(resolver(*entries)) == ["b/c"]


def test_a_library_s_urls_are_declared_as_a_whole():
    entry = declared(
        path("lib/", include([path("x", view), path("y/", include([path("z", view)]))])), Policy("account")
    )
    urls = list(every_url(resolver(entry)))
    assert {url.policy for url in urls} == {Policy("account")}
    assert len(urls) == 2


def test_a_url_without_policy_cannot_be_made():
    with pytest.raises(TypeError):
        page("a", view, name="a")
    with pytest.raises(ValueError, match="officer"):
        Policy("member", "members.read")


VISITS = [
    # url, visitor, member, officer
    ("/plain", 200, 200, 200),
    ("/mine", 302, 200, 200),
    ("/any-post", 302, 403, 200),
    ("/either", 302, 403, 200),
    ("/lacking", 302, 403, 403),
    ("/rows/", 302, 403, 200),
]


@pytest.mark.parametrize(("url", "visitor_gets", "member_gets", "officer_gets"), VISITS)
def test_who_gets_in(url, visitor_gets, member_gets, officer_gets, member, officer):
    assert Client().get(url).status_code == visitor_gets
    assert member.get(url).status_code == member_gets
    assert officer.get(url).status_code == officer_gets


def test_the_log_in_page_knows_where_to_come_back_to(db, sample_actors):
    assert Client().get("/rows/?state=a")["Location"] == "/login/?next=%2Frows%2F%3Fstate%3Da"
    assert Client().post("/rows/?state=a")["Location"] == "/login/?next=%2Frows%2F"
    answer = Client().get("/rows/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Redirect"]) == (204, "/login/?next=%2Frows%2F")


@pytest.mark.urls("gongjia.config.urls")
def test_all_urls_of_the_program_are_declared():
    assert undeclared() == []
    assert {"ui:draft", "ui:nav", "ui:gallery"} <= {url.name for url in every_url()}
