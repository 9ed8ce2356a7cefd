"""Every read of notices and objections. Inside: by the actor's reach; outside: only what hangs on the site now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from gongjia.base import clock
from gongjia.base.actor import Actor
from gongjia.base.models import one_of
from gongjia.base.refused import Forbidden, Hidden
from gongjia.who.orgs.queries import within
from gongjia.work.publish import kinds, powers
from gongjia.work.publish.models import Notice, NoticeLine, Objection

_OPEN = Count("objections", filter=Q(objections__state="open"), distinct=True)
_LISTED = Count("lines", filter=Q(lines__standing="listed"), distinct=True)


def visible(actor: Actor, power: str = powers.READ) -> QuerySet[Notice]:
    """The notices that the actor may read, or those that another power reaches."""
    return Notice.objects.filter(within(actor, power, prefix="org__"))


def get(actor: Actor, pk: UUID, power: str = powers.READ) -> Notice:
    """One notice: `Hidden` when it is none of the actor's, `Forbidden` when only readable."""
    notice = one_of(visible(actor).filter(pk=pk).select_related("org", "poster"))
    if notice is None:
        raise Hidden(str(pk))
    if power != powers.READ and not actor.can(power, notice.org):
        raise Forbidden(power)
    return notice


def rows(
    actor: Actor, *, state: str = "", place: str = "", words: str = "", under: Any = None, waiting: str = ""
) -> QuerySet[Notice]:
    """The list: newest first, each with how many it names and how many objections wait."""
    found = visible(actor).select_related("org").annotate(open_objections=_OPEN, listed=_LISTED)
    if state:
        found = found.filter(state=state)
    if place:
        found = found.filter(place=place)
    if words:
        found = found.filter(Q(title__icontains=words) | Q(document_no__icontains=words))
    if under is not None:
        found = found.filter(org__path__startswith=under.path)
    if waiting == "objections":
        found = found.filter(open_objections__gt=0)
    if waiting == "poster":
        found = found.filter(needs_poster())
    return found


def needs_poster() -> Q:
    """Hung on a wall, or to have been, and nobody has shown a photo of it yet."""
    return Q(place__in=kinds.ON_WALL, state__in=("posted", "ended"), poster__isnull=True)


def lines(notice: Notice) -> list[NoticeLine]:
    return list(notice.lines.order_by("position"))


def objections(actor: Actor, notice: Notice) -> list[Objection]:
    """The objections of one notice, for who may answer them."""
    if not actor.can(powers.ANSWER, notice.org):
        return []
    return list(notice.objections.select_related("line").order_by("-received_at", "-id"))


def objection_of(actor: Actor, pk: UUID) -> Objection:
    found = one_of(
        Objection.objects.filter(within(actor, powers.ANSWER, prefix="org__"), pk=pk).select_related(
            "notice", "line", "org"
        )
    )
    if found is None:
        raise Hidden(str(pk))
    return found


def waiting_objections(actor: Actor) -> QuerySet[Objection]:
    """What waits for an answer, oldest first."""
    return (
        Objection.objects.filter(within(actor, powers.ANSWER, prefix="org__"), state="open")
        .select_related("notice", "org")
        .order_by("received_at", "id")
    )


# -- what other apps ask -------------------------------------------------------------------------------------
def ended(notice_id: UUID, at: datetime) -> bool:
    """Whether the notice has hung its full time and was not taken down."""
    return Notice.objects.filter(pk=notice_id, state__in=("posted", "ended"), ends_at__lte=at).exists()


def over(at: datetime) -> QuerySet[Notice]:
    """Notices that have hung their full time: for a subquery."""
    return Notice.objects.filter(state__in=("posted", "ended"), ends_at__lte=at)


def clear(at: datetime) -> QuerySet[Notice]:
    """Notices that are over and against which nothing is open: for a subquery."""
    return over(at).filter(~Exists(Objection.objects.filter(notice=OuterRef("pk"), state="open")))


def open_objections(notice_ids: Iterable[UUID]) -> dict[UUID, int]:
    """Notice -> how many objections wait for an answer; those without any are absent."""
    found = Objection.objects.filter(notice_id__in=list(notice_ids), state="open").order_by()
    return dict(found.values_list("notice_id").annotate(Count("pk")))


def struck_refs(notice_ids: Iterable[UUID]) -> set[UUID]:
    """The applications that an upheld objection took off their notice."""
    found = NoticeLine.objects.filter(notice_id__in=list(notice_ids), standing=kinds.Standing.STRUCK.value)
    return set(found.values_list("ref", flat=True))


# -- what anyone may read ------------------------------------------------------------------------------------
@dataclass(frozen=True)
class PublicLine:
    position: int
    name: str
    unit: str
    item: str
    key: UUID


@dataclass(frozen=True)
class PublicNotice:
    """What hangs on the public site; after its time only that it hung."""

    key: UUID
    title: str
    body: str
    org_name: str
    starts_on: date | None
    last_day: date | None
    days: int
    day_unit_label: str
    phone: str
    document_no: str
    ground: str
    running: bool
    lines: list[PublicLine] = field(default_factory=list)


def public_list(at: datetime) -> QuerySet[Notice]:
    """What hangs on the site now, newest first. Sensitive ones never do: the row itself forbids it."""
    return (
        Notice.objects.filter(
            state="posted", sensitive=False, place__in=kinds.ON_SITE, ends_at__gt=at, starts_on__isnull=False
        )
        .select_related("org")
        .order_by("-starts_on", "-id")
    )


def public_one(pk: UUID, at: datetime) -> PublicNotice:
    """One notice of the site. When its time is over the names are gone; taken down, it never was."""
    notice = one_of(
        Notice.objects.filter(
            pk=pk, state__in=("posted", "ended"), sensitive=False, place__in=kinds.ON_SITE
        ).select_related("org")
    )
    if notice is None or notice.ends_at is None:
        raise Hidden(str(pk))
    running = notice.state == "posted" and at < notice.ends_at
    shown = notice.lines.filter(standing=kinds.Standing.LISTED.value).order_by("position") if running else ()
    return PublicNotice(
        notice.pk,
        notice.title,
        notice.body if running else "",
        notice.org.name,
        notice.starts_on,
        last_day_of(notice),
        notice.days,
        notice.day_unit_label,
        notice.phone,
        notice.document_no,
        notice.ground,
        running,
        [PublicLine(line.position, line.name_shown, line.unit_shown, line.item_shown, line.pk) for line in shown],
    )


def of_site(pk: UUID) -> Notice:
    """The notice that the public sees, for handing in an objection."""
    notice = one_of(Notice.objects.filter(pk=pk, sensitive=False, place__in=kinds.ON_SITE))
    if notice is None:
        raise Hidden(str(pk))
    return notice


def line_of(notice_id: UUID, key: str) -> NoticeLine | None:
    """The line that a form names; None for the whole notice."""
    return one_of(NoticeLine.objects.filter(notice_id=notice_id, pk=key)) if key else None


def answer_by_number(number: str) -> Objection | None:
    """What whoever objected may ask with the number they were told: whether and how it was answered."""
    return Objection.objects.filter(number=number.strip().upper()).select_related("notice").first()


def last_day_of(notice: Notice) -> date | None:
    """The last day it hangs."""
    if notice.ends_at is None:
        return None
    return (notice.ends_at.astimezone(clock.SHANGHAI) - timedelta(days=1)).date()
