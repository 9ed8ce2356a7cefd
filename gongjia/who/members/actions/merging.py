"""Two files of one person become one. Both ids answer afterwards, and every row of either is kept."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from gongjia.base import journal
from gongjia.base.actor import Actor
from gongjia.base.refused import Reason, Refused, refuse_if
from gongjia.base.secret import with_indexes
from gongjia.who.members import kinds, powers, registry, rules
from gongjia.who.members.actions import endings, spells
from gongjia.who.members.models import Correction, Membership, Person, Position

# Relations with an order of their own below; all others are pointed anew by one statement each.
_BY_HAND = frozenset({"members.membership", "members.position", "members.correction", "members.person"})


def merge_persons(
    *, keep: Person, lose: Person, actor: Actor, at: datetime, note: str, stay_with: str = "keep"
) -> Person:
    """Merge `lose` into `keep`. Where both are members now, `stay_with` says whose union stays ("keep" | "lose").

    Facts that `keep` lacks come from `lose`; where both have one, `keep`'s stays.
    """
    today = spells.day_of(at)
    with journal.act():
        first, second = sorted((keep.pk, lose.pk))
        held = {pk: spells.hold(pk) for pk in dict.fromkeys((first, second))}
        ours, theirs = held[keep.pk], held[lose.pk]
        our_home, their_home = spells.home_of(ours.person, ours.spell), spells.home_of(theirs.person, theirs.spell)
        actor.must(powers.MERGE, our_home)
        actor.must(powers.MERGE, their_home)
        refuse_if(rules.may_merge(_facts(ours, theirs, note)))
        entry = journal.write(
            "members.persons_merged",
            actor=actor,
            at=at,
            org=our_home,
            subjects=[ours.person, theirs.person],
            payload={"kept": str(keep.pk), "merged": str(lose.pk), "stay_with": stay_with},
            note=note,
        )
        if their_home.pk != our_home.pk:
            journal.write(
                "members.persons_merged", actor=actor, at=at, org=their_home, subject=theirs.person, note=note,
                cause=entry,
            )  # fmt: skip
        endings.withdraw_transfers(theirs.person, actor, at, "重复档案合并", entry)
        _merge_spells(ours, theirs, stay_with, today)
        _merge_posts(ours.person, theirs.person, actor, at, entry)
        _merge_requests(ours.person, theirs.person, actor, at, entry)
        _merge_facts(ours.person, theirs.person, their_home, actor, at)
        _point_anew(ours.person, theirs.person)
        return ours.person


def _facts(ours: spells.Held, theirs: spells.Held, note: str) -> rules.MergeFacts:
    a, b = ours.person, theirs.person
    held_roles = {
        person.pk: set(Position.objects.filter(person=person, until__isnull=True).values_list("role", flat=True))
        for person in (a, b)
    }
    known = registry.roles()
    clash = any(
        key in known and other in known and (other in known[key].excludes or key in known[other].excludes)
        for key in held_roles[a.pk]
        for other in held_roles[b.pk]
    )
    return rules.MergeFacts(
        same=a.pk == b.pk,
        kept_merged=a.merged_into_id is not None,
        lost_merged=b.merged_into_id is not None,
        two_cards=bool(
            a.id_no and b.id_no and a.id_kind == b.id_kind == kinds.IdKind.ID_CARD and a.id_index != b.id_index
        ),
        names_same=a.name == b.name,
        roles_clash=clash,
        words=note,
    )


def _merge_spells(ours: spells.Held, theirs: spells.Held, stay_with: str, today) -> None:
    """One latest spell remains; of two open ones the other ends today as entered twice."""
    if ours.spell and theirs.spell:
        if ours.open and theirs.open:
            stays = theirs if stay_with == "lose" else ours
        elif ours.open or theirs.open:
            stays = ours if ours.open else theirs
        else:
            stays = max((ours, theirs), key=lambda one: (one.spell.until, one.spell.since))
        goes = theirs if stays is ours else ours
        if goes.open:
            ended = spells.end(goes.spell, today, kinds.ChangeKind.UNDONE)
            spells.note_change(ended, kinds.ChangeKind.UNDONE, ended.until, reason=kinds.ChangeReason.DOUBLE_RECORD)
        Membership.objects.filter(pk=goes.spell.pk).update(is_latest=False)
        firsts = [day for day in (ours.spell.joined_on, theirs.spell.joined_on) if day]
        if firsts:
            Membership.objects.filter(pk=stays.spell.pk).update(joined_on=min(firsts))
    Membership.objects.filter(person=theirs.person).update(
        person=ours.person, name_keys=rules.keys_of(ours.person.name)
    )


def _merge_posts(keep: Person, lose: Person, actor: Actor, at: datetime, entry: Any) -> None:
    held = set(Position.objects.filter(person=keep, until__isnull=True).values_list("org_id", "role"))
    for post in Position.objects.filter(person=lose).select_related("org"):
        if post.until is None and (post.org_id, post.role) in held:
            post.until, post.ended_why = max(spells.day_of(at), post.since), "重复档案合并"
        if post.granted_by_id == keep.pk:
            post.granted_by = None
        post.person = keep
        post.save(update_fields=["person", "until", "ended_why", "granted_by"])
        journal.write("positions.merged", actor=actor, at=at, org=post.org, subject=post, cause=entry)
    Position.objects.filter(person=keep, granted_by=lose).update(granted_by=None)


def _merge_requests(keep: Person, lose: Person, actor: Actor, at: datetime, entry: Any) -> None:
    asked = set(Correction.objects.filter(person=keep, state="open").values_list("field", flat=True))
    for correction in Correction.objects.filter(person=lose, state="open", field__in=asked):
        journal.move(
            correction, "withdraw", actor=actor, at=at, cause=entry, note="重复档案合并",
            changes={"ended_on": spells.day_of(at), "answer": "重复档案合并"},
        )  # fmt: skip
    Correction.objects.filter(person=lose).update(person=keep)


_SIMPLE = (
    "nation", "political", "education", "skill_level", "employment", "household_kind", "household_place",
    "native_place", "job_post", "note", "born_on", "upper_no",
)  # fmt: skip


def _merge_facts(keep: Person, lose: Person, their_home: Any, actor: Actor, at: datetime) -> None:
    """What only the lost file knows; sealed values travel closed from row to row."""
    written = [name for name in _SIMPLE if not getattr(keep, name) and getattr(lose, name)]
    for name in written:
        setattr(keep, name, getattr(lose, name))
    if keep.sex in ("0", "9") and lose.sex not in ("0", "9"):
        keep.sex = lose.sex
        written.append("sex")
    if lose.is_rural_worker and not keep.is_rural_worker:
        keep.is_rural_worker = True
        written.append("is_rural_worker")
    if not keep.phone and lose.phone:
        keep.phone, keep.phone_ok = lose.phone.carry(), lose.phone_ok
        written += ["phone", "phone_ok"]
    number = lose.id_no.carry() if lose.id_no and not keep.id_no else None
    if number is not None:
        keep.id_kind = lose.id_kind
        keep.id_no = number
        written += ["id_kind", "id_no"]
    account = lose.account if lose.account_id and not keep.account_id else None
    if lose.account_id and keep.account_id:
        endings.close_log_in(lose, their_home, actor, at, "重复档案合并")
    lose.id_no, lose.phone, lose.account, lose.merged_into = None, None, None, keep
    lose.save(update_fields=with_indexes(Person, ["id_no", "phone", "account", "merged_into"]))
    if account is not None:
        keep.account = account
        written.append("account")
    if written:
        keep.save(update_fields=with_indexes(Person, written))


def _point_anew(keep: Person, lose: Person) -> None:
    """Every other row that names the lost file names the kept one: of this app and of those above.

    A row that can exist only once per person, and does for both, stops the merge with its name.
    """
    for relation in Person._meta.related_objects:
        model, name = relation.related_model, relation.field.name
        if model._meta.label_lower in _BY_HAND and name == "person":
            continue
        if model is Person:
            Person.objects.filter(merged_into=lose).exclude(pk=lose.pk).update(merged_into=keep)
            continue
        try:
            with transaction.atomic():
                model._base_manager.filter(**{name: lose}).update(**{name: keep})
        except IntegrityError as error:
            raise Refused(
                Reason(
                    "both_have_one",
                    f"两份档案里都有“{model._meta.verbose_name}”，不能自动合并。",
                    cure="请先在其中一份档案里结束它。",
                )
            ) from error
