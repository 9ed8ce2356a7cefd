"""At the door: packs for phones without network, scans, the list with its ticks.

A pack holds ticket digests and a public key, no names. Scans come back with the moment of the phone, which is kept
within the pack's hour; one ticket on two phones is named, whichever of them synced first. Sending the same scans
again changes nothing.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from gongjia.base import journal
from gongjia.base.actor import Actor
from gongjia.base.clock import SHANGHAI
from gongjia.base.models import one_of
from gongjia.base.refused import Hidden, Reason, Refused, fact_of, refuse, refuse_if
from gongjia.work.events import kinds, powers
from gongjia.work.events.actions.common import day_of
from gongjia.work.events.models import Attendance, DoorPack, Event, Scan, Session, SignUp
from gongjia.work.events.queries.door import expected
from gongjia.work.events.queries.tickets import public_key, read, ticket_of
from gongjia.work.events.rules import door as rules

SCANS_MOST = 5000  # of one sync


@dataclass(frozen=True)
class Pack:
    """What goes to the phone, whole: `content` is all it may keep."""

    row: DoorPack
    content: dict[str, Any]


@dataclass(frozen=True)
class Named:
    """One scan with its verdict, and in words what is wrong with it."""

    scan_id: UUID | None
    ticket: str
    at: datetime
    verdict: str
    sign_up: SignUp | None = None
    standing: str = ""
    words: str = ""


@dataclass(frozen=True)
class Synced:
    taken: int
    marked: int
    named: tuple[Named, ...] = field(default=())  # everything that is not simply in order

    @property
    def doubles(self) -> tuple[Named, ...]:
        return tuple(one for one in self.named if one.verdict == kinds.ScanVerdict.DOUBLE)


# -- packs -----------------------------------------------------------------------------------------------
def issue_pack(*, session: Session, device: str, actor: Actor, at: datetime) -> Pack:
    """Digests of every ticket of a session, for an hour."""
    with journal.act():
        event, session = _door(session, actor)
        refuse_if(
            rules.may_pack(starts_at=session.starts_at, ends_at=session.ends_at, at=at, cancelled=session.cancelled)
        )
        account: Any = actor.account_id
        if account is None or not device.strip():
            refuse("device_missing", "请用干部账号在手机上领取。", cure="请重新登录。")
        rows = list(expected(session))
        digests = _digests(rows)
        text = "\n".join(sorted(digests.values()))
        row = DoorPack.objects.create(
            event=event, session=session, issued_to_id=account, device=device.strip()[:64], issued_at=at,
            expires_at=at + rules.PACK_LASTS, digest=sha256(text.encode()).hexdigest(), count=len(rows),
        )  # fmt: skip
        journal.write(
            "events.pack_issued", actor=actor, at=at, org=event.org, subject=row, subjects=[event],
            payload={"tickets": len(rows), "digest": row.digest},
        )  # fmt: skip
        content = {
            "pack": str(row.pk),
            "session": str(session.pk),
            "title": event.title,
            "starts_at": session.starts_at.isoformat(),
            "late_after": (session.starts_at + rules.LATE_AFTER).isoformat(),
            "issued_at": at.isoformat(),
            "expires_at": row.expires_at.isoformat(),
            "key": b64encode(public_key(event.pk)).decode(),
            "event": str(event.pk),
            "tickets": sorted(digests.values()),
        }
        return Pack(row, content)


def _digests(rows: Sequence[SignUp]) -> dict[UUID, str]:
    """Sign-up -> digest of its ticket; noted on the rows, so that a digest alone finds its row again."""
    found = {one.pk: ticket_of(one).digest for one in rows}
    stale = [one for one in rows if one.ticket != found[one.pk]]
    for one in stale:
        one.ticket = found[one.pk]
    SignUp.objects.bulk_update(stale, ["ticket"], batch_size=1000)
    return found


def sync(
    *, pack: DoorPack | UUID, scans: Iterable[Mapping[str, str]], actor: Actor, at: datetime
) -> Synced:  # fmt: skip
    """Scans of a phone that was offline: [{"ticket": digest, "at": ISO moment}, …]. All or none; again is no harm."""
    given = list(scans)
    if len(given) > SCANS_MOST:
        refuse("scans_many", f"一次最多同步 {SCANS_MOST} 条。", fact=str(len(given)), cure="请分几次同步。")
    wishes = [_wish(one) for one in given]
    with journal.act():
        row = one_of(DoorPack.objects.select_for_update(of=("self",)).filter(pk=getattr(pack, "pk", pack)))
        if row is None or row.issued_to_id != actor.account_id:
            raise Hidden(str(pack))
        event, session = _door(row.session_id, actor)
        by_ticket = {
            one.ticket: one
            for one in SignUp.objects.filter(event=event, ticket__in={ticket for ticket, _ in wishes})
            .exclude(ticket="")
            .select_related("person", "org")
            if one.session_id in (None, session.pk)
        }
        made = []
        for ticket, claimed in dict.fromkeys(wishes):
            moment, moved = rules.kept_within(claimed, row.issued_at, row.expires_at, at)
            made.append(
                Scan(
                    event=event, session=session, pack=row, sign_up=by_ticket.get(ticket), ticket=ticket,
                    device=row.device, by=actor.account_id, at=moment, came_at=at, verdict=_first_verdict(by_ticket.get(ticket)),
                    note=f"手机时间 {fact_of(claimed)} 不在签到包的时段内" if moved else "",
                )
            )  # fmt: skip
        before = set(Scan.objects.filter(session=session, pack=row).values_list("ticket", "device", "at"))
        fresh = [one for one in made if (one.ticket, one.device, one.at) not in before]
        Scan.objects.bulk_create(fresh, batch_size=1000, ignore_conflicts=True)
        named = _judge(event, session, {one.ticket for one in made}, kinds.MarkedBy.OFFLINE, actor, at)
        row.synced_at = at
        row.save(update_fields=["synced_at"])
        mine = [one for one in named[1] if one.verdict != kinds.ScanVerdict.OK]
        if fresh:
            journal.write(
                "events.door_synced", actor=actor, at=at, org=event.org, subject=row, subjects=[event],
                payload={"scans": len(fresh), "marked": named[0], "named": len(mine)},
            )  # fmt: skip
        return Synced(len(fresh), named[0], tuple(mine))


def _wish(one: Mapping[str, str]) -> tuple[str, datetime]:
    ticket, moment = str(one.get("ticket", "")), str(one.get("at", ""))
    try:
        claimed = datetime.fromisoformat(moment)
        if len(ticket) != 64 or claimed.tzinfo is None:
            raise ValueError
        bytes.fromhex(ticket)
    except ValueError:
        raise Refused(
            Reason("scan_bad", "有一条扫码记录看不懂。", f"{ticket[:12]} {moment[:30]}", cure="请更新签到页面再同步。")
        ) from None
    return ticket.lower(), claimed


def _first_verdict(sign_up: SignUp | None) -> str:
    if sign_up is None:
        return kinds.ScanVerdict.UNKNOWN.value
    return (kinds.ScanVerdict.OK if sign_up.state == "placed" else kinds.ScanVerdict.CANCELLED).value


# -- one scan with network -------------------------------------------------------------------------------
def scan(*, session: Session, text: str, device: str = "", actor: Actor, at: datetime) -> Named:
    """A ticket at the door: in order, seen before, of another event, or given up."""
    with journal.act():
        event, session = _door(session, actor)
        refuse_if(
            rules.may_scan(
                starts_at=session.starts_at, ends_at=session.ends_at, minutes_early=event.door_minutes_early, at=at
            )
        )
        ticket = rules.digest(text)
        known = read(text, event.pk)
        found = one_of(SignUp.objects.filter(event=event, pk=known)) if known else None
        if found is not None and found.session_id not in (None, session.pk):
            found = None
        if found is not None and found.ticket != ticket:
            found.ticket = ticket
            found.save(update_fields=["ticket"])
        row, _new = Scan.objects.get_or_create(
            session=session, ticket=ticket, device=device.strip()[:64], at=at,
            defaults={"event": event, "sign_up": found, "by": actor.account_id, "came_at": at,
                      "verdict": _first_verdict(found)},
        )  # fmt: skip
        marked, named = _judge(event, session, {ticket}, kinds.MarkedBy.SCAN, actor, at)
        if marked:
            journal.write(
                "events.scanned", actor=actor, at=at, org=event.org, subject=row,
                subjects=[("events.signup", found.pk)] if found else [],
            )  # fmt: skip
        return next((one for one in named if one.scan_id == row.pk), Named(row.pk, ticket, at, row.verdict, found))


def _judge(
    event: Event, session: Session, tickets: set[str], how: str, actor: Actor, at: datetime
) -> tuple[int, list[Named]]:
    """Verdicts of every scan of these tickets, whoever sent them, and attendance by the first moment. Five queries."""
    scans = list(
        Scan.objects.filter(session=session, ticket__in=tickets)
        .select_related("sign_up__person", "sign_up__org").order_by("at", "came_at", "pk")
    )  # fmt: skip
    of_ticket: dict[str, list[Scan]] = {}
    for one in scans:
        of_ticket.setdefault(one.ticket, []).append(one)
    moments: dict[UUID, Scan] = {}
    again: dict[UUID, tuple[str, str]] = {}
    for some in of_ticket.values():
        if some[0].sign_up is None or some[0].sign_up.state != "placed":
            continue
        moments[some[0].sign_up.pk] = some[0]
        by_key = {one.pk: one for one in some}
        pairs = rules.doubles([rules.Seen(one.pk, one.device, one.at, one.came_at) for one in some])
        for later, first in pairs:
            words = f"同一张票 {_clock(first.at)} 已在“{first.device or '签到台'}”扫过"
            again[by_key[later.key].pk] = (kinds.ScanVerdict.DOUBLE.value, words)  # type: ignore[index]
    changed = []
    for one in scans:
        verdict, note = again.get(one.pk, (_first_verdict(one.sign_up), one.note))
        if one.verdict != verdict or one.note != note:
            one.verdict, one.note = verdict, note
            changed.append(one)
    Scan.objects.bulk_update(changed, ["verdict", "note"], batch_size=1000)
    marked = _mark(event, session, moments, how, actor, at)
    named = [
        Named(
            one.pk, one.ticket, one.at, one.verdict, one.sign_up, rules.standing_at(one.at, session.starts_at), _words(one)
        )
        for one in scans
    ]  # fmt: skip
    return marked, named


def _words(one: Scan) -> str:
    """What the officer reads beside a scan."""
    if one.verdict == kinds.ScanVerdict.UNKNOWN:
        return "不是这一场的票"
    if one.verdict == kinds.ScanVerdict.CANCELLED:
        return "这张票的报名已取消"
    return one.note


def _clock(moment: datetime) -> str:
    return f"{moment.astimezone(SHANGHAI):%H:%M:%S}"


def _mark(
    event: Event, session: Session, moments: Mapping[UUID, Scan], how: str, actor: Actor, at: datetime
) -> int:  # fmt: skip
    """Attendance of who was scanned; a scan that turns out to be earlier mends the moment, never the other way."""
    had = {one.sign_up_id: one for one in Attendance.objects.filter(session=session, sign_up__in=list(moments))}
    fresh, better = [], []
    for pk, one in moments.items():
        standing = rules.standing_at(one.at, session.starts_at)
        minutes = rules.minutes_of(standing, one.at, starts_at=session.starts_at, minutes=session.minutes)
        row = had.get(pk)
        if row is None:
            sign_up = one.sign_up
            assert sign_up is not None
            fresh.append(
                Attendance(
                    event=event, sign_up=sign_up, session=session, person_id=sign_up.person_id, org_id=sign_up.org_id,
                    standing=standing, on=day_of(session.starts_at), at=one.at, how=how, by=actor.account_id,
                    minutes=minutes,
                )
            )  # fmt: skip
        elif row.how in (kinds.MarkedBy.SCAN, kinds.MarkedBy.OFFLINE) and row.at is not None and one.at < row.at:
            row.at, row.standing, row.minutes = one.at, standing, minutes
            better.append(row)
    Attendance.objects.bulk_create(fresh, batch_size=1000)
    Attendance.objects.bulk_update(better, ["at", "standing", "minutes"], batch_size=1000)
    return len(fresh)


# -- the list --------------------------------------------------------------------------------------------
def tick(
    *,
    session: Session,
    sign_ups: Sequence[UUID],
    standing: str = kinds.Standing.PRESENT.value,
    how: str = kinds.MarkedBy.MANUAL.value,
    note: str = "",
    actor: Actor,
    at: datetime,
) -> int:
    """Mark people on the list by hand: there, late, excused, absent. What a scan or a tick said before is corrected,
    which needs a reason. All or none."""
    wanted = set(sign_ups)
    with journal.act():
        event, session = _door(session, actor)
        if standing not in kinds.Standing.values:
            refuse("standing_unknown", "没有这种签到情况。", fact=standing)
        opens = session.starts_at - rules.PACK_BEFORE
        if at < opens and standing != kinds.Standing.EXCUSED:
            refuse("door_not_open", "还没到签到时间。", fact=fact_of(session.starts_at), cure="请当天再签。")
        rows = {one.pk: one for one in expected(session).filter(pk__in=wanted).select_for_update(of=("self",))}
        if len(rows) < len(wanted):
            refuse(
                "not_on_list", "有人不在这一场的名单上，没有签到。", fact=f"{len(wanted) - len(rows)} 人",
                cure="请刷新名单；已取消报名的不能签到。",
            )  # fmt: skip
        had = {one.sign_up_id: one for one in Attendance.objects.filter(session=session, sign_up__in=wanted)}
        differing = [one for one in had.values() if one.standing != standing]
        if differing and not note.strip():
            refuse("why_missing", "改动已有的签到要写明原因。", fact=f"{len(differing)} 人", cure="例如：扫错了人。")
        counted = rules.minutes_of(standing, None, starts_at=session.starts_at, minutes=session.minutes)
        late_by = at if standing == kinds.Standing.LATE and session.starts_at < at < session.ends_at else None
        if late_by is not None:
            counted = rules.minutes_of(standing, late_by, starts_at=session.starts_at, minutes=session.minutes)
        Attendance.objects.bulk_create(
            [
                Attendance(
                    event=event, sign_up=one, session=session, person_id=one.person_id, org_id=one.org_id,
                    standing=standing, on=day_of(session.starts_at), at=at, how=how, by=actor.account_id,
                    minutes=counted, note=note.strip()[:200],
                )
                for pk, one in rows.items()
                if pk not in had
            ],
            batch_size=1000,
        )  # fmt: skip
        for one in differing:
            one.standing, one.minutes, one.how, one.by, one.note = (
                standing,
                counted,
                how,
                actor.account_id,
                note.strip()[:200],
            )
        Attendance.objects.bulk_update(differing, ["standing", "minutes", "how", "by", "note"], batch_size=1000)
        touched = [pk for pk in rows if pk not in had] + [one.sign_up_id for one in differing]
        if touched:
            journal.write(
                "events.attendance_corrected" if differing else "events.ticked", actor=actor, at=at, org=event.org,
                subject=event, subjects=[("events.signup", pk) for pk in touched], note=note.strip(),
                payload={"session": str(session.pk), "standing": standing, "count": len(touched)},
            )  # fmt: skip
        return len(touched)


def _door(session: Session | UUID, actor: Actor) -> tuple[Event, Session]:
    """The session and its event, for who may stand at its door; the session's row is held, so scans do not cross."""
    pk: Any = getattr(session, "pk", session)
    found = one_of(
        Session.objects.select_for_update(of=("self",), no_key=True).select_related("event__org").filter(pk=pk)
    )
    if found is None:
        raise Hidden(str(pk))
    actor.must(powers.DOOR, found.event.org)
    if found.event.state in ("draft", "cancelled"):
        refuse("no_door", "活动还没发布或者已经取消，不能签到。", fact=found.event.state)
    return found.event, found
