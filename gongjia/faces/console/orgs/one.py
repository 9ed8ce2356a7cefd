"""One union: what it is, what may be done, what belongs to it, what happened."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from gongjia.base import journal
from gongjia.base.journal import attachments
from gongjia.base.refused import Hidden
from gongjia.faces.console.orgs.lists import STATE_TONES, TERM_TONES, union_url
from gongjia.faces.shared.files import download
from gongjia.faces.shared.marks import Badge, Link, NotNow
from gongjia.faces.shared.pages import Crumb, DetailPage, Fact, Facts, Page
from gongjia.faces.shared.policy import Policy
from gongjia.who.members import powers as member_powers
from gongjia.who.members import queries as members
from gongjia.who.orgs import kinds, powers
from gongjia.who.orgs import queries as orgs

YES = {True: "是", False: "否"}


def papers(org: Any, terms: list[Any]) -> list[Any]:
    """The documents that lie with a union: founding, closing, elections, delays."""
    found = [org.founding_attachment, org.closing_attachment]
    for term in terms:
        found += [term.attachment, term.delay_attachment]
    return [paper for paper in found if paper is not None]


class UnionPage(DetailPage):
    policy = Policy("officer", powers.READ, at="org")
    template = "console/org_one.html"

    def get_record(self) -> Any:
        return orgs.get(self.actor, self.kwargs["pk"])

    def org_of(self, record: Any) -> Any:
        return record

    @property
    def file(self) -> orgs.OrgFile:
        if not hasattr(self, "_file"):
            self._file = orgs.file_of(self.record, self.at.date())
        return self._file

    def crumbs(self) -> list[Crumb]:
        above = {org.pk for org in self.file.chain} - {self.record.pk}
        seen = orgs.visible(self.actor).filter(pk__in=above).order_by("path").values_list("pk", "short_name", "name")
        return [
            Crumb("工会", reverse("console:orgs")),
            *(Crumb(short or name, union_url(pk)) for pk, short, name in seen),
        ]

    def heading(self) -> str:
        return self.record.name

    def subtitle(self) -> str:
        return f"{self.record.code} · {self.record.kind_label}"

    def badge(self) -> Badge:
        return Badge(self.record.state_label, STATE_TONES[self.record.state])

    def steps(self) -> list[Link | NotNow]:
        org, found = self.record, []

        def to(label: str, name: str, icon: str, tone: str = "") -> Link:
            return Link(label, reverse(f"console:orgs_{name}", args=[org.pk]), icon, tone)

        if org.state == "preparing":
            may_found = self.actor.can(powers.FOUND, org.org)
            if may_found:
                found.append(to("批准成立", "approve", "check", "primary"))
            if self.actor.can(powers.EDIT, org):
                found.append(to("修改资料", "edit", "edit"))
            if may_found:
                found.append(to("终止筹建", "abandon", "x", "danger"))
        if org.state != "active":
            return found
        termless = self.file.term_status == "not_needed"
        if self.actor.can(powers.EDIT, org):
            found.append(to("修改资料", "edit", "edit", "primary"))
            if not termless:
                found.append(to("登记换届", "elect", "calendar-event"))
            if org.kind in kinds.BASIC_KINDS:
                found.append(to("确认名册", "confirm", "user-check"))
            if org.kind in kinds.COVERING_KINDS:
                found.append(to("登记涵盖单位", "cover", "building"))
        if org.kind in kinds.MEMBER_KINDS:
            found.append(to("入会二维码", "join", "qrcode"))
        return found

    def rarer_steps(self) -> list[Link | NotNow]:
        """Acts of the next higher union, away from the daily ones."""
        org, found = self.record, []
        if org.state != "active":
            return []

        def to(label: str, name: str, icon: str, tone: str = "") -> Link:
            return Link(label, reverse(f"console:orgs_{name}", args=[org.pk]), icon, tone)

        if self.actor.can("funds.union_account", org):
            found.append(Link("收款账户", reverse("console:funds_union_account", args=[org.pk]), "wallet"))
        termless = self.file.term_status == "not_needed"
        if not org.legal_person and self.actor.can(powers.EDIT, org):
            found.append(to("登记法人资格", "legal", "certificate"))
        if not termless and self.actor.can(powers.DELAY, org.org):
            late = (
                "没有登记届次。"
                if self.file.term is None
                else "这一届已经批准过延期。"
                if self.file.term.delayed_to
                else ""
            )
            found.append(NotNow("批准延期换届", late) if late else to("批准延期换届", "delay", "calendar-time"))
        if orgs.behalf_of(self.actor, org.pk) is not None and self.actor.behalf is None:
            found.append(to("代办", "behalf", "user-cog"))
        if org.parent_id and self.actor.can(powers.MOVE, org.org):
            found += [
                to("更名", "rename", "tag"),
                to("变更类型", "kind", "adjustments"),
                to("调整隶属", "move", "hierarchy-2"),
                to("产业指导", "guide", "link"),
            ]
        if org.parent_id and self.actor.can(powers.CLOSE, org.org):
            found.append(to("合并", "merge", "arrows-left-right"))
            below = sum(self.file.children.values())
            found.append(
                NotNow("撤销", f"下面还有 {below} 家工会，请先调整或撤销。")
                if below
                else to("撤销", "dissolve", "trash", "danger")
            )
        return found

    def groups(self) -> list[Facts]:
        org, file, term = self.record, self.file, self.file.term
        found = [
            Facts(
                "登记",
                [
                    Fact("全称", org.name, wide=True),
                    Fact("简称", org.short_name),
                    Fact("编码", org.code, "code"),
                    Fact("类型", org.kind_label),
                    Fact("上级工会", org.parent.name if org.parent else "", link=self.above(org.parent)),
                    Fact(
                        "产业指导工会",
                        org.industry_parent.name if org.industry_parent else "",
                        link=self.above(org.industry_parent),
                    ),
                    Fact("成立日期", org.founded_on, "day"),
                    Fact("成立批复", org.founding_document),
                    Fact("法人资格", YES[org.legal_person], note=org.legal_person_no),
                    Fact("工会信用代码", org.uscc, "code"),
                    Fact("上级系统编号", org.upper_no, "code"),
                    Fact("名册确认", org.roster_confirmed_on, "day"),
                    *(
                        [Fact("撤并日期", org.closed_on, "day"), Fact("撤并批复", org.closing_document)]
                        if org.closed_on
                        else []
                    ),
                    *(
                        [Fact("并入", org.merged_into.name, link=self.above(org.merged_into))]
                        if org.merged_into_id
                        else []
                    ),
                ],
            ),
            Facts(
                "单位和联系",
                [
                    Fact("单位名称", org.employer_name),
                    Fact("单位信用代码", org.employer_uscc, "code"),
                    Fact("单位类别", kinds.UNIT_NATURES.get(org.unit_nature, "")),
                    Fact("经济类型", kinds.ECONOMIES.get(org.economy, "")),
                    Fact("所属行业", kinds.INDUSTRIES.get(org.industry, "")),
                    Fact(file.head_title, org.head_name),
                    Fact("联系人", org.contact_name),
                    Fact("办公电话", org.phone, "code"),
                    Fact("地址", org.address, wide=True),
                ],
            ),
            Facts(
                "职工和委员会",
                [
                    Fact(
                        "职工", org.staff_count, "number", note=f"{org.staff_on:%Y-%m-%d} 的数" if org.staff_on else ""
                    ),
                    Fact("女职工", org.staff_women, "number"),
                    Fact("建会时会员", org.founding_members, "number"),
                    Fact("领导机构", org.form_label if org.form else ""),
                    Fact("委员", org.committee_size, "number"),
                    Fact("女职工委员会", YES[org.women_committee]),
                    Fact("经费审查委员会", YES[org.audit_committee]),
                ],
            ),
        ]
        if file.term_status != "not_needed":
            facts = [Fact("届期情况", Badge(file.term_label, TERM_TONES[file.term_status]), "badge")]
            if term is not None:
                facts += [
                    Fact("本届", f"第 {term.number} 届，任期 {term.years} 年"),
                    Fact("选举日期", term.started_on, "day"),
                    Fact("届满日期", term.ends_on, "day"),
                    Fact("批复", term.document),
                    Fact("批准延期到", term.delayed_to, "day", note=term.delay_document),
                ]
            found.insert(1, Facts("届次", facts))
        return found

    def above(self, org: Any) -> str:
        """A link only where the reader may go."""
        return union_url(org.pk) if org is not None and self.actor.can(powers.READ, org) else ""

    def files(self) -> list[Any]:
        return [
            SimpleNamespace(
                name=paper.name, size=paper.size, url=reverse("console:orgs_paper", args=[self.record.pk, paper.pk])
            )
            for paper in papers(self.record, self.file.terms)
        ]

    def timeline(self) -> list[Any]:
        return journal.timeline(self.record, limit=60)

    def extra(self) -> dict[str, Any]:
        org, file = self.record, self.file
        may_members = self.actor.can(member_powers.READ, org)
        count, whole = members.member_total(self.actor, org=org) if may_members else (None, True)
        may_posts = self.actor.can(member_powers.POSITIONS_READ, org)
        upper = org.kind in kinds.UPPER_KINDS
        units = orgs.unit_rows(self.actor, on=self.at.date(), under=org, limit=5) if upper else []
        return {
            "file": file,
            "rarer": self.rarer_steps(),
            "member_count": count,
            "member_whole": whole,
            "children": [(kinds.OrgKind(kind).label, n) for kind, n in sorted(file.children.items())],
            "children_count": sum(file.children.values()),
            "officers": members.officers_of([org.pk], self.at.date()).get(org.pk, []) if may_posts else None,
            "units": units,
            "units_count": orgs.unit_counts(self.actor, on=self.at.date(), under=org)["all"] if upper else 0,
            "covers": org.kind in kinds.COVERING_KINDS,
            "may_edit": org.state == "active" and self.actor.can(powers.EDIT, org),
            "may_homes": org.state == "active" and self.actor.can(powers.HOMES, org),
            "chases": orgs.chases(self.actor, org).filter(org=org)[:5],
            "register_url": f"{reverse('console:orgs')}?org={org.code}",
            "members_url": f"{reverse('console:members')}?org={org.code}",
        }


class Paper(Page):
    """A document of a union, to whoever may read the union."""

    policy = Policy("officer", powers.READ, at="org")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        org = orgs.get(self.actor, self.kwargs["pk"])
        self.must_here(org)
        found = papers(org, orgs.file_of(org, self.at.date()).terms)
        found += [home.attachment for home in org.homes.all() if home.attachment_id]
        paper = next((one for one in found if one.pk == self.kwargs["paper"]), None)
        if paper is None:
            raise Hidden
        return download(attachments.open(paper), paper.name, paper.kind)
