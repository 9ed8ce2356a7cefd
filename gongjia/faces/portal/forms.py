"""What a member fills in, one topic a screen."""

from __future__ import annotations

from django import forms

from gongjia.faces.shared.fields import IdNumberField, Mended, NameField, NoteField, PhoneField
from gongjia.who.members import kinds

# what can be said in one tap: field -> how the right value is typed
CHOICES = {
    "sex": [("1", "男"), ("2", "女")],
    "nation": list(kinds.NATIONS.items()),
    "education": kinds.Education.choices,
    "political": kinds.Political.choices,
    "skill_level": kinds.SkillLevel.choices,
    "is_rural_worker": [("1", "是"), ("0", "不是")],
}


class CorrectionForm(forms.Form):
    """The right value of one fact, and a word about it."""

    wanted = Mended(label="正确的内容", required=False, max_length=120)
    words = NoteField(label="说明", required=False, rows=2, max_length=200)

    def __init__(self, *args, field: str, **kwargs):
        super().__init__(*args, **kwargs)
        label = kinds.CorrectionField(field).label
        if field in CHOICES:
            self.fields["wanted"] = forms.ChoiceField(
                label=f"正确的{label}", choices=[("", "请选择"), *CHOICES[field]], required=False
            )
        elif field == "phone":
            self.fields["wanted"] = PhoneField(label="正确的手机号", required=False)
        elif field == "id_no":
            self.fields["wanted"] = IdNumberField(label="正确的证件号码", required=False)
        elif field in ("union", "other"):
            del self.fields["wanted"]
            self.fields["words"].required = True
        else:
            self.fields["wanted"].label = f"正确的{label}"


class HelpForm(forms.Form):
    about = forms.ChoiceField(label="要办的事", choices=kinds.HelpAbout.choices)
    words = NoteField(label="说一句", rows=3, max_length=400, help_text="例如：手机号换了，想改一下。")


class TransferForm(forms.Form):
    union = Mended(
        label="新单位的工会", max_length=120, help_text="填工会全称或代码，不知道就问新单位，或点“请工会干部帮我办”。"
    )
    words = NoteField(label="说明", required=False, rows=2, max_length=200)


class FindForm(forms.Form):
    """Somebody whose phone is not on file asks to be found."""

    name = NameField(label="姓名")
    phone = PhoneField(label="手机号", help_text="工会干部会打这个号码联系您。")
    id_no = IdNumberField(label="证件号码", required=False, help_text="填了能更快找到您，只有工会干部能看到。")
    employer = Mended(label="工作单位", required=False, max_length=120)
    words = NoteField(label="要办的事", required=False, rows=2, max_length=400)
