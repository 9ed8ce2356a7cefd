"""Places handed down the tree: what the quota boards of programmes and of events share.

Numbers are typed beside the unions directly below. A number in all can be divided first, evenly or by members: that
only fills the boxes in, nothing is written until the officer hands the places out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django import forms

from gongjia.base import clock
from gongjia.base.refused import Reason, Refused
from gongjia.base.shares import by_weight
from gongjia.faces.shared.fields import CountField
from gongjia.faces.shared.pages import FormPage
from gongjia.who.members.queries import counts
from gongjia.who.orgs import queries as orgs

OFFERED = 120  # unions directly below that may be given places on one page
MOST = 1_000_000
WAYS = {"even": "平均分", "members": "按会员人数分"}


class NumbersForm(forms.Form):
    """A number for each union; empty leaves it as it is."""

    def __init__(self, *args: Any, unions: Any = (), helps: Mapping[str, str] | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.unions = list(unions)
        for org in self.unions:
            self.fields[f"q_{org.pk}"] = CountField(
                label=org.short_name or org.name, required=False, max_value=MOST, help_text=(helps or {}).get(org.code, ""),
            )  # fmt: skip

    def given(self) -> list[tuple[Any, int]]:
        """The unions whose number was changed."""
        return [
            (org, self.cleaned_data[f"q_{org.pk}"]) for org in self.unions
            if self.cleaned_data.get(f"q_{org.pk}") is not None and f"q_{org.pk}" in self.changed_data
        ]  # fmt: skip

    def boxes(self) -> list[Any]:
        return [self[f"q_{org.pk}"] for org in self.unions]

    def further(self) -> list[Any]:
        """What a section asks beside the numbers."""
        return [self[name] for name in self.fields if not name.startswith("q_")]


class ShareForm(forms.Form):
    """So many in all, to be divided among the unions named."""

    n = CountField(
        label="一共分几个", min_value=1, max_value=MOST,
        error_messages={"required": "请填写一共分几个。", "min_value": "至少分 1 个。"},
    )  # fmt: skip


class Handing(FormPage):
    """Subclass: `power`, `held()`, `pool()`, `may_hand` and the words. The record is what the places belong to."""

    power = ""
    form_class = NumbersForm
    hand_title = "往下分配"
    hand_help = ""
    none_reason = ""  # said to who has nothing to hand out

    def held(self) -> Mapping[Any, int]:
        """Union -> the number that it has now."""
        raise NotImplementedError

    def pool(self) -> int | None:
        """What the giver may divide in all, with what lies with the unions already; None: no limit."""
        raise NotImplementedError

    @property
    def may_hand(self) -> bool:
        """Whether places can be handed out now at all."""
        raise NotImplementedError

    def hidden(self) -> list[tuple[str, str]]:
        """Which part of the board the page stands at: sent along with every form of it."""
        return [("at", self.giver.code)] if self.giver is not None else []

    # who gives, to whom ------------------------------------------------------------------------------------------

    @cached_property
    def giver(self) -> Any:
        """The union whose places are handed on: the record's own, or the one below it where the actor stands."""
        top, reach = self.record.org, orgs.visible(self.actor, self.power)
        wanted = self.request.POST.get("at") or self.request.GET.get("at")
        if wanted:
            found = reach.filter(code=wanted, path__startswith=top.path).first()
            if found is not None:
                return found
        if self.actor.can(self.power, top):
            return top
        posts = [post.org_id for post in self.actor.posts if self.power in post.powers]
        return reach.filter(pk__in=posts, path__startswith=top.path).order_by("path").first()

    def below(self) -> list[Any]:
        """The unions that the giver may give to, in their order on the page."""
        return [org for org in orgs.children_of(self.giver) if org.state == "active"]

    @cached_property
    def _below(self) -> list[Any]:
        return self.below() if self.giver is not None and self.may_hand else []

    @cached_property
    def unions(self) -> list[Any]:
        return self._below[:OFFERED]

    def named_unions(self) -> dict[str, Any]:
        return {org.code: org for org in self.unions}

    def form_kwargs(self) -> dict[str, Any]:
        helps = {}
        if self.way == "members" and self.shares:
            helps = {code: f"会员 {number:,} 人" for code, number in self.members.items()}
        return {"unions": self.unions, "helps": helps}

    def initial(self) -> dict[str, Any]:
        held = self.held() if self.unions else {}
        shares = self.shares if self.request.method != "POST" else {}
        found = {}
        for org in self.unions:
            had, share = held.get(org.pk), shares.get(org.code)
            # none for a union without any is an empty box: it is not named at all
            found[f"q_{org.pk}"] = had if share is None else share or (0 if had is not None else None)
        return found

    # a number in all, divided ------------------------------------------------------------------------------------

    @cached_property
    def way(self) -> str:
        way = self.request.GET.get("share", "")
        return way if way in WAYS and self.request.method != "POST" and self.unions else ""

    @cached_property
    def share_form(self) -> ShareForm:
        if not self.way:
            return ShareForm(initial={"n": self.pool() if self.unions else None}, auto_id="f-%s")
        form = ShareForm(self.request.GET, auto_id="f-%s")
        pool, number = self.pool(), form.cleaned_data.get("n") if form.is_valid() else None
        if number is not None and pool is not None and number > pool:
            form.add_error("n", f"可以分的只有 {pool} 个。")
        return form

    @cached_property
    def shares(self) -> dict[str, int]:
        """Union's code -> its share of the number in all; empty when nothing was asked or it makes no sense."""
        if not self.way or not self.share_form.is_valid():
            return {}
        weights = dict.fromkeys(self.named_unions(), 1) if self.way == "even" else self.members
        if not any(weights.values()):
            self.share_form.add_error("n", "这些工会都还没有在册会员，不能按会员人数分。")
            return {}
        return by_weight(self.share_form.cleaned_data["n"], weights)

    @cached_property
    def members(self) -> dict[str, int]:
        """Union's code -> members in register today in it and below. One statement for all."""
        code_at = {org.path: org.code for org in self.unions}
        found, lengths = dict.fromkeys(code_at.values(), 0), sorted({len(path) for path in code_at})
        for row in counts.counts_on(clock.today(), self.giver):
            for length in lengths:
                if (code := code_at.get(row.org_path[:length])) is not None:
                    found[code] += row.active
        return found

    def share_words(self) -> str:
        """What was filled in, for the line above the boxes."""
        if not self.shares:
            return ""
        number, none = self.share_form.cleaned_data["n"], sum(not share for share in self.shares.values())
        found = f"下面填好的是 {number} 个{WAYS[self.way]}的结果，还没有{self.submit_label}，可以再改。"
        if none:
            found += f"有 {none} 家分不到。"
        if len(self._below) > OFFERED:
            found += f"下级有 {len(self._below)} 家，只列出并分给前 {OFFERED} 家。"
        return found

    def handing(self) -> dict[str, Any]:
        """What the template of the boxes needs."""
        words = self.share_words()  # asked first: it may find fault with the number
        return {
            "giver": self.giver, "may_give": bool(self.unions), "ways": WAYS, "way": self.way, "share": self.share_form,
            "share_words": words, "hidden": self.hidden(),
        }  # fmt: skip

    # handed out --------------------------------------------------------------------------------------------------

    def hand(self, form: Any, given: Sequence[tuple[Any, int]]) -> Any:
        """The one action."""
        raise NotImplementedError

    def act(self, form: Any) -> Any:
        given = form.given()
        if self.giver is None:
            raise Refused(Reason("no_giver", self.none_reason))
        if not given:
            cure = f"在工会后面填个数，再点“{self.submit_label}”。"
            raise Refused(Reason("nothing_given", "没有改动任何名额。", cure=cure))
        return self.hand(form, given)

    @property
    def here(self) -> str:
        """This part of the board, with nothing filled in."""
        query = [(key, value) for key, value in self.hidden() if value]
        return self.request.path + (f"?{urlencode(query)}" if query else "")

    def after(self, result: Any) -> str:
        return self.here


class BackForm(forms.Form):
    number = CountField(label="退回几个", min_value=1)


class HandingBack(FormPage):
    """A union gives back places that it will not use. Subclass: `power`, `cancel_url`, `back(number)`."""

    power = ""
    title = "退回名额"
    form_class = BackForm
    submit_label = "退回"
    fields_of = {"quota_none": "number", "quota_not_free": "number", "no_quota": "number"}

    @cached_property
    def org(self) -> Any:
        return orgs.get(self.actor, self.kwargs["org"], self.power)

    def heading(self) -> str:
        return f"{self.org.short_name or self.org.name}退回名额"

    def back(self, number: int) -> Any:
        raise NotImplementedError

    def act(self, form: Any) -> Any:
        return self.back(form.cleaned_data["number"])

    def after(self, result: Any) -> str:
        return self.cancel_url
