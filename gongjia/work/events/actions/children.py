"""Children's classes: listed with a guardian's consent, brought, and fetched by those on the list alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from gongjia.base import journal, secret
from gongjia.base.actor import Actor
from gongjia.base.models import one_of
from gongjia.base.refused import Hidden, Reason, Refused, refuse, refuse_if
from gongjia.work.events import kinds, powers, rules
from gongjia.work.events.actions.claiming import ALREADY, Claim, Outcome, claim, claim_many
from gongjia.work.events.actions.common import day_of, is_own, lock_sign_up, tell_each, words_of
from gongjia.work.events.actions.entering import _not_below as not_below
from gongjia.work.events.models import Child, Event, PickUp, Session, SignUp
from gongjia.work.events.states import LIVE


@dataclass(frozen=True)
class NewPickUp:
    """Somebody who may fetch the child."""

    name: str
    phone: str = ""
    relation: str = ""


@dataclass(frozen=True)
class NewChild:
    """A child as its guardian fills it in. `paper`: the consent as signed, where it was given on paper."""

    name: str
    born: date | None
    relation: str
    consent: bool
    pick_ups: Sequence[NewPickUp] = ()
    grade: int | None = None
    health: str = ""
    health_consent: bool = False
    paper: Any = None


@dataclass(frozen=True)
class ClassForm:
    """One guardian's form on the pile."""

    person_id: UUID
    children: Sequence[NewChild] = field(default=())


def child_faults(
    event: Event, children: Sequence[NewChild], *, counter: bool, at: datetime
) -> list[Reason]:  # fmt: skip
    """What keeps these children out of the class."""
    if not kinds.KINDS[event.kind].children:
        return [Reason("no_class", "这不是托班活动。", event.title)]
    if not children:
        return [Reason("no_child", "请写明报名的孩子。", cure="至少填写一个孩子。")]
    first_day = day_of(event.first_at or at)
    found: list[Reason] = []
    for one in children:
        phones = [fault for each in one.pick_ups if each.phone.strip() for fault in rules.phone_faults(each.phone)]
        facts = rules.ChildFacts(
            one.name, one.born, one.relation, one.consent, one.grade, bool(one.health.strip()), one.health_consent,
            [each.name for each in one.pick_ups], phones, on_paper=not counter or one.paper is not None,
        )  # fmt: skip
        found += rules.child_faults(facts, event.params, first_day)
    if len({(one.name.strip(), one.born) for one in children}) < len(children):
        found.append(Reason("child_twice", "同一个孩子写了两次。"))
    return found


def sign_up_children(
    *,
    event: Event,
    guardian: Any,
    children: Sequence[NewChild],
    session: Session | None = None,
    request_key: str = "",
    wait: bool = True,
    clash_ok: bool = False,
    counter: bool = False,
    actor: Actor,
    at: datetime,
) -> SignUp:
    """The guardian's place or place in the line, with the children it is for; without consent there is neither.

    `counter`: an officer fills in what the guardian signed. A retry with the same key answers the same row.
    """
    with journal.act():
        if not counter and actor.person_id != guardian.pk:
            raise Hidden(str(guardian.pk))
        if counter:
            actor.must(powers.CHILDREN, event.org)
        refuse_if(child_faults(event, children, counter=counter, at=at))
        way = kinds.SignedBy.COUNTER if counter else kinds.SignedBy.SELF
        found = claim(
            event=event, person=guardian, session=session, guests=len(children), request_key=request_key, way=way.value,
            told=True, wait=wait, clash_ok=clash_ok, actor=actor, at=at,
        )  # fmt: skip
        if not Child.objects.filter(sign_up=found).exists():
            _put(event, [(found, children)], actor, at)
        return found


