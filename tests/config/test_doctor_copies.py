"""The doctor finds a fact that is kept twice and differs."""

from __future__ import annotations

import pytest

from gongjia.config.doctor import database
from tests.who.members.conftest import join, machine, paper, world  # noqa: F401

pytestmark = pytest.mark.django_db


def bad() -> list[str]:
    return [one.what for one in database.copies() if one.level == "bad"]


def test_a_membership_that_is_filed_elsewhere_than_its_union_is_found(world, join) -> None:  # noqa: F811
    spell = join(world.firm)
    assert bad() == []
    type(spell).objects.filter(pk=spell.pk).update(org_path="0001.")
    found = bad()
    assert len(found) == 1 and str(spell.pk) in found[0]
