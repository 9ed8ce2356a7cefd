"""What is typed on the set-up pages. Lists are typed one line each, as they come from a notice."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

from django import forms

from gongjia.faces.shared.fields import CountField, DayField, Mended, NoteField, OneOf
from gongjia.who.members import kinds as member_kinds

LONGEST_HOLIDAY = 31  # days of one line: more is a slip of the year


class WordingForm(forms.Form):
    title = Mended(label="标题", required=False, max_length=100, wide="full")
    body = forms.CharField(label="正文", required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 6}))


class NoticeForm(forms.Form):
    version = Mended(label="版本号", max_length=20, wide="s", help_text="写成“年份.序号”，例如 2018.1。")
    title = Mended(label="标题", max_length=80)
    in_force_on = DayField(label="施行日期", help_text="从这天起登录的人先看新版本。")
    body = forms.CharField(
        label="正文", max_length=40000, widget=forms.Textarea(attrs={"rows": 20}),
        help_text="一行一段；小标题前写“## ”，要点前写“- ”。",
    )  # fmt: skip


class HolidayForm(forms.Form):
    """A run of days: a holiday, or weekend days that are worked."""

    since = DayField(label="从")
    until = DayField(label="到(含)", required=False, help_text="只有一天就不填。")
    sort = OneOf(label="这几天", choices=(("off", "放假"), ("work", "调休上班")), initial="off", row=True)
    name = Mended(label="名称", max_length=40, help_text="例如：春节、国庆节调休。")

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        first, last = values.get("since"), values.get("until") or values.get("since")
        if first and last and last < first:
            self.add_error("until", "结束日期早于开始日期。")
        elif first and last and (last - first).days >= LONGEST_HOLIDAY:
            self.add_error("until", f"一次最多 {LONGEST_HOLIDAY} 天，请核对年份。")
        return values

    def days(self) -> dict[date, tuple[bool, str]]:
        first = self.cleaned_data["since"]
        last = self.cleaned_data["until"] or first
        told = (self.cleaned_data["sort"] == "work", self.cleaned_data["name"])
        return {first + timedelta(days=number): told for number in range((last - first).days + 1)}


class RuleForm(forms.Form):
    value = Mended(label="数值", max_length=40, wide="s")
    from_on = DayField(label="从哪一天起", help_text="这一天以前仍按原来的数值。")
    note = NoteField(label="依据", required=False, help_text="例如文件名称和文号。")

    def __init__(self, *args: Any, choices: Any = (), **kwargs: Any):
        super().__init__(*args, **kwargs)
        if choices:
            self.fields["value"] = OneOf(label="采用", choices=choices)


class SizesForm(forms.Form):
    """A table of committee sizes, a line each: 会员从 会员到 委员最少 委员最多."""

    rows = forms.CharField(
        label="名额表",
        help_text="每行四个数：会员从、会员到、委员最少、委员最多；最后一行的“会员到”填“以上”。",
        widget=forms.Textarea(attrs={"rows": 10, "class": "input-code", "spellcheck": "false"}),
    )
    odd_only = forms.BooleanField(label="委员人数只能是单数", required=False)

    def clean_rows(self) -> list[tuple[int, int | None, int, int]]:
        found = []
        for number, line in enumerate(self.cleaned_data["rows"].splitlines(), 1):
            if not line.strip():
                continue
            parts = re.split(r"[\s,，、]+", line.strip())
            if len(parts) != 4 or not all(part.isdigit() for part in (parts[0], *parts[2:])):
                raise forms.ValidationError(f"第 {number} 行看不懂，应为四个数，例如：25 100 5 9。")
            if not (parts[1].isdigit() or parts[1] == "以上"):
                raise forms.ValidationError(f"第 {number} 行的“会员到”应为数字或“以上”。")
            most = int(parts[1]) if parts[1].isdigit() else None
            found.append((int(parts[0]), most, int(parts[2]), int(parts[3])))
        return found


class NewSizesForm(SizesForm):
    scheme = Mended(label="表的名称", max_length=40, help_text="例如：本市名额表。", wide="m")
    field_order = ("scheme", "rows", "odd_only")


class TradesForm(forms.Form):
    """The whole list, a line each: 代码 名称 类别."""

    rows = forms.CharField(
        label="目录",
        help_text="每行：代码、名称、类别(四大群体、八大群体、本地增列)。没有列出的职业从生效日期起停用，已登记的会员不受影响。",
        widget=forms.Textarea(attrs={"rows": 14, "class": "input-code", "spellcheck": "false"}),
    )
    from_on = DayField(label="从哪一天起")

    def clean_rows(self) -> list[tuple[str, str, str]]:
        groups = {str(label): value for value, label in member_kinds.TradeGroup.choices}
        found = []
        for number, line in enumerate(self.cleaned_data["rows"].splitlines(), 1):
            if not line.strip():
                continue
            parts = re.split(r"[\s,，]+", line.strip())
            if len(parts) != 3 or not re.fullmatch(r"[A-Za-z0-9_-]{1,20}", parts[0]) or len(parts[1]) > 30:
                raise forms.ValidationError(f"第 {number} 行应为代码、名称、类别，例如：courier 快递员 四大群体。")
            if parts[2] not in groups:
                raise forms.ValidationError(f"第 {number} 行的类别应为：{'、'.join(groups)}。")
            found.append((parts[0], parts[1], groups[parts[2]]))
        if not found:
            raise forms.ValidationError("目录不能是空的。")
        return found


class TokenForm(forms.Form):
    name = Mended(label="用途", max_length=60, help_text="给哪个系统、做什么用。", wide="m")
    days = CountField(label="有效期", unit="天", min_value=1, max_value=366, initial=90)
    may_write = forms.BooleanField(
        label="可以办理(入会、转接)", required=False, help_text="不勾选只能查询。"
    )  # fmt: skip
