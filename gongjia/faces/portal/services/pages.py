"""The list of services, one service, one round with "我能申请吗?", and the way into joining."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from gongjia.base.refused import Hidden, Refused
from gongjia.faces.portal.pages import PortalPage, services
from gongjia.faces.portal.services import tiles
from gongjia.faces.shared.jinja import link_to
from gongjia.work.programmes import actions, queries
from gongjia.work.programmes.queries.offers import Offer, offer, offers, unions_like
from gongjia.work.programmes.rules import forms

LIVE = ("draft", "returned", "in_review", "on_notice", "awarded")


def is_member(page: PortalPage) -> bool:
    return page.me is not None and page.me.standing in ("active", "retained")


class Services(PortalPage):
    """What there is now: programmes with an open round, then everyday matters of membership."""

    title = "服务"
    template = "portal/services/list.html"

    def context(self) -> dict[str, Any]:
        return {
            "offered": tiles.tiles(self.actor, self.at, member=is_member(self)),
            "everyday": services(),
            "waiting": tiles.waiting(self.actor),
        }


class Service(PortalPage):
    """One service: who can get it, what it gives, what to bring; its rounds now and before."""

    template = "portal/services/service.html"

    @property
    def back(self) -> str:
        return reverse("portal:services")

    @cached_property
    def found(self) -> list[Offer]:
        found = [one for one in offers(self.actor, at=self.at) if one.service == self.kwargs["key"]]
        if not found:
            raise Hidden(self.kwargs["key"])
        return found

    def heading(self) -> str:
        return tiles.label_of(self.kwargs["key"], self.found)

    def context(self) -> dict[str, Any]:
        now = [one for one in self.found if one.is_open]
        return {"first": (now or self.found)[0], "open": now, "past": [one for one in self.found if not one.is_open]}


class Round(PortalPage):
    """One round: the three lines, then each condition met or not, the fact used and who can correct it."""

    template = "portal/services/round.html"

    @cached_property
    def offer(self) -> Offer:
        return offer(self.actor, self.kwargs["pk"], at=self.at)

    @property
    def back(self) -> str:
        return reverse("portal:service", args=[self.offer.service])

    def heading(self) -> str:
        return self.offer.round.title

    def context(self, reasons: Any = ()) -> dict[str, Any]:
        found = queries.eligibility(self.actor, self.offer.round, at=self.at)
        return {
            "offer": self.offer,
            "checks": [check_of(one) for one in found.conditions],
            "eligible": found.ok,
            "unmet": len(found.reasons),
            "mine": self.offer.mine if self.offer.mine_state in LIVE else None,
            "reasons": reasons,
            "member": is_member(self),
        }


def check_of(one: Any) -> dict[str, Any]:
    """A condition for `ui.checks`: the fact used, the clause, who can correct it."""
    fact = f"依据：{one.fact}" if one.fact else ""
    clause = f"规定：{one.clause}" if one.clause else ""
    return {
        "ok": one.ok,
        "sentence": one.sentence,
        "fact": "　".join(part for part in (fact, clause) if part),
        "cure": one.cure,
        "url": mend_url(one.code) if one.ok is False else "",
    }


# which of my data a failed condition was about: there it can be said to be wrong
_MENDED_AT = {
    "age": "born_on", "skill": "skill_level", "sex": "sex", "rural": "is_rural_worker", "not_rural": "is_rural_worker",
    "education": "education",
}  # fmt: skip


def mend_url(code: str) -> str:
    """The page where the fact behind a failed condition is corrected."""
    if code in ("not_member", "outside_area", "membership_too_short"):
        return link_to("portal:standing")
    field = next((name for begin, name in _MENDED_AT.items() if code.startswith(begin)), "")
    return link_to("portal:correct", field) if field else ""


class Start(Round):
    """Begin to fill in, or go on with what was begun."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return HttpResponseRedirect(reverse("portal:service_round", args=[self.offer.round.pk]))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        checked = queries.eligibility(self.actor, self.offer.round, at=self.at)
        if not checked.ok:
            return self.render(status=422, **self.context())
        try:
            draft = actions.start_draft(round_=self.offer.round, actor=self.actor, at=self.at)
        except Refused as refused:
            return self.render(status=422, **self.context(refused.reasons))
        return HttpResponseRedirect(reverse("portal:service_resume", args=[draft.pk]))


class Join(PortalPage):
    """我要入会: with a union's QR its name stands there; without one, or without an employer, it is found."""

    title = "我要入会"
    template = "portal/services/join.html"

    @property
    def back(self) -> str:
        return reverse("portal:services")

    @cached_property
    def union(self) -> Any:
        if not (code := self.kwargs.get("code")):
            return None
        found = unions_like(code, taking_members=True)
        if len(found) != 1 or found[0].code != code.upper():
            raise Hidden(code)
        return found[0]

    @cached_property
    def round(self) -> Any:
        return queries.standing_round("join", at=self.at)

    def context(self) -> dict[str, Any]:
        union, round_ = self.union, self.round
        mine = next(
            (one for one in queries.my_applications(self.actor) if one.type == "join" and one.state in LIVE[:4]), None
        )
        return {
            "union": union,
            "round": round_,
            "days": max((desk.days for desk in round_.desks.all()), default=0) if round_ else 0,
            "mine": mine,
            "member": is_member(self),
            "reasons": (),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.round is None:
            raise Hidden("join")
        try:
            draft = actions.start_draft(round_=self.round, actor=self.actor, at=self.at)
            if patch := self.prefilled():
                actions.save_draft(application=draft, answers=patch, actor=self.actor, at=self.at)
        except Refused as refused:
            return self.render(status=422, **{**self.context(), "reasons": refused.reasons})
        return HttpResponseRedirect(reverse("portal:service_resume", args=[draft.pk]))

    def prefilled(self) -> dict[str, Any]:
        """The union that the QR names goes into the field that asks for one."""
        if self.union is None:
            return {}
        asked = next((one for one in forms.fields_of(self.round.form.spec) if one["kind"] == "union"), None)
        return {asked["key"]: str(self.union.pk)} if asked else {}
