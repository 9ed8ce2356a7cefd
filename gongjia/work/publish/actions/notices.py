"""Notices: drafted from records, posted, ended, taken down; and the objections to them."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from gongjia.base import clock, journal, outbox
from gongjia.base.actor import Actor
from gongjia.base.refused import Reason, Refused, refuse, refuse_if
from gongjia.work.publish import kinds, powers, rules
from gongjia.work.publish.actions.guard import guard_texts
from gongjia.work.publish.models import Notice, NoticeLine, Objection

EDITED = ("title", "body", "place", "days", "day_unit", "phone", "document_no", "ground")
MOST_OPEN = 200  # objections to one notice that wait at the same time: no flood hides a real one
WORDS = (5, 2000)
NUMBER_SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_LABELS = {"title": "标题", "body": "正文", "document_no": "文号", "ground": "公示依据"}


@dataclass(frozen=True)
class Line:
    """One application as its notice may show it. `union`: the name is a union's and stands whole."""

    ref: UUID
    name: str
    unit: str = ""
    item: str = ""
    union: bool = False


def draft_notice(
    *,
    org: Any,
    title: str,
    body: str,
    lines: Sequence[Line],
    place: str,
    days: int,
    day_unit: str = kinds.DayUnit.WORKDAY.value,
    sensitive: bool = False,
    phone: str = "",
    ground: str = "",
    document_no: str = "",
    actor: Actor,
    at: datetime,
) -> Notice:
    """Make a notice of records: each line keeps a masked name, the unit and what it is about, nothing else."""
    with journal.act():
        actor.must(powers.NOTICE, org)
        refuse_if(rules.inside_only(sensitive, place))
        if not title.strip():
            refuse("title_missing", "请填写公示标题。")
        if days < 1:
            refuse("days_missing", "公示期至少 1 天。")
        notice = Notice(
            org=org, title=title.strip(), body=body.strip(), place=place, sensitive=sensitive, days=days,
            day_unit=day_unit, phone=phone.strip(), ground=ground.strip(), document_no=document_no.strip(), made_at=at,
        )  # fmt: skip
        made = [
            NoticeLine(
                notice=notice, ref=line.ref, position=number, name_shown=rules.shown_name(line.name, union=line.union),
                unit_shown=line.unit.strip()[:120], item_shown=line.item.strip()[:100],
            )
            for number, line in enumerate(lines, 1)
        ]  # fmt: skip
        _guard(notice, made)
        notice.save(force_insert=True)
        NoticeLine.objects.bulk_create(made, batch_size=1000)
        journal.write(
            "publish.notice_drafted", actor=actor, at=at, org=org, subject=notice,
            payload={"place": place, "sensitive": sensitive, "lines": len(made), "days": days, "unit": day_unit},
        )  # fmt: skip
        return notice


def edit_notice(*, notice: Notice, changes: Mapping[str, Any], actor: Actor, at: datetime) -> Notice:
    """Change what a draft says. Its names come from records and are not typed."""
    if set(changes) - set(EDITED):
        raise ValueError(f"not part of a draft: {sorted(set(changes) - set(EDITED))}")
    with journal.act():
        notice = Notice.objects.select_for_update(of=("self",)).select_related("org").get(pk=notice.pk)
        actor.must(powers.NOTICE, notice.org)
        if notice.state != "draft":
            refuse("not_a_draft", "公示开始后不能再改内容。", fact=notice.state_label, cure="请撤下后重新拟定。")
        for name, value in changes.items():
            setattr(notice, name, value.strip() if isinstance(value, str) else value)
        refuse_if(rules.inside_only(notice.sensitive, notice.place))
        if not notice.title:
            refuse("title_missing", "请填写公示标题。")
        _guard(notice, notice.lines.all())
        notice.save(update_fields=list(changes))
        journal.write(
            "publish.notice_edited", actor=actor, at=at, org=notice.org, subject=notice,
            payload={"fields": sorted(changes)},
        )  # fmt: skip
        return notice


