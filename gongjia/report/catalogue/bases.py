"""The rows that figures of this catalogue count, each said once."""

from __future__ import annotations

from gongjia.base.secret import masks
from gongjia.report.figure import Base
from gongjia.who.members import powers as member_powers
from gongjia.who.members.queries import counted as members
from gongjia.who.members.queries import counts
from gongjia.who.orgs import powers as org_powers
from gongjia.who.orgs.queries import counted as orgs

_UNION_CLIMBS = ("founding_attachment", "positions__person", "memberships__person")
_THROUGH_UNION = ("org__positions__person", "org__founding_attachment", "org__memberships__person")

UNIONS = Base(
    key="orgs.registered",
    label="工会",
    rows=lambda period: orgs.registered_on(period.last_day),
    org="id",
    on="founded_on",
    climbs=_UNION_CLIMBS,
    url="/console/orgs/{id}/",
    power=org_powers.READ,
)
FOUNDED = Base(
    key="orgs.founded",
    label="新建工会",
    rows=orgs.founded_in,
    org="id",
    on="founded_on",
    climbs=_UNION_CLIMBS,
    url="/console/orgs/{id}/",
    power=org_powers.READ,
)
AT_WORK = Base(
    key="orgs.at_work",
    label="有干部登录的工会",
    rows=lambda period: members.unions_at_work(period.last_day),
    org="id",
    on="founded_on",
    climbs=("positions__person",),
    url="/console/orgs/{id}/",
    power=org_powers.READ,
)
COVERED = Base(
    key="orgs.covered",
    label="涵盖单位",
    rows=lambda period: orgs.covered_units_on(period.last_day),
    on="since",
    climbs=_THROUGH_UNION,
    url="/console/orgs/{org_id}/",
    power=org_powers.READ,
)
OPEN_UNITS = Base(
    key="orgs.open_units",
    label="未建会单位",
    rows=lambda period: orgs.open_units_on(period.last_day),
    on="listed_on",
    climbs=("visits__attachment", *_THROUGH_UNION),
    url="/console/orgs/units/{id}/",
    power=org_powers.READ,
)
HOMES_BUILDING = Base(
    key="orgs.homes_building",
    label="在建职工之家",
    rows=lambda period: orgs.homes_building_on(period.last_day),
    on="started_on",
    climbs=("attachment", *_THROUGH_UNION),
    url="/console/orgs/homes/{id}/",
    power=org_powers.READ,
)
HOMES_OPEN = Base(
    key="orgs.homes_open",
    label="已开放职工之家",
    rows=lambda period: orgs.homes_open_on(period.last_day),
    on="opened_on",
    climbs=("attachment", *_THROUGH_UNION),
    url="/console/orgs/homes/{id}/",
    power=org_powers.READ,
)
TERMS_OVERDUE = Base(
    key="orgs.terms_overdue",
    label="届满未换届的工会",
    rows=lambda period: orgs.terms_overdue_on(period.last_day),
    on="ends_on",
    related=("org",),
    name=lambda term: f"{term.org.name} {term}",
    climbs=("attachment", "positions__person", *_THROUGH_UNION),
    url="/console/orgs/{org_id}/",
    power=org_powers.READ,
)
SPELLS = Base(
    key="members.spells",
    label="会籍",
    rows=lambda period: counts.spells_on(period.last_day),
    person="person_id",
    on="since",
    doubles=members.DOUBLE_SPELLS,
    related=("person",),
    only=("since", "person__name"),
    name=lambda spell: masks.name(spell.person.name),
    climbs=("person",),
    url="/console/members/{person_id}/",
    power=member_powers.READ,
)
CHANGES = Base(
    key="members.changes",
    label="会籍变化",
    rows=counts.changes_in,
    person="person_id",
    on="on",
    related=("person",),
    only=("on", "kind", "person__name"),
    name=lambda change: f"{masks.name(change.person.name)} {change.kind_label}",
    climbs=("person",),
    url="/console/members/{person_id}/",
    power=member_powers.READ,
)
POSTS = Base(
    key="members.posts",
    label="任职",
    rows=lambda period: members.posts_on(period.last_day),
    person="person_id",
    on="since",
    related=("person",),
    only=("since", "role", "post_name", "person__name"),
    name=lambda post: f"{masks.name(post.person.name)} {post.post_name or post.role_label}",
    climbs=("person",),
    url="/console/positions/{id}/",
    power=member_powers.POSITIONS_READ,
)
