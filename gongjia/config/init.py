"""Setting up a real federation: keys, tables, the union at the top, its three administrators, the unions below."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gongjia.config import homefile, where

WEB_SECRET = Path("keys") / "django-secret"
# the three exclude one another (等保 2.0, 8.1.4.2 d): three natural persons
ADMINISTRATORS = {"admin_system": "系统管理员", "admin_security": "安全管理员", "admin_audit": "审计管理员"}


@dataclass(frozen=True)
class Person:
    """A first administrator, as typed: `姓名:手机号`."""

    name: str
    phone: str

    @classmethod
    def parse(cls, text: str) -> Person:
        name, _, phone = re.sub(r"[：,，\s]+", ":", text.strip()).partition(":")
        return cls(name.strip(), phone.strip())


@dataclass(frozen=True)
class Plan:
    """What `init` was told."""

    name: str
    code: str
    short_name: str
    administrators: dict[str, Person]
    unions: Path | None = None


@dataclass
class Established:
    """What came of it; `slips` are (role label, name, code, last day) to be printed once."""

    org: Any
    unions: int
    warnings: list[str]
    slips: list[tuple[str, str, str, str]]


def faults_of(plan: Plan) -> list[str]:
    """What is wrong with the answers, in plain sentences; nothing was touched yet."""
    faults = []
    if len(plan.name) < 4 or "工会" not in plan.name:
        faults.append("请写明工会全称，例如“某某市总工会”。")
    if not re.fullmatch(r"\d{6}(\d{3})?", plan.code):
        faults.append("行政区划代码是 6 位数字（乡镇街道 9 位），例如 330182。")
    people = list(plan.administrators.values())
    for role, person in plan.administrators.items():
        if not person.name or not re.fullmatch(r"1\d{10}", person.phone):
            faults.append(f"{ADMINISTRATORS[role]}请写成“姓名:手机号”，手机号 11 位。")
    if set(plan.administrators) != set(ADMINISTRATORS):
        faults.append("系统、安全、审计三名管理员都要有。")
    if len({person.name for person in people}) < len(people) or len({person.phone for person in people}) < len(people):
        faults.append("三名管理员必须是三个不同的人，用各自的手机号。")
    if plan.unions is not None and not plan.unions.is_file():
        faults.append(f"没有找到工会名单文件：{plan.unions}")
    return faults


def make_web_secret(home: Path) -> None:
    """What signs sessions and forms; without it every restart would log everybody out."""
    place = home / WEB_SECRET
    if not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        homefile.write_private(place, secrets.token_urlsafe(50) + "\n")


def establish(plan: Plan, say: Callable[[str], None]) -> Established:
    """All of it or nothing. The home is empty and Django is ready. Raises `Refused`."""
    from django.utils import timezone

    from gongjia import __version__
    from gongjia.base.secret import keys
    from gongjia.config import prepare

    home = where.home()
    keys.create()
    make_web_secret(home)
    say("正在准备数据库…")
    prepare.prepare()
    say("正在建立工会…")
    done = _in_one_act(plan)
    homefile.note_made(
        home,
        kind="federation",
        name=plan.name,
        code=plan.code,
        version=__version__,
        at=timezone.localtime().isoformat(timespec="minutes"),
    )
    return done


def _in_one_act(plan: Plan) -> Established:
    from gongjia.base import clock, journal
    from gongjia.base.actor import Actor
    from gongjia.base.refused import refuse
    from gongjia.who.accounts import actions as accounts
    from gongjia.who.members import actions as members
    from gongjia.who.orgs import actions as orgs
    from gongjia.who.orgs import queries

    actor, at = Actor.system("初始化", ["*"]), clock.now()
    if (there := queries.root()) is not None:
        refuse("federation_there", f"这个数据库里已经有“{there.name}”，不能再初始化。", cure="请换一个空的数据库。")
    with journal.act():
        top = orgs.found_federation(code=plan.code, name=plan.name, short_name=plan.short_name, actor=actor, at=at).org
        holders = []
        for role, who in plan.administrators.items():
            facts = members.PersonFacts(name=who.name, phone=who.phone)
            person = members.add_person(facts=facts, org=top, actor=actor, at=at, note="初始化")
            members.grant(person=person, org=top, role=role, since=at.date(), actor=actor, at=at, note="初始化")
            person.refresh_from_db()  # the post brought a log-in
            holders.append((ADMINISTRATORS[role], person))
        added, warnings = _unions(plan.unions, top, actor, at) if plan.unions else (0, [])
        slips = accounts.issue_slips(
            org=top, account_ids=[person.account_id for _, person in holders if person.account_id], actor=actor, at=at
        )
    printed = [
        (label, person.name, slip.code, f"{slip.expires_at:%Y-%m-%d}")
        for (label, person), slip in zip(holders, slips, strict=True)
    ]
    return Established(top, added, warnings, printed)


def _unions(sheet: Path, top: Any, actor: Any, at: Any) -> tuple[int, list[str]]:
    """The unions of a sheet, below the top. Refuses when one row has a fault: this is the moment to mend the sheet."""
    from gongjia.base.refused import Reason, Refused
    from gongjia.who.orgs import actions as orgs

    result = orgs.import_sheet(sheet, actor=actor, at=at, name=sheet.name, under=top, note="初始化")
    if result.faults:
        raise Refused(
            [Reason(one.code, line) for one, line in zip(result.faults, lines_of(result.faults), strict=True)]
        )
    return result.added, lines_of(result.warnings)


def lines_of(faults: Sequence[Any]) -> list[str]:
    return [f"第 {one.row} 行 {one.label}：{one.message}" for one in faults]