def post(*, notice: Notice, actor: Actor, at: datetime) -> Notice:
    """Hang it: from today, until its last day is over. Nothing is posted that does not pass the guard."""
    with journal.act():
        lines = list(notice.lines.filter(standing=kinds.Standing.LISTED.value))
        _guard(notice, lines)
        starts_on = at.astimezone(clock.SHANGHAI).date()
        ends_at = clock.start_of(rules.last_day(starts_on, notice.days, notice.day_unit) + timedelta(days=1))
        facts = rules.NoticeFacts(
            notice.place, notice.sensitive, notice.title, notice.body, [line.item_shown for line in lines],
            len(lines), notice.days, notice.phone, notice.ground, at,
        )  # fmt: skip
        journal.move(
            notice, "post", actor=actor, at=at, facts=facts, changes={"starts_on": starts_on, "ends_at": ends_at},
            payload={"until": ends_at.isoformat(), "lines": len(lines)},
        )  # fmt: skip
        return notice


def add_poster(*, notice: Notice, photo: Any, actor: Actor, at: datetime) -> Notice:
    """The photo that proves it hung on the wall."""
    with journal.act():
        notice = Notice.objects.select_for_update(of=("self",)).select_related("org").get(pk=notice.pk)
        actor.must(powers.NOTICE, notice.org)
        if notice.place not in kinds.ON_WALL:
            refuse("not_on_wall", "这份公示只在网站上，不用张榜照片。")
        if notice.state not in ("posted", "ended"):
            refuse("not_posted", "公示还没有开始，请张榜后再上传照片。", fact=notice.state_label)
        notice.poster = photo
        notice.save(update_fields=["poster"])
        journal.write(
            "publish.poster_added", actor=actor, at=at, org=notice.org, subjects=[notice, photo],
            payload={"sha256": photo.sha256},
        )  # fmt: skip
        return notice


def take_down(*, notice: Notice, why: str, actor: Actor, at: datetime) -> Notice:
    """Off the wall and the site at once. What was to follow from it does not: a new notice is needed."""
    facts = rules.NoticeFacts(notice.place, notice.sensitive, why=why)
    journal.move(
        notice, "take_down", actor=actor, at=at, facts=facts, note=why.strip(),
        changes={"taken_down_at": at, "why_down": why.strip()[:200]},
    )  # fmt: skip
    return notice


def end_due(*, actor: Actor, at: datetime) -> int:
    """Everything whose time is over is marked so; the public site leaves it out from that moment, marked or not."""
    due = Notice.objects.filter(state="posted", ends_at__lte=at).order_by("org_id", "id")
    by_org: dict[UUID, list[Notice]] = {}
    for notice in due.select_related("org"):
        by_org.setdefault(notice.org_id, []).append(notice)
    for some in by_org.values():
        facts = {one.pk: rules.NoticeFacts(one.place, one.sensitive, at=at, ends_at=one.ends_at) for one in some}
        journal.move_many(some, "end", actor=actor, at=at, org=some[0].org, facts=facts)
    return sum(map(len, by_org.values()))


