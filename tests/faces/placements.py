"""A small federation with one record of every kind at every place, and one browser for every persona.

What may be reached is said again here in plain Python (`covers`), from the raw facts of the tree: the table of
permissions compares the program with this, never with itself.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from unittest.mock import patch

from django.db import connection, transaction
from django.test import Client, override_settings
from psycopg.pq import ExecStatus

from gongjia.base import clock
from gongjia.base.actor import Actor
from gongjia.base.models import uuid7
from gongjia.config.roles import ROLES
from tests.faces.login.tools import log_in
from tests.faces.placed import sections
from tests.who.members.conftest import AT, DAY, id_card, phone

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
FOUNDED = date(2015, 3, 1)

# place -> the place above it; and which industry union guides it
ABOVE = {
    "fed": None, "lotus": "fed", "yangxi": "fed", "edu": "fed", "firm": "lotus", "workshop": "firm",
    "school": "lotus", "other": "yangxi", "third": "yangxi",
}  # fmt: skip
GUIDED_BY = {"school": "edu"}
PLACES = ("firm", "workshop", "school", "lotus", "other")  # where records lie
MEMBER_PLACES = ("firm", "workshop", "school", "other")
HOMES = dict(chair_grassroots="firm", officer_grassroots="firm", officer_township="lotus", officer_industry="edu")  # noqa: C408
FRESH = 50  # seconds for which a log-in is used; an older one is stamped with every request, as each stamp is undone
BESIDES = ("visitor", "stranger", "member", "lapsed", "ended")  # who holds no role now
PERSONAS = (*BESIDES, *(role.key for role in ROLES))
_ROLES = {role.key: role for role in ROLES}


def line(place: str | None) -> Iterator[str]:
    """The place and all above it."""
    while place is not None:
        yield place
        place = ABOVE[place]


@dataclass(frozen=True)
class Persona:
    """Who asks: a role at its place, or one of `BESIDES`."""

    key: str

    @property
    def role(self) -> Any:
        return _ROLES.get(self.key)

    @property
    def home(self) -> str:
        return HOMES.get(self.key, "fed")

    @property
    def powers(self) -> frozenset[str]:
        return frozenset(self.role.powers) if self.role else frozenset()

    @property
    def logged_in(self) -> bool:
        return self.key != "visitor"

    @property
    def is_person(self) -> bool:
        return self.key not in ("visitor", "stranger")

    def covers(self, place: str) -> bool:
        """Whether the role, held at its home, reaches that place."""
        if self.role is None:
            return False
        if place == self.home:
            return True
        if self.role.reach in ("subtree", "industry") and self.home in line(place):
            return True
        return self.role.reach == "industry" and GUIDED_BY.get(place) == self.home

    def may(self, power: str, place: str) -> bool:
        return power in self.powers and self.covers(place)


@dataclass(frozen=True)
class Target:
    """What the arguments of a URL name: where it lies, which power finds it, which one the page asks for there."""

    args: tuple
    places: tuple[str, ...] = ()
    scope: str = ""  # the power that lets one see the record at all
    power: str = ""  # asked at the record's place besides that of the policy
    owner: str = ""  # seen by this persona alone
    mine: bool = False

    def where(self) -> str:
        return self.owner or "+".join(self.places)


@dataclass
class World:
    orgs: dict[str, Any] = field(default_factory=dict)
    rows: dict[str, dict[str, Any]] = field(default_factory=dict)  # kind -> place or persona -> record
    accounts: dict[str, Any] = field(default_factory=dict)
    machine: Actor = field(default_factory=lambda: Actor.system("测试", ["*"]))
    numbers: set[str] = field(default_factory=set)  # every ID number and phone that was put in
    births: dict[str, date] = field(default_factory=dict)
    duty: dict[str, str] = field(default_factory=dict)  # phone of somebody in post -> the place of the post
    _clients: dict[str, tuple[Client, float]] = field(default_factory=dict)

    @property
    def by(self) -> dict[str, Any]:
        return {"actor": self.machine, "at": AT}

    def client(self, key: str) -> Client:
        """A browser of this persona. Its requests leave no sign of life behind: it logs in anew before it is idle."""
        browser, since = self._clients.get(key, (None, 0.0))
        if browser is None or time.monotonic() - since > FRESH:
            browser = Client(raise_request_exception=False)
            if key != "visitor":
                log_in(browser, self.accounts[key])
            self._clients[key] = browser, time.monotonic()
        return browser

    def put(self, kind: str, place: str, row: Any) -> Any:
        self.rows.setdefault(kind, {})[place] = row
        return row

    def number(self) -> str:
        found = phone()
        self.numbers.add(found)
        return found

    def identity(self, born: date) -> str:
        found = id_card(born)
        self.numbers.add(found)
        self.births[found] = born
        return found


@contextmanager
def standing_world(blocker: Any) -> Iterator[World]:
    """The world for a whole module, in one transaction that is rolled back at the end."""
    from django.conf import settings

    storages = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    outer = transaction.atomic()
    outer._from_testcase = True  # as Django's own test cases do: a durable block inside is no mistake here
    with (
        blocker.unblock(), override_settings(STORAGES=storages, GONGJIA_EVEN_MS=0), clock.standing(AT), outer,
        patch.object(connection, "_savepoint_rollback", _back_to),
    ):  # fmt: skip
        yield build()
        transaction.set_rollback(True)


def _back_to(savepoint: str) -> None:
    """Roll back past psycopg, which forgets all prepared statements with each: every page would plan them anew."""
    done = connection.connection.pgconn.exec_(connection.ops.savepoint_rollback_sql(savepoint).encode())
    assert done.status == ExecStatus.COMMAND_OK, done.error_message


@contextmanager
def undone() -> Iterator[None]:
    """Whatever a request writes is gone afterwards."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def build() -> World:
    world = World()
    _unions(world)
    _people(world)
    _desk(world)
    _register(world)
    _personas(world)
    for section in sections():
        section.build(world)
    _owned(world)
    for key in PERSONAS:
        world.client(key)  # here, or the log-in would be undone with the first request
    return world


