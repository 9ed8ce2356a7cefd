"""What goes in and out, as the document describes it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from ninja import Field, Schema


class Why(Schema):
    code: str
    sentence: str
    fact: str = ""
    clause: str = ""
    cure: str = ""


class Refusal(Schema):
    """为什么没有办成。"""

    reasons: list[Why]


class OrgOut(Schema):
    code: str
    name: str
    short_name: str
    kind: str
    kind_label: str
    state: str
    parent: str = Field("", description="上一级工会的编码")
    level: int


class OrgFull(OrgOut):
    uscc: str
    employer_name: str
    employer_uscc: str
    industry: str
    address: str
    founded_on: date | None
    closed_on: date | None
    staff_count: int | None
    staff_women: int | None
    legal_person: bool


class OrgPage(Schema):
    items: list[OrgOut]
    next: str = Field("", description="下一页的 cursor；空表示没有了")


class MemberOut(Schema):
    """证件号码和手机号只有掩码。"""

    person_id: UUID
    name: str
    sex: str
    id_no: str
    phone: str
    org_name: str
    standing: str
    since: date
    until: date | None
    joined_on: date | None


class MemberPage(Schema):
    items: list[MemberOut]
    next: str = ""


class FigureChild(Schema):
    org: str
    value: Decimal | None
    shown: str
    hidden: bool


class FigureOut(Schema):
    key: str
    label: str
    unit: str
    org: str
    period: str
    value: Decimal | None
    shown: str
    source: str
    children: list[FigureChild]


class RecordOut(Schema):
    id: str
    label: str
    on: date | None
    org: str
    amount: str
    url: str


class RecordPage(Schema):
    items: list[RecordOut]
    next: str = Field("", description="下一页的 after；空表示没有了")


class ReportLine(Schema):
    key: str
    label: str
    area: int
    shown: str
    completion: str
    compared: str


class ReportOut(Schema):
    id: UUID
    key: str
    title: str
    org: str
    state: str
    start: date
    end: date = Field(description="期间的次日")
    cutoff: date
    frozen_at: datetime | None
    lines: list[ReportLine]


class AdmitIn(Schema):
    """登记入会。代码同工作台的目录。"""

    org: str = Field(description="工会编码")
    on: date = Field(description="入会日期")
    name: str = Field(max_length=40)
    id_kind: str = "id_card"
    id_no: str = Field("", max_length=24)
    phone: str = Field("", max_length=20)
    sex: str = ""
    born_on: date | None = None
    nation: str = ""
    political: str = ""
    education: str = ""
    skill_level: str = ""
    employment: str = ""
    household_kind: str = ""
    household_place: str = Field("", max_length=120)
    native_place: str = Field("", max_length=120)
    job_post: str = Field("", max_length=60)
    is_rural_worker: bool = False
    employer: str = Field("", max_length=120)
    trade: str = ""
    platform: str = Field("", max_length=60)
    area: str = Field("", max_length=60)
    note: str = Field("", max_length=500)


class Admitted(Schema):
    person_id: UUID
    membership_id: UUID
    org: str
    since: date


class TransferOut(Schema):
    id: UUID
    state: str
    state_label: str
    person_id: UUID
    name: str
    from_org: str
    to_org: str
    asked_on: date


class TransferPage(Schema):
    items: list[TransferOut]
    next: str = ""


class DeclineIn(Schema):
    words: str = Field(min_length=1, max_length=500, description="不接收的原因，对方工会能看到")
