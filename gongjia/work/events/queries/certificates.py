"""Training certificates: who has earned one, and what anybody learns by its code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet, Sum

from gongjia.base.actor import Actor
from gongjia.base.secret import masks
from gongjia.work.events.models import Attendance, Certificate, Event, Session
from gongjia.work.events.queries.door import CAME
from gongjia.work.events.queries.scope import visible
from gongjia.work.events.rules import door as rules
from gongjia.work.publish.kinds import PublicCertificate


@dataclass(frozen=True)
class Deserving:
    sign_up_id: UUID
    person_id: UUID
    minutes: int


def deserving(event: Event) -> list[Deserving]:
    """Who attended enough and has no certificate yet, in the order of their sign-ups. Two queries."""
    percent = int(event.params.get("certificate_percent") or rules.CERTIFICATE_PERCENT)
    lengths = dict(Session.objects.filter(event=event, cancelled=False).values_list("pk", "minutes"))
    rows: Any = (
        Attendance.objects.filter(event=event, standing__in=CAME, sign_up__state="placed", session__cancelled=False)
        .filter(sign_up__certificate__isnull=True)
        .values("sign_up_id", "person_id", "sign_up__session_id").annotate(sum=Sum("minutes")).order_by("sign_up_id")
    )  # fmt: skip
    return [
        Deserving(row["sign_up_id"], row["person_id"], row["sum"])
        for row in rows
        if rules.earned(
            row["sum"],
            lengths.get(row["sign_up__session_id"], 0) if event.by_session else sum(lengths.values()),
            percent,
        )
    ]


def certificates_of(actor: Actor, event: Event) -> QuerySet[Certificate]:
    """What an officer sees of an event's certificates."""
    rows = visible(actor, Certificate).filter(event=event)
    return rows.select_related("person", "org", "event", "sign_up__org").order_by("serial")


def my_certificates(person_id: UUID) -> QuerySet[Certificate]:
    rows = Certificate.objects.filter(person_id=person_id)
    return rows.select_related("person", "org", "event", "sign_up__org").order_by("-issued_on", "-pk")


def certificate(serial: str) -> PublicCertificate | None:
    """Look up a certificate by its whole number; None when there is none."""
    if len(serial.strip()) < 8:
        return None
    found = (
        Certificate.objects.filter(serial=serial.strip().upper())
        .select_related("person", "org", "sign_up__org")
        .first()
    )
    if found is None:
        return None
    return PublicCertificate(
        found.serial, f"{found.title} 培训证书", masks.name(found.person.name), found.sign_up.org.name, found.org.name,
        found.issued_on, found.revoked_on is None, found.revoked_on,
    )  # fmt: skip
