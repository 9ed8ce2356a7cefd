"""Where a notice hangs, how its days count, what the guard looks for, what a certificate tells anybody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import TextChoices


@dataclass(frozen=True)
class PublicCertificate:
    """What anybody learns by the QR of a certificate, whoever issued it: the least that proves it."""

    serial: str
    title: str
    name_shown: str
    org_name: str
    issued_by: str
    awarded_on: date
    valid: bool
    revoked_on: date | None


class Place(TextChoices):
    UNIT = "unit", "本单位张榜"
    SITE = "site", "本级网站"
    BOTH = "both", "张榜和网站"


ON_SITE = (Place.SITE.value, Place.BOTH.value)
ON_WALL = (Place.UNIT.value, Place.BOTH.value)


class DayUnit(TextChoices):
    WORKDAY = "workday", "个工作日"
    DAY = "day", "日"


class Standing(TextChoices):
    LISTED = "listed", "在列"
    STRUCK = "struck", "已撤下"


class LeakKind(TextChoices):
    """What may never become public (个人信息保护法 25、28)."""

    ID = "id", "身份证号"
    PHONE = "phone", "手机号"
    CARD = "card", "银行卡号"
    ADDRESS = "address", "家庭住址"


ACTION_LABELS: dict[str, str] = {
    "publish.notice_drafted": "拟定公示",
    "publish.notice_edited": "修改公示",
    "publish.line_struck": "从公示中撤下一人",
    "publish.poster_added": "上传张榜照片",
    "publish.objected": "收到异议",
    "publish.objection_read": "查看异议内容",
    "notice.post": "开始公示",
    "notice.end": "公示期满",
    "notice.take_down": "撤下公示",
    "objection.uphold": "异议成立",
    "objection.dismiss": "异议不成立",
}

MESSAGES: dict[str, tuple[str, str, str]] = {
    "publish.answered": ("您提出的异议有答复了", "“{title}”的异议：{answer}", "异议有答复"),
}
