"""窗口代办: an officer enters an application for somebody who handed it in on paper, or for a union."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from gongjia.base import clock
from gongjia.base.journal import attachments
from gongjia.base.refused import Reason, Refused
from gongjia.faces.console.orgs import picking
from gongjia.faces.console.programmes import filling
from gongjia.faces.console.programmes.one import application_url, round_url
from gongjia.faces.console.programmes.panel import member_named
from gongjia.faces.shared import flash
from gongjia.faces.shared.fields import DayField, Mended
from gongjia.faces.shared.pages import Crumb, FormPage
from gongjia.faces.shared.policy import Policy
from gongjia.who.members import powers as member_powers
from gongjia.who.members import queries as members
from gongjia.work.programmes import actions, powers
from gongjia.work.programmes.queries import lists
from gongjia.work.programmes.queries import rounds as round_queries

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


class Fill(FormPage):
    """The form as it was published; saved, or handed in at once."""

    title = "填写申报表"
    policy = COUNTER
    form_class = filling.FillForm
    template = "console/programmes/fill.html"
    submit_label = "提交申报"

    def get_record(self) -> Any:
        return lists.at_counter(self.actor, self.kwargs["pk"])

    def org_of(self, record: Any) -> Any:
        return record.for_org or record.org

    @property
    def cancel_url(self) -> str:
        return reverse("console:programmes_counter")

    def heading(self) -> str:
        return self.record.applicant_name or "填写申报表"

    def crumbs(self) -> list[Crumb]:
        return [
            Crumb("申报项目", reverse("console:programmes")),
            Crumb(self.record.round.title, round_url(self.record.round_id)),
        ]

    @property
    def asked(self) -> list[Any]:
        return list(lists.asked(self.record.round.form.spec, self.record.stage))

    @property
    def answers(self) -> dict[str, Any]:
        if not hasattr(self, "_answers"):
            self._answers = actions.own_answers(application=self.record, actor=self.actor)
        return self._answers

    def form_kwargs(self) -> dict[str, Any]:
        return {"asked": self.asked, "rows": filling.rows_of(self.asked, self.answers)}

    def initial(self) -> dict[str, Any]:
        found = filling.initial_of(self.asked, self.answers)
        names = lists.names_of(self.record.round.form.spec, self.answers)
        for one in self.asked:
            if one["kind"] in ("person", "union") and one["key"] in found:
                found[one["key"]] = names.get(str(found[one["key"]]), "")
        return found

    def show(self, form: Any, status: int = 200) -> HttpResponse:
        self.groups = form.blocks
        return super().show(form, status)

    def context(self) -> dict[str, Any]:
        one = self.record
        names = lists.names_of(one.round.form.spec, self.answers)
        files = [
            (field["label"], [(pk, names.get(str(pk), "文件")) for pk in self.answers.get(field["key"]) or ()])
            for field in self.asked if field["kind"] == "file" and self.answers.get(field["key"])
        ]  # fmt: skip
        return {
            "one": one,
            "files": files,
            "offered": picking.offered(self.actor, powers.COUNTER) if any(f["kind"] == "union" for f in self.asked) else [],
            "eligibility": lists.conditions_now(one, self.at.date()),
        }  # fmt: skip

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        one = self.record
        if request.POST.get("_discard"):
            try:
                actions.discard_draft(application=one, actor=self.actor, at=self.at)
            except Refused as refused:
                form = self.build()
                form.is_bound = False
                return self.render(status=422, form=form, faults=[{"label": "", "sentence": r.sentence, "anchor": ""} for r in refused.reasons], groups=form.blocks, submit_label=self.submit_label, draft_key="", from_draft=False, multipart=True, **self.context())  # fmt: skip
            flash.say(request, "草稿已删除。")
            return HttpResponseRedirect(self.cancel_url)
        form = self.build(request.POST, request.FILES)
        if not form.is_valid():
            return self.show(form, 422)
        try:
            saved = self._save(form)
            if request.POST.get("_save"):
                flash.say(request, "已保存，可以以后接着填。")
                return HttpResponseRedirect(request.path)
            actions.submit(application=saved, actor=self.actor, at=self.at)
        except Refused as refused:
            form.put(refused.reasons)
            return self.show(form, 422)
        flash.say(request, "已提交，已进入审核。")
        return HttpResponseRedirect(application_url(one.pk) if self.actor.holds(powers.READ) else self.cancel_url)

    def _save(self, form: filling.FillForm) -> Any:
        patch = form.answers()
        faults = []
        for one in self.asked:
            if one["kind"] == "file":
                patch |= self._files(one, form)
            elif one["kind"] in ("person", "union") and patch.get(one["key"]):
                patch[one["key"]], fault = self._found(one, patch[one["key"]])
                faults += fault
        if faults:
            raise Refused(faults)
        return actions.save_draft(application=self.record, answers=patch, actor=self.actor, at=self.at)

    def _files(self, one: Any, form: filling.FillForm) -> dict[str, Any]:
        """Files kept from before unless taken off, then the new ones."""
        key = one["key"]
        held = [pk for pk in self.answers.get(key) or () if f"{key}:{pk}" not in self.request.POST.getlist("_off")]
        for file in form.cleaned_data.get(key) or ():
            kept = attachments.store(file, name=file.name, actor=self.actor, at=self.at, org=self.record.org)
            held.append(str(kept.pk))
        return {key: held}

    def _found(self, one: Any, text: str) -> tuple[str, list[Reason]]:
        if one["kind"] == "union":
            try:
                return str(picking.find(self.actor, text, powers.COUNTER).pk), []
            except forms.ValidationError as problem:
                return "", [Reason(f"{one['key']}_not_found", problem.messages[0])]
        try:
            return str(_member(self.actor, text, self.at)), []
        except Refused as refused:
            return "", [Reason(f"{one['key']}_not_found", refused.reasons[0].sentence)]
