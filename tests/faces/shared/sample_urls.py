"""Small pages over a table at hand (drafts), one of each class, for the tests of the page classes."""

from __future__ import annotations

from types import SimpleNamespace
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.urls import include, path

from gongjia.base import progress
from gongjia.base.refused import Forbidden, Hidden, Reason, Refused, refuse
from gongjia.faces.shared import fields, keyset
from gongjia.faces.shared.marks import Badge, Column, Link, NotNow
from gongjia.faces.shared.models import Draft
from gongjia.faces.shared.pages import (
    Bulk,
    Choice,
    Days,
    DetailPage,
    Fact,
    Facts,
    FormPage,
    ListPage,
    MovePage,
    ProgressPage,
    Search,
    Tick,
)
from gongjia.faces.shared.policy import Policy, page

READ = Policy("officer", "members.read")
ACTED: list = []
HOME = SimpleNamespace(id=UUID(int=1), path="0001")
FOREIGN = SimpleNamespace(id=UUID(int=77), path="0777")


class Rows(ListPage):
    title = "名册"
    policy = READ
    export_name = "名册"
    export_job = "tests.shared.export"
    columns = (
        Column("key", "名称", head=True, link=lambda row: f"/rows/{row.key}"),
        Column("account_id", "编号", kind="mask", mask="id"),
        Column("saved_at", "时间", kind="moment"),
        Column("state", "状态", kind="badge", value=lambda row: Badge("在籍", "success")),
        Column("money", "金额", kind="money", value=lambda row: 4_500_000),
    )
    filters = (
        Choice("state", "状态", choices=[("a", "甲"), ("b", "乙")], tabs=True),
        Search(hint="姓名、身份证号", private=True),
        Choice("kind", "性质", choices=lambda actor: [("x", "企业")]),
        Days("on", "日期"),
        Tick("gaps", "只看缺的"),
    )
    bulk = (Bulk("提醒", "move", "bell"), Bulk("不该看见", "move", power="none.such"))
    empty_title = "还没有人"

    def rows(self, actor, filters, cursor):
        found = Draft.objects.all()
        if filters.q:
            found = found.filter(key__contains=filters.q)
        return keyset.page_of(found, ("key",), cursor, self.size)

    def primary(self):
        return Link("导入", "/import", "upload")


class SampleForm(forms.Form):
    name = fields.NameField(label="姓名")
    id_no = fields.IdNumberField(label="身份证号")
    password = forms.CharField(label="口令", required=False)


class Fill(FormPage):
    title = "新增"
    policy = Policy("officer", "members.read")
    form_class = SampleForm
    fields_of = {"id_check_digit": "id_no"}
    draft = "tests.fill"
    done_text = "已提交。"

    def act(self, form):
        if form.cleaned_data["id_no"].startswith("9"):
            raise Refused(
                [
                    Reason("id_check_digit", "最后一位对不上。", cure="请对照证件核对。"),
                    Reason("union_closed", "这家工会已经撤销。", clause="《工会法》第十三条"),
                ]
            )
        ACTED.append(form.cleaned_data)
        return 5

    def after(self, result):
        return self.way_back(f"/rows/{result}")

    def check_field(self, form, name):
        if name == "id_no" and form.cleaned_data.get("id_no", "").startswith("8"):
            form.add_error("id_no", "已在别的工会。")


class Show(DetailPage):
    policy = Policy("officer", "members.read", at="org")

    def get_record(self):
        key = self.kwargs["key"]
        if key == "none":
            raise Hidden
        return SimpleNamespace(org=FOREIGN if key == "foreign" else HOME, key=key)

    def heading(self):
        return self.record.key

    def badge(self):
        return Badge("在籍", "success")

    def steps(self):
        return [Link("转出", "/move"), NotNow("退会", "还有补助没有发。")]

    def groups(self):
        return [
            Facts("资料", [Fact("金额", 4_500_000, "money"), Fact("身份证号", "330100199001010014", "mask", mask="id")])
        ]


class Act(MovePage):
    policy = Policy("officer", "members.read", at="org")
    title = "除名"
    verb = "确认除名"
    danger = True
    note_required = True
    note_label = "理由"
    done_text = "已除名。"

    def get_record(self):
        return SimpleNamespace(org=HOME)

    def consequences(self):
        return ["会员资格从今天起终止。"]

    def act(self, note):
        if note == "不行":
            refuse("no", "本届委员会已经届满。", cure="请先换届。")
        ACTED.append((note, self.request.POST.getlist("pick")))

    def after(self, result):
        return "/rows/"


@progress.job("tests.shared.export")
def export(job):
    Rows.export_in_job(job)


class Job(ProgressPage):
    policy = Policy("account")

    def result_link(self, job):
        return Link("打开结果", "/rows/", "table")


def refusing(request):
    refuse("late", "报名已经截止。", fact="截止时间 2018-06-30 17:00", clause="活动公告第三条", cure="请留意下一期。")


def forbidding(request):
    raise Forbidden("members.edit")


def hiding(request):
    raise Hidden


def plain(request):
    return HttpResponse(f"{request.actor.label}|{request.shell.logged_in}")


urlpatterns = [
    path("console/", include(([page("progress/<uuid:pk>", Job, name="progress")], "console"))),
    path("ui/", include("gongjia.faces.shared.urls")),
    page("rows/", Rows, name="rows"),
    page("rows/<str:key>", Show, name="show"),
    page("fill", Fill, name="fill"),
    page("move", Act, name="move"),
    page("refusing", refusing, name="refusing", policy=Policy("anyone")),
    page("forbidding", forbidding, name="forbidding", policy=Policy("account")),
    page("hiding", hiding, name="hiding", policy=Policy("anyone")),
    page("plain", plain, name="plain", policy=Policy("anyone")),
    page("mine", plain, name="mine", policy=Policy("member")),
    page("any-post", plain, name="any-post", policy=Policy("officer")),
    page("either", plain, name="either", policy=Policy("officer", ("none.such", "orgs.read"))),
    page("lacking", plain, name="lacking", policy=Policy("officer", "none.such")),
]
handler404 = "gongjia.faces.shared.errors.not_found"
