"""What an officer fills in about a household."""

from __future__ import annotations

from typing import Any

from django import forms

from gongjia.faces.shared.fields import (
    CountField,
    DayField,
    IdNumberField,
    Mended,
    MoneyField,
    NameField,
    NoteField,
    OneOf,
    SomeOf,
    UploadField,
)
from gongjia.work.households import kinds

PAPERS = ".pdf,.jpg,.jpeg,.png,.webp,.docx"


def some(values: Any, empty: str = "请选择") -> list[tuple[str, str]]:
    return [("", empty), *values]


class StartForm(forms.Form):
    id_no = IdNumberField(label="职工身份证号", help_text="要先是在册会员。")
    via = OneOf(label="在哪里申请", choices=kinds.Via.choices,
                help_text="不想让本单位知道的，直接向乡镇（街道）工会申请，本单位工会只知道有一份档案。")  # fmt: skip
    applied_on = DayField(label="申请日期")


class FamilyForm(forms.Form):
    """One block a person; the worker stands in the file already."""

    PARTS = ("relation", "name", "id_no", "monthly", "identity", "health")

    def __init__(self, *args: Any, rows: int = 3, **kwargs: Any):
        super().__init__(*args, **kwargs)
        relations = [one for one in kinds.Relation.choices if one[0] != "self"]
        for number in range(1, rows + 1):
            self.fields |= {
                f"relation_{number}": forms.ChoiceField(
                    label="与本人关系", choices=some(relations, "不填"), required=False
                ),
                f"name_{number}": NameField(label="姓名", required=False),
                f"id_no_{number}": IdNumberField(
                    label="身份证号", required=False, help_text="用来核对一户只建一份。填过的不再显示，留空表示不变。"
                ),
                f"monthly_{number}": MoneyField(label="月收入", required=False, wide="s"),
                f"identity_{number}": forms.ChoiceField(
                    label="人员身份", choices=some(kinds.Identity.choices), required=False
                ),
                f"health_{number}": forms.ChoiceField(
                    label="健康状况", choices=some(kinds.HEALTH.items()), required=False
                ),
            }

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        for name in self.fields:
            part, _, number = name.rpartition("_")
            if part == "name" and values.get(name) and not values.get(f"relation_{number}"):
                self.add_error(f"relation_{number}", "请选择与本人的关系。")
            if part == "relation" and values.get(name) and not values.get(f"name_{number}"):
                self.add_error(f"name_{number}", "请填写姓名。")
        return values


class IncomeForm(forms.Form):
    own_monthly = MoneyField(label="本人月平均收入", wide="s")
    own_monthly_source = Mended(
        label="凭据", required=False, max_length=60, wide="m", help_text="如：收入证明、工资流水。"
    )
    income_other = MoneyField(label="家庭其他年收入", wide="s", help_text="家庭其他成员一年的收入，没有填 0。")
    income_other_source = Mended(label="凭据", required=False, max_length=60, wide="m")
    rigid_medical = MoneyField(label="医疗支出", wide="s", help_text="一年里自己负担的部分。")
    rigid_medical_source = Mended(label="凭据", required=False, max_length=60, wide="m")
    rigid_school = MoneyField(label="教育支出", wide="s")
    rigid_school_source = Mended(label="凭据", required=False, max_length=60, wide="m")
    rigid_housing = MoneyField(label="住房支出", wide="s")
    rigid_housing_source = Mended(label="凭据", required=False, max_length=60, wide="m")
    rigid_other = MoneyField(label="其他必要支出", wide="s")
    accident = OneOf(label="有没有因下列意外造成伤残或死亡", choices=kinds.AccidentKind.choices, row=True)
    accident_cost = MoneyField(
        label="年度致困费用（损失）", wide="s", help_text="意外或大病一年造成的费用、损失，没有填 0。"
    )
    accident_cost_source = Mended(label="凭据", required=False, max_length=60, wide="m")
    exclusions = SomeOf(label="有没有下列情形", choices=kinds.Exclusion.choices, required=False,
                        help_text="有其中一项就不能建档。")  # fmt: skip


INCOME_GROUPS = (
    ("收入", ("own_monthly", "own_monthly_source", "income_other", "income_other_source")),
    (
        "一年的刚性支出",
        (
            "rigid_medical", "rigid_medical_source", "rigid_school", "rigid_school_source", "rigid_housing",
            "rigid_housing_source", "rigid_other",
        ),
    ),
    ("意外", ("accident", "accident_cost", "accident_cost_source")),
    ("核对", ("exclusions",)),
)  # fmt: skip


class LifeForm(forms.Form):
    cause_main = forms.ChoiceField(label="主要致困原因", choices=some(kinds.Cause.choices))
    cause_second = forms.ChoiceField(label="次要致困原因", choices=some(kinds.Cause.choices, "没有"), required=False)
    story = NoteField(label="致困说明", rows=4, max_length=1000)
    health = forms.ChoiceField(label="本人健康状况", choices=some(kinds.HEALTH.items()))
    disability = forms.ChoiceField(label="残疾", choices=some(kinds.DISABILITIES.items(), "没有"), required=False)
    insurance = Mended(label="医保状况", required=False, max_length=40, wide="m")
    identity = forms.ChoiceField(label="人员身份", choices=some(kinds.Identity.choices), required=False)
    marriage = forms.ChoiceField(label="婚姻状况", choices=some(kinds.Marriage.choices), required=False)
    working_since = Mended(label="参加工作时间", required=False, max_length=20, wide="s", help_text="如 2008-07。")
    housing = forms.ChoiceField(label="住房类型", choices=some(kinds.Housing.choices))
    area_m2 = CountField(label="建筑面积", required=False, unit="平方米")
    address = Mended(label="住址", max_length=200)
    postcode = Mended(label="邮编", required=False, max_length=6, wide="xs")
    other_contact = Mended(label="其他联系方式", required=False, max_length=40, wide="m")
    single_parent = forms.BooleanField(label="单亲家庭", required=False)
    nobody_works = forms.BooleanField(label="零就业家庭", required=False)
    can_help_self = forms.BooleanField(label="有自救能力", required=False)
    rural_worker = forms.BooleanField(label="农民工", required=False)
    lives_in_city = forms.BooleanField(label="长期居住在城市", required=False)
    months_of_work = CountField(label="劳动关系满几个月", required=False, unit="个月")


