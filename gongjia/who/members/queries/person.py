"""One person: the page that an officer reads, what the person reads of themself, and finding one."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Model

from gongjia.base.actor import Actor
from gongjia.base.models import one_of
from gongjia.base.refused import Hidden
from gongjia.base.secret import SealedField
from gongjia.who.members import kinds, powers, rules
from gongjia.who.members.models import Correction, Help, Membership, Person, Position, Trade, Transfer
from gongjia.who.members.queries.scope import alive, gate, visible
from gongjia.who.orgs.queries import in_force, root


@dataclass(frozen=True)
class ChangeLine:
    """One line of the membership's history."""

    on: date
    kind: str
    label: str
    reason: str
    org_name: str
    other: str
    document: str


@dataclass(frozen=True)
class PersonPage:
    """What the page of a person shows: two queries, and one for each sort of thing that is there beside."""

    person: Person
    spell: Membership | None  # the latest one, with its union
    changes: list[ChangeLine] = field(default_factory=list)
    transfer: Transfer | None = None
    corrections: list[Correction] = field(default_factory=list)
    positions: list[Position] = field(default_factory=list)

    @property
    def org(self):
        """The union that keeps the file."""
        return self.spell.org if self.spell else None

    @property
    def standing(self) -> str:
        """active | retained | left | none"""
        if self.spell is None:
            return "none"
        return self.spell.standing if self.spell.until is None else "left"


def person_page(actor: Actor, person_id: UUID) -> PersonPage:
    """The page of a person that the actor may see; an id that was merged away answers with the one kept."""
    file = _file(person_id)
    if file is not None and file.person.merged_into_id is not None:
        file = _file(alive(person_id))
    if file is None or not _covers(actor, file):
        raise Hidden(str(person_id))
    return _page(file)


@dataclass(frozen=True)
class _File:
    """A person with account, latest spell and its union, and which other rows there are: one query."""

    person: Person
    spell: Membership | None
    has_transfer: bool
    has_corrections: bool
    has_positions: bool


_HOLDERS: tuple[tuple[type[Model], str], ...] = (
    (Person, "p"),
    (Person._meta.get_field("account").related_model, "a"),
    (Membership, "m"),
    (Membership._meta.get_field("org").related_model, "o"),
)


@cache
def _file_sql() -> str:
    columns = ", ".join(f"{alias}.{field.column}" for model, alias in _HOLDERS for field in model._meta.concrete_fields)
    return (
        f"select {columns},"
        " exists(select 1 from members_transfer x where x.person_id = p.id and x.state in ('asked', 'offered')),"
        " exists(select 1 from members_correction x where x.person_id = p.id),"
        " exists(select 1 from members_position x where x.person_id = p.id)"
        " from members_person p left join accounts_account a on a.id = p.account_id"
        " left join members_membership m on m.person_id = p.id and m.is_latest"
        " left join orgs_org o on o.id = m.org_id where p.id = %s"
    )


def _file(person_id: UUID) -> _File | None:
    """Read past Django's statement builder: its joins of four wide tables cost ten times the statement."""
    with connection.cursor() as cursor:
        cursor.execute(_file_sql(), [person_id])
        row = cursor.fetchone()
    if row is None:
        return None
    found: list[Any] = []
    at = 0
    for model, _alias in _HOLDERS:
        columns = model._meta.concrete_fields
        part = row[at : at + len(columns)]
        at += len(columns)
        found.append(_instance(model, columns, part) if part[0] is not None else None)
    person, account, spell, org = found
    if account is not None:
        person.account = account
    if spell is not None:
        spell.org, spell.person = org, person
    return _File(person, spell, *row[at:])


def _instance(model: type[Model], columns: Any, part: tuple) -> Any:
    values = [
        field.from_db_value(value, None, connection) if isinstance(field, SealedField) else value
        for field, value in zip(columns, part, strict=True)
    ]
    return model.from_db("default", [field.attname for field in columns], values)


def _covers(actor: Actor, file: _File) -> bool:
    """The gate on one person, asked of the row that was read (`scope.gate` says the same in SQL)."""
    if file.spell is not None:
        return actor.can(powers.READ, file.spell.org)
    if actor.everywhere:
        return actor.holds(powers.READ)
    return file.has_positions and visible(actor, Person).filter(pk=file.person.pk).exists()