def _unions(world: World) -> None:
    from gongjia.base.journal import attachments
    from gongjia.who.orgs import actions
    from gongjia.who.orgs.models import CoveredUnit

    def found(key: str, kind: str, name: str, **more: Any) -> None:
        paper = attachments.store(PDF, name=f"{name}批复.pdf", **world.by)
        world.put("org_paper", key, paper)
        world.orgs[key] = actions.found(
            parent=world.orgs[ABOVE[key]], kind=kind, name=name, founded_on=FOUNDED, document="建工〔2015〕1号",
            attachment=paper, **world.by, **more,
        ).org  # fmt: skip

    world.orgs["fed"] = actions.found_federation(
        code="330182", name="测试市总工会", founded_on=date(1950, 5, 1), **world.by
    ).org
    found("lotus", "township", "莲花镇工会", code="330182101")
    found("yangxi", "township", "洋溪街道工会", code="330182002")
    found("edu", "industry", "测试市教育工会")
    found("firm", "single", "甲公司工会委员会", details={"founding_members": 40, "staff_count": 60})
    found("workshop", "branch", "甲公司一车间分工会")
    found("school", "single", "莲花小学工会委员会", industry_parent=world.orgs["edu"])
    found("other", "single", "乙公司工会委员会")
    found("third", "single", "丙公司工会委员会")
    for key in world.orgs:
        world.orgs[key].refresh_from_db()
        world.put("org", key, world.orgs[key])
    for place in PLACES:
        world.put("covered", place, CoveredUnit.objects.create(org=world.orgs[place], name="小店", since=FOUNDED))


def member(world: World, place: str, name: str, born: date = date(1988, 3, 9)) -> Any:
    from gongjia.who.members import actions

    facts = actions.PersonFacts(
        name=name, id_kind="id_card", id_no=world.identity(born), phone=world.number(), nation="01"
    )
    join = actions.JoinFacts(on=date(2018, 1, 15))
    return actions.admit(facts=facts, org=world.orgs[place], join=join, **world.by).person


def _people(world: World) -> None:
    from gongjia.who.members import actions

    for place in MEMBER_PLACES:
        person = world.put("person", place, member(world, place, f"王{place[:2]}"))
        actions.open_account(person=person, actor=None, at=AT)
        person.refresh_from_db()
        world.put("account", place, person.account)
        world.put("to_go", place, member(world, place, "陈转出"))


