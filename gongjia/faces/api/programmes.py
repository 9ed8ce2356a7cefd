"""Programmes for the token's own account: what is open, whether one may apply and why not, applying, where it lies.

The same queries and actions as the pages of the portal, so the same reasons.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from gongjia.base import clock, journal
from gongjia.faces.api import shapes
from gongjia.faces.api.guard import must_write
from gongjia.work.programmes import actions, queries
from gongjia.work.programmes.queries.offers import Offer, offer, offers

router = Router(tags=["申报"])
NO = dict.fromkeys((401, 403, 404, 422, 429), shapes.Refusal)


class RoundOut(Schema):
    id: UUID
    type: str
    title: str
    org: str
    state: str
    is_open: bool
    opens_at: datetime
    closes_at: datetime | None
    who: str = Field(description="谁能申请")
    gives: str = Field(description="能得到什么")
    bring: str = Field(description="要准备什么")
    mine: UUID | None = Field(None, description="本账号在这一轮的申请")


class RoundPage(Schema):
    items: list[RoundOut]


class ConditionOut(Schema):
    """一项条件：是否符合、依据的事实、条款、可以找谁更正。`ok` 为空表示填表后才能判定。"""

    code: str
    ok: bool | None
    sentence: str
    fact: str
    clause: str
    cure: str


class EligibilityOut(Schema):
    ok: bool
    conditions: list[ConditionOut]


class ApplyIn(Schema):
    """栏目代号 → 内容。金额按元写成文字(如 "7000.00")，日期 2018-08-27，多选和文件用列表，表格是一行一个对象。"""

    answers: dict[str, Any]


class StepOut(Schema):
    label: str
    state: str = Field(description="done 已办、here 在这里、ahead 未到、stopped 到此为止")
    on: date | None
    due: date | None
    overdue: int = Field(description="超过期限多少，按 unit 计")
    unit: str = Field(description="办理期限的单位：workday 工作日、day 日，不限时为空")
    note: str


class ApplicationOut(Schema):
    id: UUID
    number: str
    round: UUID
    title: str
    state: str
    state_label: str
    missing: str = Field("", description="退回时要补正的内容")
    outcome: str = ""
    submitted_at: datetime | None
    steps: list[StepOut]


class ApplicationRow(Schema):
    id: UUID
    number: str
    round: UUID
    title: str
    state: str
    state_label: str


class ApplicationPage(Schema):
    items: list[ApplicationRow]


@router.get("/rounds", response={200: RoundPage, **NO}, summary="能申请的项目")
def list_rounds(request: HttpRequest):
    """本账号能看到的申报项目，正在申报的在前，近三年的在后。"""
    return {"items": [round_out(one) for one in offers(request.actor, at=clock.now())]}


@router.get("/rounds/{pk}/eligibility", response={200: EligibilityOut, **NO}, summary="我能申请吗")
def eligibility(request: HttpRequest, pk: UUID):
    """本账号对这个项目的每一项条件，和手机页面上的一样。"""
    at = clock.now()
    found = queries.eligibility(request.actor, offer(request.actor, pk, at=at).round, at=at)
    names = ("code", "ok", "sentence", "fact", "clause", "cure")
    return {
        "ok": found.ok,
        "conditions": [{name: getattr(one, name) for name in names} for one in found.conditions],
    }


@router.post("/rounds/{pk}/applications", response={201: ApplicationOut, **NO}, summary="申请")
def apply(request: HttpRequest, pk: UUID, body: ApplyIn):
    """填报并提交，一次办完；有一处不符合就什么也不留下，原因和手机页面上的一样。"""
    must_write(request)
    at = clock.now()
    round_ = offer(request.actor, pk, at=at).round
    by = {"actor": request.actor, "at": at}
    with journal.act():  # a refusal takes the draft back with it
        draft = actions.start_draft(round_=round_, **by)
        answers = typed(round_.form.spec, body.answers)
        draft = actions.save_draft(application=draft, answers=answers, **by)
        done = actions.submit(application=draft, **by)
    return Status(201, application_out(request, done.pk, at))


@router.get("/applications", response={200: ApplicationPage, **NO}, summary="我的申请")
def list_applications(request: HttpRequest):
    """本账号的申请，新的在前。"""
    return {
        "items": [
            {**row_of(one), "round": one.round_id, "title": one.round.title}
            for one in queries.my_applications(request.actor)
        ]
    }


@router.get("/applications/{pk}", response={200: ApplicationOut, **NO}, summary="一件申请")
def one_application(request: HttpRequest, pk: UUID):
    """办到哪里了、退回要补什么、结果怎样。填写的内容不在这里。"""
    return application_out(request, pk, clock.now())


def round_out(one: Offer) -> dict[str, Any]:
    names = ("id", "type", "title", "state", "opens_at", "closes_at")
    return {
        **{name: getattr(one.round, name) for name in names},
        **{name: getattr(one, name) for name in ("is_open", "who", "gives", "bring", "mine")},
        "org": one.round.org.code,
    }


def row_of(one: Any) -> dict[str, Any]:
    return {name: getattr(one, name) for name in ("id", "number", "state", "state_label")}


def application_out(request: HttpRequest, pk: UUID, at: datetime) -> dict[str, Any]:
    page = queries.my_application(request.actor, pk, today=at.date())
    one = page.application
    names = ("label", "state", "on", "due", "overdue", "unit", "note")
    return {
        **row_of(one),
        **{name: getattr(one, name) for name in ("missing", "outcome", "submitted_at")},
        "round": one.round_id,
        "title": one.round.title,
        "steps": [{name: getattr(step, name) for name in names} for step in page.steps],
    }


def typed(spec: Mapping[str, Any], answers: Mapping[str, Any]) -> dict[str, Any]:
    """Money is yuan here whatever its sort in JSON: a whole number is never taken for fen."""
    kinds = {one["key"]: one for one in spec.get("fields", ())}
    return {key: _yuan(kinds.get(key, {}), value) for key, value in answers.items()}


def _yuan(one: Mapping[str, Any], value: Any) -> Any:
    if one.get("kind") == "rows" and isinstance(value, list):
        inner = {column["key"]: column for column in one["columns"]}
        return [
            {key: _yuan(inner.get(key, {}), cell) for key, cell in row.items()} if isinstance(row, dict) else row
            for row in value
        ]
    plain_number = isinstance(value, int | float) and not isinstance(value, bool)
    return str(value) if one.get("kind") == "money" and plain_number else value
