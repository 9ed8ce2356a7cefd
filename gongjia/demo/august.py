"""August 2018: desks are not empty. Transfers, corrections and requests wait for the officers of the walk-through."""

from __future__ import annotations

from datetime import date

from gongjia.base import journal
from gongjia.demo import cast, lookups, unions
from gongjia.demo.story import MACHINE, moment
from gongjia.who.members import actions
from gongjia.who.orgs import actions as org_actions
from gongjia.who.orgs import queries as orgs


def desks() -> None:
    """Something for the plant's chair, for the township's officer and for the departments."""
    with journal.act():
        _desks()


def _desks() -> None:
    plant = orgs.by_names_or_codes([f"{cast.PLANT}工会委员会"])[0]
    others = [union for union in unions.basic_unions() if union.second in ("新安江街道", "乾潭镇") and union.has_chair][
        :6
    ]
    by_name = {org.name: org for org in orgs.by_names_or_codes(union.name for union in others)}
    for day, union in enumerate(others[:4], 20):
        org = by_name[union.name]
        person = lookups.nth_member(org.pk, -1)
        actions.offer(person=person, to_org=plant, actor=MACHINE, at=moment(date(2018, 8, day)), words="已到洋溪上班")
    askers = [lookups.nth_member(plant.pk, number) for number in (31, 44, 57, 72)]
    accounts = {one.pk: one.account_id for one in askers} | actions.open_accounts(
        person_ids=[one.pk for one in askers], actor=MACHINE, at=moment(date(2018, 8, 20))
    )
    for day, (field, wanted, words) in enumerate(
        (
            ("education", "30", "今年拿到大专毕业证"),
            ("job_post", "质检员", "换了岗位"),
            ("phone", "19900000198", "换了手机号"),
        ),
        21,
    ):
        account = accounts[askers[day - 21].pk]
        actions.ask_correction(
            account=account, field=field, wanted=wanted, words=words, actor=lookups.actor_of(account, date(2018, 8, day)),
            at=moment(date(2018, 8, day)),
        )  # fmt: skip
    account = accounts[askers[3].pk]
    actions.ask_help(
        account=lookups.account_of(account), about="card", words="想补一张会员卡，不会用手机，请主席帮我办。",
        actor=lookups.actor_of(account, date(2018, 8, 23)), at=moment(date(2018, 8, 23)),
    )  # fmt: skip
    township = orgs.by_code("330182002")
    overdue = lookups.overdue_unions(township.path, date(2018, 8, 15), 3)
    if not overdue:  # a small story may have none
        return
    org_actions.chase(
        matters={org: ["term_overdue"] for org in overdue},
        accounts={org.pk: lookups.officer_accounts(org=org) for org in overdue},
        actor=lookups.actor_of(lookups.officer_accounts(org=township)[0], date(2018, 8, 15)),
        at=moment(date(2018, 8, 15)),
        note="任期已满，请尽快报送换届请示。",
    )
