"""From a number to its records to their pages: every address that a figure gives opens a page of the console."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest
from django.urls import Resolver404, resolve

from gongjia.config.roles import ROLES
from gongjia.faces.shared.policy import every_url
from gongjia.report.figure import Base, figures
from gongjia.report.records import HAND_URL

SOME = UUID(int=7)


def bases() -> dict[str, Base]:
    return {figure.base.key: figure.base for figure in figures if getattr(figure, "base", None) is not None}


def fault(url: str, power: str) -> str:
    """What is wrong with an address of records that `power` lets one see; "" when it leads to a page for them."""
    try:
        match = resolve(url.format(id=SOME, org_id=SOME, person_id=SOME))
    except Resolver404:
        return "no page"
    if SOME not in match.kwargs.values():
        return "the page names no record"
    policy = {declared.name: declared.policy for declared in every_url()}[match.view_name]
    shut_out = [role.key for role in ROLES if power in role.powers and not set(role.powers) & set(policy.powers)]
    return f"the page asks for {policy.powers}, which {shut_out} lack" if shut_out else ""


def test_every_record_of_every_figure_has_a_page():
    found = bases()
    assert len(found) > 8
    assert {key: wrong for key, base in found.items() if (wrong := fault(base.url, base.power))} == {}
    assert fault(HAND_URL, "report.read") == ""


@pytest.mark.parametrize(
    ("url", "power", "words"),
    [
        ("/console/units/{id}/", "orgs.read", "no page"),
        ("", "orgs.read", "no page"),
        ("/console/orgs/", "orgs.read", "names no record"),
        ("/console/members/{id}/", "orgs.read", "asks for"),
    ],
)
def test_a_wrong_address_is_found(url, power, words):
    wrong = replace(next(iter(bases().values())), url=url, power=power)
    assert words in fault(wrong.url, wrong.power)
