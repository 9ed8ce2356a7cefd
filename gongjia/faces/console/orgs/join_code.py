"""The QR with which somebody asks to join this union: printed, put on the wall, sent into a group."""

from __future__ import annotations

import io
from typing import Any

import qrcode
import qrcode.image.svg
from markupsafe import Markup

from gongjia.base.refused import refuse
from gongjia.faces.console.orgs.lists import union_url
from gongjia.faces.shared.jinja import link_to
from gongjia.faces.shared.pages import Crumb, Page
from gongjia.faces.shared.policy import Policy
from gongjia.who.orgs import kinds, powers
from gongjia.who.orgs import queries as orgs


class JoinCode(Page):
    policy = Policy("officer", powers.READ, at="org")
    template = "console/org_join.html"
    title = "入会二维码"

    @property
    def org(self) -> Any:
        if not hasattr(self, "_org"):
            self._org = orgs.get(self.actor, self.kwargs["pk"])
            self.must_here(self._org)
        return self._org

    def crumbs(self) -> list[Crumb]:
        return [Crumb(self.org.short_name or self.org.name, union_url(self.org.pk))]

    def context(self) -> dict[str, Any]:
        if self.org.kind not in kinds.MEMBER_KINDS or self.org.state != "active":
            refuse(
                "takes_no_members", "这家工会不直接接收会员。", fact=self.org.kind_label, cure="请用基层工会的二维码。"
            )
        address = self.request.build_absolute_uri(link_to("portal:service_join_union", self.org.code))
        picture = io.BytesIO()
        qrcode.make(address, image_factory=qrcode.image.svg.SvgPathImage, border=2).save(picture)
        return {
            "org": self.org,
            "address": address,
            "picture": Markup(picture.getvalue().decode().split("?>", 1)[-1]),
        }
