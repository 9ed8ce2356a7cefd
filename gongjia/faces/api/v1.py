"""Version 1. Every operation asks the query or the action that the pages ask, with the rights of the token's account."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import NinjaAPI, Query, Status

from gongjia.base import clock
from gongjia.base.period import Period
from gongjia.base.refused import Hidden, Reason, Refused, refuse
from gongjia.faces.api import programmes, shapes
from gongjia.faces.api.guard import Token, install, must_write
from gongjia.faces.shared import keyset
from gongjia.report import queries as reports
from gongjia.report import render
from gongjia.who.members import actions, powers
from gongjia.who.members import queries as members
from gongjia.who.orgs import queries as orgs

api = NinjaAPI(
    title="工家接口",
    version="1",
    description="和工作台同一套规则：能看到什么、能办什么，取决于令牌所属账号现在的岗位。",
    auth=Token(),
    docs_url=None,
    openapi_url=None,
    urls_namespace="api_v1",
)
install(api)
api.add_router("", programmes.router)

NO = {401: shapes.Refusal, 403: shapes.Refusal, 404: shapes.Refusal, 422: shapes.Refusal,
      429: shapes.Refusal}  # fmt: skip
Limit = Query(50, ge=1, le=200, description="一页几条")
Cursor = Query("", max_length=400, description="上一页给出的 next")


@api.get("/orgs", response={200: shapes.OrgPage, **NO}, summary="工会名册", tags=["组织"])
def list_orgs(request: HttpRequest, under: str = "", cursor: str = Cursor, limit: int = Limit):
    """能看到的工会，按隶属次序；`under` 是编码，只要它和它的下级。"""
    found = orgs.visible(request.actor)
    if under:
        found = found.filter(orgs.range_of(orgs.get(request.actor, under).path))
    part = keyset.page_of(found.select_related("parent"), ("path",), keyset.Cursor.decode(cursor), limit, counted=False)
    return {"items": [brief(org) for org in part.rows], "next": part.next.encode() if part.next else ""}


@api.get("/orgs/{code}", response={200: shapes.OrgFull, **NO}, summary="一家工会", tags=["组织"])
def one_org(request: HttpRequest, code: str):
    """登记资料。"""
    org = orgs.get(request.actor, code)
    more = ("uscc", "employer_name", "employer_uscc", "industry", "address", "founded_on", "closed_on", "staff_count",
            "staff_women", "legal_person")  # fmt: skip
    return {**brief(org), **{name: getattr(org, name) for name in more}}


def brief(org: Any) -> dict[str, Any]:
    names = ("code", "name", "short_name", "kind", "kind_label", "state", "level")
    return {**{name: getattr(org, name) for name in names}, "parent": org.parent.code if org.parent_id else ""}


@api.get("/members", response={200: shapes.MemberPage, **NO}, summary="会员名册(掩码)", tags=["会员"])
def list_members(
    request: HttpRequest, org: str = "", status: str = "active", name: str = Query("", max_length=40),
    cursor: str = Cursor, limit: int = Limit,
):  # fmt: skip
    """`org` 是工会编码(含下级)；`status`：active 在册、retained 保留会籍、left 已离会、all 全部；`name` 是姓名、拼音或首字母。"""
    request.actor.must(powers.READ, None)
    wanted = members.MemberFilter(text=name, status=status)
    if wanted.is_exact:  # numbers do not belong in an address, which every log keeps
        refuse("search_number", "接口不能按证件号码、手机号或卡号查询。", cure="请在工作台里查询。")
    place = orgs.get(request.actor, org, powers.READ) if org else None
    part = members.member_rows(request.actor, org=place, filters=wanted, cursor=cursor, limit=limit)
    items = [
        {
            **{
                key: getattr(row, key)
                for key in ("person_id", "name", "sex", "org_name", "since", "until", "joined_on")
            },
            "standing": row.standing if row.until is None else "left",
            "id_no": str(row.id_no) if row.id_no else "",
            "phone": str(row.phone) if row.phone else "",
        }
        for row in part.rows
    ]
    return {"items": items, "next": part.next}


@api.post("/members/admit", response={201: shapes.Admitted, **NO}, summary="登记入会", tags=["会员"])
def admit(request: HttpRequest, body: shapes.AdmitIn):
    """和工作台“登记入会”同一套核对；不符合的逐条说明原因，什么也不写入。"""
    must_write(request)
    values = body.model_dump()
    org = orgs.get(request.actor, values.pop("org"), powers.ADMIT)
    join = actions.JoinFacts(**{name: values.pop(name) for name in ("on", "employer", "trade", "platform", "area")})
    spell = actions.admit(
        facts=actions.PersonFacts(**values), org=org, join=join, actor=request.actor, at=clock.now()
    )  # fmt: skip
    return Status(
        201, {"person_id": spell.person_id, "membership_id": spell.pk, "org": org.code, "since": spell.since}
    )  # fmt: skip


@api.get("/transfers", response={200: shapes.TransferPage, **NO}, summary="会员转接", tags=["会员"])
def list_transfers(request: HttpRequest, state: str = "open", cursor: str = Cursor, limit: int = Limit):
    """转出或转入到您范围内的；`state`：open 未办结，空为全部。"""
    request.actor.must(powers.READ, None)
    found = members.transfer_list(request.actor, state)
    part = keyset.page_of(found, ("-asked_on", "-id"), keyset.Cursor.decode(cursor), limit, counted=False)
    return {"items": [transfer_out(one) for one in part.rows], "next": part.next.encode() if part.next else ""}


@api.post("/transfers/{pk}/accept", response={200: shapes.TransferOut, **NO}, summary="接收会员", tags=["会员"])
def accept(request: HttpRequest, pk: UUID):
    """转入工会接收：会籍从今天起转入。转出工会确认职工自己提出的转出，也用这个。"""
    must_write(request)
    one, at = members.transfer_of(request.actor, pk), clock.now()
    if one.state == "asked" and one.asked_by != "receiving":
        actions.confirm_transfer(transfer=one, actor=request.actor, at=at)
    else:
        actions.accept(transfer=one, actor=request.actor, at=at)
    return transfer_out(members.transfer_of(request.actor, pk))


@api.post("/transfers/{pk}/decline", response={200: shapes.TransferOut, **NO}, summary="不接收会员", tags=["会员"])
def decline(request: HttpRequest, pk: UUID, body: shapes.DeclineIn):
    """会籍不变，原因告诉对方工会。"""
    must_write(request)
    one = members.transfer_of(request.actor, pk)
    actions.decline(transfer=one, words=body.words, actor=request.actor, at=clock.now())
    return transfer_out(members.transfer_of(request.actor, pk))


def transfer_out(one: Any) -> dict[str, Any]:
    return {
        **{name: getattr(one, name) for name in ("state", "state_label", "person_id", "asked_on")},
        "id": one.pk, "name": one.person.name, "from_org": one.from_org.name, "to_org": one.to_org.name,
    }  # fmt: skip


def span(text: str) -> Period:
    try:
        return Period.parse(text)
    except (ValueError, Refused):
        raise Refused(
            Reason("period", "期间看不懂。", fact=text, cure="例如 2018、2018H1、2018Q3、2018-06。")
        ) from None


PeriodText = Query(description="例如 2018、2018H1、2018Q3、2018-06、2018-01-01..2018-06-30")


@api.get("/figures/{key}", response={200: shapes.FigureOut, **NO}, summary="一个指标", tags=["统计"])
def figure(request: HttpRequest, key: str, org: str, period: str = PeriodText):
    """合计和各下级；人数很少的敏感指标对无权查看记录的账号隐去。"""
    place, spell = orgs.get(request.actor, org), span(period)
    drill = reports.drill(request.actor, key, place, spell, reports.cutoff_for(place, spell))
    return {
        "key": key, "label": drill.figure.label, "unit": drill.figure.unit, "org": place.code, "period": str(spell),
        "value": None if drill.total.hidden else drill.total.value, "shown": drill.total_shown, "source": str(drill.source),
        "children": [
            {"org": row.name, "value": None if row.cell.hidden else row.cell.value, "shown": row.shown,
             "hidden": row.cell.hidden}
            for row in drill.rows
        ],
    }  # fmt: skip


@api.get("/figures/{key}/records", response={200: shapes.RecordPage, **NO}, summary="指标背后的记录", tags=["统计"])
def records(
    request: HttpRequest, key: str, org: str, period: str = PeriodText, after: str = "", limit: int = Limit
):  # fmt: skip
    """逐条列出，条数和指标对得上。"""
    place, spell = orgs.get(request.actor, org), span(period)
    rows = reports.record_rows(
        request.actor, key, place, spell, reports.cutoff_for(place, spell), after=after, limit=limit
    )  # fmt: skip
    items = [
        {"id": str(row.record.id), "label": row.record.label, "on": row.record.on, "org": row.org_name,
         "amount": row.amount, "url": row.record.url}
        for row in rows
    ]  # fmt: skip
    return {"items": items, "next": rows[-1].after if len(rows) == limit else ""}


@api.get("/reports/{key}", response={200: shapes.ReportOut, **NO}, summary="一份工作总结的数字", tags=["统计"])
def report(request: HttpRequest, key: str, org: str = ""):
    """`key` 是总结的编号或期间(如 2018H1)；按期间取的要给工会编码。定稿的数字不再变。"""
    try:
        wanted: UUID | str = UUID(key)
    except ValueError:
        wanted = key
    if isinstance(wanted, str) and not org:
        refuse("org_missing", "按期间取总结，请给出工会编码。", cure="加上 org 参数。")
    place = orgs.get(request.actor, org) if org else None
    found = reports.get_report(request.actor, wanted, place)
    if found is None:
        raise Hidden(key)
    document = render.document(found)
    return {
        **{name: getattr(found, name) for name in ("key", "title", "state", "start", "end", "cutoff", "frozen_at")},
        "id": found.pk, "org": found.org.code,
        "lines": [
            {name: getattr(line, name) for name in ("key", "label", "area", "shown", "completion", "compared")}
            for line in document.table
        ],
    }  # fmt: skip
