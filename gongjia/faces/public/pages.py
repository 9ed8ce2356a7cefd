"""What anyone may read. Nothing here tells whether a person is a member."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from gongjia.base.refused import Hidden
from gongjia.faces.shared.jinja import link_to
from gongjia.faces.shared.pages import Page
from gongjia.faces.shared.policy import Policy
from gongjia.who.accounts.queries import current_notice
from gongjia.who.orgs import queries as orgs

ANYONE = Policy("anyone")


class Home(Page):
    """The door: members and officers go in from here."""

    title = "工家"
    policy = ANYONE
    layout = "ui/layouts/public.html"
    template = "public/home.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            return HttpResponseRedirect(reverse("console:home") if request.actor.posts else reverse("portal:home"))
        return super().get(request, *args, **kwargs)

    def context(self) -> dict[str, Any]:
        return {"org": orgs.root(), "tour": link_to("public:tour") if settings.GONGJIA_DEMO else ""}


class Privacy(Page):
    title = "个人信息怎么用"
    policy = ANYONE
    layout = "ui/layouts/public.html"
    template = "public/privacy.html"

    def context(self) -> dict[str, Any]:
        notice = current_notice()
        return {"notice": notice, "paragraphs": [line for line in notice.body.split("\n") if line.strip()]}


class Tour(Page):
    """Eight steps for whoever shows the demo. Elsewhere the page does not exist."""

    title = "演示导览"
    policy = ANYONE
    layout = "ui/layouts/public.html"
    template = "public/tour.html"

    def context(self) -> dict[str, Any]:
        if not settings.GONGJIA_DEMO:
            raise Hidden("tour")
        return {"login": reverse("login:start"), "codes": link_to("demo:outbox")}
