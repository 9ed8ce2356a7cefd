"""Lists of hand-overs, corrections and requests for help that an actor may see."""

from __future__ import annotations

from django.db.models import QuerySet

from gongjia.base.actor import Actor
from gongjia.base.models import one_of
from gongjia.base.secret import masks
from gongjia.who.members.models import Correction, Help, Person, Transfer
from gongjia.who.members.queries.scope import visible

_OPEN = ("asked", "offered")


def transfer_list(actor: Actor, state: str = "") -> QuerySet[Transfer]:
    """Hand-overs from or to a union in reach. `state`: "open", one of its states, or "" for all."""
    found = visible(actor, Transfer).select_related("person", "from_org", "to_org")
    if state == "open":
        return found.filter(state__in=_OPEN)
    return found.filter(state=state) if state else found


def correction_list(actor: Actor, *, closed: bool = False) -> QuerySet[Correction]:
    found = visible(actor, Correction, "members.settle").select_related("person", "org").order_by("-asked_on", "-pk")
    return found if closed else found.filter(state="open")


def help_list(actor: Actor, *, closed: bool = False) -> QuerySet[Help]:
    found = visible(actor, Help).select_related("org", "person").order_by("-asked_on", "-pk")
    return found if closed else found.filter(state="open")


def transfer_of(actor: Actor, pk) -> Transfer:
    return one(transfer_list(actor), pk)


def correction_of(actor: Actor, pk) -> Correction:
    return one(correction_list(actor, closed=True), pk)


def help_of(actor: Actor, pk) -> Help:
    return one(help_list(actor, closed=True), pk)


def one(found: QuerySet, pk):
    """The row of that key among those visible; `Hidden` when it is none of them."""
    from gongjia.base.refused import Hidden

    row = one_of(found.filter(pk=pk))
    if row is None:
        raise Hidden(str(pk))
    return row


def wanted_label(correction: Correction) -> str:
    """What the member wants to stand there, in words: shown to the officer who settles it; numbers stay masked."""
    if not correction.wanted:
        return ""
    if correction.field in ("id_no", "phone"):
        plain = correction.wanted.open_unlogged()
        return masks.id_number(plain) if correction.field == "id_no" else masks.phone(plain)
    text = correction.wanted.open_unlogged()
    labels = getattr(Person._meta.get_field(correction.field), "labels", dict)() if correction.field in _CODED else {}
    return labels.get(text, text)


_CODED = ("sex", "nation", "education", "political", "skill_level")
