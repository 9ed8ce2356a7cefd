"""Classes of what may leave, and how much of each through one account in a day (reliability T04)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import TextChoices


@dataclass(frozen=True)
class Class:
    """`approve`: from so many records a second person approves; `stop`: at so many the way is shut for the day."""

    key: str
    label: str
    approve: int
    stop: int


CLASSES = {
    one.key: one
    for one in (
        Class("card", "银行账号", 10, 25),
        Class("household", "家庭收入、病情等情况", 50, 250),
        Class("identity", "证件号码、手机号码", 500, 2500),
    )
}
# entries of the journal that mean that whole values were shown; which class, so that they are added up
by_action: dict[str, str] = {"reveal": "identity", "reveal.card": "card"}
BOUND_TO = timedelta(minutes=15)  # an approved file waits so long for the one who asked, and only once


class State(TextChoices):
    ASKED = "asked", "待批准"
    APPROVED = "approved", "已批准，待下载"
    DECLINED = "declined", "不同意"
    TAKEN = "taken", "已下载"