def object_to(
    *, notice: Notice, text: str, at: datetime, line: NoticeLine | None = None, contact: str = "", account: Any = None
) -> Objection:
    """Somebody objects, with a name or without one. The journal tells that, never by whom nor what."""
    text, contact = text.strip(), contact.strip()
    with journal.act():
        notice = Notice.objects.select_for_update(of=("self",)).select_related("org").get(pk=notice.pk)
        if notice.state != "posted" or notice.ends_at is None or at >= notice.ends_at:
            refuse("notice_over", "公示期已经结束，不能在这里提出异议。", cure=f"请拨打受理电话 {notice.phone}。")
        if not WORDS[0] <= len(text) <= WORDS[1]:
            refuse("text_length", f"请用 {WORDS[0]} 到 {WORDS[1]} 个字说明异议。", fact=str(len(text)))
        if len(contact) > 100:
            refuse("contact_length", "联系方式太长，请只留一个电话或邮箱。")
        if line is not None and line.notice_id != notice.pk:
            refuse("line_other", "所选的人不在这份公示里。")
        if notice.objections.filter(state="open").count() >= MOST_OPEN:
            refuse("too_many", "这份公示待答复的异议太多，暂时不能再提交。", cure=f"请拨打受理电话 {notice.phone}。")
        objection = Objection(
            notice=notice, org=notice.org, line=line, text=text, contact=contact or None, account=account,
            number="".join(secrets.choice(NUMBER_SIGNS) for _ in range(10)), received_at=at,
        )  # fmt: skip
        objection.save(force_insert=True)
        journal.write(
            "publish.objected", actor=None, at=at, org=notice.org, subjects=[notice, objection],
            payload={"named": account is not None or bool(contact)},
        )  # fmt: skip
        return objection


def open_objection(*, objection: Objection, actor: Actor, at: datetime) -> tuple[str, str]:
    """The words and the contact of an objection, for who answers it; that they were read is written down."""
    with journal.act():
        actor.must(powers.ANSWER, objection.org)
        journal.write("publish.objection_read", actor=actor, at=at, org=objection.org, subject=objection)
        return objection.text.open_unlogged(), objection.contact.open_unlogged() if objection.contact else ""


def settle_objection(*, objection: Objection, upheld: bool, answer: str, actor: Actor, at: datetime) -> Objection:
    """Answer it. Upheld, the person it is about is struck from the notice and what was to follow stops."""
    answer = answer.strip()
    with journal.act():
        own = objection.account_id is not None and objection.account_id == actor.account_id
        guard_texts([("答复", answer)])
        journal.move(
            objection, "uphold" if upheld else "dismiss", actor=actor, at=at,
            facts=rules.SettleFacts(answer, own),
            changes={"answer": answer, "settled_at": at, "settled_by": actor.label},
        )  # fmt: skip
        if upheld and objection.line_id is not None:
            strike(line=objection.line, actor=actor, at=at, note="异议成立")
        if objection.account_id is not None:
            outbox.notify(
                [objection.account_id], template="publish.answered",
                context={"title": objection.notice.title, "answer": answer[:200]}, at=at,
            )  # fmt: skip
        return objection


def strike(*, line: NoticeLine, actor: Actor, at: datetime, note: str) -> NoticeLine:
    """Take one person off the notice; the others go on."""
    with journal.act():
        line = NoticeLine.objects.select_for_update(of=("self",)).select_related("notice__org").get(pk=line.pk)
        actor.must(powers.ANSWER, line.notice.org)
        if line.standing != kinds.Standing.LISTED:
            return line
        line.standing = kinds.Standing.STRUCK.value
        line.save(update_fields=["standing"])
        journal.write(
            "publish.line_struck", actor=actor, at=at, org=line.notice.org, subjects=[line.notice, line],
            payload={"position": line.position}, note=note,
        )  # fmt: skip
        return line


def _guard(notice: Notice, lines: Any) -> None:
    """Every word that is to be seen. The duty phone is meant to be public, wherever it stands."""
    texts = [(label, getattr(notice, name)) for name, label in _LABELS.items()]
    texts += [(f"名单第 {line.position} 人", f"{line.unit_shown}\n{line.item_shown}") for line in lines]
    reasons: list[Reason] = []
    try:
        guard_texts(texts, allowed=[notice.phone])
    except Refused as refused:
        reasons += refused.reasons
    for leak in rules.leaks(notice.phone, "受理电话"):
        if leak.kind != kinds.LeakKind.PHONE:
            reasons.append(Reason("phone_wrong", "受理电话填写有误。", fact=leak.found_masked))
    items = [line.item_shown for line in lines]
    reasons += rules.says_too_much(notice.sensitive, (notice.title, notice.body, *items))
    refuse_if(reasons)
