"""What all pages have: a policy, the actor, one moment in time, a template."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.views import View

from gongjia.base import clock
from gongjia.base.refused import Forbidden
from gongjia.faces.shared.policy import Policy


@dataclass(frozen=True)
class Crumb:
    """One step of the path above a title."""

    label: str
    url: str = ""


class Page(View):
    """A page. `layout` is the face's; `title` stands on it and in the browser's tab."""

    policy: Policy | None = None
    layout = "ui/layouts/console.html"
    template = ""
    title = ""
    lead = ""
    http_method_names = ["get", "head", "post"]

    @property
    def actor(self) -> Any:
        return self.request.actor

    @cached_property
    def at(self) -> datetime:
        """The business moment of this request, asked once."""
        return clock.now()

    def must_here(self, org: Any) -> None:
        """For `at="org"`: one of the policy's powers must reach that union."""
        if self.policy is None or self.policy.at != "org" or not self.policy.powers:
            return
        if not any(self.actor.can(power, org) for power in self.policy.powers):
            raise Forbidden(self.policy.powers[0])

    def heading(self) -> str:
        return self.title

    def crumbs(self) -> list[Crumb]:
        return []

    def context(self) -> dict[str, Any]:
        """What the template of a subclass needs; the base values need not be repeated."""
        return {}

    def render(self, *, status: int = 200, template: str = "", **more: Any) -> HttpResponse:
        values = {
            "layout": self.layout,
            "page": self,
            "title": self.heading(),
            "lead": self.lead,
            "crumbs": self.crumbs(),
            "actor": self.actor,
            **more,
        }
        return HttpResponse(render_to_string(template or self.template, values, request=self.request), status=status)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.render(**self.context())

    def way_back(self, fallback: str) -> str:
        """Where `?next=` leads, if it leads nowhere outside."""
        wanted = self.request.POST.get("next") or self.request.GET.get("next") or ""
        if wanted and url_has_allowed_host_and_scheme(wanted, {self.request.get_host()}, self.request.is_secure()):
            parts = urlsplit(wanted)
            return parts.path + (f"?{parts.query}" if parts.query else "")
        return fallback


class RecordPage(Page):
    """A page about one record: `get_record()` finds it by `queries.visible(actor)` and raises Hidden where there is
    none; the policy's power must reach the union of `org_of(record)`."""

    def get_record(self) -> Any:
        raise NotImplementedError

    def org_of(self, record: Any) -> Any:
        """The union whose power counts."""
        return getattr(record, "org", None)

    @cached_property
    def record(self) -> Any:
        record = self.get_record()
        self.must_here(self.org_of(record))
        return record
