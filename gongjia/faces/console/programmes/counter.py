"""窗口代办: an officer enters an application for somebody who handed it in on paper, or for a union."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse

from gongjia.base import clock
from gongjia.base.refused import Reason, Refused
from gongjia.faces.console.orgs import picking
from gongjia.faces.console.programmes.one import application_url, round_url
from gongjia.faces.console.programmes.panel import member_named
from gongjia.faces.shared import filling, flash
from gongjia.faces.shared.fields import DayField, Mended
from gongjia.faces.shared.formats import hour
from gongjia.faces.shared.pages import Crumb, FormPage, Page
from gongjia.faces.shared.pages.forms import sentence_of
from gongjia.faces.shared.policy import Policy
from gongjia.who.members import powers as member_powers
from gongjia.who.members import queries as members
from gongjia.work.programmes import actions, powers
from gongjia.work.programmes.queries import lists
from gongjia.work.programmes.queries import rounds as round_queries
from gongjia.work.programmes.queries.offers import places_of

COUNTER = Policy("officer", powers.COUNTER)


def open_rounds(actor: Any, at: Any) -> list[Any]:
    """Rounds that can be applied to now, as an officer of a union below sees them."""
    return list(
        round_queries.rounds_of(actor).filter(state="open", opens_at__lte=at).exclude(closes_at__lte=at)
        .order_by("title")[:200]
    )  # fmt: skip


class StartForm(picking.UnionForm):
    """Which round, for whom, received when."""

    round = forms.ChoiceField(label="申报项目")
    member = Mended(
        label="会员", required=False, max_length=40, check=False,
        help_text="填手机号或证件号码，最准；也可以填姓名。替工会申报的不填。",
    )  # fmt: skip
    union = picking.UnionField(label="工会", required=False, power=powers.COUNTER, help_text="替工会申报的才填。")
    name = Mended(label="姓名", required=False, max_length=40, help_text="还不是会员的（如申请入会）才填。")
    happened_on = DayField(label="收到申请的日期", help_text="纸质申请是哪天收到的，就写哪天。")

    def __init__(self, *args: Any, rounds: Any = (), **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["round"].choices = [("", "请选择"), *((str(one.pk), one.title) for one in rounds)]


class Start(FormPage):
    title = "窗口代办"
    lead = "替到窗口来的会员，或者替工会填申报表。办理记录里写明是代办、哪天收到、谁代填。"
    policy = COUNTER
    form_class = StartForm
    template = "console/org_form.html"
    submit_label = "开始填写"
    fields_of = {
        "happened_on": "happened_on", "person_unknown": "member", "org_missing": "union", "round_not_open": "round",
        "member_many": "member", "member_none": "member",
    }  # fmt: skip

    @property
    def cancel_url(self) -> str:
        return reverse("console:programmes")

    def crumbs(self) -> list[Crumb]:
        return [Crumb("申报项目", reverse("console:programmes"))]

    def form_kwargs(self) -> dict[str, Any]:
        return {"actor": self.actor, "rounds": open_rounds(self.actor, self.at)}

    def initial(self) -> dict[str, Any]:
        return {"round": self.request.GET.get("round", ""), "happened_on": clock.today()}

    def context(self) -> dict[str, Any]:
        return {"kept": None, "kept_token": "", "offered": picking.offered(self.actor, powers.COUNTER)}

    def act(self, form: StartForm) -> Any:
        values = form.cleaned_data
        one = round_queries.round_of(self.actor, UUID(values["round"]))
        if one.subject == "org":
            return actions.start_draft(round_=one, for_org=values["union"], actor=self.actor, at=self.at)
        person = _member(self.actor, values["member"], self.at) if values["member"] else None
        return actions.start_draft(
            round_=one, person_id=person, happened_on=values["happened_on"], name=values["name"], actor=self.actor,
            at=self.at,
        )  # fmt: skip

    def after(self, result: Any) -> str:
        return application_url(result.pk, "fill")


def _member(actor: Any, text: str, at: Any) -> UUID:
    """By a full number, else the one member of that name in reach."""
    if (found := member_named(actor, text, at)) is not None:
        return found
    rows = []
    if actor.holds(member_powers.READ):
        rows = members.member_rows(actor, filters=members.MemberFilter(text=text, status="all"), limit=6).rows
    exact = {row.person_id: row for row in rows if row.name == text}
    if len(exact) == 1:
        return next(iter(exact))
    if len(exact) > 1:
        where = "、".join(row.org_short_name or row.org_name for row in exact.values())
        raise Refused(Reason("member_many", f"有几位同名的会员（{where}），请填手机号或证件号码。"))
    raise Refused(Reason("member_none", "没有找到这位会员，或不在您能办理的范围内。", cure="请核对手机号或证件号码。"))


class Fill(filling.Filling, Page):
    """The form as it was published, on one page; kept while it is typed, saved, or handed in at once."""

    policy = COUNTER
    template = "console/programmes/fill.html"
    hinted = True
    by_paper = False

    @cached_property
    def record(self) -> Any:
        found = lists.at_counter(self.actor, self.kwargs["pk"])
        self.must_here(found.for_org or found.org)
        return found

    @property
    def home_org(self) -> Any:
        return self.record.org

    def heading(self) -> str:
        return self.record.applicant_name or "填写申报表"

    def crumbs(self) -> list[Crumb]:
        return [
            Crumb("申报项目", reverse("console:programmes")),
            Crumb(self.record.round.title, round_url(self.record.round_id)),
        ]

    @cached_property
    def answers(self) -> dict[str, Any]:
        return actions.own_answers(application=self.record, actor=self.actor)

    @cached_property
    def places(self) -> dict[str, list[str]]:
        return places_of(self.record.round)

    @property
    def asked(self) -> list[Any]:
        return filling.placed(lists.asked(self.record.round.form.spec, self.record.stage), self.places)

    @cached_property
    def names(self) -> dict[str, str]:
        return lists.names_of(self.record.round.form.spec, self.answers)

    def find_person(self, name: str, number: str) -> UUID:
        return _member(self.actor, number, self.at)

    def find_unions(self, text: str) -> list[Any]:
        try:
            return [picking.find(self.actor, text, powers.COUNTER)]
        except forms.ValidationError as problem:
            raise Refused(Reason("org_unknown", problem.messages[0])) from None

    def show(
        self, faults: filling.Faults, *, said: Sequence[str] = (), status: int = 200, found: Any = None
    ) -> HttpResponse:
        one = self.record
        unions = any(field["kind"] == "union" for field in self.asked)
        return self.render(
            status=status, one=one, **self.drawn(faults, said, found),
            offered=picking.offered(self.actor, powers.COUNTER) if unions else [],
            eligibility=lists.conditions_now(one, self.at.date()),
        )  # fmt: skip

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.show({})

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.POST.get("_discard"):
            return self._discard()
        if "keep" in request.GET:
            return self._keep()
        patch, wrong, found = self.take()
        try:
            self._save(patch)
        except Refused as refused:
            return self.show({}, said=[sentence_of(reason) for reason in refused.reasons], status=422)
        if "add" in request.POST and not wrong:
            key = request.POST["add"]
            return HttpResponseRedirect(f"{request.path}?add={key}#f-{filling.PREFIX}-{key}")
        if "_save" in request.POST and not wrong:
            flash.say(request, "已保存，可以以后接着填。")
            return HttpResponseRedirect(request.path)
        said: list[str] = []
        if not wrong:
            try:
                actions.submit(application=self.record, actor=self.actor, at=self.at)
            except Refused as refused:
                wrong, said = filling.by_key(self.asked, refused.reasons)
        if wrong or said:
            return self.show(wrong, said=said, status=422, found=found)
        flash.say(request, "已提交，已进入审核。")
        return HttpResponseRedirect(
            application_url(self.record.pk) if self.actor.holds(powers.READ) else reverse("console:programmes_counter")
        )

    def _discard(self) -> HttpResponse:
        try:
            actions.discard_draft(application=self.record, actor=self.actor, at=self.at)
        except Refused as refused:
            return self.show({}, said=[sentence_of(reason) for reason in refused.reasons], status=422)
        flash.say(self.request, "草稿已删除。")
        return HttpResponseRedirect(reverse("console:programmes_counter"))

    def _keep(self) -> HttpResponse:
        """Every few seconds, by the page's script. Files wait for a button."""
        try:
            self._save(filling.typed(self.asked, self.request.POST, self.answers))
        except Refused as refused:
            return JsonResponse({"saved": "", "said": "".join(sentence_of(one) for one in refused.reasons)})
        return JsonResponse({"saved": hour(self.at), "fresh": {"revision": self.record.revision}})

    def _save(self, patch: dict[str, Any]) -> None:
        revision = self.request.POST.get("revision", "")
        actions.save_draft(
            application=self.record, answers=patch, actor=self.actor, at=self.at,
            revision=int(revision) if revision.isdigit() else None,
        )  # fmt: skip
        for name in ("record", "answers", "names"):  # read anew
            self.__dict__.pop(name, None)
