"""A request that takes long works on an old copy of the session; whatever others did meanwhile stays done."""

from __future__ import annotations

import time
from types import SimpleNamespace

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpResponse
from django.test import Client, RequestFactory

from gongjia.faces.login import inside, middleware
from gongjia.faces.login.middleware import SessionLimits
from tests.faces.login.tools import log_in


@pytest.fixture
def session(person) -> SessionStore:
    return log_in(Client(), person()).session


@pytest.fixture
def clock(monkeypatch):
    """Seconds pass when told to."""
    told = SimpleNamespace(now=time.time(), passed=0.0)
    monkeypatch.setattr(middleware.time, "time", lambda: told.now + told.passed)
    monkeypatch.setattr(middleware.time, "monotonic", lambda: told.passed)
    return told


def during(session: SessionStore, clock, seconds: float, meanwhile, view=lambda request: None, limits=SessionLimits):
    """One request of that length, with something that happens in another one while it runs."""
    from django.contrib.auth.middleware import AuthenticationMiddleware

    def inner(request):
        clock.passed += seconds
        meanwhile(SessionStore(session.session_key))
        view(request)
        return HttpResponse("done")

    request = RequestFactory().get("/")
    request.COOKIES["gongjia"] = session.session_key
    return SessionMiddleware(AuthenticationMiddleware(limits(inner)))(request)


def stored(session: SessionStore) -> dict:
    return SessionStore(session.session_key).load()


def put(**values):
    def act(other: SessionStore) -> None:
        other.load()
        other.update(values)
        other.save()

    return act


def flash(request) -> None:
    request.session["flash"] = "已导入"


@pytest.mark.parametrize("seconds", [5, 90])
def test_what_others_changed_meanwhile_stays(session, clock, seconds):
    clock.now += 61  # the session is due to be stamped
    during(session, clock, seconds, put(standing="b"), flash)
    found = stored(session)
    assert (found["standing"], found["flash"]) == ("b", "已导入")


@pytest.mark.parametrize("view", [lambda request: None, flash])
def test_a_session_that_went_on_under_a_new_key_is_no_fault(session, clock, view):
    """A step-up in another window gives the session a new key while this page is still being made."""
    clock.now += 61
    keys = []

    def step_up(other: SessionStore) -> None:
        other.load()
        other.cycle_key()
        keys.append(other.session_key)

    answer = during(session, clock, 90, step_up, view)
    assert answer.status_code == 200 and "gongjia" not in answer.cookies  # the new key stays in the browser
    assert stored(session) == {} and SessionStore(keys[0]).load()[inside.KEY]


def test_a_log_out_meanwhile_is_final(session, clock):
    answer = during(session, clock, 90, lambda other: other.flush(), flash)
    assert answer.status_code == 200 and stored(session) == {}


def test_who_waits_for_an_answer_is_not_idle(session, clock):
    during(session, clock, 20 * 60, lambda other: None)
    assert clock.now + clock.passed - stored(session)[inside.KEY]["seen"] < 1


def test_control_without_catching_up_a_change_is_lost(session, clock):
    class Forgetful(SessionLimits):
        def catch_up(self, *_) -> None:
            pass

    during(session, clock, 5, put(standing="b"), flash, Forgetful)
    assert "standing" not in stored(session)
