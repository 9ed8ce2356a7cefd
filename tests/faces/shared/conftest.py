"""A site with an officer logged in, for the pages of `shared`."""

from __future__ import annotations

import pytest
from django.test import Client


def sample_nav():
    """A navigation of all sections, each leading to the gallery; two of them with several pages."""
    from gongjia.base.registry import Registry
    from gongjia.faces.shared.shell import SECTIONS, NavItem

    nav = Registry("navigation of these tests")
    pages = {
        "members": ("会员名册", "导入名册", "转会接收", "更正申请", "任职"),
        "report": ("半年总结", "目标", "指标口径"),
    }
    for section in SECTIONS:
        for index, label in enumerate(pages.get(section.key, (section.label,))):
            here = section.key == "members" and index == 0
            item = NavItem(
                f"{section.key}{index}", label, "ui:gallery" if here else "ui:gallery_screen", section.key, order=index
            )
            nav.register(item)
    return nav


@pytest.fixture
def sample_actors(settings, plain_static, monkeypatch):
    from gongjia.faces.shared import shell

    monkeypatch.setattr(shell, "NAV", sample_nav())
    settings.GONGJIA_ACTOR_FACTORY = "tests.faces.shared.people.actor_for"
    settings.ALLOWED_HOSTS = ["*"]
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if not name.startswith("gongjia.faces.login")]


def account_named(name: str):
    from django.contrib.auth import get_user_model

    from gongjia.base import clock

    return get_user_model().objects.create(display_name=name, created_at=clock.now())


@pytest.fixture
def officer(db, sample_actors) -> Client:
    client = Client()
    client.force_login(account_named("何敏·干部"))
    return client


@pytest.fixture
def member(db, sample_actors) -> Client:
    client = Client()
    client.force_login(account_named("方建国·会员"))
    return client


@pytest.fixture
def site(transactional_db, sample_actors):
    """A server of its own, since its middleware is the one of `sample_actors`."""
    from pytest_django.live_server_helper import LiveServer

    server = LiveServer("localhost")
    yield server
    server.stop()
