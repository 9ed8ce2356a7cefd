from __future__ import annotations

import pytest

from gongjia.base import outbox
from gongjia.base.outbox.templates import offered


@pytest.fixture(autouse=True)
def wording():
    """Two templates of the tests' own."""
    made = (
        outbox.Template("test.code", channel="sms", body="验证码 {{ code }}，{{ minutes }} 分钟内有效。"),
        outbox.Template("test.note", channel="sms", body="{{ org }}请办理{{ matters }}。"),
        outbox.Template("test.note", title="{{ org }}：请办理", body="{{ matters }}{% if note %}（{{ note }}）{% endif %}", names=("by",)),
    )  # fmt: skip
    outbox.offer(*made)
    yield
    for template in made:
        offered._things.pop(template.id)
