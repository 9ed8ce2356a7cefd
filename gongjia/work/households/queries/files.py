"""Reads of hardship files: what an actor may see, who is due, which file holds on a day."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from gongjia.base.actor import Actor
from gongjia.base.models import one_of
from gongjia.base.refused import Forbidden, Hidden
from gongjia.who.orgs.queries import within
from gongjia.work.households import powers, rules, states
from gongjia.work.households.models import CheckRequest, FileMember, HouseholdFile, LowLine, Verification, Visit


def visible(actor: Actor, power: str = powers.READ) -> QuerySet[HouseholdFile]:
    """The files that the actor may read, or those that another power reaches. A worker's own file is theirs to read
    on the portal, which asks `mine`."""
    return HouseholdFile.objects.filter(within(actor, power, prefix="org__"))


def get(actor: Actor, pk: UUID, power: str = powers.READ) -> HouseholdFile:
    """One file: `Hidden` when it is none of the actor's, `Forbidden` when only readable."""
    file = one_of(visible(actor).filter(pk=pk).select_related("org", "home_org", "head"))
    if file is None:
        raise Hidden(str(pk))
    if power != powers.READ and not actor.can(power, file.org):
        raise Forbidden(power)
    return file


def mine(person_id: UUID) -> QuerySet[HouseholdFile]:
    """The files that a person is the head of, newest first."""
    return HouseholdFile.objects.filter(head_id=person_id).select_related("org").order_by("-applied_on", "-id")


def elsewhere(actor: Actor) -> int:
    """How many workers of the actor's unions have a file that a union above keeps: that one exists, and no more."""
    kept = HouseholdFile.objects.filter(via="township", state__in=states.LIVE)
    return kept.filter(within(actor, powers.READ, prefix="home_org__")).exclude(
        pk__in=visible(actor).values("pk")
    ).count()  # fmt: skip


def rows(
    actor: Actor, *, state: str = "", category: str = "", level: str = "", under: Any = None, words: str = "",
    due_year: int | None = None, waiting: bool = False, origin: str = "",
) -> QuerySet[HouseholdFile]:  # fmt: skip
    """The list, newest first."""
    found = visible(actor).select_related("org", "head").annotate(checks_wait=Exists(_open_checks()))
    if state:
        found = found.filter(state=state)
    if waiting:
        found = found.filter(state__in=states.IN_REVIEW)
    for name, value in (("category", category), ("level", level), ("origin", origin)):
        if value:
            found = found.filter(**{name: value})
    if under is not None:
        found = found.filter(org__path__startswith=under.path)
    if words:
        found = found.filter(Q(number__iexact=words) | Q(head__name=words) | Q(upper_no=words))
    if due_year is not None:
        found = found.filter(_due(due_year))
    return found


def _due(year: int) -> Q:
    unseen = Q(verified_year__isnull=True) | Q(verified_year__lt=year)
    return Q(state="active", opened_on__lt=date(year, 1, 1)) & unseen


def due(actor: Actor, year: int) -> QuerySet[HouseholdFile]:
    """Who is due for the yearly verification: opened in an earlier year and not verified in this one."""
    found = HouseholdFile.objects.filter(_due(year), within(actor, powers.VERIFY, prefix="org__"))
    return found.select_related("org", "head").order_by("opened_on", "id")


def _open_checks() -> QuerySet[CheckRequest]:
    return CheckRequest.objects.filter(file=OuterRef("pk"), state="sent")


def members(file: HouseholdFile, *, gone: bool = False) -> list[FileMember]:
    found = file.members.select_related("person")
    return list(found if gone else found.filter(until__isnull=True))


def visits(file: HouseholdFile) -> list[Visit]:
    return list(file.visits.select_related("first", "second", "photo"))


def checks(file: HouseholdFile) -> list[CheckRequest]:
    return list(file.checks.select_related("paper"))


def check_of(actor: Actor, pk: UUID, power: str = powers.READ) -> CheckRequest:
    found = CheckRequest.objects.filter(within(actor, powers.READ, prefix="org__"), pk=pk)
    check = found.select_related("file__head", "org").first()
    if check is None:
        raise Hidden(str(pk))
    if power != powers.READ and not actor.can(power, check.org):
        raise Forbidden(power)
    return check


def verifications(file: HouseholdFile) -> list[Verification]:
    return list(file.verifications.all())


def photo_of(actor: Actor, file_pk: UUID, paper: UUID) -> Any:
    """A photo of a visit or a paper of a check, for who may open the household's facts."""
    file = get(actor, file_pk, powers.FACTS)
    visit = file.visits.filter(photo_id=paper).select_related("photo").first()
    if visit is not None:
        return visit.photo
    check = file.checks.filter(paper_id=paper).select_related("paper").first()
    if check is None or check.paper is None:
        raise Hidden(str(paper))
    return check.paper


# -- what other apps ask -------------------------------------------------------------------------------------
def active_on(on: date) -> QuerySet[HouseholdFile]:
    """The files in force on a day, [opened_on, closed_on), earlier years' among them."""
    closed = Q(closed_on__isnull=True) | Q(closed_on__gt=on)
    return HouseholdFile.objects.filter(closed, state__in=states.ONCE_ACTIVE, opened_on__lte=on)


def file_of(person_id: UUID, on: date) -> HouseholdFile | None:
    """The file that a person's household has on a day: the person is its head or one of its members."""
    belongs = Exists(FileMember.objects.filter(file=OuterRef("pk"), person_id=person_id, until__isnull=True))
    found = active_on(on).filter(Q(head_id=person_id) | Q(belongs))
    return found.select_related("org", "head").order_by("-opened_on", "-id").first()


