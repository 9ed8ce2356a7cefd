"""Members on phones, and events for them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.faces.console.conftest import site  # noqa: F401
from tests.faces.portal.services.conftest import Phone, phone, text_of  # noqa: F401
from tests.who.members.conftest import at  # noqa: F401
from tests.work.events.conftest import (  # noqa: F401  (fixtures)
    AT,
    HOUR,
    STARTS,
    claim,
    join,
    machine,
    make,
    me,
    paper,
    people,
    world,
)


@pytest.fixture
def member(people) -> Callable[..., Any]:  # noqa: F811
    """A member with a log-in: member("王"), member("张", world.school)."""
    from gongjia.who.members import actions

    def one(name: str = "王", org: Any = None):
        return actions.open_account(person=people(1, org, name=name)[0], actor=None, at=AT)

    return one
