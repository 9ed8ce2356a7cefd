"""Named in bulk from the roster: never-served first, everybody gets an answer."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponse

from gongjia.base.refused import Hidden, Refused
from gongjia.faces.console.events.one import SIGN, OfEvent, kind_of, session_name
from gongjia.faces.console.orgs import picking
from gongjia.faces.console.sections import keys_of
from gongjia.faces.shared import keyset
from gongjia.faces.shared.marks import Badge
from gongjia.faces.shared.pages import Page
from gongjia.who.orgs import queries as orgs
from gongjia.work.events import actions, kinds, powers, queries
from gongjia.work.events.queries import desk, lists
from gongjia.work.events.states import SignUpState

SHOWN = 100  # of a roster on one page


def own_union(page: Any) -> Any:
    """The union whose members are named: as chosen, else where one stands."""
    wanted = page.request.POST.get("at") or page.request.GET.get("at", "")
    if wanted:
        return orgs.get(page.actor, wanted, powers.SIGN)
    org = picking.home_of(page.request, powers.SIGN)
    if org is None:
        raise Hidden("org")
    return org


class Nominate(OfEvent, Page):
    """Tick members of one's union, never-served first; everybody gets an answer."""

    title = "推荐、集体报名"
    policy = SIGN
    template = "console/events/nominate.html"

    @cached_property
    def record(self) -> Any:  # type: ignore[override]
        return self.get_record()

    @cached_property
    def org(self) -> Any:
        return own_union(self)

    @cached_property
    def session(self) -> Any:
        if not self.record.by_session:
            return None
        sessions = desk.sessions_of(self.record)
        wanted = self.request.POST.get("session") or self.request.GET.get("session", "")
        return next((one for one in sessions if str(one.pk) == wanted), sessions[0] if sessions else None)

    @cached_property
    def roster(self) -> list[Any]:
        text = self.request.GET.get("q", "").strip()[:40]
        return queries.roster(self.actor, self.record, self.org, self.at, session=self.session, text=text)

    def context(self) -> dict[str, Any]:
        one = self.record
        cursor = keyset.Cursor.decode(self.request.GET.get("c", ""))
        part = keyset.page_of_list(self.roster, lambda row: row.order, cursor, SHOWN)
        children = [org for org in orgs.children_of(self.org) if org.state == "active"][:200]
        return {
            "record": one, "org": self.org, "unions": children, "session": self.session, "session_name": session_name,
            "sessions": desk.sessions_of(one) if one.by_session else [], "rows": part.rows,
            "part": part, "most": lists.MOST if len(self.roster) >= lists.MOST else 0, "q": self.request.GET.get("q", ""),
            "work": dict(kinds.WorkKey.choices), "states": dict(SignUpState.choices), "left": queries.left_for(self.record.pk, self.org, self.session, self.at),
            "contest": kind_of(one).contest, "lot": one.way == kinds.Way.LOT, "may_wait": one.waiting_list,
            "running": one.state in ("open", "closed"),
        }  # fmt: skip

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.render(reasons=(), outcomes=(), **self.context())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        names = {row.person_id: row.name for row in self.roster}
        try:
            done = actions.nominate(
                event=self.record, org=self.org, person_ids=keys_of(request.POST.getlist("pick")), session=self.session,
                trade=request.POST.get("trade", "").strip()[:40], wait=bool(request.POST.get("wait")),
                note=request.POST.get("note", "").strip(), actor=self.actor, at=self.at,
            )  # fmt: skip
        except Refused as refused:
            return self.render(status=422, reasons=refused.reasons, outcomes=(), **self.context())
        self.__dict__.pop("roster", None)
        lines = [(names.get(one.claim.person_id, ""), *answer_of(one)) for one in done]
        return self.render(reasons=(), outcomes=lines, **self.context())


def answer_of(one: Any) -> tuple[Badge, str]:
    """What came of one nomination, in a badge and a sentence."""
    if one.verdict in ("placed", "entered"):
        return Badge("报上了" if one.verdict == "placed" else "已登记摇号", "success"), ""
    if one.verdict == "waiting":
        return Badge("候补", "warning"), f"第 {one.waiting_no} 号"
    if one.verdict == "already":
        return Badge("已经报过", "neutral"), dict(SignUpState.choices).get(one.state, "")
    words = "；".join(reason.sentence + (f"（{reason.fact}）" if reason.fact else "") for reason in one.reasons)
    return Badge("没报上", "danger"), words
