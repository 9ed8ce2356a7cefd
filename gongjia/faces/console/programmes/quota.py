"""The quota board: places handed down to townships and unions, used, left, given back."""

from __future__ import annotations

from typing import Any

from django import forms

from gongjia.base.refused import Reason, Refused
from gongjia.faces.console.programmes.one import OfRound, round_url
from gongjia.faces.console.programmes.rounds import READ
from gongjia.faces.shared.fields import CountField
from gongjia.faces.shared.pages import FormPage
from gongjia.faces.shared.policy import Policy
from gongjia.who.orgs import queries as orgs
from gongjia.work.programmes import actions, powers
from gongjia.work.programmes.queries import quotas

OFFERED = 120  # unions directly below that may be given places on one page


class BoardForm(forms.Form):
    """A number for each union directly below; empty leaves it as it is."""

    def __init__(self, *args: Any, unions: Any = (), **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.unions = list(unions)
        for org in self.unions:
            self.fields[f"q_{org.pk}"] = CountField(label=org.short_name or org.name, required=False, max_value=100000)

    def given(self) -> list[tuple[Any, int]]:
        return [
            (org, self.cleaned_data[f"q_{org.pk}"]) for org in self.unions
            if self.cleaned_data.get(f"q_{org.pk}") is not None and f"q_{org.pk}" in self.changed_data
        ]  # fmt: skip


class Board(OfRound, FormPage):
    """The board; who may hand out places types the numbers beside the unions."""

    title = "名额"
    policy = READ
    template = "console/programmes/quota.html"
    form_class = BoardForm
    submit_label = "下达名额"
    done_text = "名额已下达。"

    @property
    def giver(self) -> Any:
        """The union whose places are handed out here: the round's own, or the one below it where the actor stands."""
        if not hasattr(self, "_giver"):
            self._giver = self._find_giver()
        return self._giver

    def _find_giver(self) -> Any:
        wanted = self.request.POST.get("at") or self.request.GET.get("at")
        reach = orgs.visible(self.actor, powers.QUOTA)
        if wanted:
            found = reach.filter(code=wanted, path__startswith=self.record.org.path).first()
            if found is not None:
                return found
        if self.actor.can(powers.QUOTA, self.record.org):
            return self.record.org
        posts = [post.org_id for post in self.actor.posts if powers.QUOTA in post.powers]
        return reach.filter(pk__in=posts, path__startswith=self.record.org.path).order_by("path").first()

    @property
    def open(self) -> bool:
        return self.record.state in ("draft", "open", "closed")

    def unions(self) -> list[Any]:
        if self.giver is None or not self.open:
            return []
        found = orgs.children_of(self.giver)
        return [org for org in found if org.state == "active"][:OFFERED]

    def form_kwargs(self) -> dict[str, Any]:
        return {"unions": self.unions()}

    def initial(self) -> dict[str, Any]:
        held = {line.org_id: line.own for line in self.board.lines}
        return {f"q_{org.pk}": held.get(org.pk) for org in self.unions()}

    @property
    def board(self) -> quotas.QuotaBoard:
        if not hasattr(self, "_board"):
            self._board = quotas.quota_board(self.actor, self.record)
        return self._board

    def context(self) -> dict[str, Any]:
        mine = {post.org_id for post in self.actor.posts if powers.REVIEW in post.powers}
        return {
            "record": self.record,
            "board": self.board,
            "giver": self.giver,
            "may_give": bool(self.giver) and self.open,
            "mine": mine if self.record.state in ("open", "closed") else set(),
            "list_url": round_url(self.record.pk, "entries"),
        }

    def act(self, form: BoardForm) -> Any:
        given = form.given()
        if self.giver is None:
            raise Refused(Reason("no_giver", "您没有可以下达的名额。"))
        if not given:
            raise Refused(Reason("nothing_given", "没有改动任何名额。", cure="在工会后面填个数，再点“下达名额”。"))
        return actions.give_quota(round_=self.record, giver=self.giver, to=given, actor=self.actor, at=self.at)

    def after(self, result: Any) -> str:
        return round_url(self.record.pk, "quota") + (f"?at={self.giver.code}" if self.giver != self.record.org else "")


class BackForm(forms.Form):
    number = CountField(label="退回几个", min_value=1)


class GiveBack(OfRound, FormPage):
    """A union gives back places that it will not use."""

    title = "退回名额"
    policy = Policy("officer", powers.REVIEW)
    form_class = BackForm
    submit_label = "退回"
    done_text = "已退回，下达的工会可以另作分配。"
    fields_of = {"give_back_number": "number", "give_back_many": "number", "no_quota": "number"}
    lead = "只能退回还没有用、也没有再往下分的名额。"

    @property
    def cancel_url(self) -> str:
        return round_url(self.kwargs["pk"], "quota")

    @property
    def org(self) -> Any:
        return orgs.get(self.actor, self.kwargs["org"], powers.REVIEW)

    def heading(self) -> str:
        return f"{self.org.short_name or self.org.name}退回名额"

    def act(self, form: BackForm) -> Any:
        return actions.return_quota(
            round_=self.record, org=self.org, number=form.cleaned_data["number"], actor=self.actor, at=self.at
        )

    def after(self, result: Any) -> str:
        return self.cancel_url
