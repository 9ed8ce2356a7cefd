"""A member on the phone, a round with every sort of field."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from PIL import Image

from tests.faces.console.conftest import site  # noqa: F401
from tests.faces.login.tools import log_in
from tests.who.members.conftest import at  # noqa: F401
from tests.work.programmes.conftest import (  # noqa: F401  (fixtures)
    AT,
    join,
    machine,
    make,
    me,
    member,
    paper,
    through,
    world,
)

FIELDS = [
    {"key": "why", "label": "申请理由", "kind": "text", "required": True, "most": 100, "lines": True},
    {"key": "course", "label": "学历层次", "kind": "choice", "required": True,
     "choices": [["college", "专科"], ["bachelor", "本科"]]},
    {"key": "degree", "label": "学位", "kind": "choice", "choices": [["yes", "有"], ["no", "没有"]],
     "show_if": {"field": "course", "is": ["bachelor"]}},
    {"key": "fee", "label": "学费", "kind": "money", "required": True, "min": "100", "max": "50000"},
    {"key": "income", "label": "家庭年收入", "kind": "money", "sensitive": True, "required": True},
    {"key": "card", "label": "证件号码", "kind": "text", "sensitive": True, "most": 20},
    {"key": "photo", "label": "学费发票", "kind": "file", "required": True, "most": 2},
    {"key": "family", "label": "家庭成员", "kind": "rows", "most": 5, "columns": [
        {"key": "name", "label": "姓名", "kind": "text", "required": True},
        {"key": "earns", "label": "月收入", "kind": "money"},
    ]},
    {"key": "union", "label": "单位工会", "kind": "union"},
    {"key": "promise", "label": "以上内容属实", "kind": "tick", "required": True},
]  # fmt: skip
INCOME, CARD = "36000.50", "330100199001010018"


def picture() -> io.BytesIO:
    made = io.BytesIO()
    Image.new("RGB", (40, 40), "white").save(made, "JPEG")
    made.name = "发票.jpg"
    made.seek(0)
    return made


@pytest.fixture
def round_(make, site) -> Any:  # noqa: F811
    return make(fields=FIELDS, title="求学资助", conditions=[{"check": "member"}, {"check": "in_area"}], amount=300000)


class Phone:
    """A browser of somebody, without any script."""

    def __init__(self, account: Any):
        self.client = log_in(Client(), account)

    def open(self, path: str, status: int = 200) -> str:
        answer = self.client.get(path, follow=True)
        assert answer.status_code == status, (path, answer.status_code, text_of(answer))
        self.last = answer
        return answer.content.decode()

    @property
    def here(self) -> str:
        return self.last.redirect_chain[-1][0] if self.last.redirect_chain else self.last.request["PATH_INFO"]

    def send(self, path: str, status: int = 200, **values: Any) -> str:
        """Press a button of that page, with the draft's revision as the page holds it."""
        answer = self.client.get(path)
        held = re.search(r'name="revision" value="(\d+)"', answer.content.decode())
        more = {"revision": held.group(1)} if held else {}
        data = {**more, **{name.replace("__", "-"): value for name, value in values.items()}}
        answer = self.client.post(path, data, follow=True)
        assert answer.status_code == status, (path, answer.status_code, text_of(answer))
        self.last = answer
        return answer.content.decode()


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))[-1500:]


@pytest.fixture
def phone(world, site) -> Callable[..., Phone]:  # noqa: F811
    def make_phone(person: Any) -> Phone:
        from gongjia.who.accounts import actions as accounts
        from gongjia.who.accounts import queries

        accounts.give_consent(account=person.account, version=queries.current_notice().version, at=AT)
        return Phone(person.account)

    return make_phone
