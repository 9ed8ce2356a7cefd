"""Form fields with the right keyboard, width, unit and wording, so that no form repeats them.

They mend what can be mended silently (full-width digits, spaces, a lower-case x); the deeper
checks belong to the rules behind the action.
"""

from __future__ import annotations

import re
from typing import Any

from django import forms

from gongjia.base import money
from gongjia.base.refused import Refused

WIDE = str.maketrans("０１２３４５６７８９Ｘｘ－　（）", "0123456789XX- ()")


class Mended(forms.CharField):
    """Text whose full-width digits and blanks are mended. Attributes the page's macro reads:
    `wide` (xs s m full), `unit`, `check` (look again on leaving the field)."""

    wide = ""
    unit = ""
    check = False
    attrs: dict[str, str] = {}

    def __init__(self, *, check: bool | None = None, wide: str | None = None, unit: str | None = None, **kwargs: Any):
        super().__init__(**kwargs)
        if check is not None:
            self.check = check
        if wide is not None:
            self.wide = wide
        if unit is not None:
            self.unit = unit
        self.widget.attrs = {"autocomplete": "off", **self.attrs, **self.widget.attrs}

    def to_python(self, value: Any) -> str:
        return super().to_python(value).translate(WIDE).strip()


class NameField(Mended):
    """A person's name: blanks inside go, the middle dot of other nationalities stays."""

    wide = "m"
    attrs = {"autocomplete": "name"}

    def __init__(self, **kwargs: Any):
        kwargs.setdefault("max_length", 40)
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        return re.sub(r"[\s]+", "", super().to_python(value)).replace("•", "·").replace(".", "·")


class IdNumberField(Mended):
    """An ID number of 18 or (old) 15 places, or that of another document."""

    check = True
    wide = "m"
    attrs = {"class": "input-code", "spellcheck": "false", "autocapitalize": "characters", "maxlength": "24"}

    def to_python(self, value: Any) -> str:
        return re.sub(r"[\s-]", "", super().to_python(value)).upper()

    def validate(self, value: str) -> None:
        super().validate(value)
        if value and re.fullmatch(r"\d+(\.\d+)?E\+?\d+", value):
            raise forms.ValidationError("号码被表格软件改成了科学计数，后面几位已经丢失，请对照证件重新输入。")


class PhoneField(Mended):
    """A mobile number of the mainland."""

    check = True
    wide = "m"
    attrs = {"inputmode": "tel", "autocomplete": "tel-national", "maxlength": "20", "class": "input-code"}

    def to_python(self, value: Any) -> str:
        return re.sub(r"^(\+?86)(?=1\d{10}$)", "", re.sub(r"[\s-]", "", super().to_python(value)))

    def validate(self, value: str) -> None:
        super().validate(value)
        if value and not re.fullmatch(r"1\d{10}", value):
            raise forms.ValidationError("手机号应为 1 开头的 11 位数字。")


class CodeField(Mended):
    """A six-digit code from a message or an authenticator."""

    wide = "s"
    attrs = {
        "inputmode": "numeric",
        "autocomplete": "one-time-code",
        "maxlength": "6",
        "pattern": "[0-9]*",
        "class": "input-code",
    }

    def to_python(self, value: Any) -> str:
        return re.sub(r"\s", "", super().to_python(value))

    def validate(self, value: str) -> None:
        super().validate(value)
        if value and not re.fullmatch(r"\d{6}", value):
            raise forms.ValidationError("验证码是 6 位数字。")


class MoneyField(Mended):
    """Yuan in, fen out."""

    unit = "元"
    attrs = {"inputmode": "decimal"}

    def clean(self, value: Any) -> int | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            return money.yuan(text)
        except Refused as refused:
            raise forms.ValidationError(refused.reasons[0].sentence) from None


def shown_if(field: forms.Field, other: str, value: str) -> None:
    """The field is asked, and then needed, only while another one of its form stands at a value. The page that is
    sent hides it where it is not, so that it does without a script; the script only follows the choice at once."""
    field.shown_if = (other, str(value))  # type: ignore[attr-defined]


class CountField(forms.IntegerField):
    """A whole number of something, from 0."""

    wide = ""

    def __init__(self, *, unit: str = "", **kwargs: Any):
        self.unit = unit
        kwargs.setdefault("min_value", 0)
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> int | None:
        if isinstance(value, str):
            value = value.translate(WIDE).replace(",", "").replace("，", "")
        return super().to_python(value)


class DayField(forms.DateField):
    """A day: the browser's own calendar; 2018-6-30, 2018年6月30日 and 20180630 are read too."""

    wide = "s"

    def __init__(self, **kwargs: Any):
        kwargs.setdefault("widget", forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
        kwargs.setdefault("input_formats", ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%Y年%m月%d日"])
        super().__init__(**kwargs)
        self.error_messages["invalid"] = "请按 2018-06-30 的样子填写日期。"


class OneOf(forms.ChoiceField):
    """One of a few, all of them visible; `row=True` puts them side by side."""

    def __init__(self, *, row: bool = False, **kwargs: Any):
        self.row = row
        kwargs.setdefault("widget", forms.RadioSelect)
        super().__init__(**kwargs)


class SomeOf(forms.MultipleChoiceField):
    """Several of a few, all of them visible."""

    def __init__(self, *, row: bool = False, **kwargs: Any):
        self.row = row
        kwargs.setdefault("widget", forms.CheckboxSelectMultiple)
        super().__init__(**kwargs)


class UploadField(forms.FileField):
    """A file. On a phone, `accept="image/*"` offers the camera."""

    def __init__(self, *, accept: str = "", pick_words: str = "", **kwargs: Any):
        image = accept.startswith("image")
        self.pick_words = pick_words or ("拍照或从相册选择" if image else "点这里选择文件，或把文件拖到这里")
        kwargs.setdefault("widget", forms.FileInput(attrs={"accept": accept} if accept else {}))
        super().__init__(**kwargs)


class NoteField(forms.CharField):
    """A few sentences."""

    def __init__(self, *, rows: int = 3, **kwargs: Any):
        kwargs.setdefault("max_length", 500)
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        super().__init__(**kwargs)
