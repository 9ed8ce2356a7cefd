"""One post and what may be done with it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.urls import reverse

from gongjia.base import journal
from gongjia.base.refused import Hidden, Refused
from gongjia.faces.console.orgs import picking
from gongjia.faces.console.positions import forms as ours
from gongjia.faces.console.positions.lists import REACHES
from gongjia.faces.shared import jinja
from gongjia.faces.shared.marks import Badge, Link
from gongjia.faces.shared.pages import Crumb, DetailPage, Fact, Facts, FormPage, MovePage
from gongjia.faces.shared.policy import Policy
from gongjia.who.accounts import powers as account_powers
from gongjia.who.members import actions, powers, queries, registry

REASON_FIELDS = {
    "grant_to_self": "who", "person_died": "who", "person_merged": "who", "same_person": "who", "cover_by_holder": "who",
    "roles_exclude": "who", "grant_beyond_own": "role", "role_only_at_root": "role", "code_unknown": "role",
    "post_held": "role", "org_not_active": "org", "dates_order": "until", "cover_too_long": "until",
    "cover_outside_post": "until", "covered_already": "since", "chair_in_term": "document", "words_missing": "why",
}  # fmt: skip


def crumbs_of(post: Any = None) -> list[Crumb]:
    found = [Crumb("任职与权限", reverse("console:positions"))]
    return [*found, Crumb(words_of(post), address(post))] if post is not None else found


def address(post: Any) -> str:
    return reverse("console:positions_one", args=[post.pk])


def words_of(post: Any) -> str:
    return f"{post.person.name} · {post.post_name or post.role_label}"


class OnePost(DetailPage):
    """A post: holder, union, span, covers, timeline."""

    policy = Policy("officer", powers.POSITIONS_READ, at="org")
    template = "console/positions_one.html"

    def crumbs(self) -> list[Crumb]:
        return crumbs_of()

    def get_record(self) -> Any:
        return queries.position_of(self.actor, self.kwargs["pk"])

    @property
    def over(self) -> bool:
        return self.record.until is not None and self.record.until <= self.at.date()

    def heading(self) -> str:
        return words_of(self.record)

    def subtitle(self) -> str:
        return self.record.org.name

    def badge(self) -> Badge:
        if self.over:
            return Badge("已离任", "neutral")
        waits = any(row.id == self.record.pk for row in self.waiting())
        return Badge("待确认", "warning") if waits else Badge("在任", "success")

    def waiting(self) -> list[Any]:
        if not hasattr(self, "_waiting"):
            self._waiting = queries.unconfirmed_rows(self.actor, today=self.at.date(), limit=500)
        return self._waiting

    def steps(self) -> list[Link]:
        post, found = self.record, []
        if self.over:
            return found
        own = self.actor.person_id == post.person_id
        grants = self.actor.can(powers.POSITIONS_GRANT, post.org)
        if any(row.id == post.pk for row in self.waiting()):
            found.append(Link("确认在任", reverse("console:positions_confirm", args=[post.pk]), "check", "primary"))
        if grants and not own:
            found.append(Link("移交", reverse("console:positions_hand_over", args=[post.pk]), "switch-horizontal"))
        if own or grants:
            found.append(Link("安排代理", reverse("console:positions_cover", args=[post.pk]), "user-question"))
            words = "辞去" if own else "免去"
            found.append(Link(words, reverse("console:positions_end", args=[post.pk]), "user-minus", "danger"))
        if slips := (jinja.link_to("login:slips") if self.actor.can(account_powers.SLIP, post.org) else ""):
            found.append(Link("打印登录条", slips, "printer"))
        return found

    def groups(self) -> list[Facts]:
        post = self.record
        role = registry.roles().get(post.role)
        return [
            Facts(
                "任职",
                [
                    Fact("姓名", post.person.name),
                    Fact("手机号", str(post.person.phone) if post.person.phone else ""),
                    Fact("工会", post.org.name),
                    Fact("岗位", post.role_label),
                    Fact("职务", post.post_name),
                    Fact("专职", "是" if post.full_time else "否"),
                    Fact("任职日期", post.since, "day"),
                    Fact("到", post.until, "day"),
                    Fact("离任原因", post.ended_why),
                    Fact("任命人", post.granted_by.name if post.granted_by else ""),
                    Fact("上次确认", post.confirmed_on, "day"),
                    Fact("管到", REACHES[role.reach] if role else ""),
                ],
            )
        ]

    def timeline(self) -> list[Any]:
        return journal.timeline(self.record)

    def extra(self) -> dict[str, Any]:
        post = self.record
        may = self.actor.can(powers.POSITIONS_GRANT, post.org) or self.actor.person_id == post.person_id
        today = self.at.date()
        role = registry.roles().get(post.role)
        labels = registry.all_powers()
        return {
            "covers": [(row, may and row.until > today) for row in queries.covers_of(post)],
            "may_do": [labels.get(power, power) for power in role.powers] if role else [],
        }


class Grant(FormPage):
    """任命."""

    title = "任命"
    policy = Policy("officer", powers.POSITIONS_GRANT)
    form_class = ours.GrantForm
    submit_label = "任命"
    done_text = "已任命。本人还没有登录账号的，系统已经开通，可以打印登录条。"
    fields_of = REASON_FIELDS
    template = "console/positions_form.html"

    def crumbs(self) -> list[Crumb]:
        return crumbs_of()

    @property
    def cancel_url(self) -> str:
        return reverse("console:positions")

    def form_kwargs(self) -> dict[str, Any]:
        return {"actor": self.actor, "roles": [(role.key, role.label) for role in queries.grantable(self.actor)]}

    def context(self) -> dict[str, Any]:
        return {"unions": picking.offered(self.actor, powers.POSITIONS_GRANT)}

    def initial(self) -> dict[str, Any]:
        return {"since": self.at.date(), "who": self.request.GET.get("who", ""), "org": self.request.GET.get("org", "")}

    def act(self, form: forms.Form) -> Any:
        values = dict(form.cleaned_data)
        org = values["org"]
        term = org.terms.filter(ended_on__isnull=True).order_by("-number").first()
        return actions.grant(person=values.pop("who"), term=term, actor=self.actor, at=self.at, **values)

    def after(self, result: Any) -> str:
        return address(result)


class PostForm(FormPage):
    """What the forms about one post share."""

    policy = Policy("officer", powers.POSITIONS_READ)
    fields_of = REASON_FIELDS
    template = "console/positions_form.html"

    def crumbs(self) -> list[Crumb]:
        return crumbs_of(self.record)

    def get_record(self) -> Any:
        return queries.position_of(self.actor, self.kwargs["pk"])

    @property
    def cancel_url(self) -> str:
        return address(self.record)

    def context(self) -> dict[str, Any]:
        return {"post": self.record, "unions": ()}

    def form_kwargs(self) -> dict[str, Any]:
        return {"actor": self.actor}

    def after(self, result: Any) -> str:
        return address(self.record)


class End(PostForm):
    form_class = ours.EndForm
    submit_label = "确认免去"
    done_text = "已办理。从那一天起，这个岗位不再有权限。"
    fields_of = {**REASON_FIELDS, "dates_order": "on"}

    def heading(self) -> str:
        return "辞去岗位" if self.actor.person_id == self.record.person_id else "免去岗位"

    def form_kwargs(self) -> dict[str, Any]:
        return {}

    def initial(self) -> dict[str, Any]:
        return {"on": self.at.date()}

    def act(self, form: forms.Form) -> Any:
        return actions.end(position=self.record, actor=self.actor, at=self.at, **form.cleaned_data)


class HandOver(PostForm):
    """The post and everything open that lies with its holder by name."""

    title = "移交岗位"
    policy = Policy("officer", powers.POSITIONS_GRANT)
    form_class = ours.HandOverForm
    submit_label = "确认移交"
    done_text = "已移交，未办结的事项已转给接任的人。"
    fields_of = {
        **REASON_FIELDS,
        "dates_order": "on",
        "grant_beyond_own": "who",
        "post_held": "who",
        "words_missing": "note",
    }

    def context(self) -> dict[str, Any]:
        return {**super().context(), "todos": queries.todos_by_name(self.record), "handing": True}

    def initial(self) -> dict[str, Any]:
        return {"on": self.at.date()}

    def act(self, form: forms.Form) -> Any:
        values = dict(form.cleaned_data)
        return actions.hand_over(
            position=self.record, to=values.pop("who"), actor=self.actor, at=self.at, **values
        )  # fmt: skip

    def after(self, result: Any) -> str:
        return address(result.position)


class Cover(PostForm):
    title = "安排代理"
    form_class = ours.CoverForm
    submit_label = "安排代理"
    done_text = "已安排。代理期间，代理人以这个岗位办理，记录里写明是代理。"
    fields_of = {**REASON_FIELDS, "grant_beyond_own": "who"}

    def initial(self) -> dict[str, Any]:
        return {"since": self.at.date()}

    def act(self, form: forms.Form) -> Any:
        values = dict(form.cleaned_data)
        return actions.cover(
            position=self.record, stand_in=values.pop("who"), actor=self.actor, at=self.at, **values
        )  # fmt: skip


class EndCover(MovePage):
    title = "结束代理"
    verb = "结束代理"
    done_text = "代理已结束。"
    policy = Policy("officer", powers.POSITIONS_READ)

    def get_record(self) -> Any:
        return queries.cover_of(self.actor, self.kwargs["pk"])

    def crumbs(self) -> list[Crumb]:
        return crumbs_of(self.record.position)

    def facts(self) -> list[Fact]:
        one = self.record
        return [
            Fact("岗位", words_of(one.position)),
            Fact("代理人", one.stand_in.name),
            Fact("代理从", one.since, "day"),
            Fact("到", one.until, "day"),
        ]

    def consequences(self) -> list[str]:
        return ["从今天起，代理人不再能以这个岗位办理。"]

    @property
    def cancel_url(self) -> str:
        return address(self.record.position)

    def act(self, note: str) -> Any:
        return actions.end_cover(cover=self.record, on=self.at.date(), actor=self.actor, at=self.at, note=note)

    def after(self, result: Any) -> str:
        return self.cancel_url


class Confirm(MovePage):
    """One post (`pk` in the address), or those picked in the list."""

    title = "确认在任"
    verb = "确认在任"
    done_text = "已确认。"
    note_required = False
    policy = Policy("officer", powers.POSITIONS_CONFIRM)

    def get_record(self) -> list[Any]:
        keys = [self.kwargs["pk"]] if "pk" in self.kwargs else picked(self.request.POST.getlist("pick"))
        found = queries.positions_of(self.actor, keys, powers.POSITIONS_CONFIRM)
        if keys and len(found) != len(set(keys)):
            raise Hidden("position")
        return found

    def crumbs(self) -> list[Crumb]:
        return crumbs_of()

    def facts(self) -> list[Fact]:
        return [Fact(post.org.name, words_of(post), note=f"{post.since} 起任职") for post in self.record[:100]]

    def consequences(self) -> list[str]:
        return [f"确认这 {len(self.record)} 位现在仍在岗位上。", "已经不在的请办理免去或移交，不要确认。"]

    def blocked(self) -> Refused | None:
        from gongjia.base.refused import Reason

        if not self.record:
            return Refused(Reason("nothing_picked", "还没有选择岗位。", cure="请回到名单里勾选。"))
        return None

    @property
    def cancel_url(self) -> str:
        return reverse("console:positions") + "?state=due"

    def act(self, note: str) -> Any:
        return actions.confirm(positions=self.record, actor=self.actor, at=self.at, note=note)

    def after(self, result: Any) -> str:
        return self.way_back(self.cancel_url)


def picked(values: list[str]) -> list[UUID]:
    """The keys that a list posted; anything else counts as foreign."""
    try:
        return [UUID(value) for value in values]
    except ValueError:
        raise Hidden("position") from None
