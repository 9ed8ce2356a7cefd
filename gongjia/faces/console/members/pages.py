"""One member, and what an officer does with the membership."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.urls import reverse

from gongjia.base import journal
from gongjia.base.reveal import reveal
from gongjia.faces.console.members import forms as ours
from gongjia.faces.shared.marks import Badge, Link, NotNow
from gongjia.faces.shared.pages import Crumb, DetailPage, Fact, Facts, FormPage
from gongjia.faces.shared.policy import Policy
from gongjia.who.members import actions, kinds, powers, queries
from gongjia.who.members.queries.person import labels_of, trades_now
from gongjia.who.orgs import kinds as org_kinds
from gongjia.who.orgs import queries as orgs

READ = Policy("officer", powers.READ, at="org")
FACTS = (
    "name", "sex", "born_on", "nation", "political", "education", "skill_level", "employment", "household_kind",
    "household_place", "job_post", "is_rural_worker",
)  # fmt: skip


def person_url(pk: Any) -> str:
    return reverse("console:members_person", args=[pk])


class PersonPage(DetailPage):
    """Who it is, where the membership lies, what can be done, what happened."""

    policy = READ
    template = "console/person.html"

    def crumbs(self) -> list[Crumb]:
        return [Crumb("会员", reverse("console:members"))]

    def get_record(self) -> queries.PersonPage:
        return queries.person_page(self.actor, self.kwargs["pk"])

    def heading(self) -> str:
        return self.record.person.name

    def subtitle(self) -> str:
        return self.record.org.name if self.record.org else "没有会籍"

    def badge(self) -> Badge:
        return {
            "active": Badge("在册", "success"),
            "retained": Badge("保留会籍", "info"),
            "left": Badge("已离会", "neutral"),
            "none": Badge("非会员", "neutral"),
        }[self.record.standing]

    def may(self, power: str) -> bool:
        return self.record.org is not None and self.actor.can(power, self.record.org)

    def steps(self) -> list[Link | NotNow]:
        page, pk, found = self.record, self.record.person.pk, []
        if page.person.died_on:
            return [NotNow("办理", "已登记去世。")]
        if self.may(powers.EDIT):
            found.append(Link("修改资料", reverse("console:members_edit", args=[pk]), "edit"))
        if self.may(powers.MERGE):
            found.append(Link("更正证件号码", reverse("console:members_identity", args=[pk]), "id"))
        if page.standing == "active":
            if page.transfer:
                found.append(NotNow("转出", f"正在转往{page.transfer.to_org.name}。"))
            elif self.may(powers.TRANSFER):
                found.append(Link("转出", reverse("console:members_offer", args=[pk]), "arrows-left-right"))
            if self.may(powers.LEAVE):
                found.append(Link("保留会籍", reverse("console:members_retain", args=[pk]), "tag"))
                found.append(Link("退会", reverse("console:members_leave", args=[pk]), "logout"))
        elif page.standing == "retained" and self.may(powers.LEAVE):
            found.append(Link("恢复会籍", reverse("console:members_resume", args=[pk]), "refresh", "primary"))
        if self.may("funds.account"):
            found.append(Link("代录收款账户", reverse("console:funds_account", args=[pk]), "wallet"))
        if self.may("accounts.slip"):
            found.append(
                Link("打印登录条", reverse("login:print_slip", args=[pk]), "printer")
            ) if _slip_page() else None
        if page.person.account_id and (self.may("accounts.reset") or self.may("accounts.close")):
            found.append(Link("账号办理", reverse("login:care", args=[page.person.account_id]), "key"))
        return found

    def groups(self) -> list[Facts]:
        page = self.record
        person, words, pk = page.person, labels_of(page.person), page.person.pk
        look = reverse("console:members_reveal", args=[pk]) if self.may(powers.REVEAL) else ""
        spell = page.spell
        found = [
            Facts(
                "会籍",
                [
                    Fact(
                        "所在工会",
                        page.org.name if page.org else "",
                        link=reverse("console:orgs_one", args=[page.org.pk]) if page.org else "",
                    ),
                    Fact("会籍状态", self.badge().label),
                    Fact("入会日期", spell.joined_on if spell else None, "day"),
                    Fact("在本工会起", spell.since if spell else None, "day"),
                    Fact("工作单位", spell.employer if spell else ""),
                    Fact("会员卡号", person.card_serial or ""),
                    Fact("手机端", "已开通" if person.account_id and person.account.activated_at else "未开通"),
                ],
            ),
            Facts(
                "个人资料",
                [
                    Fact("证件类别", words["id_kind"]),
                    Fact(
                        "证件号码",
                        str(person.id_no) if person.id_no else "没有登记",
                        reveal=look if person.id_no else "",
                    ),
                    Fact(
                        "手机号", str(person.phone) if person.phone else "没有登记", reveal=look if person.phone else ""
                    ),
                    Fact("性别", words["sex"]),
                    Fact("出生日期", person.born_on, "day"),
                    Fact("民族", words["nation"]),
                    Fact("政治面貌", words["political"]),
                    Fact("学历", words["education"]),
                    Fact("技术等级", words["skill_level"]),
                    Fact("就业状况", words["employment"]),
                    Fact("户籍类型", words["household_kind"]),
                    Fact("岗位", person.job_post),
                    Fact("农民工", "是" if person.is_rural_worker else "否"),
                ],
            ),
        ]
        if page.positions:
            found.append(Facts("任职", [Fact(one.post_name or one.role_label, one.org.name) for one in page.positions]))
        return found

    def timeline(self) -> list[Any]:
        return journal.timeline(self.record.person)

    def extra(self) -> dict[str, Any]:
        return {"changes": self.record.changes, "corrections": self.record.corrections}


def _slip_page() -> bool:
    from gongjia.faces.shared.jinja import link_to

    return bool(link_to("login:print_slip", "00000000-0000-0000-0000-000000000000"))


class PersonForm(FormPage):
    """What the forms about one member share."""

    power = powers.EDIT

    def crumbs(self) -> list[Crumb]:
        return [
            Crumb("会员", reverse("console:members")),
            Crumb(self.record.person.name, person_url(self.record.person.pk)),
        ]

    @property
    def cancel_url(self) -> str:
        return person_url(self.kwargs["pk"])

    def get_record(self) -> queries.PersonPage:
        page = queries.person_page(self.actor, self.kwargs["pk"])
        self.actor.must(self.power, page.org)
        return page

    def after(self, result: Any) -> str:
        return person_url(self.record.person.pk)


class Edit(PersonForm):
    title = "修改资料"
    policy = Policy("officer", powers.EDIT, at="org")
    form_class = ours.FactsForm
    submit_label = "保存"
    done_text = "已保存。"
    fields_of = {"phone_bad": "phone", "name_missing": "name", "date_impossible": "born_on"}

    def initial(self) -> dict[str, Any]:
        person = self.record.person
        return {name: getattr(person, name) for name in FACTS}

    def act(self, form: forms.Form) -> Any:
        person = self.record.person
        changes = {
            name: form.cleaned_data[name]
            for name in FACTS
            if (form.cleaned_data[name] or "") != (getattr(person, name) or "")
        }
        if form.cleaned_data["phone"]:
            changes["phone"] = form.cleaned_data["phone"]
        return actions.correct(person=person, changes=changes, actor=self.actor, at=self.at) if changes else person


class Identity(PersonForm):
    title = "更正证件号码"
    power = powers.MERGE
    policy = Policy("officer", powers.MERGE, at="org")
    form_class = ours.IdentityForm
    submit_label = "更正"
    done_text = "已更正证件号码。"
    fields_of = {
        "id_check_digit": "id_no",
        "id_damaged": "id_no",
        "id_length": "id_no",
        "id_chars": "id_no",
        "id_taken": "id_no",
    }

    def act(self, form: forms.Form) -> Any:
        return actions.set_identity(person=self.record.person, actor=self.actor, at=self.at, **form.cleaned_data)


class Reveal(PersonForm):
    """Shows a full number once, after a reason; the page is never stored."""

    title = "查看完整号码"
    power = powers.REVEAL
    policy = Policy("officer", powers.REVEAL, at="org")
    form_class = ours.RevealForm
    submit_label = "查看"
    template = "console/reveal.html"
    fields_of = {"reveal_reason": "reason", "reveal_reason_number": "reason"}

    def initial(self) -> dict[str, Any]:
        return {"field": "id_no"}

    def act(self, form: forms.Form) -> str:
        return reveal(
            self.record.person, form.cleaned_data["field"], actor=self.actor, at=self.at, power=powers.REVEAL,
            reason=form.cleaned_data["reason"], org=self.record.org,
        )  # fmt: skip

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        from gongjia.base.refused import Refused
        from gongjia.faces.shared.pages.forms import put_reasons

        _ = self.record
        form = self.build(request.POST)
        if not form.is_valid():
            return self.show(form, 422)
        try:
            value = self.act(form)
        except Refused as refused:
            put_reasons(form, refused, self.fields_of)
            return self.show(form, 422)
        label = dict(form.fields["field"].choices)[form.cleaned_data["field"]]
        return self.render(
            template="console/revealed.html", label=label, value=value, back=self.cancel_url, record=self.record
        )


class Offer(PersonForm):
    title = "转出会员"
    power = powers.TRANSFER
    policy = Policy("officer", powers.TRANSFER, at="org")
    form_class = ours.TransferForm
    submit_label = "提出转出"
    done_text = "已提出，等转入工会接收；接收之前会籍不变。"
    fields_of = {"to_unknown": "to", "same_union": "to", "org_closed": "to"}

    def act(self, form: forms.Form) -> Any:
        from gongjia.base.refused import Reason, Refused

        found = [org for org in orgs.by_names_or_codes([form.cleaned_data["to"]]) if org.kind in org_kinds.MEMBER_KINDS]
        if len(found) != 1:
            raise Refused(Reason("to_unknown", "找不到这家基层工会，请填工会全称或代码。"))
        return actions.offer(
            person=self.record.person, to_org=found[0], actor=self.actor, at=self.at, reason=form.cleaned_data["reason"],
            words=form.cleaned_data["words"],
        )  # fmt: skip


def reasons_of(codes: Any) -> list[tuple[str, str]]:
    return [(code, kinds.ChangeReason(code).label) for code in sorted(codes, key=lambda code: int(code))]


class End(PersonForm):
    """保留会籍、恢复会籍、退会."""

    power = powers.LEAVE
    policy = Policy("officer", powers.LEAVE, at="org")
    form_class = ours.EndForm
    codes: tuple = ()

    def form_kwargs(self) -> dict[str, Any]:
        return {"reasons": reasons_of(self.codes)}

    def initial(self) -> dict[str, Any]:
        return {"on": self.at.date()}


class Retain(End):
    title = "保留会籍"
    lead = "保留会籍期间不交会费，没有选举权、被选举权和表决权，不计入会员数。"
    submit_label = "保留会籍"
    done_text = "已保留会籍。"
    codes = tuple(kinds.RETAIN_REASONS)

    def act(self, form: forms.Form) -> Any:
        return actions.retain(person=self.record.person, actor=self.actor, at=self.at, **form.cleaned_data)


class Resume(End):
    title = "恢复会籍"
    submit_label = "恢复会籍"
    done_text = "已恢复会籍。"

    def act(self, form: forms.Form) -> Any:
        return actions.resume(person=self.record.person, actor=self.actor, at=self.at, **form.cleaned_data)


class Leave(End):
    title = "退会"
    lead = "退会由本人提出。与转出、除名、保留会籍是四件不同的事。"
    submit_label = "办理退会"
    done_text = "已办理退会。"
    form_class = ours.LeaveForm
    codes = (kinds.ChangeReason.OWN_WISH.value,)

    def act(self, form: forms.Form) -> Any:
        return actions.leave(person=self.record.person, actor=self.actor, at=self.at, **form.cleaned_data)


class Admit(FormPage):
    """入会 by an officer's form."""

    title = "登记入会"
    policy = Policy("officer", powers.ADMIT)
    form_class = ours.AdmitForm
    submit_label = "登记入会"
    done_text = "已入会，电子会员卡已生成。"
    draft = "members.admit"
    groups = (
        ("入会", ("org", "on", "employer")),
        ("本人", ("name", "id_kind", "id_no", "phone", "sex", "born_on", "nation")),
        (
            "其他资料",
            (
                "political",
                "education",
                "skill_level",
                "employment",
                "household_kind",
                "household_place",
                "job_post",
                "is_rural_worker",
            ),
        ),
        ("新就业形态", ("trade", "platform", "area")),
    )
    fields_of = {
        "id_check_digit": "id_no", "id_damaged": "id_no", "id_length": "id_no", "id_chars": "id_no", "id_taken": "id_no",
        "already_member": "id_no", "phone_bad": "phone", "too_young": "born_on", "date_impossible": "on", "name_missing": "name",
    }  # fmt: skip

    def crumbs(self) -> list[Crumb]:
        return [Crumb("会员", reverse("console:members"))]

    @property
    def cancel_url(self) -> str:
        return reverse("console:members")

    def form_kwargs(self) -> dict[str, Any]:
        wanted = orgs.visible(self.actor, powers.ADMIT).filter(kind__in=sorted(org_kinds.MEMBER_KINDS), state="active")
        return {
            "unions": [(str(pk), name) for pk, name in wanted.order_by("path").values_list("pk", "name")[:1500]],
            "trades": sorted(trades_now(self.at.date()).items()),
        }

    def initial(self) -> dict[str, Any]:
        standing = self.request.shell.standing
        return {"org": str(standing.org_id) if standing else "", "on": self.at.date(), "id_kind": "id_card"}

    def act(self, form: forms.Form) -> Any:
        values = dict(form.cleaned_data)
        org = orgs.get(self.actor, UUID(values.pop("org")), powers.ADMIT)
        join = actions.JoinFacts(
            on=values.pop("on"), employer=values.pop("employer"), trade=values.pop("trade"), platform=values.pop("platform"),
            area=values.pop("area"),
        )  # fmt: skip
        return actions.admit(facts=actions.PersonFacts(**values), org=org, join=join, actor=self.actor, at=self.at)

    def after(self, result: Any) -> str:
        return person_url(result.person_id)