def _page(file: _File) -> PersonPage:
    person, spell = file.person, file.spell
    kind_labels, reason_labels = dict(kinds.ChangeKind.choices), dict(kinds.ChangeReason.choices)
    changes = [
        ChangeLine(
            on=on,
            kind=kind,
            label=kind_labels.get(kind, kind),
            reason=reason_labels.get(reason, ""),
            org_name=org_name,
            other=other or outside,
            document=document,
        )
        for on, kind, reason, org_name, other, outside, document in _changes(person.pk)
    ]
    return PersonPage(
        person=person,
        spell=spell,
        changes=changes,
        transfer=open_transfer(person.pk) if file.has_transfer else None,
        corrections=list(Correction.objects.filter(person=person).order_by("-asked_on", "-pk")[:20])
        if file.has_corrections
        else [],
        positions=list(
            Position.objects.filter(person=person, until__isnull=True)
            .select_related("org")
            .only(*_OWN, *(f"org__{name}" for name in _UNION))
            .order_by("since")
        )
        if file.has_positions
        else [],
    )


def _changes(person_id: UUID) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(
            'select c."on", c.kind, c.reason, o.name, x.name, c.outside, c.document from members_membershipchange c'
            " join orgs_org o on o.id = c.org_id left join orgs_org x on x.id = c.other_org_id"
            ' where c.person_id = %s order by c."on" desc, c.id desc limit 100',
            [person_id],
        )
        return cursor.fetchall()


# of a union named beside something else: what a line shows and what a right is asked of
_UNION = ("id", "code", "name", "short_name", "path", "state", "kind", "parent_id")
_OWN = tuple(column.name for column in Position._meta.concrete_fields)
_TRANSFER = tuple(column.name for column in Transfer._meta.concrete_fields)


def latest_spell(person_id: UUID) -> Membership | None:
    return Membership.objects.filter(person_id=person_id, is_latest=True).select_related("org").first()


def open_transfer(person_id: UUID) -> Transfer | None:
    return (
        Transfer.objects.filter(person_id=person_id, state__in=("asked", "offered"))
        .select_related("from_org", "to_org")
        .only(*_TRANSFER, *(f"{side}__{name}" for side in ("from_org", "to_org") for name in _UNION))
        .first()
    )


def person_of_account(account: Any) -> Person | None:
    """The person behind a log-in, None when none is on file."""
    return Person.objects.filter(account=account, merged_into__isnull=True).first()


def my_page(account: Any) -> PersonPage | None:
    """What a member reads of themself: no scope but their own row."""
    person = person_of_account(account)
    file = _file(person.pk) if person else None
    return _page(file) if file else None


@dataclass(frozen=True)
class Standing:
    """查我的会籍. `found` is False for a log-in behind which nobody is on file."""

    found: bool
    checks: list[rules.StandingCheck] = field(default_factory=list)
    person: Person | None = None
    spell: Membership | None = None
    desk_name: str = ""

    @property
    def ok(self) -> bool:
        """Whether the rights of a member hold now."""
        return self.found and all(check.ok for check in self.checks if check.blocks)


def my_standing(account: Any, today: date) -> Standing:
    """Which rule of membership the logged-in person meets, which not, and who can cure it."""
    page = my_page(account)
    if page is None:
        return Standing(found=False)
    return Standing(
        found=True,
        checks=rules.standing_checks(standing_facts(page, today)),
        person=page.person,
        spell=page.spell,
        desk_name=_desk_name(page),
    )


def _desk_name(page: PersonPage) -> str:
    if page.org is not None and page.org.state == "active":
        return page.org.short_name or page.org.name
    top = page.org.parent if page.org is not None and page.org.parent_id else root()
    return (top.short_name or top.name) if top else ""


def standing_facts(page: PersonPage, today: date) -> rules.StandingFacts:
    spell, person = page.spell, page.person
    is_open = spell is not None and spell.until is None
    return rules.StandingFacts(
        today=today,
        org_name=spell.org.name if spell else "",
        org_active=spell.org.state == "active" if spell else True,
        standing=spell.standing if is_open else None,
        since=spell.since if spell else None,
        joined_on=spell.joined_on if spell else None,
        left_on=spell.until if spell and not is_open else None,
        left_how=spell.change_out_label if spell and not is_open else "",
        born_on=person.born_on,
        has_identity=bool(person.id_no),
        has_phone=bool(person.phone),
        phone_ok=person.phone_ok,
        transfer_to=page.transfer.to_org.name if page.transfer else "",
        transfer_since=page.transfer.asked_on if page.transfer else None,
        open_corrections=sum(one.state == "open" for one in page.corrections),
        desk=_desk_name(page),
    )