def _desk(world: World) -> None:
    from gongjia.who.members import actions
    from gongjia.who.members.actions import roster
    from gongjia.who.members.models import Correction, Cover, Help, Person

    to = {"firm": "workshop", "workshop": "firm", "school": "firm", "other": "third"}
    for place in MEMBER_PLACES:
        org, person = world.orgs[place], world.rows["person"][place]
        world.put(
            "transfer", place,
            actions.offer(person=world.rows["to_go"][place], to_org=world.orgs[to[place]], **world.by),
        )  # fmt: skip
        world.put(
            "correction", place,
            Correction.objects.create(person=person, org=org, field="phone", wanted=world.number(), asked_on=DAY),
        )  # fmt: skip
        world.put(
            "help", place,
            Help.objects.create(
                org=org, person=person, about="card", name=person.name, phone=world.number(), words="卡打不开", asked_on=DAY
            ),
        )  # fmt: skip
        lines = "姓名,身份证号码,手机号\n" + "".join(
            f"赵名册{n},{world.identity(date(1979, 5, 1 + n))},{world.number()}\n" for n in range(2)
        )
        lines += f"钱错号,33010019900101000X,{world.number()}\n"
        batch = roster.upload(org=org, file=lines.encode("utf-8-sig"), name="名册.csv", **world.by)
        roster.check(batch=batch, **world.by)
        world.put("batch", place, batch)
    for place in PLACES:
        number = world.number()
        world.duty[number] = place
        holder = Person.objects.create(name="任主任", phone=number)
        role = "officer_township" if place == "lotus" else "officer_grassroots"
        post = actions.grant(person=holder, org=world.orgs[place], role=role, since=date(2018, 1, 1), **world.by)
        world.put("position", place, post)
        stand_in = world.rows["person"][place if place in MEMBER_PLACES else "school"]
        cover = Cover.objects.create(
            position=post, stand_in=stand_in, since=DAY + timedelta(9), until=DAY + timedelta(20)
        )
        world.put("cover", place, cover)


def _register(world: World) -> None:
    from gongjia.base.journal import attachments
    from gongjia.base.journal.models import Entry
    from gongjia.who.orgs import actions, queries
    from gongjia.who.orgs.models import MembersHome, OpenUnit, OpenUnitVisit

    for place in PLACES:
        org = world.orgs[place]
        unit = OpenUnit.objects.create(
            org=org, name="未建会公司", staff_count=30, staff_source="visit", staff_on=DAY, listed_on=DAY
        )
        paper = attachments.store(PDF, name="走访.pdf", **world.by)
        world.put("unit", place, unit)
        world.put("unit_paper", place, paper)
        OpenUnitVisit.objects.create(unit=unit, visited_on=DAY, by="何敏", said="愿意", attachment=paper)
        world.put("home", place, MembersHome.objects.create(org=org, name="职工之家", kind="regional", planned_on=DAY))
        world.put("entry", place, Entry.objects.filter(org_id=org.pk).first())
    world.rows["blank"] = {"sheet": actions.blank()}
    world.rows["schemes"] = queries.committee_schemes()


def _personas(world: World) -> None:
    from gongjia.who.accounts import actions as accounts
    from gongjia.who.accounts import queries
    from gongjia.who.accounts.models import Account
    from gongjia.who.members import actions
    from gongjia.who.members.models import Person, Position

    def agreed(account: Account) -> Account:
        accounts.give_consent(account=account, version=queries.current_notice().version, at=AT)
        return account

    stranger = Account(display_name="路人", phone=world.number(), created_at=AT)
    stranger.save()
    world.accounts["stranger"] = agreed(stranger)
    world.accounts["member"] = agreed(world.rows["account"]["firm"])
    for key in PERSONAS:
        if key in ("visitor", "stranger", "member"):
            continue
        role = _ROLES.get(key)
        number, place = world.number(), HOMES.get(key, "fed") if role else "lotus"
        world.duty[number] = place
        person = Person.objects.create(name=f"测{key}"[:20], phone=number)
        post = actions.grant(
            person=person, org=world.orgs[HOMES.get(key, "fed") if role else "lotus"],
            role=role.key if role else "officer_township", since=date(2018, 1, 1), **world.by,
        )  # fmt: skip
        if key == "lapsed":
            Position.objects.filter(pk=post.pk).update(confirmed_on=date(2016, 1, 1))
        if key == "ended":
            Position.objects.filter(pk=post.pk).update(until=date(2018, 6, 1))
        person.refresh_from_db()
        world.accounts[key] = agreed(person.account)


