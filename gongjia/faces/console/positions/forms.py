"""What an officer fills in about posts. A person is found by name, phone or ID number."""

from __future__ import annotations

import re
from typing import Any

from django import forms

from gongjia.base.secret import canonical
from gongjia.faces.console.orgs.picking import UnionField, UnionForm
from gongjia.faces.shared.fields import DayField, Mended, NoteField, OneOf
from gongjia.who.members import powers, queries

FINDING = "填姓名、完整手机号或完整证件号码。"


def find(actor: Any, text: str) -> list[Any]:
    """Persons in reach that the words name: a phone and an ID number must fit exactly."""
    number, phone = canonical.id_number(text), canonical.phone(text)
    if re.fullmatch(r"1\d{10}", phone):
        return queries.find_person(actor, phone=phone)
    if re.fullmatch(r"\d{14}(\d|\d{3}[0-9X])|[A-Z]\d{7,10}", number):
        return queries.find_person(actor, id_no=number)
    return queries.find_person(actor, name=text)


class PersonForm(UnionForm):
    """A form that names one person. Namesakes are shown to choose from after the first try."""

    who = Mended(label="人员", help_text=FINDING, max_length=60, wide="m")
    person = OneOf(label="有几位对得上，请选一位", required=False)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.matches: list[Any] = []
        text = str((self.data or {}).get("who", "")).strip()
        if text:
            self.matches = find(self.actor, self.fields["who"].to_python(text))
        if len(self.matches) > 1:
            self.fields["person"].choices = [(str(one.id), self.words_of(one)) for one in self.matches]
        else:
            del self.fields["person"]

    @staticmethod
    def words_of(one: Any) -> str:
        where = one.org_name or "没有会籍"
        return f"{one.name}　{one.phone or '没有手机号'}　{where}"

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if not values.get("who"):
            return values
        if not self.matches:
            self.add_error("who", "没有找到这个人，或不在您能任命的范围内。请核对；新来的同志先登记入会。")
            return values
        chosen = values.pop("person", "") or ""
        if len(self.matches) > 1 and not chosen:
            self.add_error("person", "请选一位。")
            return values
        key = next((one.id for one in self.matches if str(one.id) == chosen), self.matches[0].id)
        values["who"] = queries.person_to_appoint(self.actor, key)
        return values


class GrantForm(PersonForm):
    """任命: who, where, as what, from when to when."""

    org = UnionField(label="任职工会", power=powers.POSITIONS_GRANT)
    role = OneOf(label="岗位", help_text="岗位决定能办哪些事，见权限表。")
    post_name = Mended(
        label="职务名称", required=False, max_length=40, help_text="例如：主席、组织委员。不填就用岗位名称。"
    )
    full_time = forms.BooleanField(label="专职", required=False)
    since = DayField(label="任职日期")
    until = DayField(label="到哪一天止", required=False, help_text="那一天起不再任职；没有期限就不填。")
    note = NoteField(label="依据", required=False, help_text="例如选举结果、批复文号。")

    field_order = ("who", "person", "org", "role", "post_name", "full_time", "since", "until", "note")

    def __init__(self, *args: Any, roles: Any = (), **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = roles


class HandOverForm(PersonForm):
    on = DayField(label="移交日期", help_text="从这一天起由接任的人负责。")
    document = Mended(label="同意的文号", required=False, max_length=80, help_text="主席任期未满的必须填写。")
    note = NoteField(label="说明", required=False)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["who"].label = "接任的人"


class CoverForm(PersonForm):
    since = DayField(label="代理从")
    until = DayField(label="到哪一天止", help_text="那一天起由本人恢复办理。最长 92 天。")
    why = Mended(label="原因", max_length=100, help_text="例如：产假、外出学习。")

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["who"].label = "代理人"


class EndForm(forms.Form):
    on = DayField(label="免职日期", help_text="从这一天起不再任职。")
    why = NoteField(label="原因", max_length=100)
    document = Mended(label="同意的文号", required=False, max_length=80, help_text="主席任期未满的必须填写。")