def my_corrections(account: Any) -> list[Correction]:
    """What the logged-in person asked to be mended, newest first."""
    return list(
        Correction.objects.filter(person__account=account).select_related("org").order_by("-asked_on", "-pk")[:50]
    )


def my_helps(account: Any) -> list[Help]:
    return list(Help.objects.filter(account=account).select_related("org").order_by("-asked_on", "-pk")[:50])


@dataclass(frozen=True)
class Found:
    """A person as a finder shows it: where the file lies is said only to one who may see it."""

    id: UUID
    name: str
    phone: Any
    org_name: str
    standing: str


def find_person(actor: Actor, *, id_no: str = "", phone: str = "", name: str = "", limit: int = 20) -> list[Found]:
    """Persons in the actor's scope by exact number or by name, for choosing one in a form.

    Who appoints officers finds persons too, without reading member lists: powers add up.
    """
    found = Person.objects.filter(merged_into__isnull=True, died_on__isnull=True)
    if id_no:
        found = found.filter(id_index=id_no)
    elif phone:
        found = found.filter(phone_index=phone)
    elif keys := rules.search_keys(name):
        spelled = Membership.objects.filter(is_latest=True, name_keys__contains=keys).values("person_id")
        found = found.filter(pk__in=spelled) | found.filter(name=name.strip(), memberships__isnull=True)
    else:
        return []
    reach = gate(actor, Person, powers.READ) | gate(actor, Person, powers.POSITIONS_GRANT)
    people = list(found.filter(reach).order_by("name", "pk")[: min(limit, 50)])
    spells = {
        spell.person_id: spell
        for spell in Membership.objects.filter(person__in=people, is_latest=True).select_related("org")
    }
    return [
        Found(
            id=person.pk,
            name=person.name,
            phone=person.phone,
            org_name=spells[person.pk].org.name if person.pk in spells else "",
            standing=spells[person.pk].standing_label if person.pk in spells else "",
        )
        for person in people
    ]


def person_to_appoint(actor: Actor, person_id: UUID) -> Person:
    """The person behind one that `find_person` found."""
    reach = gate(actor, Person, powers.READ) | gate(actor, Person, powers.POSITIONS_GRANT)
    person = one_of(Person.objects.filter(reach, pk=alive(person_id)))
    if person is None:
        raise Hidden(str(person_id))
    return person


def find_persons(*, phone: str) -> list[Person]:
    """Living persons of one phone, without scope: for the log-in that asks which of them one is."""
    return list(Person.objects.filter(phone_index=phone, merged_into__isnull=True, died_on__isnull=True).order_by("pk"))


@dataclass(frozen=True)
class Owner:
    """Whose a number is already. `org_name` is empty for one who may not see that union."""

    person_id: UUID
    org_name: str
    standing: str  # active | retained | left | none
    may_see: bool


def identity_owner(actor: Actor, id_no: str) -> Owner | None:
    """Who in the federation has this number; "已在 ×× 工会" is told only to one who may see it (T05)."""
    person = Person.objects.filter(id_index=id_no).first()
    if person is None:
        return None
    person_id = alive(person.pk)
    spell = latest_spell(person_id)
    may_see = visible(actor, Person).filter(pk=person_id).exists()
    standing = "none" if spell is None else (spell.standing if spell.until is None else "left")
    return Owner(person_id, spell.org.name if spell and may_see else "", standing, may_see)


def labels_of(person: Person) -> dict[str, str]:
    """Code lists as words, for a page or a sheet."""
    return {
        "sex": person.sex_label,
        "nation": person.nation_label,
        "id_kind": person.id_kind_label,
        "political": person.political_label,
        "education": person.education_label,
        "skill_level": person.skill_level_label,
        "employment": person.employment_label,
        "household_kind": person.household_kind_label,
    }


def trades_now(today: date) -> dict[str, str]:
    """Code -> name of the trades valid on a day."""
    return dict(Trade.objects.filter(in_force(today)).values_list("code", "name"))


def trade_rows(today: date) -> list[tuple[str, str, str, date]]:
    """(code, name, group, since) of the trades valid on a day, in their order: for the set-up page."""
    return list(
        Trade.objects.filter(in_force(today)).order_by("order", "code").values_list("code", "name", "group", "since")
    )