def help_until(file: HouseholdFile, on: date) -> bool:
    """Whether help is still kept after 脱困."""
    return file.help_until is not None and on < file.help_until


def household_person_ids(file: HouseholdFile | UUID) -> set[UUID]:
    """The known persons of a household: for rules that count by household."""
    pk = getattr(file, "pk", file)
    found = set(
        FileMember.objects.filter(file_id=pk, person__isnull=False, until__isnull=True).values_list(
            "person_id", flat=True
        )
    )
    return found | set(HouseholdFile.objects.filter(pk=pk).values_list("head_id", flat=True))


def checks_open(file_id: UUID) -> bool:
    """Whether an answer about the household's means is still out: nothing is paid before it is in."""
    return CheckRequest.objects.filter(file_id=file_id, state="sent").exists()


def with_open_checks() -> QuerySet[CheckRequest]:
    """Keys of files that wait for an answer: for a subquery (`.values("file_id")`)."""
    return CheckRequest.objects.filter(state="sent")


# -- the 低保 line --------------------------------------------------------------------------------------------
def low_lines() -> list[LowLine]:
    return list(LowLine.objects.all())


def low_line(city: str, on: date) -> LowLine | None:
    """The line of the county when it has its own, else of its city, else of its province."""
    codes = [city, f"{city[:4]}00", f"{city[:2]}0000"]
    found = LowLine.objects.filter(city__in=codes, valid_from__lte=on).order_by("-valid_from")
    return min(found, key=lambda line: (codes.index(line.city), -line.valid_from.toordinal()), default=None)


# -- sealed facts --------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class OpenedMember:
    relation: str
    name: str
    id_no: str  # masked
    facts: rules.MemberFacts


@dataclass(frozen=True)
class Opened:
    """What an officer sees of a household after saying why; numbers stay masked."""

    facts: rules.HouseholdFacts
    members: Sequence[OpenedMember]
    visit_notes: Sequence[tuple[date, str]]
    check_notes: Sequence[tuple[str, str]]
    computation: rules.Computation | None


def computed_of(file: HouseholdFile) -> dict[str, Any] | None:
    """The computation as it was shown when the file was decided. It is income: show it only with the facts."""
    return json.loads(file.computed.open_unlogged()) if file.computed else None


def facts_in(file: HouseholdFile) -> rules.HouseholdFacts | None:
    """For the acts on a file, which open nothing to anybody."""
    return rules.HouseholdFacts.loads(file.facts.open_unlogged()) if file.facts else None


def computation_of(file: HouseholdFile, on: date) -> rules.Computation | None:
    """The category by the facts of now and the line of that day."""
    return computed(facts_in(file), persons=file.persons, line=low_line(file.city, on))


def computed(facts: rules.HouseholdFacts | None, *, persons: int, line: LowLine | None) -> rules.Computation | None:
    """The category of a household measured by one line; None before anything was told."""
    if facts is None:
        return None
    words = f"{line.valid_from:%Y-%m-%d} 起 {line.document}".strip() if line else ""
    return rules.compute(rules.means_of(facts, persons=persons, low_line=line.amount if line else 0, line_words=words))


def reckoned(file: HouseholdFile, facts: rules.HouseholdFacts, *, persons: int, on: date) -> rules.Computation | None:
    """What the category would be by other facts and another number of people; nothing is kept."""
    return computed(facts, persons=persons, line=low_line(file.city, on))


@dataclass(frozen=True)
class OwnFile:
    """A household's file for the people of the household themselves."""

    file: HouseholdFile
    is_head: bool
    members: Sequence[FileMember]
    verify_by: date | None  # the last day of the year in which the file must be looked at again
    checks_wait: Sequence[str]
    waits_for: str  # what comes next, in words


WAITS = {
    "draft": "还没有提交。", "visiting": "等工会干部上门核查，要两人同行，请留意电话。", "reviewing": "等乡镇（街道）工会审核。",
    "approving": "等市总工会审批。", "returned": "材料要补正，请联系经办工会。", "active": "在档。", "exited": "已脱困。",
    "cancelled": "已注销。", "declined": "没有通过。", "withdrawn": "已撤回。",
}  # fmt: skip


def own_files(person_id: UUID, on: date) -> list[OwnFile]:
    """Files that a person is the head of, newest first; of a file that another of the household heads, that it is
    there, its state and who keeps it."""
    heads = Q(head_id=person_id)
    belongs = Exists(FileMember.objects.filter(file=OuterRef("pk"), person_id=person_id, until__isnull=True))
    found = HouseholdFile.objects.filter(heads | Q(belongs)).exclude(~heads & ~Q(state__in=states.LIVE))
    files = list(found.select_related("org", "head").prefetch_related("checks").order_by("-applied_on", "-id")[:20])
    rows: dict[UUID, list[FileMember]] = {}
    for row in FileMember.objects.filter(file__in=[one.pk for one in files], until__isnull=True).order_by("position"):
        rows.setdefault(row.file_id, []).append(row)
    answer = []
    for file in files:
        own = file.head_id == person_id
        seen = file.verified_year or (file.opened_on.year if file.opened_on else on.year)
        answer.append(
            OwnFile(
                file, own, rows.get(file.pk, []) if own else (),
                date(seen + 1, 12, 31) if file.state == "active" else None,
                [one.to_label for one in file.checks.all() if one.state == "sent"] if own else (),
                WAITS[file.state],
            )
        )  # fmt: skip
    return answer
