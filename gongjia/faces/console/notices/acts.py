"""What an officer does with a notice: edit the draft, post, prove, take down, answer."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from gongjia.base.journal import attachments, file_content
from gongjia.base.refused import Refused
from gongjia.faces.console.notices.lists import notice_url
from gongjia.faces.console.notices.one import crumbs
from gongjia.faces.console.orgs.paper import OrgFormPage
from gongjia.faces.shared import flash
from gongjia.faces.shared.fields import CountField, Mended, NoteField, OneOf, UploadField
from gongjia.faces.shared.pages import Crumb, Fact, MovePage, Page
from gongjia.faces.shared.policy import Policy
from gongjia.work.publish import actions, kinds, powers, queries

NOTICE = Policy("officer", powers.NOTICE, at="org")


class EditForm(forms.Form):
    title = Mended(label="标题", max_length=120)
    body = NoteField(
        label="正文", rows=6, max_length=4000, help_text="不写身份证号、手机号、住址；困难帮扶不写收入和病情。"
    )
    place = OneOf(label="公示地点", choices=kinds.Place.choices)
    days = CountField(label="公示期", min_value=1, max_value=60)
    day_unit = OneOf(label="按什么算", choices=[("workday", "工作日"), ("day", "日（自然日）")], row=True)
    phone = Mended(label="受理电话", max_length=40, wide="m", help_text="办公电话，会公开。")
    document_no = Mended(label="文号", max_length=60, required=False, wide="m")
    ground = Mended(label="公示依据", max_length=120, help_text="哪个办法规定要公示，或本人已单独同意。")


class PhotoForm(forms.Form):
    attachment = UploadField(
        label="张榜照片", required=False, accept="image/*", help_text="拍到公示全文和张贴的位置；照片只作凭据，不公开。"
    )


class NoticeForm(OrgFormPage):
    policy = NOTICE

    def get_record(self) -> Any:
        return queries.get(self.actor, self.kwargs["pk"])

    def crumbs(self) -> list[Crumb]:
        return [*crumbs(), Crumb(self.record.title, self.cancel_url)]

    @property
    def cancel_url(self) -> str:
        return notice_url(self.kwargs["pk"])

    def after(self, result: Any) -> str:
        return self.cancel_url


class Edit(NoticeForm):
    title = "修改公示稿"
    lead = "名单由记录生成，不在这里改。"
    form_class = EditForm
    submit_label = "保存"
    done_text = "已保存。"
    fields_of = {
        "title_missing": "title", "sensitive_outside": "place", "says_too_much": "body", "phone_wrong": "phone",
        "leak_id": "body", "leak_phone": "body", "leak_card": "body", "leak_address": "body",
    }  # fmt: skip

    def initial(self) -> dict[str, Any]:
        return {name: getattr(self.record, name) for name in actions.EDITED}

    def act(self, form: forms.Form) -> Any:
        return actions.edit_notice(notice=self.record, changes=form.cleaned_data, actor=self.actor, at=self.at)


class Upload(NoticeForm):
    title = "上传张榜照片"
    form_class = PhotoForm
    submit_label = "上传"
    done_text = "已上传。"
    fields_of = {"not_posted": "attachment", "not_on_wall": "attachment"}

    def act(self, form: forms.Form) -> Any:
        upload = form.cleaned_data.get("attachment")
        if upload is None:
            from gongjia.base.refused import Reason

            raise Refused(Reason("attachment", "请选择照片。"))
        try:
            photo = attachments.store(
                upload, name=upload.name, actor=self.actor, at=self.at, org=self.record.org,
                kinds=file_content.PICTURES,
            )  # fmt: skip
        except Refused as refused:
            from dataclasses import replace

            raise Refused(replace(one, code="attachment") for one in refused.reasons) from refused
        return actions.add_poster(notice=self.record, photo=photo, actor=self.actor, at=self.at)


class NoticeMove(MovePage):
    def get_record(self) -> Any:
        return queries.get(self.actor, self.kwargs["pk"])

    def crumbs(self) -> list[Crumb]:
        return [*crumbs(), Crumb(self.record.title, self.cancel_url)]

    @property
    def cancel_url(self) -> str:
        return notice_url(self.kwargs["pk"])

    def after(self, result: Any) -> str:
        return self.cancel_url


class Post(NoticeMove):
    title = "开始公示"
    policy = NOTICE
    verb = "开始公示"
    ask_note = False
    done_text = "已开始公示。"

    def facts(self) -> list[Fact]:
        notice = self.record
        return [
            Fact("标题", notice.title), Fact("地点", notice.place_label),
            Fact("公示期", f"{notice.days} {notice.day_unit_label}"), Fact("受理电话", notice.phone),
        ]  # fmt: skip

    def consequences(self) -> list[str]:
        found = ["公示期内可以收到异议；期满且没有待答复的异议，后面的发证、发放才能办。", "开始后内容不能再改。"]
        if self.record.place in kinds.ON_WALL:
            found.append("请打印张榜，并上传照片作凭据。")
        return found

    def act(self, note: str) -> Any:
        return actions.post(notice=self.record, actor=self.actor, at=self.at)


class TakeDown(NoticeMove):
    title = "撤下公示"
    policy = Policy("officer", powers.TAKE_DOWN, at="org")
    verb = "撤下"
    danger = True
    note_label = "撤下原因"
    note_required = True
    done_text = "已撤下。"

    def consequences(self) -> list[str]:
        return ["网站上立即看不到，张榜的请同时揭下。", "这份公示不再算数，需要的话重新拟定。"]

    def act(self, note: str) -> Any:
        return actions.take_down(notice=self.record, why=note, actor=self.actor, at=self.at)


class Answer(Page):
    """One objection: read it (written down), then answer it."""

    title = "答复异议"
    policy = Policy("officer", powers.ANSWER, at="org")
    template = "console/objection.html"

    def crumbs(self) -> list[Crumb]:
        return [Crumb("异议答复", reverse("console:objections"))]

    def show(self, *, status: int = 200, **more: Any) -> HttpResponse:
        objection = queries.objection_of(self.actor, self.kwargs["pk"])
        self.must_here(objection.org)
        answer = self.render(status=status, objection=objection, **{"words": None, "faults": (), "answer": "", **more})
        answer["Cache-Control"] = "no-store"
        return answer

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.show()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        objection = queries.objection_of(self.actor, self.kwargs["pk"])
        if request.POST.get("_read"):
            return self.show(words=actions.open_objection(objection=objection, actor=self.actor, at=self.at))
        answer, verdict = request.POST.get("answer", ""), request.POST.get("verdict", "")
        if verdict not in ("upheld", "dismissed"):
            return self.show(status=422, answer=answer, faults=["请选择异议是否成立。"])
        try:
            actions.settle_objection(
                objection=objection, upheld=verdict == "upheld", answer=answer, actor=self.actor, at=self.at
            )
        except Refused as refused:
            return self.show(status=422, answer=answer, verdict=verdict, reasons=refused.reasons)
        flash.say(request, "已答复。")
        return HttpResponseRedirect(notice_url(objection.notice_id))
