"""The routing table for joining, and the one door to sealed answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gongjia.base import handout, journal
from gongjia.base.actor import Actor
from gongjia.base.refused import refuse
from gongjia.who.orgs.kinds import MEMBER_KINDS
from gongjia.work.programmes import powers
from gongjia.work.programmes.actions.common import day_of, plain_answers
from gongjia.work.programmes.models import Application, JoinRoute
from gongjia.work.programmes.rules import forms


@dataclass(frozen=True)
class Route:
    """One row: who works as this, for this platform, in this area joins there. Empty columns match all."""

    org: Any
    trade: str = ""
    platform: str = ""
    area: str = ""


def set_routes(*, rows: Sequence[Route], actor: Actor, at: datetime) -> list[JoinRoute]:
    """The whole table as it is from today on; what it was before stays on file."""
    actor.must(powers.ROUTES, None)
    today = day_of(at)
    keys = [(one.trade.strip(), one.platform.strip(), one.area.strip()) for one in rows]
    if len(set(keys)) < len(keys):
        refuse("route_twice", "分派表里有两行条件完全相同。", cure="请删去一行。")
    for one in rows:
        if one.org.state != "active" or one.org.kind not in MEMBER_KINDS:
            refuse(
                "route_no_members", f"“{one.org.name}”不能接收会员。", fact=one.org.kind,
                clause="《工会会员会籍管理办法》第六条", cure="请选基层工会或联合基层工会。",
            )  # fmt: skip
    with journal.act():
        held = {
            (row.trade, row.platform, row.area): row
            for row in JoinRoute.objects.select_for_update().filter(until__isnull=True).order_by("pk")
        }
        kept = []
        for order, (key, one) in enumerate(zip(keys, rows, strict=True), start=1):
            old = held.pop(key, None)
            if old is not None and old.org_id == one.org.pk:
                old.order = order
                old.save(update_fields=["order"])
                kept.append(old)
                continue
            if old is not None:
                JoinRoute.objects.filter(pk=old.pk).update(until=today)
            kept.append(
                JoinRoute.objects.create(
                    order=order, trade=key[0], platform=key[1], area=key[2], org=one.org, since=today
                )
            )
        JoinRoute.objects.filter(pk__in=[row.pk for row in held.values()]).update(until=today)
        journal.write("programmes.routes_changed", actor=actor, at=at, payload={"rows": len(rows), "ended": len(held)})
        return kept


def read_sealed(
    *, application: Application, keys: Sequence[str], reason: str, actor: Actor, at: datetime
) -> dict[str, str]:
    """Sensitive answers in plain, for an officer who must judge them: with a reason, written down first.

    Reaches only applications that the officer may see at all. Answers key -> words.
    """
    actor.must(powers.REVEAL, application.scope_org)
    if len(reason.strip()) < 2:
        refuse("reveal_reason", "请写明查看敏感内容的事由，事由会和您的姓名一起记录在案。")
    spec = application.round.form.spec
    secret = forms.sensitive_keys(spec)
    wanted = [key for key in keys if key in secret]
    with handout.disclosing("household", [application.pk], actor=actor, at=at, org=application.scope_org):
        journal.write(
            "programmes.sealed_read", actor=actor, at=at, org=application.scope_org, subject=application,
            note=reason.strip(), payload={"fields": wanted},
        )  # fmt: skip
        answers = plain_answers(application)
        fields = {one["key"]: one for one in spec["fields"]}
        return {key: _words(fields[key], answers.get(key)) for key in wanted}


def _words(one: Any, value: Any) -> str:
    if one["kind"] == "rows" and isinstance(value, list):
        return "；".join(
            "，".join(f"{c['label']} {forms.show(c, row.get(c['key']))}" for c in one["columns"]) for row in value
        )
    return forms.show(one, value)
