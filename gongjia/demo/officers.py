"""Who holds which post, and who had already logged in."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta

from django.conf import settings

from gongjia.base import journal
from gongjia.demo import cast, lookups, unions
from gongjia.demo.register import second_officers
from gongjia.demo.story import MACHINE, moment
from gongjia.who.accounts import actions as accounts
from gongjia.who.members import actions as members
from gongjia.who.orgs import queries as orgs

GRANT_DAY = date(2018, 1, 8)
CONFIRM_DAY = date(2018, 7, 3)
MEMBERS_LOGGED_IN = 2600


def posts() -> None:
    """The federation's departments, second-level officers, and chairs of most basic unions; confirmed in July."""
    at = moment(GRANT_DAY)
    federation = orgs.by_code(unions.COUNTY)
    second = {short: orgs.by_code(code) for code, _, short, _ in unions.second_level()}
    granted = []
    with journal.act():
        for player in cast.FEDERATION:
            granted.append(_grant(player, federation, at))
        for player in [cast.TOWNSHIP, cast.INDUSTRY, *second_officers()]:
            granted.append(_grant(player, second[player.home], at))
    listed = unions.basic_unions()
    by_name = {org.name: org for org in orgs.by_names_or_codes(union.name for union in listed)}
    plant = by_name[f"{cast.PLANT}工会委员会"]
    with journal.act():
        granted += [_grant(cast.CHAIR, plant, at), _grant(cast.CLERK, plant, at)]
    first_of = lookups.first_members(
        [by_name[union.name].pk for union in listed if union.has_chair and union.name != plant.name]
    )
    granted += members.adopt_posts(
        rows=[(first_of[org.pk], org, "主席") for union in listed if (org := by_name[union.name]).pk in first_of],
        role="chair_grassroots", since=GRANT_DAY, actor=MACHINE, at=at, note="原平台登记的基层工会主席",
    )  # fmt: skip
    members.confirm(positions=granted, actor=MACHINE, at=moment(CONFIRM_DAY), note="七月季度确认")


def _grant(player: cast.Player, org, at: datetime):
    return members.grant(
        person=lookups.person_by_id(player.id_no), org=org, role=player.role, since=GRANT_DAY,
        post_name=player.post_name, full_time=player.full_time, actor=MACHINE, at=at,
    )  # fmt: skip


def log_ins() -> None:
    """Who used the platform before August: officers of every level, most chairs, some thousands of members."""
    dice = random.Random(20180201)
    at = moment(date(2018, 8, 20))
    opening = moment(date(2018, 2, 1), 8, 30)

    def some_day() -> datetime:
        return opening + timedelta(days=dice.randint(0, 190), minutes=dice.randint(0, 600))

    staff = lookups.officer_accounts()
    players = set(lookups.officer_accounts(roles=_not_chairs()))
    rows = [(account, some_day()) for account in staff if account in players or dice.random() < 0.86]
    people = [*lookups.without_account(every=21, limit=MEMBERS_LOGGED_IN), lookups.person_by_id(cast.MEMBER.id_no).pk]
    known = members.open_accounts(person_ids=dict.fromkeys(people), actor=MACHINE, at=at)
    rows += [(account, some_day()) for account in known.values()]
    accounts.adopt_log_ins(rows=rows, actor=MACHINE, at=at, note="原“互联网+”工会平台的登录记录")
    if settings.GONGJIA_DEMO:  # their codes stand on the page of demo messages
        accounts.demo_bind_factors(actor=MACHINE, at=at)


def _not_chairs() -> list[str]:
    return sorted(
        {player.role for player in cast.FEDERATION} | {"officer_township", "officer_industry", "officer_grassroots"}
    )