def add_children(*, sign_up: SignUp, children: Sequence[NewChild], actor: Actor, at: datetime) -> list[Child]:
    """The children of a place that was won in a lot or a rush: before that nobody needs their names."""
    with journal.act():
        found = lock_sign_up(sign_up.pk)
        own = is_own(found, actor)
        if not own:
            actor.must(powers.CHILDREN, found.event.org)
        if found.state not in LIVE:
            refuse("not_live", "报名已经结束，不能再登记孩子。", fact=found.state_label)
        here = Child.objects.filter(sign_up=found, left_on__isnull=True).count()
        if here + len(children) > found.seats:
            refuse(
                "children_most", f"报名时占了 {found.seats} 个名额，不能登记更多孩子。", fact=str(here + len(children))
            )
        refuse_if(child_faults(found.event, children, counter=not own, at=at))
        return _put(found.event, [(found, children)], actor, at)


def sign_up_class(
    *, event: Event, org: Any, forms: Sequence[ClassForm], happened_on: date, session: Session | None = None,
    wait: bool = True, note: str = "", actor: Actor, at: datetime,
) -> list[Outcome]:  # fmt: skip
    """A pile of signed forms at the counter: each answered, whoever is fine has a place. Members of the union only."""
    with journal.act():
        actor.must(powers.SIGN, org)
        actor.must(powers.CHILDREN, event.org)
        if happened_on > day_of(at):
            refuse("happened_later", "登记日期不能晚于今天。", fact=str(happened_on))
        foreign = not_below(org, [one.person_id for one in forms], day_of(at))
        answers: dict[int, Outcome] = {}
        fine: list[int] = []
        wishes: dict[int, Claim] = {}
        session_id = session.pk if session is not None else None
        for place, form in enumerate(forms):
            wish = wishes[place] = Claim(
                form.person_id, session_id, guests=len(form.children), wait=wait, clash_ok=True
            )
            why = child_faults(event, form.children, counter=True, at=at)
            if form.person_id in foreign:
                why.append(Reason("not_ours", "监护人不是本工会（含下级）的会员。", cure="请到所在工会办理。"))
            if why:
                answers[place] = Outcome(wish, "refused", reasons=tuple(why))
            else:
                fine.append(place)
        done = claim_many(
            event=event, claims=[wishes[place] for place in fine], way=kinds.SignedBy.COUNTER.value, actor=actor, at=at,
            columns={"happened_on": happened_on, "note": note[:200]},
        ) if fine else []  # fmt: skip
        answers |= dict(zip(fine, done, strict=True))
        made = {
            one.sign_up_id: forms[place]
            for place, one in answers.items()
            if one.sign_up_id is not None and one.verdict != ALREADY
        }
        rows = SignUp.objects.in_bulk([pk for pk in made if pk is not None])
        _put(event, [(rows[pk], form.children) for pk, form in made.items() if pk is not None], actor, at)
        for state in ("placed", "waiting"):
            told = {row.person_id: pk for pk, row in rows.items() if row.state == state}
            tell_each(told, f"events.{state}", words_of(event, session), at)
        return [answers[place] for place in range(len(forms))]


def _put(
    event: Event, some: Sequence[tuple[SignUp, Sequence[NewChild]]], actor: Actor, at: datetime
) -> list[Child]:  # fmt: skip
    made: list[Child] = []
    fetchers: list[PickUp] = []
    for sign_up, children in some:
        for one in children:
            assert one.born is not None
            child = Child(
                sign_up=sign_up, name=one.name.strip(), born=one.born.isoformat(), grade=one.grade,
                identity=identity_of(one.name, one.born), guardian_id=sign_up.person_id,
                relation=one.relation.strip()[:20], consent_at=at, consent=one.paper, health=one.health.strip() or None,
            )  # fmt: skip
            made.append(child)
            fetchers += [
                PickUp(
                    child=child, name=each.name.strip(), phone=each.phone.strip() or None, relation=each.relation[:20]
                )
                for each in one.pick_ups
            ]
    Child.objects.bulk_create(made, batch_size=500)
    PickUp.objects.bulk_create(fetchers, batch_size=500)
    if made:
        journal.write(
            "events.children_listed", actor=actor, at=at, org=event.org, subjects=[event, *made],
            payload={"count": len(made), "health": sum(bool(one.health) for one in made)},
        )  # fmt: skip
    return made


