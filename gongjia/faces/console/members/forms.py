"""What an officer fills in about people."""

from __future__ import annotations

from django import forms

from gongjia.faces.shared.fields import DayField, IdNumberField, Mended, NameField, NoteField, PhoneField
from gongjia.who.members import kinds


def _choices(values, empty: str = "未登记") -> list[tuple[str, str]]:
    return [("", empty), *values]


class FactsForm(forms.Form):
    """The facts that an officer may change; identity numbers are an act of their own."""

    name = NameField(label="姓名")
    phone = PhoneField(label="手机号", required=False, help_text="留空表示不改动。", check=True)
    sex = forms.ChoiceField(label="性别", choices=kinds.Sex.choices, required=False)
    born_on = DayField(label="出生日期", required=False)
    nation = forms.ChoiceField(label="民族", choices=_choices(kinds.NATIONS.items()), required=False)
    political = forms.ChoiceField(label="政治面貌", choices=_choices(kinds.Political.choices), required=False)
    education = forms.ChoiceField(label="学历", choices=_choices(kinds.Education.choices), required=False)
    skill_level = forms.ChoiceField(label="技术等级", choices=_choices(kinds.SkillLevel.choices), required=False)
    employment = forms.ChoiceField(label="就业状况", choices=_choices(kinds.Employment.choices), required=False)
    household_kind = forms.ChoiceField(label="户籍类型", choices=_choices(kinds.HouseholdKind.choices), required=False)
    household_place = Mended(label="户籍所在地", required=False, max_length=120)
    job_post = Mended(label="岗位", required=False, max_length=60)
    is_rural_worker = forms.BooleanField(label="是农民工", required=False)


class AdmitForm(FactsForm):
    """入会: who, into which union, from which day."""

    org = forms.ChoiceField(label="入会到")
    id_kind = forms.ChoiceField(label="证件类别", choices=kinds.IdKind.choices, initial="id_card")
    id_no = IdNumberField(label="证件号码", required=False, help_text="没有证件号码也可以入会，但不能核对是否重复。")
    on = DayField(label="入会日期", help_text="批准的那天。")
    employer = Mended(label="工作单位", required=False, max_length=120)
    trade = forms.ChoiceField(label="新就业形态职业", required=False)
    platform = Mended(label="平台企业", required=False, max_length=60)
    area = Mended(label="从业区域", required=False, max_length=60)
    phone = PhoneField(label="手机号", required=False, check=True)

    def __init__(self, *args, unions=(), trades=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["org"].choices = unions
        self.fields["trade"].choices = _choices(trades, "不是")


class RevealForm(forms.Form):
    field = forms.ChoiceField(
        label="查看", choices=(("id_no", "证件号码"), ("phone", "手机号")), widget=forms.RadioSelect
    )
    reason = NoteField(label="事由", help_text="会和您的姓名、时间一起记录在案。")


class IdentityForm(forms.Form):
    id_kind = forms.ChoiceField(label="证件类别", choices=kinds.IdKind.choices, initial="id_card")
    id_no = IdNumberField(label="正确的证件号码")
    note = NoteField(label="依据", help_text="例如：核对了身份证原件。")


class TransferForm(forms.Form):
    """Give a member to another union, which has to accept."""

    to = Mended(label="转入工会", help_text="填工会全称或代码。", max_length=120)
    reason = forms.ChoiceField(
        label="原因", choices=[(code, kinds.ChangeReason(code).label) for code in sorted(kinds.TRANSFER_REASONS)]
    )
    words = NoteField(label="说明", required=False)


class EndForm(forms.Form):
    """保留会籍、退会、恢复: a day and a reason."""

    on = DayField(label="日期")
    reason = forms.ChoiceField(label="原因")
    note = NoteField(label="说明", required=False)

    def __init__(self, *args, reasons=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = reasons
        if not reasons:
            del self.fields["reason"]


class LeaveForm(EndForm):
    own_word = forms.BooleanField(label="本人已提出退会", required=False)


class ExpelForm(forms.Form):
    on = DayField(label="决定日期")
    document = Mended(label="决定文号", max_length=80)
    clause = Mended(label="依据条款", max_length=120, help_text="例如：《中国工会章程》第七条。")
    note = NoteField(label="说明")


class SettleForm(forms.Form):
    value = Mended(label="更正为", required=False, max_length=120, help_text="留空就按本人填写的内容更正。")
    words = NoteField(label="答复本人", required=False)


class AnswerForm(forms.Form):
    words = NoteField(label="答复", help_text="会发给本人。")
