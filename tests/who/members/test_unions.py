"""Unions moved, merged and dissolved with their memberships; nobody leaves by silence."""

from __future__ import annotations

from datetime import date

import pytest

from gongjia.base import journal
from gongjia.base.refused import Forbidden, Refused
from gongjia.who.members import actions, queries
from gongjia.who.members.kinds import ChangeKind, ChangeReason
from gongjia.who.members.models import Correction, Membership, MembershipChange, Position
from tests.who.members.conftest import AT, DAY, in_role

pytestmark = pytest.mark.django_db
CLOSING = {"closed_on": DAY, "document": "撤〔2018〕1号", "at": AT}


def counts(day=DAY):
    return {row.org_id: (row.active, row.retained) for row in queries.counts_on(day)}


@pytest.fixture
def staffed(world, join):
    """The school's union with two active members, a retired one, and a chair with things on the desk."""
    first, second, old = (join(world.school, name) for name in ("甲", "乙", "丙"))
    actions.retain(person=old.person, reason=ChangeReason.RETIREMENT, on=date(2018, 5, 1), actor=world.machine, at=AT)
    actions.grant(
        person=first.person,
        org=world.school,
        role="chair_grassroots",
        since=date(2018, 1, 15),
        actor=world.machine,
        at=AT,
    )
    actions.offer(person=second.person, to_org=world.other, actor=world.machine, at=AT)
    Correction.objects.create(person=first.person, org=world.school, field="nation", asked_on=DAY)
    return first.person, second.person, old.person


def test_dissolving_keeps_the_rest_in_the_next_higher_union(world, staffed, paper):
    assert [spell.person.name for spell in actions.members_left(world.school)] == ["甲", "乙", "丙"]
    done = actions.dissolve_union(
        org=world.school, cause="employer_ended", attachment=paper, actor=in_role(world.lotus, "officer_township"),
        **CLOSING,
    )  # fmt: skip
    assert (done.active_moved, done.retained_moved, done.posts_ended) == (2, 1, 1)
    world.school.refresh_from_db()
    assert world.school.state == "dissolved"
    assert counts(date(2018, 8, 26)) == {world.school.pk: (2, 1)}  # the day before stays as it was
    assert counts() == {world.lotus.pk: (0, 3)}
    assert Membership.objects.filter(until__isnull=True, org_path=world.lotus.path, is_latest=True).count() == 3
    reasons = dict(Membership.objects.filter(until__isnull=True).values_list("person__name", "reason"))
    assert reasons == {
        "甲": ChangeReason.UNION_DISSOLVED,
        "乙": ChangeReason.UNION_DISSOLVED,
        "丙": ChangeReason.RETIREMENT,
    }
    assert MembershipChange.objects.filter(kind=ChangeKind.RETAIN, org=world.lotus).count() == 2
    # what lay there went to the desk that takes over; an open hand-over is void
    assert Correction.objects.get().org_id == world.lotus.pk
    assert staffed[1].transfers.get().state == "withdrawn"
    assert Position.objects.get().until == DAY
    # kept above they are not active members of an upper union; they go on where they find work
    with pytest.raises(Refused) as why:
        actions.resume(person=staffed[0], on=DAY, actor=world.machine, at=AT)
    assert why.value.codes == ("org_takes_no_members",)
    transfer = actions.ask_in(person=staffed[0], to_org=world.other, actor=world.machine, at=AT)
    actions.confirm_transfer(transfer=transfer, actor=world.machine, at=AT)
    assert counts()[world.other.pk] == (1, 0)
    assert journal.verify() == []


def test_dissolving_may_move_all_into_another_union(world, staffed, paper):
    actions.dissolve_union(
        org=world.school, cause="decided", congress_passed=True, attachment=paper, rest=actions.MOVE, to=world.firm,
        actor=world.machine, **CLOSING,
    )  # fmt: skip
    assert counts() == {world.firm.pk: (2, 1)}
    kinds = list(MembershipChange.objects.filter(org=world.firm).values_list("kind", flat=True))
    assert kinds == [ChangeKind.TRANSFER_IN] * 3


