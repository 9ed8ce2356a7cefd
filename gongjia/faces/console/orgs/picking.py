"""Choosing a union by typing its name or code; the browser's own list helps, no script needed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q

from gongjia.base.models import one_of
from gongjia.base.refused import Hidden
from gongjia.faces.shared.fields import Mended
from gongjia.who.orgs import kinds, powers
from gongjia.who.orgs import queries as orgs

STANDING = ("preparing", "active")
OFFERED = 300


class UnionField(Mended):
    """Text in, union out. The form carries `actor`; `power` says how far it must reach."""

    wide = "m"

    def __init__(self, *, power: str = powers.READ, **kwargs: Any):
        self.power = power
        kwargs.setdefault("help_text", "填全称、简称或编码，也可以从列表里选。")
        super().__init__(max_length=120, **kwargs)
        self.widget.attrs["list"] = "unions"


class UnionForm(forms.Form):
    """A form some of whose fields name unions."""

    def __init__(self, *args: Any, actor: Any = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.actor = actor

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        for name, field in self.fields.items():
            if isinstance(field, UnionField) and name in values:
                try:
                    values[name] = find(self.actor, values[name], field.power) if values[name] else None
                except forms.ValidationError as problem:
                    self.add_error(name, problem)
        return values


def find(actor: Any, text: str, power: str = powers.READ) -> Any:
    """The one union that the words name, within the power's reach."""
    reach = orgs.visible(actor, power).filter(state__in=STANDING).select_related("parent")
    named = list(reach.filter(Q(code=text.upper()) | Q(name=text) | Q(short_name=text))[:6])
    if not named:
        named = list(reach.filter(pk__in=[one.pk for one in orgs.search(actor, text, power=power, limit=6)]))
    if len(named) == 1:
        return named[0]
    if named:
        words = "、".join(f"{org.name}（{org.code}）" for org in named[:5])
        raise forms.ValidationError(f"有几家工会都对得上：{words}。请填编码。")
    raise forms.ValidationError(f"没有找到“{text}”，或不在您能办理的范围内。请填全称或编码。")


def offered(actor: Any, power: str, *, upper: bool = False) -> list[tuple[str, str]]:
    """(name, code) for the browser's list; for parents only unions that have others below them."""
    found = orgs.visible(actor, power).filter(state__in=STANDING)
    if upper:
        found = found.filter(kind__in=kinds.UPPER_KINDS)
    return list(found.order_by("path").values_list("name", "code")[:OFFERED])


def scope(actor: Any, value: str) -> tuple[Any, str] | None:
    """For a list's filter: the union of a code in the address."""
    try:
        org = orgs.get(actor, value)
    except Hidden:
        return None
    return org, org.name


def home_of(request: Any, power: str = powers.READ) -> Any:
    """The union one stands in, where the power reaches; else the first it reaches."""
    actor, standing = request.actor, request.shell.standing
    if standing is not None:
        org = one_of(orgs.visible(actor, power).filter(pk=standing.org_id))
        if org is not None:
            return org
    return orgs.visible(actor, power).order_by("path").first()
