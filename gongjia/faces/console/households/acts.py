"""The moves of a file: submit, visit, notice, review, approve; return, decline, withdraw."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django import forms
from django.urls import reverse

from gongjia.base import journal
from gongjia.base.journal import attachments, file_content
from gongjia.base.refused import Refused
from gongjia.faces.console.households import forms as ours
from gongjia.faces.console.households.lists import crumbs, file_url
from gongjia.faces.console.orgs.paper import OrgFormPage
from gongjia.faces.shared.pages import Crumb, Fact, MovePage
from gongjia.faces.shared.policy import Policy
from gongjia.who.members import queries as members
from gongjia.who.orgs import queries as orgs
from gongjia.work.households import actions, powers, queries
from gongjia.work.publish import actions as publish
from gongjia.work.publish import powers as publish_powers
from gongjia.work.publish import queries as notices

EDIT = Policy("officer", powers.EDIT, at="org")
REVIEW = Policy("officer", powers.REVIEW, at="org")
APPROVE = Policy("officer", powers.APPROVE, at="org")


class FileMove(MovePage):
    def get_record(self) -> Any:
        return queries.get(self.actor, self.kwargs["pk"])

    def crumbs(self) -> list[Crumb]:
        return [*crumbs(), Crumb(self.record.number, self.cancel_url)]

    @property
    def cancel_url(self) -> str:
        return file_url(self.kwargs["pk"])

    def after(self, result: Any) -> str:
        return self.cancel_url

    def facts(self) -> list[Fact]:
        file = self.record
        return [
            Fact("档案", file.number), Fact("职工", file.head.name, "mask", mask="name"),
            Fact("现在", file.state_label), Fact("工会", file.org.name),
        ]  # fmt: skip


class Submit(FileMove):
    title = "提交建档申请"
    policy = EDIT
    verb = "提交"
    note_help = "可以不填。"
    done_text = "已提交，下一步入户核查。"

    def consequences(self) -> list[str]:
        return ["提交后不能直接改，有遗漏的由审核人退回补正。", "两名工会干部会上门核查并拍照。"]

    def act(self, note: str) -> Any:
        return actions.submit(file=self.record, note=note, actor=self.actor, at=self.at)


class Withdraw(FileMove):
    title = "撤回申请"
    policy = EDIT
    verb = "撤回"
    danger = True
    done_text = "已撤回。"

    def consequences(self) -> list[str]:
        return ["这份申请到此为止，以后可以重新申请。"]

    def act(self, note: str) -> Any:
        return actions.withdraw(file=self.record, note=note, actor=self.actor, at=self.at)


class Review(FileMove):
    title = "审核通过"
    policy = REVIEW
    verb = "审核通过"
    note_help = "可以不填。"
    done_text = "已审核，等市总审批。"

    def consequences(self) -> list[str]:
        return ["系统按申报的收入、支出和当天的低保标准核算类别，不在三类内的不能通过。"]

    def act(self, note: str) -> Any:
        return actions.review(file=self.record, note=note, actor=self.actor, at=self.at)


class Return(FileMove):
    title = "退回补正"
    policy = REVIEW
    verb = "退回"
    note_label = "缺什么"
    note_required = True
    done_text = "已退回。"

    def act(self, note: str) -> Any:
        return actions.return_back(file=self.record, why=note, actor=self.actor, at=self.at)


class Decline(FileMove):
    title = "不予建档"
    policy = REVIEW
    verb = "不予建档"
    danger = True
    note_label = "原因"
    note_required = True
    note_help = "申请人会看到。请写明依据，不写第三人的情况。"
    done_text = "已办结。"

    def act(self, note: str) -> Any:
        return actions.decline(file=self.record, why=note, actor=self.actor, at=self.at)


class FileForm(OrgFormPage):
    """A form about one file, perhaps with a document."""

    policy = EDIT

    def get_record(self) -> Any:
        return queries.get(self.actor, self.kwargs["pk"])

    def crumbs(self) -> list[Crumb]:
        return [*crumbs(), Crumb(self.record.number, self.cancel_url)]

    @property
    def cancel_url(self) -> str:
        return file_url(self.kwargs["pk"])

    def after(self, result: Any) -> str:
        return self.cancel_url

    def picture(self, form: forms.Form, org: Any) -> Any:
        """The uploaded photo, or the one kept from the attempt before."""
        upload = form.cleaned_data.pop("attachment", None)
        if upload is None:
            form.cleaned_data["attachment"] = None
            return self.paper(form, org)
        try:
            self.kept = attachments.store(
                upload, name=upload.name, actor=self.actor, at=self.at, org=org, kinds=file_content.PICTURES
            )
        except Refused as refused:
            raise Refused(replace(one, code="attachment") for one in refused.reasons) from refused
        return self.kept


class Visit(FileForm):
    title = "登记入户核查"
    lead = "两名工会干部上门，看到什么记什么。"
    form_class = ours.VisitForm
    submit_label = "登记"
    done_text = "已登记入户核查。"
    fields_of = {
        "one_officer": "second", "officer_of_household": "first", "visit_in_future": "on", "photo_missing": "attachment",
    }  # fmt: skip

    def form_kwargs(self) -> dict[str, Any]:
        """Officers of the union that keeps the file, of those above it and of the worker's own."""
        file = self.record
        line = orgs.chain_of(file.home_org or file.org)
        posts = members.officers_of([org.pk for org in line], self.at.date())
        names = {org.pk: org.short_name or org.name for org in line}
        found: dict[str, str] = {}
        for org in reversed(line):
            for post in posts.get(org.pk, ()):
                found.setdefault(str(post.person_id), f"{post.person_name}（{names[org.pk]}）")
        return {"officers": list(found.items())}

    def initial(self) -> dict[str, Any]:
        return {"on": self.at.date()}

    def act(self, form: forms.Form) -> Any:
        from uuid import UUID

        photo = self.picture(form, self.record.org)
        values = form.cleaned_data
        return actions.visit(
            file=self.record, on=values["on"], first=UUID(values["first"]), second=UUID(values["second"]), photo=photo,
            agrees=values["agrees"] == "yes", note=values["note"], actor=self.actor, at=self.at,
        )  # fmt: skip


