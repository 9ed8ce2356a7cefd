"""The routing table for joining: which union takes somebody without an employer's union."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import reverse

from gongjia.faces.console.orgs import picking
from gongjia.faces.shared.fields import Mended
from gongjia.faces.shared.pages import Crumb, FormPage
from gongjia.faces.shared.policy import Policy
from gongjia.who.members.queries.person import trades_now
from gongjia.work.programmes import actions, powers
from gongjia.work.programmes.queries import rounds

SPARE, MOST = 4, 200


class RoutesForm(picking.UnionForm):
    """A line a rule; a line without a union is none. Empty columns match everything."""

    def __init__(self, *args: Any, count: int = SPARE, trades: Any = (), **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.count = count
        self.blocks: list[tuple[str, tuple[str, ...]]] = []
        for n in range(1, count + 1):
            self.fields[f"r{n}_trade"] = forms.ChoiceField(
                label="职业", choices=[("", "不限"), *trades], required=False
            )
            self.fields[f"r{n}_platform"] = Mended(label="平台企业", required=False, max_length=60)
            self.fields[f"r{n}_area"] = Mended(label="区域或站点", required=False, max_length=60)
            self.fields[f"r{n}_org"] = picking.UnionField(label="接收的工会", required=False, power=powers.ROUTES)
            self.fields[f"r{n}_org"].help_text = ""
            self.blocks.append((f"第 {n} 条", tuple(f"r{n}_{part}" for part in ("trade", "platform", "area", "org"))))

    def rows(self) -> list[actions.Route]:
        values = self.cleaned_data
        return [
            actions.Route(values[f"r{n}_org"], values[f"r{n}_trade"], values[f"r{n}_platform"], values[f"r{n}_area"])
            for n in range(1, self.count + 1) if values.get(f"r{n}_org")
        ]  # fmt: skip


class Routes(FormPage):
    title = "入会分派表"
    lead = "没有单位工会的人申请入会，按这张表找接收的工会：写得最细的一条优先，一样细的排在前面的优先。清空“接收的工会”就是删去这一条。"
    policy = Policy("officer", powers.ROUTES)
    form_class = RoutesForm
    template = "console/org_form.html"
    submit_label = "保存分派表"
    done_text = "分派表已保存，从今天起按新表分派。"

    @property
    def cancel_url(self) -> str:
        return reverse("console:programmes")

    def crumbs(self) -> list[Crumb]:
        return [Crumb("申报项目", reverse("console:programmes"))]

    @property
    def held(self) -> list[Any]:
        if not hasattr(self, "_held"):
            self._held = rounds.join_routes()
        return self._held

    def form_kwargs(self) -> dict[str, Any]:
        trades = sorted(trades_now(self.at.date()).items())
        return {"actor": self.actor, "count": min(MOST, len(self.held) + SPARE), "trades": trades}

    def initial(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for n, row in enumerate(self.held, start=1):
            found |= {
                f"r{n}_trade": row.trade, f"r{n}_platform": row.platform, f"r{n}_area": row.area, f"r{n}_org": row.org.name,
            }  # fmt: skip
        return found

    def show(self, form: forms.Form, status: int = 200) -> HttpResponse:
        self.groups = form.blocks  # type: ignore[attr-defined]
        return super().show(form, status)

    def context(self) -> dict[str, Any]:
        return {"kept": None, "kept_token": "", "offered": picking.offered(self.actor, powers.ROUTES)}

    def act(self, form: RoutesForm) -> Any:
        return actions.set_routes(rows=form.rows(), actor=self.actor, at=self.at)

    def after(self, result: Any) -> str:
        return reverse("console:programmes_routes")