def _owned(world: World) -> None:
    """What belongs to one account: an uploaded sheet, a job, a token, a device, an own correction."""
    from gongjia.base.journal import attachments
    from gongjia.base.journal.models import Attachment
    from gongjia.base.progress.models import Progress
    from gongjia.who.accounts import actions as accounts
    from gongjia.who.members.models import Correction

    for key, account in world.accounts.items():
        sheet = attachments.store(world.rows["blank"]["sheet"], name="工会表.xlsx", **world.by)
        Attachment.objects.filter(pk=sheet.pk).update(created_by=account.pk)
        world.put("sheet", key, sheet)
        job = Progress.objects.create(kind="roster.check", label="检查名册", account_id=account.pk, created_at=AT)
        world.put("job", key, job)
        asker = Actor(account.pk, None, "本人")
        issued = accounts.issue_token(account=account, name="对接", days=30, may_write=False, actor=asker, at=AT)
        world.put("token", key, issued.token)
    own = Correction.objects.create(
        person=world.rows["person"]["firm"], org=world.orgs["firm"], field="nation", wanted="02", asked_on=DAY
    )
    world.put("own_correction", "member", own)


# factories of URL arguments ---------------------------------------------------------------------------------


def at_places(world: World, kind: str, scope: str, rest: Any = (), power: str = "") -> list[Target]:
    """One target a place. `rest`: further arguments, fixed or by place."""
    found = []
    for place, row in world.rows[kind].items():
        if place not in PLACES:
            continue
        more = tuple(rest(place)) if callable(rest) else tuple(rest)
        places = (place,)
        if kind == "transfer":
            names = {org.pk: key for key, org in world.orgs.items()}
            places = (names[row.from_org_id], names[row.to_org_id])
        found.append(Target((row.pk, *more), places, scope, power))
    return found


def of_owners(world: World, kind: str) -> list[Target]:
    return [Target((row.pk,), owner=key) for key, row in world.rows[kind].items()]


def _pk(kind: str, world: World) -> Any:
    return lambda place: (world.rows[kind][place].pk,)


FACTORIES = {
    "ui:draft": lambda w: [Target(("orgs.found:",))],
    "login:print_slip": lambda w: at_places(w, "person", "members.read", power="accounts.slip"),
    "login:care": lambda w: [Target((w.rows["account"][at].pk,), (at,), "accounts.reset") for at in MEMBER_PLACES],
    "login:end_device": lambda w: [Target((uuid7(),))],
    "portal:correct": lambda w: [Target(("name",))],
    "portal:correction_withdraw": lambda w: of_owners(w, "own_correction"),
    "console:progress": lambda w: of_owners(w, "job"),
    "console:journal_entry": lambda w: at_places(w, "entry", "journal.read"),
    "console:orgs_": lambda w: at_places(w, "org", "orgs.read"),
    "console:orgs_paper": lambda w: at_places(w, "org", "orgs.read", _pk("org_paper", w)),
    "console:orgs_cover_end": lambda w: at_places(w, "org", "orgs.read", _pk("covered", w)),
    "console:orgs_unit": lambda w: at_places(w, "unit", "orgs.read"),
    "console:orgs_unit_paper": lambda w: at_places(w, "unit", "orgs.read", _pk("unit_paper", w)),
    "console:orgs_home": lambda w: at_places(w, "home", "orgs.read"),
    "console:orgs_home_stage": lambda w: at_places(w, "home", "orgs.read", ("open",)),
    "console:orgs_sheet_": lambda w: of_owners(w, "sheet"),
    "console:orgs_upward_sheet": lambda w: of_owners(w, "sheet"),
    "console:roster_": lambda w: at_places(w, "batch", "members.import"),
    "console:members_": lambda w: at_places(w, "person", "members.read"),
    "console:members_transfer": lambda w: at_places(w, "transfer", "members.read"),
    "console:members_correction": lambda w: at_places(w, "correction", "members.settle"),
    "console:members_help": lambda w: at_places(w, "help", "members.settle"),
    "console:positions_": lambda w: at_places(w, "position", "positions.read"),
    "console:positions_confirm": lambda w: at_places(w, "position", "positions.confirm"),
    "console:positions_cover_end": lambda w: at_places(w, "cover", "positions.read"),
    "console:setup_template": lambda w: [Target(("inbox", "members.help_answered"))],
    "console:setup_notice": lambda w: [Target(("1.0",))],
    "console:setup_rule": lambda w: [Target(("size.scheme",))],
    "console:setup_sizes": lambda w: [Target((next(iter(w.rows["schemes"])),))],
    "console:setup_token_revoke": lambda w: of_owners(w, "token"),
}


def targets(world: World, name: str) -> list[Target] | None:
    """By the longest prefix of the URL's name; None: nobody said what its arguments are."""
    factories = dict(FACTORIES)
    for section in sections():
        factories |= section.FACTORIES
    prefix = max((one for one in factories if name.startswith(one)), key=len, default=None)
    return None if prefix is None else factories[prefix](world)
