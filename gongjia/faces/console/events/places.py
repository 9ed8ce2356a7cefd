"""The quota board: places handed down to unions, who used how many, given back, more or fewer in all."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from django import forms

from gongjia.base.refused import Hidden
from gongjia.faces.console.events.one import READ, OfEvent, event_url, session_name
from gongjia.faces.console.handing import Handing, HandingBack, NumbersForm
from gongjia.faces.shared.fields import CountField, DayField
from gongjia.faces.shared.pages import FormPage
from gongjia.faces.shared.policy import Policy
from gongjia.work.events import actions, powers, queries
from gongjia.work.events.queries import desk


class BoardForm(NumbersForm):
    """With the day from which what is left comes back by itself."""

    give_back_on = DayField(
        label="哪天起没用完的自动退回", required=False, help_text="不填就一直留着，等他们自己退回。"
    )


class Quota(OfEvent, Handing):
    """Every counter with what is used and left; who may hand places down types numbers beside the unions."""

    title = "名额"
    policy = READ
    power = powers.QUOTA
    template = "console/events/quota.html"
    form_class = BoardForm
    submit_label = "分配名额"
    done_text = "名额已分配。"
    hand_help = "填的是这家工会一共有几个，不是再加几个；空着就是不动。分下去以后，那家工会的会员只用那家的名额。"
    none_reason = "您没有可以分配的名额。"
    fields_of = {"give_back_past": "give_back_on"}

    @cached_property
    def sessions(self) -> list[Any]:
        return desk.sessions_of(self.record) if self.record.by_session else []

    @cached_property
    def session(self) -> Any:
        """The session whose places are meant, where everybody chooses one."""
        wanted = self.request.POST.get("session") or self.request.GET.get("session", "")
        return next(
            (one for one in self.sessions if str(one.pk) == wanted), self.sessions[0] if self.sessions else None
        )

    @property
    def open(self) -> bool:
        return self.record.state in ("open", "closed")

    @cached_property
    def lines(self) -> list[Any]:
        return queries.quota_board(self.actor, self.record)

    def here_lines(self) -> list[Any]:
        """Of the whole event, or of the session that the page stands at."""
        key = getattr(self.session, "pk", None)
        return [line for line in self.lines if line.group or line.session_id == key]

    @property
    def may_hand(self) -> bool:
        return self.open and bool(self.lines)

    def below(self) -> list[Any]:
        """Townships and unions first, those that guide a trade last."""
        found = super().below()
        if self.giver.pk == self.record.org_id:
            found.sort(key=lambda org: org.kind in ("industry", "trade"))
        return found

    def held(self) -> Mapping[Any, int]:
        return {line.org_id: line.total for line in self.here_lines() if line.org_id and not line.returned}

    def pool(self) -> int | None:
        held, own = self.held(), None if self.giver.pk == self.record.org_id else self.giver.pk
        free = sum(
            line.free for line in self.here_lines() if line.org_id == own and not line.group and not line.returned
        )
        return free + sum(held.get(org.pk, 0) for org in self.unions)

    def hidden(self) -> list[tuple[str, str]]:
        return [*super().hidden(), *([("session", str(self.session.pk))] if self.session else [])]

    def context(self) -> dict[str, Any]:
        here = self.here_lines()
        mine = {post.org_id for post in self.actor.posts if powers.SIGN in post.powers}
        return {
            "record": self.record, "lines": here, "session": self.session, "session_name": session_name,
            "sessions": self.sessions,
            "total": sum(line.total for line in here if not line.group),
            "used": sum(line.used for line in here if not line.group),
            "waiting": sum(line.waiting for line in here),
            "may_resize": self.open and self.may(powers.OPEN) and bool(self.lines),
            "mine": mine if self.open else set(),
            "at_query": f"?session={self.session.pk}" if self.session else "",
            **self.handing(),
        }  # fmt: skip

    def hand(self, form: Any, given: Any) -> Any:
        return actions.hand_down(
            event=self.record, giver=self.giver, to=given, session=self.session,
            give_back_on=form.cleaned_data["give_back_on"], actor=self.actor, at=self.at,
        )  # fmt: skip

    # both parents name a way on: the board stays where it is
    after = Handing.after


class GiveBack(OfEvent, HandingBack):
    """A union gives back places that it will not use."""

    policy = Policy("officer", powers.SIGN)
    power = powers.SIGN
    done_text = "已退回，分配的工会可以另作安排。"
    lead = "只能退回没有用掉的名额。"

    @property
    def cancel_url(self) -> str:
        return event_url(self.kwargs["pk"], "quota")

    @property
    def session(self) -> Any:
        wanted = self.request.GET.get("session", "")
        return next((one for one in desk.sessions_of(self.record) if str(one.pk) == wanted), None)

    def back(self, number: int) -> Any:
        return actions.return_places(
            event=self.record, org=self.org, number=number, session=self.session, actor=self.actor, at=self.at
        )

    after = HandingBack.after


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
