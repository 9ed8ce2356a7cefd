"""Small federations for the laws of figures: rows written straight into the tables, so that hypothesis may make many."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from gongjia.base import clock
from gongjia.base.actor import Actor, Post
from gongjia.base.models import uuid7

AT = datetime(2018, 8, 27, 9, 30, tzinfo=clock.SHANGHAI)
LONG_AGO = date(2000, 1, 1)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def id_number(serial: int) -> str:
    """An invented number of 330100 with a right check digit."""
    body = f"330100{1960 + serial % 40:04d}0101{serial % 1000:03d}"
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, _WEIGHTS, strict=True)) % 11]


@dataclass
class World:
    """What was made, so that a test can count it again in plain Python."""

    orgs: list = field(default_factory=list)
    parents: dict[UUID, list[tuple[date, UUID | None]]] = field(default_factory=dict)  # (from day, parent)
    paper: object = None
    account: object = None
    persons: list = field(default_factory=list)

    @property
    def fed(self):
        return self.orgs[0]

    def chain(self, org_id: UUID, day: date) -> list[UUID]:
        """The union and its ancestors on a day; empty before it stood in the tree."""
        line = []
        at: UUID | None = org_id
        while at is not None:
            begun = [parent for since, parent in self.parents[at] if since <= day]
            if not begun:
                return []
            line.append(at)
            at = begun[-1]
        return line

    def officer(self, org, *powers: str, role: str = "officer_township") -> Actor:
        post = Post(uuid7(), role, "工会干部", org.pk, org.name, org.path, "subtree", frozenset(powers))
        return Actor(self.account.pk, None, "测试干部", (post,))


def machine() -> Actor:
    return Actor.system("测试", ["*"])


def base() -> World:
    """A federation with an account and an attachment, without any union yet."""
    from gongjia.base.journal.models import Attachment
    from gongjia.who.accounts.models import Account

    world = World()
    world.paper = Attachment.objects.create(
        name="批复.pdf", kind="application/pdf", size=10, sha256="0" * 64, key_version=1, created_at=AT
    )
    world.account = Account.objects.create(display_name="测试干部", created_at=AT)
    return world


def add_org(
    world: World, parent: int | None, kind: str = "single", founded: date = LONG_AGO, closed: date | None = None
):
    """A union under another of the world (by its number), from its founding on."""
    from gongjia.who.orgs.models import Org, OrgName

    above = world.orgs[parent] if parent is not None else None
    number = len(world.orgs)
    org = Org.objects.create(
        code=f"T{number:04d}",
        name=f"第{number}工会",
        short_name=f"{number}会",
        kind=kind,
        state="dissolved" if closed else "active",
        established=True,
        parent=above,
        path=(above.path if above else "") + f"{number:04d}",
        level=above.level + 1 if above else 0,
        founded_on=founded,
        closed_on=closed,
        founding_attachment=world.paper,
        employer_uscc=f"91330182TEST{number:05d}X" if kind == "single" else "",
        employer_name=f"第{number}公司",
    )
    OrgName.objects.create(org=org, name=org.name, short_name=org.short_name, from_on=founded)
    world.orgs.append(org)
    world.parents[org.pk] = [(founded, above.pk if above else None)]
    _closure(world, org.pk, founded)
    return org


def _closure(world: World, org_id: UUID, since: date) -> None:
    from gongjia.who.orgs.models import OrgClosure

    OrgClosure.objects.bulk_create(
        OrgClosure(ancestor_id=ancestor, descendant_id=org_id, depth=depth, via="line", since=since)
        for depth, ancestor in enumerate(world.chain(org_id, since))
    )


def move_org(world: World, number: int, parent: int, on: date) -> bool:
    """Hang a union elsewhere from a day on; False where that would make a circle or a parent not yet founded."""
    from gongjia.who.orgs.actions import tree

    org, above = world.orgs[number], world.orgs[parent]
    org.refresh_from_db()
    above.refresh_from_db()
    last = world.parents[org.pk][-1]
    if org.parent_id in (None, above.pk) or above.path.startswith(org.path) or on <= last[0] or on <= above.founded_on:
        return False
    if any(world.parents[pk][-1][0] >= on for pk in world.chain(above.pk, on)):
        return False
    tree.rehang(org, above, on)
    world.parents[org.pk].append((on, above.pk))
    return True


def add_person(
    world: World,
    *,
    sex: str = "1",
    rural: bool = False,
    papers: bool = False,
    phone: bool = False,
    seen: date | None = None,
):
    from gongjia.who.accounts.models import Account
    from gongjia.who.members.models import Person

    serial = len(world.persons) + 1
    account = None
    if seen is not None:
        account = Account.objects.create(
            display_name=f"会员{serial}", created_at=AT, activated_at=datetime.combine(seen, AT.timetz())
        )
    person = Person.objects.create(
        name=f"测{serial}",
        sex=sex,
        is_rural_worker=rural,
        account=account,
        id_no=id_number(serial) if papers else None,
        phone=f"1990{serial:07d}" if phone else None,
        card_serial=f"T{serial:07d}",
    )
    world.persons.append(person)
    return person


def add_spell(world: World, person, org, since: date, until: date | None, *, standing: str = "active", trade: str = ""):
    from gongjia.who.members.models import Membership

    return Membership.objects.create(
        person=person,
        org=org,
        org_path=org.path,
        standing=standing,
        since=since,
        until=until,
        change_in="1",
        change_out="4" if until else "",
        is_latest=until is None,
        trade=trade,
    )


def add_post(
    world: World, person, org, since: date, until: date | None = None, *, role: str = "officer_grassroots", **more
):
    from gongjia.who.members.models import Position

    return Position.objects.create(
        person=person, org=org, role=role, since=since, until=until, confirmed_on=since, **more
    )


def add_hand(world: World, org, figure: str, start: date, last: date, value: int, state: str = "standing"):
    from gongjia.report.models import HandEntry

    gone = {"reversed_on": last, "reversed_why": "抄错"} if state == "reversed" else {}
    return HandEntry.objects.create(
        org=org,
        figure=figure,
        start=start,
        end=last + timedelta(days=1),
        value=value,
        officer=world.account,
        officer_name="测试干部",
        attachment=world.paper,
        entered_at=AT,
        state=state,
        **gone,
    )
