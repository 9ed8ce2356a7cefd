"""The quota board: places handed down to unions, who used how many, given back, more or fewer in all."""

from __future__ import annotations

from typing import Any

from django import forms

from gongjia.base.refused import Hidden, Reason, Refused
from gongjia.faces.console.events.one import READ, OfEvent, event_url, session_name
from gongjia.faces.shared.fields import CountField, DayField
from gongjia.faces.shared.pages import FormPage
from gongjia.faces.shared.policy import Policy
from gongjia.who.orgs import queries as orgs
from gongjia.work.events import actions, powers, queries
from gongjia.work.events.queries import desk

OFFERED = 120  # unions directly below that may be given places on one page


class BoardForm(forms.Form):
    """A number for each union directly below; empty leaves it as it is."""

    give_back_on = DayField(
        label="哪天起没用完的自动退回", required=False, help_text="不填就一直留着，等他们自己退回。"
    )

    def __init__(self, *args: Any, unions: Any = (), **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.unions = list(unions)
        for org in self.unions:
            self.fields[f"q_{org.pk}"] = CountField(
                label=org.short_name or org.name, required=False, max_value=1_000_000
            )

    def given(self) -> list[tuple[Any, int]]:
        return [
            (org, self.cleaned_data[f"q_{org.pk}"]) for org in self.unions
            if self.cleaned_data.get(f"q_{org.pk}") is not None and f"q_{org.pk}" in self.changed_data
        ]  # fmt: skip


class Quota(OfEvent, FormPage):
    """Every counter with what is used and left; who may hand places down types numbers beside the unions."""

    title = "名额"
    policy = READ
    template = "console/events/quota.html"
    form_class = BoardForm
    submit_label = "分配名额"
    done_text = "名额已分配。"
    fields_of = {"give_back_past": "give_back_on"}

    @property
    def giver(self) -> Any:
        """The union whose places are handed on: the organiser, or the one below it where the actor stands."""
        if not hasattr(self, "_giver"):
            self._giver = self._find_giver()
        return self._giver

    def _find_giver(self) -> Any:
        one = self.record
        reach = orgs.visible(self.actor, powers.QUOTA)
        wanted = self.request.POST.get("at") or self.request.GET.get("at")
        if wanted:
            found = reach.filter(code=wanted, path__startswith=one.org.path).first()
            if found is not None:
                return found
        if self.actor.can(powers.QUOTA, one.org):
            return one.org
        posts = [post.org_id for post in self.actor.posts if powers.QUOTA in post.powers]
        return reach.filter(pk__in=posts, path__startswith=one.org.path).order_by("path").first()

    @property
    def session(self) -> Any:
        """The session whose places are meant, where everybody chooses one."""
        if not self.record.by_session:
            return None
        sessions = desk.sessions_of(self.record)
        wanted = self.request.POST.get("session") or self.request.GET.get("session", "")
        return next((one for one in sessions if str(one.pk) == wanted), sessions[0] if sessions else None)

    @property
    def open(self) -> bool:
        return self.record.state in ("open", "closed")

    @property
    def lines(self) -> list[Any]:
        if not hasattr(self, "_lines"):
            self._lines = queries.quota_board(self.actor, self.record)
        return self._lines

    def here(self) -> list[Any]:
        key = getattr(self.session, "pk", None)
        return [line for line in self.lines if line.group or line.session_id == key]

    def unions(self) -> list[Any]:
        if self.giver is None or not self.open or not self.lines:
            return []
        below = [org for org in orgs.children_of(self.giver) if org.state == "active"]
        guiding = []
        if self.giver.pk == self.record.org_id:
            guiding = [org for org in below if org.kind in ("industry", "trade")]
        rest = [org for org in below if org not in guiding]
        return [*rest, *guiding][:OFFERED]

    def form_kwargs(self) -> dict[str, Any]:
        return {"unions": self.unions()}

    def initial(self) -> dict[str, Any]:
        held = {line.org_id: line.total for line in self.here() if line.org_id and not line.returned}
        return {f"q_{org.pk}": held.get(org.pk) for org in self.unions()}

    def context(self) -> dict[str, Any]:
        here = self.here()
        mine = {post.org_id for post in self.actor.posts if powers.SIGN in post.powers}
        return {
            "record": self.record, "lines": here, "session": self.session, "session_name": session_name,
            "sessions": desk.sessions_of(self.record) if self.record.by_session else [],
            "total": sum(line.total for line in here if not line.group),
            "used": sum(line.used for line in here if not line.group),
            "waiting": sum(line.waiting for line in here),
            "giver": self.giver, "may_give": self.giver is not None and self.open and bool(self.lines),
            "may_resize": self.open and self.may(powers.OPEN) and bool(self.lines),
            "mine": mine if self.open else set(),
            "at_query": f"?session={self.session.pk}" if self.session else "",
        }  # fmt: skip

    def act(self, form: BoardForm) -> Any:
        given = form.given()
        if self.giver is None:
            raise Refused(Reason("no_giver", "您没有可以分配的名额。"))
        if not given:
            raise Refused(Reason("nothing_given", "没有改动任何名额。", cure="在工会后面填个数，再点“分配名额”。"))
        return actions.hand_down(
            event=self.record, giver=self.giver, to=given, session=self.session,
            give_back_on=form.cleaned_data["give_back_on"], actor=self.actor, at=self.at,
        )  # fmt: skip

    def after(self, result: Any) -> str:
        return self.request.get_full_path()


class BackForm(forms.Form):
    number = CountField(label="退回几个", min_value=1)


class GiveBack(OfEvent, FormPage):
    """A union gives back places that it will not use."""

    title = "退回名额"
    policy = Policy("officer", powers.SIGN)
    form_class = BackForm
    submit_label = "退回"
    done_text = "已退回，分配的工会可以另作安排。"
    fields_of = {"quota_none": "number", "quota_not_free": "number", "no_quota": "number"}
    lead = "只能退回没有用掉的名额。"

    @property
    def cancel_url(self) -> str:
        return event_url(self.kwargs["pk"], "quota")

    @property
    def org(self) -> Any:
        return orgs.get(self.actor, self.kwargs["org"], powers.SIGN)

    @property
    def session(self) -> Any:
        wanted = self.request.GET.get("session", "")
        return next((one for one in desk.sessions_of(self.record) if str(one.pk) == wanted), None)

    def heading(self) -> str:
        return f"{self.org.short_name or self.org.name}退回名额"

    def act(self, form: BackForm) -> Any:
        return actions.return_places(
            event=self.record, org=self.org, number=form.cleaned_data["number"], session=self.session, actor=self.actor,
            at=self.at,
        )  # fmt: skip

    def after(self, result: Any) -> str:
        return self.cancel_url


class SizeForm(forms.Form):
    total = CountField(label="改成一共几个", min_value=1, max_value=1_000_000)


class Resize(OfEvent, FormPage):
    """More places go to who waits; fewer never below what is taken or lies with unions."""

    title = "调整名额"
    policy = Policy("officer", powers.OPEN, at="org")
    form_class = SizeForm
    submit_label = "调整"
    done_text = "名额已调整；多出来的按候补顺序递补。"
    fields_of = {"below_used": "total", "no_places": "total", "session_wrong": "total", "not_running": "total"}
    lead = "增加的名额马上按顺序给候补的人；减少不能少于已经占用和分给下级的。"

    @property
    def cancel_url(self) -> str:
        return event_url(self.kwargs["pk"], "quota")

    @property
    def session(self) -> Any:
        wanted = self.request.GET.get("session", "")
        found = next((one for one in desk.sessions_of(self.record) if str(one.pk) == wanted), None)
        if wanted and found is None:
            raise Hidden(wanted)
        return found

    def heading(self) -> str:
        return f"调整{session_name(self.session)}的名额" if self.session else self.title

    def initial(self) -> dict[str, Any]:
        key = getattr(self.session, "pk", None)
        rows = [one for one in queries.counters(self.record.pk) if not one.group and one.session_id == key]
        return {"total": sum(one.total for one in rows) or None}

    def act(self, form: SizeForm) -> Any:
        return actions.resize(
            event=self.record, total=form.cleaned_data["total"], session=self.session, actor=self.actor, at=self.at
        )

    def after(self, result: Any) -> str:
        return self.cancel_url
