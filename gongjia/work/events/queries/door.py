"""The list at the door, and the hours that come of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import ExtractYear, Left, Upper

from gongjia.work.events import kinds
from gongjia.work.events.models import Attendance, Event, Scan, Session, SignUp

CAME = (kinds.Standing.PRESENT.value, kinds.Standing.LATE.value)


def expected(session: Session) -> QuerySet[SignUp]:
    """Who has a place in a session: who chose it, or, where one sign-up is for all, everybody."""
    mine = Q(session=session) if session.event.by_session else Q(session__isnull=True)
    return SignUp.objects.filter(mine, event_id=session.event_id, state="placed").order_by("pk")


@dataclass(frozen=True)
class DoorLine:
    """One person on the list. `standing` "" while not marked."""

    sign_up: SignUp
    standing: str
    at: datetime | None
    how: str
    minutes: int
    note: str


BY_NAME = ("person__name_py", "person__name", "id")  # the order of the list at the door
UNMARKED = "none"


def door_rows(session: Session, *, standing: str = "", text: str = "", letter: str = "") -> QuerySet[SignUp]:
    """Who is expected, by name; of one standing (or not marked yet), of a name, its first letters, or one letter."""
    found = expected(session).select_related("person", "org").order_by(*BY_NAME)
    marked = Attendance.objects.filter(session=session, sign_up=OuterRef("pk"))
    if standing:
        found = found.filter(~Exists(marked) if standing == UNMARKED else Exists(marked.filter(standing=standing)))
    if text:
        words = Q(person__name__contains=text)
        found = found.filter(words | Q(person__name_initials__istartswith=text) if text.isascii() else words)
    if letter:
        found = found.filter(person__name_py__istartswith=letter)
    return found


def door_letters(session: Session) -> list[str]:
    """First letters of the names on the list. One query."""
    first = Upper(Left("person__name_py", 1))
    rows = expected(session).exclude(person__name_py="").order_by().annotate(letter=first)
    return sorted(rows.values_list("letter", flat=True).distinct())


def door_list(session: Session, sign_ups: Iterable[SignUp] | None = None) -> list[DoorLine]:
    """Those of the list, or everybody who is expected, with what is known of them. Two queries at most."""
    some = list(door_rows(session) if sign_ups is None else sign_ups)
    rows = Attendance.objects.filter(session=session, sign_up__in=[one.pk for one in some])
    had = {one.sign_up_id: one for one in rows}
    lines = []
    for one in some:
        row = had.get(one.pk)
        lines.append(
            DoorLine(one, row.standing, row.at, row.how, row.minutes, row.note) if row
            else DoorLine(one, "", None, "", 0, "")
        )  # fmt: skip
    return lines


@dataclass(frozen=True)
class DoorCount:
    expected: int
    present: int
    late: int
    absent: int
    excused: int

    @property
    def open(self) -> int:
        """Not marked yet."""
        return self.expected - self.present - self.late - self.absent - self.excused


def door_counts(session: Session) -> DoorCount:
    """Figures above the list. Two queries."""
    found = dict(
        Attendance.objects.filter(session=session, sign_up__state="placed")
        .values("standing").annotate(count=Count("pk")).values_list("standing", "count")
    )  # fmt: skip
    return DoorCount(
        expected(session).count(), *(found.get(one, 0) for one in ("present", "late", "absent", "excused"))
    )


def late_list(session: Session) -> QuerySet[Attendance]:
    """Who came late, the latest last."""
    return Attendance.objects.filter(session=session, standing="late").select_related("person", "org").order_by("at")


def named_scans(session: Session) -> QuerySet[Scan]:
    """Scans that something is wrong with: one ticket twice, none of ours, given up."""
    rows = Scan.objects.filter(session=session).exclude(verdict=kinds.ScanVerdict.OK)
    return rows.select_related("sign_up__person", "sign_up__org", "pack").order_by("at", "pk")


# -- hours -----------------------------------------------------------------------------------------------
SORTS = {
    "volunteer": tuple(key for key, one in kinds.KINDS.items() if one.volunteer),
    "training": tuple(key for key, one in kinds.KINDS.items() if one.training),
}


@dataclass(frozen=True)
class YearHours:
    """Minutes of one person in one year. `times` of attendance."""

    year: int
    volunteer: int
    training: int
    volunteer_times: int
    training_times: int


def hours_of(person_id: UUID) -> list[YearHours]:
    """Volunteer and training time of a person by year, the latest first. One query."""
    sums: dict[str, Any] = {}
    for sort, keys in SORTS.items():
        sums[sort] = Sum("minutes", filter=Q(event__kind__in=keys), default=0)
        sums[f"{sort}_times"] = Count("pk", filter=Q(event__kind__in=keys))
    rows: Any = (
        Attendance.objects.filter(person_id=person_id, standing__in=CAME)
        .annotate(year=ExtractYear("on")).values("year").annotate(**sums).order_by("-year")
    )  # fmt: skip
    return [
        YearHours(row["year"], row["volunteer"], row["training"], row["volunteer_times"], row["training_times"])
        for row in rows
        if row["volunteer_times"] or row["training_times"]
    ]


def hours_of_many(
    person_ids: Iterable[UUID], sort: str, since: date, until: date
) -> dict[UUID, tuple[int, int]]:  # fmt: skip
    """Person -> (minutes, times) of one sort in [since, until). One query."""
    rows = Attendance.objects.filter(
        person_id__in=list(person_ids), standing__in=CAME, event__kind__in=SORTS[sort], on__gte=since, on__lt=until
    )
    found: Any = rows.values("person_id").annotate(minutes=Sum("minutes"), times=Count("pk"))
    return {row["person_id"]: (row["minutes"], row["times"]) for row in found}


def my_attendance(person_id: UUID) -> QuerySet[Attendance]:
    """Where somebody was, the latest first."""
    rows = Attendance.objects.filter(person_id=person_id).select_related("event", "session")
    return rows.order_by(F("on").desc(), "-pk")


def absent_of(event: Event) -> QuerySet[SignUp]:
    """Whoever had a scarce place and came to none of their sessions, where attendance was taken at all.

    One who was excused is no no-show; those whom a union nominated are its own affair.
    """
    rows = SignUp.objects.filter(event=event, state="placed").exclude(way=kinds.SignedBy.UNION)
    taken = event.attendance.exclude(standing=kinds.Standing.ABSENT)
    if event.way not in (kinds.Way.FIRST, kinds.Way.LOT) or not (event.by_session or taken.exists()):
        return SignUp.objects.none()
    if event.by_session:
        rows = rows.filter(session_id__in=taken.values("session_id"))
    return rows.exclude(pk__in=taken.values("sign_up_id"))
