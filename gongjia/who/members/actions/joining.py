"""Joining a union: a new person, or one on file without a membership."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from gongjia.base import journal
from gongjia.base.actor import Actor
from gongjia.base.refused import Reason, Refused, refuse, refuse_if
from gongjia.base.secret import canonical
from gongjia.who.members import powers, rules
from gongjia.who.members.actions import persons, spells, trades
from gongjia.who.members.kinds import ChangeKind
from gongjia.who.members.models import Membership, Person
from gongjia.who.members.queries import identity_owner
from gongjia.who.orgs.models import Org


@dataclass(frozen=True)
class JoinFacts:
    """What a joining says beside the person: dates, employer, trade of the new forms of employment."""

    on: date
    joined_on: date | None = None  # first joining ever, when it was elsewhere
    came_from: str = ""  # a union outside the federation: then it is a transfer in
    employer: str = ""
    trade: str = ""
    platform: str = ""
    area: str = ""


def admit(
    *,
    facts: persons.PersonFacts,
    org: Org,
    join: JoinFacts,
    actor: Actor,
    at: datetime,
    note: str = "",
    cause: Any = None,
) -> Membership:
    """Admit somebody into a union: a new person, or one on file without a membership.

    One act for the officer's form and for an application that was approved (then with its `cause`).
    A former member keeps the file: facts given now replace what is on file.
    """
    actor.must(powers.ADMIT, org)
    today = spells.day_of(at)
    with journal.act():
        plain = canonical.id_number(facts.id_no)
        owner = identity_owner(actor, plain) if plain else None
        held = spells.hold(owner.person_id) if owner else None
        values = persons.completed(facts, today)
        born_on = values["born_on"] or (held.person.born_on if held else None)
        refuse_if(
            rules.may_admit(
                rules.AdmitFacts(
                    on=join.on,
                    today=today,
                    org=spells.org_facts(org),
                    name=facts.name,
                    born_on=born_on,
                    has_identity=bool(plain),
                    faults=tuple(persons.faults_of(facts, today)),
                    already_active=bool(held and held.standing == "active"),
                    already_retained=bool(held and held.standing == "retained"),
                    member_of=owner.org_name if owner else "",
                    died=bool(held and held.person.died_on),
                    merged=bool(held and held.person.merged_into_id),
                    last_left_on=held.spell.until if held and held.spell else None,
                    trade=join.trade,
                    trade_known=not join.trade or trades.known(join.trade, join.on),
                )
            )
        )
        if held is None:
            person = persons.write_new(values)
        else:
            person = _renewed(held, values, actor, at)
        return _begin(person, held, org, join, actor=actor, at=at, note=note, cause=cause)


def admit_known(
    *, person: Person, org: Org, join: JoinFacts, actor: Actor, at: datetime, note: str = "", cause: Any = None
) -> Membership:
    """Admit somebody whose file exists: an applicant who logged in, an officer who was no member yet."""
    actor.must(powers.ADMIT, org)
    today = spells.day_of(at)
    with journal.act():
        held = spells.hold(person)
        locked = held.person
        refuse_if(
            rules.may_admit(
                rules.AdmitFacts(
                    on=join.on,
                    today=today,
                    org=spells.org_facts(org),
                    name=locked.name,
                    born_on=locked.born_on,
                    has_identity=bool(locked.id_no),
                    already_active=held.standing == "active",
                    already_retained=held.standing == "retained",
                    member_of="",
                    died=locked.died_on is not None,
                    merged=locked.merged_into_id is not None,
                    last_left_on=held.spell.until if held.spell else None,
                    trade=join.trade,
                    trade_known=not join.trade or trades.known(join.trade, join.on),
                )
            )
        )
        return _begin(locked, held, org, join, actor=actor, at=at, note=note, cause=cause)


def _begin(
    person: Person,
    held: spells.Held | None,
    org: Org,
    join: JoinFacts,
    *,
    actor: Actor,
    at: datetime,
    note: str,
    cause: Any,
) -> Membership:
    kind = ChangeKind.TRANSFER_IN if join.came_from.strip() else ChangeKind.JOIN
    try:
        with transaction.atomic():
            spell = spells.begin(
                person=person,
                org=org,
                since=join.on,
                change_in=kind,
                joined_on=join.joined_on or (held.spell.joined_on if held and held.spell else None) or join.on,
                before=held.spell if held else None,
                employer=join.employer,
                trade=join.trade,
                platform=join.platform,
                area=join.area,
            )
    except IntegrityError as error:  # two officers admitted the same person at the same instant
        raise Refused(
            Reason("already_member", "这位同志刚刚已由别处办理入会。", clause="会籍管理办法 3", cure="请刷新后核对。")
        ) from error
    spells.note_change(spell, kind, join.on, outside=join.came_from.strip())
    journal.write(
        "members.admitted",
        actor=actor,
        at=at,
        org=org,
        subjects=[person, spell],
        payload={"on": join.on.isoformat(), "kind": kind.value, "trade": join.trade, "again": held is not None},
        note=note,
        cause=cause,
    )
    return spell


def _renewed(held: spells.Held, values: dict[str, Any], actor: Actor, at: datetime) -> Person:
    """The file of one who comes back, with what the form says now. Their former union has no say."""
    person = held.person
    if person.name != values["name"]:
        refuse(
            "name_differs",
            "这个证件号码登记的是另一个姓名。",
            clause="总工办发〔2017〕14号",
            cure="请核对证件；如原登记有误，请乡镇(街道)工会更正后再办。",
        )
    fresh = {
        name: value
        for name, value in values.items()
        if name in persons.CORRECTABLE and value not in ("", None, False) and name not in ("name", "sex", "born_on")
    }
    machine = Actor.system(actor.label, (powers.EDIT,))
    return persons.correct(person=person, changes=fresh, actor=machine, at=at, note="重新入会") if fresh else person