class Notice(FileForm):
    """The notice inside the unit: who asks for a file, and nothing of why."""

    title = "单位内公示"
    lead = "只在单位内张榜，不上网站；公示稿由系统生成，只写姓氏和单位，不写收入、病情。"
    form_class = ours.NoticeForm
    submit_label = "生成并开始公示"
    done_text = "已开始公示，请打印张贴并上传照片。"
    fields_of = {"phone_missing": "phone", "phone_wrong": "phone", "leak_phone": "phone", "ground_missing": "ground"}

    def initial(self) -> dict[str, Any]:
        return {"days": 5, "ground": "困难职工档案管理办法：在单位内公示", "phone": self.record.org.phone}

    def act(self, form: forms.Form) -> Any:
        file, values = self.record, form.cleaned_data
        self.actor.must(publish_powers.NOTICE, file.org)
        by = {"actor": self.actor, "at": self.at}
        with journal.act():
            notice = publish.draft_notice(
                org=file.org, title="困难职工建档公示", place="unit", sensitive=True, days=values["days"],
                phone=values["phone"], ground=values["ground"],
                body="以下职工申请建立困难职工档案，现予公示。如有不同意见，请在公示期内向受理电话反映。",
                lines=[publish.Line(file.pk, file.head.name, (file.home_org or file.org).name, "申请建立困难职工档案")],
                **by,
            )  # fmt: skip
            publish.post(notice=notice, **by)
            actions.note_notice(file=file, notice_id=notice.pk, until=notice.ends_at, **by)
        return notice

    def after(self, result: Any) -> str:
        return reverse("console:notices_one", args=[result.pk])


class Approve(FileForm):
    title = "审批建档"
    policy = APPROVE
    form_class = ours.ApproveForm
    submit_label = "审批建档"
    done_text = "已建档。"
    fields_of = {"level_missing": "level"}

    @property
    def lead(self) -> str:
        file = self.record
        return f"{file.number}，审核核算类别：{file.category_label or '还没有'}。审批时按当天的标准再核算一次。"

    def initial(self) -> dict[str, Any]:
        return {"level": self.record.level}

    def act(self, form: forms.Form) -> Any:
        file = self.record
        waiting = notices.open_objections([file.notice_ref]).get(file.notice_ref, 0) if file.notice_ref else 0
        return actions.approve(file=file, objections_open=waiting, actor=self.actor, at=self.at, **form.cleaned_data)