@pytest.mark.parametrize("case", ["by_itself", "no_target", "to_upper", "no_paper", "stranger"])
def test_a_union_is_not_dissolved_anyhow(world, staffed, paper, case):
    call = {"org": world.school, "cause": "employer_ended", "attachment": paper, "actor": world.machine, **CLOSING}
    expected, codes = Refused, set()
    if case == "by_itself":  # 工会法 12: the next higher union's power, not the own one's
        call["actor"], expected = in_role(world.school, "chair_grassroots"), Forbidden
    elif case == "stranger":
        call["actor"], expected = in_role(world.yangxi, "officer_township"), Forbidden
    elif case == "no_target":
        call["rest"], codes = actions.MOVE, {"rest_missing"}
    elif case == "to_upper":
        call["rest"], call["to"], codes = actions.MOVE, world.yangxi, {"org_takes_no_members"}
    else:
        call["attachment"], codes = None, {"approval_missing"}
    with pytest.raises(expected) as why:
        actions.dissolve_union(**call)
    if codes:
        assert set(why.value.codes) == codes
    world.school.refresh_from_db()
    assert world.school.state == "active" and counts() == {world.school.pk: (2, 1)}
    assert staffed[1].transfers.get().state == "offered" and Position.objects.get().until is None


def test_merging_takes_members_parts_and_requests_along(world, staffed, join, paper):
    inner = join(world.workshop, "丁")
    actions.grant(
        person=inner.person,
        org=world.firm,
        role="chair_grassroots",
        since=date(2018, 1, 15),
        actor=world.machine,
        at=AT,
    )
    actions.merge_unions(
        org=world.firm, into=world.school, attachment=paper, actor=in_role(world.lotus, "officer_township"), **CLOSING
    )
    world.firm.refresh_from_db()
    world.workshop.refresh_from_db()
    world.school.refresh_from_db()
    assert world.firm.state == "merged" and world.firm.merged_into_id == world.school.pk
    assert world.workshop.path.startswith(world.school.path)
    inner.refresh_from_db()
    assert inner.org_path == world.workshop.path and inner.until is None
    assert counts() == {world.school.pk: (2, 1), world.workshop.pk: (1, 0)}
    assert queries.copies_wrong() == []


def test_members_of_a_merged_union_are_transferred_in_one_act(world, join, paper):
    people = [join(world.firm, f"工{n}").person for n in range(5)]
    actions.merge_unions(org=world.firm, into=world.school, attachment=paper, actor=world.machine, **CLOSING)
    assert counts() == {world.school.pk: (5, 0)}
    lines = [line for line in journal.timeline(people[3]) if line.action == "members.taken_over"]
    assert lines[0].subject_count == 5


def test_merging_into_an_upper_union_is_refused(world, join, paper):
    join(world.firm)
    with pytest.raises(Refused) as why:
        actions.merge_unions(org=world.firm, into=world.yangxi, attachment=paper, actor=world.machine, **CLOSING)
    assert "org_takes_no_members" in why.value.codes


def test_figures_of_a_past_day_use_the_tree_of_that_day(world, join):
    join(world.firm, on=date(2018, 1, 15))
    actions.move_union(org=world.firm, parent=world.yangxi, on=date(2018, 7, 1), actor=world.machine, at=AT)
    for org in (world.lotus, world.yangxi):
        org.refresh_from_db()
    of = lambda day, org: sum(row.active for row in queries.counts_on(day, org))  # noqa: E731
    assert (of(date(2018, 6, 30), world.lotus), of(date(2018, 6, 30), world.yangxi)) == (1, 0)
    assert (of(date(2018, 7, 1), world.lotus), of(date(2018, 7, 1), world.yangxi)) == (0, 1)