def identity_of(name: str, born: date) -> UUID:
    """A keyed digest of name and birth: the same child in two classes is one child, and nobody reads who."""
    return UUID(bytes=secret.blind("event_child.identity", f"{name.strip()}|{born.isoformat()}")[:16])


# who may fetch it, and whether it stays ------------------------------------------------------------------


def _child(child: Child | UUID, actor: Actor) -> Child:
    """The guardian's own child, or one of a class that the officer looks after; its row is held."""
    found = one_of(
        Child.objects.select_for_update(of=("self",))
        .select_related("sign_up__event__org")
        .filter(pk=getattr(child, "pk", child))
    )
    if found is None:
        raise Hidden(str(child))
    own = actor.person_id is not None and found.guardian_id == actor.person_id
    if not own and not actor.can(powers.CHILDREN, found.sign_up.event.org):
        raise Hidden(str(found.pk))
    return found


def add_pick_up(*, child: Child, who: NewPickUp, paper: Any = None, actor: Actor, at: datetime) -> PickUp:
    """By the guardian on the own phone; by an officer only with the guardian's signature on paper."""
    with journal.act():
        found = _child(child, actor)
        own = found.guardian_id == actor.person_id
        if not own and paper is None:
            refuse(
                "no_guardian_paper", "增加接送人要监护人本人办理。", clause=rules.KEEPING,
                cure="请监护人在手机上增加，或上传监护人签字的单子。",
            )  # fmt: skip
        if not who.name.strip():
            refuse("no_pick_up", "请填写接送人姓名。")
        if who.phone.strip():
            refuse_if(rules.phone_faults(who.phone))
        here = list(PickUp.objects.filter(child=found, removed_on__isnull=True))
        if len(here) >= rules.PICK_UPS_MOST:
            refuse("pick_ups_most", f"接送人最多 {rules.PICK_UPS_MOST} 人。", fact=str(len(here)))
        if any(one.name.open_unlogged() == who.name.strip() for one in here):
            refuse("pick_up_twice", "这个人已经在接送人名单上。")
        made = PickUp.objects.create(
            child=found, name=who.name.strip(), phone=who.phone.strip() or None, relation=who.relation[:20]
        )
        journal.write(
            "events.pick_ups_changed", actor=actor, at=at, org=found.sign_up.event.org,
            subjects=[one for one in (found, made, paper) if one is not None], payload={"added": 1},
        )  # fmt: skip
        return made


def remove_pick_up(*, pick_up: PickUp, actor: Actor, at: datetime) -> PickUp:
    """From this moment on the child is not given to them."""
    with journal.act():
        found = _child(pick_up.child_id, actor)
        row = PickUp.objects.select_for_update().get(pk=pick_up.pk)
        if row.removed_on is not None:
            refuse("removed_already", "这个人已经不在名单上。")
        row.removed_on = day_of(at)
        row.save(update_fields=["removed_on"])
        journal.write(
            "events.pick_ups_changed", actor=actor, at=at, org=found.sign_up.event.org, subjects=[found, row],
            payload={"removed": 1},
        )  # fmt: skip
        return row


def withdraw_consent(*, child: Child, actor: Actor, at: datetime) -> Child:
    """The guardian takes it back (个人信息保护法 15): the child leaves the class, its health notes go at once."""
    with journal.act():
        found = _child(child, actor)
        if found.guardian_id != actor.person_id:
            raise Refused(Reason("guardian_only", "只有监护人本人能撤回同意。", clause=rules.CONSENT))
        if found.left_on is not None:
            refuse("left_already", "孩子已经退班。", fact=str(found.left_on))
        found.left_on, found.consent_at, found.health = day_of(at), None, None
        found.save(update_fields=["left_on", "consent_at", "health"])
        journal.write(
            "events.consent_withdrawn", actor=actor, at=at, org=found.sign_up.event.org, subject=found,
            subjects=[found.sign_up],
        )  # fmt: skip
        return found