LIFE_GROUPS = (
    ("致困原因", ("cause_main", "cause_second", "story")),
    ("本人情况", ("health", "disability", "insurance", "identity", "marriage", "working_since")),
    ("住房和联系", ("housing", "area_m2", "address", "postcode", "other_contact")),
    ("其他", ("single_parent", "nobody_works", "can_help_self", "rural_worker", "lives_in_city", "months_of_work")),
)


class VisitForm(forms.Form):
    on = DayField(label="入户日期")
    first = forms.ChoiceField(label="入户人员一")
    second = forms.ChoiceField(label="入户人员二")
    agrees = OneOf(label="看到的和申报的", choices=[("yes", "相符"), ("no", "不符")], row=True)
    note = NoteField(label="入户情况", required=False, max_length=1000)
    attachment = UploadField(
        label="入户照片", required=False, accept="image/*", help_text="拍到入户人员和住处，不拍证件。"
    )

    def __init__(self, *args: Any, officers: Any = (), **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["first"].choices = some(officers)  # type: ignore[attr-defined]
        self.fields["second"].choices = some(officers)  # type: ignore[attr-defined]


class ApproveForm(forms.Form):
    level = OneOf(label="档案级别", choices=kinds.Level.choices)
    document_no = Mended(label="审批文号", required=False, max_length=60, wide="m")
    note = NoteField(label="说明", required=False)


class NoticeForm(forms.Form):
    days = CountField(label="公示期", min_value=3, max_value=30, unit="个工作日")
    phone = Mended(label="受理电话", max_length=40, wide="m", help_text="办公电话。")
    ground = Mended(label="公示依据", max_length=120)


class CheckForm(forms.Form):
    to = OneOf(label="向谁核对", choices=kinds.CheckWith.choices)
    on = DayField(label="发出日期")
    document_no = Mended(label="函号", required=False, max_length=60, wide="m")


class AnswerForm(forms.Form):
    result = OneOf(label="核对结果", choices=kinds.CheckResult.choices)
    on = DayField(label="回复日期")
    found = NoteField(label="回复内容", required=False, max_length=1000)
    attachment = UploadField(label="回复文件", required=False, accept=PAPERS)


class VerifyForm(FamilyForm, IncomeForm):
    """The family and the figures of this year, then the conclusion."""

    verdict = OneOf(label="复核结论", choices=kinds.Verdict.choices)
    why = forms.ChoiceField(label="注销原因", choices=some([one for one in kinds.ExitWhy.choices if one[0] != "above"], "不注销"),
                            required=False)  # fmt: skip
    note = NoteField(label="说明", required=False, max_length=300)


class EndForm(forms.Form):
    why = OneOf(label="原因", choices=kinds.ExitWhy.choices)
    on = DayField(label="从哪天起")
    note = NoteField(label="说明", max_length=300)


class NumberForm(forms.Form):
    number = Mended(label="全国系统里的编号", max_length=40, wide="m")


class SheetForm(forms.Form):
    file = UploadField(label="表格", accept=".xlsx,.xls,.csv")


class ReasonForm(forms.Form):
    reason = NoteField(label="报送依据", help_text="会和您的姓名一起记录。", rows=2)


class LineForm(forms.Form):
    city = Mended(
        label="适用地区（行政区划代码）",
        max_length=6,
        wide="s",
        help_text="全市统一填市的代码，如 330100；县里另有标准的填县的。",
    )
    valid_from = DayField(label="从哪天起执行")
    amount = MoneyField(label="每人每月", wide="s")
    document = Mended(label="文件", required=False, max_length=120)


class CapForm(forms.Form):
    why = forms.ChoiceField(label="慰问事由", choices=kinds.CondoleWhy.choices)
    valid_from = DayField(label="从哪天起执行")
    amount = MoneyField(label="限额", wide="s")
    per = OneOf(label="怎么算", choices=kinds.CapPer.choices, row=True)
    mode = OneOf(label="超过时", choices=kinds.CapMode.choices, row=True)
    document = Mended(label="文件", required=False, max_length=120)


class CondoleForm(forms.Form):
    who = Mended(label="慰问谁", max_length=60, help_text="填会员姓名；有重名的填身份证号。")
    why = OneOf(label="为什么", choices=kinds.CondoleWhy.choices, row=True)
    amount = MoneyField(label="慰问金", required=False, wide="s")
    goods = Mended(label="慰问品", required=False, max_length=100, wide="m")
    goods_value = MoneyField(label="慰问品价值", required=False, wide="s")
    purse = OneOf(label="钱从哪里出", choices=kinds.Purse.choices, row=True)
    on = DayField(label="哪天")
    attachment = UploadField(label="照片", required=False, accept="image/*")
    accept_over = forms.BooleanField(label="已知超过限额，仍然登记", required=False)
