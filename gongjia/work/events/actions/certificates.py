"""Training certificates: for whoever was there long enough, each with a number that anybody may verify."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from gongjia.base import journal, outbox
from gongjia.base.actor import Actor
from gongjia.base.models import one_of
from gongjia.base.refused import Hidden, fact_of, refuse
from gongjia.work.events import powers
from gongjia.work.events.actions.common import accounts_of, day_of, lock_event
from gongjia.work.events.models import Certificate, Event
from gongjia.work.events.queries.certificates import deserving


def issue_certificates(*, event: Event, actor: Actor, at: datetime) -> list[Certificate]:
    """To everybody who attended enough of it and has none yet. Again later for those whose attendance was mended."""
    with journal.act():
        event = lock_event(event)
        actor.must(powers.RESULTS, event.org)
        if not event.certificate:
            refuse("no_certificate", "这项活动没有设培训证书。", cure="发布前在活动里勾选“发证书”。")
        if event.state not in ("closed", "held", "settled") or event.last_at is None or at < event.last_at:
            refuse(
                "not_over", "全部课程结束以后才能发证。", fact=fact_of(event.last_at) if event.last_at else "没有场次"
            )
        rows = deserving(event)
        done = Certificate.objects.filter(event=event).count()
        day = day_of(at)
        made = Certificate.objects.bulk_create(
            [
                Certificate(
                    event=event, sign_up_id=one.sign_up_id, person_id=one.person_id, org=event.org, title=event.title,
                    serial=_serial(day.year, done + place), minutes=one.minutes, issued_on=day,
                )
                for place, one in enumerate(rows, start=1)
            ],
            batch_size=1000,
        )  # fmt: skip
        if made:
            journal.write(
                "events.certificates_issued", actor=actor, at=at, org=event.org, subject=event, subjects=made,
                payload={"count": len(made)},
            )  # fmt: skip
            accounts = accounts_of([one.person_id for one in made])
            told = [
                (accounts[one.person_id], {"title": event.title, "serial": one.serial})
                for one in made
                if one.person_id in accounts
            ]
            outbox.notify_own(told, template="events.certificate", at=at, url="/m/events/mine/")
        return made


def _serial(year: int, number: int) -> str:
    """`2018-PX-0007-K3MZQA`: in order, and with a part that cannot be guessed from the next one's."""
    return f"{year}-PX-{number:04d}-{base64.b32encode(secrets.token_bytes(5)).decode()[:6]}"


def revoke_certificate(*, certificate: Certificate, why: str, actor: Actor, at: datetime) -> Certificate:
    """It no longer holds; the public page says so from now on."""
    with journal.act():
        found = one_of(
            Certificate.objects.select_for_update(of=("self",)).select_related("org").filter(pk=certificate.pk)
        )
        if found is None:
            raise Hidden(str(certificate.pk))
        actor.must(powers.RESULTS, found.org)
        if found.revoked_on is not None:
            refuse("revoked_already", "这张证书已经撤销。", fact=f"{found.revoked_on}")
        if not why.strip():
            refuse("why_missing", "请写明撤销的原因。", cure="例如：冒名参加。")
        found.revoked_on, found.revoked_why = day_of(at), why.strip()[:200]
        found.save(update_fields=["revoked_on", "revoked_why"])
        journal.write(
            "events.certificate_revoked", actor=actor, at=at, org=found.org, subject=found, note=why.strip(),
        )  # fmt: skip
        return found


def note_print(*, event: Event, what: str, certificates: Sequence[UUID] = (), actor: Actor, at: datetime) -> None:
    """Names leave the system on paper: who took which paper is in the journal."""
    with journal.act():
        journal.write(
            "events.printed", actor=actor, at=at, org=event.org, subject=event,
            subjects=[("events.certificate", pk) for pk in certificates], payload={"what": what},
        )  # fmt: skip
