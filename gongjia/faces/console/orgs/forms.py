"""What an officer fills in about a union."""

from __future__ import annotations

from django import forms

from gongjia.faces.console.orgs.picking import UnionField, UnionForm
from gongjia.faces.shared.fields import CountField, DayField, Mended, NameField, NoteField, OneOf, UploadField
from gongjia.who.members import actions as member_actions
from gongjia.who.members import powers as member_powers
from gongjia.who.orgs import kinds, powers

PAPERS = ".pdf,.jpg,.jpeg,.png,.webp,.docx"


def some(values, empty: str = "未登记") -> list[tuple[str, str]]:
    return [("", empty), *values]


def document(label: str = "批复文号", required: bool = True) -> Mended:
    return Mended(label=label, max_length=80, required=required)


def paper(label: str = "批复文件") -> UploadField:
    return UploadField(
        label=label, required=False, accept=PAPERS, help_text="PDF、照片或 Word，扫描件、手机拍的都可以。"
    )


class FactsForm(forms.Form):
    """Facts of the register that the union itself keeps up."""

    employer_name = Mended(label="单位名称", required=False, max_length=120)
    employer_uscc = Mended(
        label="单位信用代码",
        required=False,
        max_length=18,
        help_text="营业执照上的 18 位代码，不是工会的代码。",
        wide="m",
    )
    unit_nature = forms.ChoiceField(label="单位类别", required=False, choices=some(kinds.UNIT_NATURES.items()))
    economy = forms.ChoiceField(label="经济类型", required=False, choices=some(kinds.ECONOMIES.items()))
    industry = forms.ChoiceField(label="所属行业", required=False, choices=some(kinds.INDUSTRIES.items()))
    opened_on = DayField(label="单位开业日期", required=False)
    address = Mended(label="地址", required=False, max_length=200)
    phone = Mended(
        label="办公电话", required=False, max_length=40, wide="m", help_text="工会办公室的电话，不填个人手机。"
    )
    head_name = NameField(label="负责人", required=False)
    contact_name = NameField(label="联系人", required=False)
    staff_count = CountField(label="职工人数", required=False, unit="人")
    staff_women = CountField(label="其中女职工", required=False, unit="人")
    staff_on = DayField(label="职工人数是哪天的数", required=False)
    form = OneOf(label="工会领导机构", required=False, choices=kinds.CommitteeForm.choices)
    founding_members = CountField(label="建会时会员人数", required=False, unit="人")
    committee_size = CountField(label="委员人数", required=False, unit="人")
    women_committee = forms.BooleanField(label="已设女职工委员会", required=False)
    audit_committee = forms.BooleanField(label="已设经费审查委员会", required=False)


class EditForm(FactsForm):
    postcode = Mended(label="邮政编码", required=False, max_length=6, wide="s")
    email = forms.EmailField(label="电子邮箱", required=False)
    founded_on = DayField(label="成立日期", required=False)
    founding_document = document("成立批复文号", required=False)
    note = NoteField(label="改动说明", required=False)


FACTS = tuple(FactsForm.base_fields)
EDITED = (*FACTS, "postcode", "email", "founded_on", "founding_document")


class FoundForm(UnionForm, FactsForm):
    parent = UnionField(label="上级工会", power=powers.FOUND)
    kind = forms.ChoiceField(label="组织类型", choices=some(kinds.OrgKind.choices, "请选择"))
    name = Mended(label="工会全称", max_length=120, help_text="按上级批复上的名称。")
    short_name = Mended(
        label="简称", required=False, max_length=40, wide="m", help_text="办理进度里用，如“洋溪街道总工会”。"
    )
    industry_parent = UnionField(label="产业指导工会", required=False, help_text="例如教育工会；没有就留空。")
    founded_on = DayField(label="成立日期", help_text="批复的那天。")
    document = document()
    attachment = paper()
    women_members = CountField(label="其中女会员", required=False, unit="人")
    covered = NoteField(
        label="涵盖单位", required=False, rows=5, max_length=8000,
        help_text="联合基层工会、工会联合会填：一行一家，依次写名称、信用代码、职工人数，用逗号隔开；后两项可以不写。",
    )  # fmt: skip
    kin_on_committee = forms.BooleanField(label="委员会成员中有单位主要负责人的近亲属", required=False)
    note = NoteField(label="说明", required=False)


class PlanForm(FoundForm):
    """A union on its way: nothing of its approval yet."""

    founded_on = None
    document = None
    attachment = None
    women_members = None
    kin_on_committee = None
    form = None
    founding_members = None
    committee_size = None
    women_committee = None
    audit_committee = None
    planned_on = DayField(label="开始筹建日期")


PLANNED = tuple(name for name in FACTS if name in PlanForm.base_fields)


class ApproveForm(forms.Form):
    founded_on = DayField(label="成立日期", help_text="批复的那天。")
    document = document()
    attachment = paper()
    staff_count = CountField(label="职工人数", required=False, unit="人")
    staff_women = CountField(label="其中女职工", required=False, unit="人")
    founding_members = CountField(label="建会时会员人数", required=False, unit="人")
    women_members = CountField(label="其中女会员", required=False, unit="人")
    form = OneOf(label="工会领导机构", required=False, choices=kinds.CommitteeForm.choices)
    committee_size = CountField(label="委员人数", required=False, unit="人")
    women_committee = forms.BooleanField(label="已设女职工委员会", required=False)
    audit_committee = forms.BooleanField(label="已设经费审查委员会", required=False)
    kin_on_committee = forms.BooleanField(label="委员会成员中有单位主要负责人的近亲属", required=False)
    note = NoteField(label="说明", required=False)


APPROVED = tuple(name for name in ApproveForm.base_fields if name in FACTS)


class RenameForm(forms.Form):
    name = Mended(label="新名称", max_length=120)
    short_name = Mended(label="新简称", required=False, max_length=40, wide="m")
    from_on = DayField(label="从哪天起使用", help_text="这天以前的报表仍显示原来的名称。")
    document = document(required=False)
    note = NoteField(label="说明", required=False)


class ElectForm(forms.Form):
    number = CountField(label="第几届", unit="届", min_value=1)
    years = OneOf(label="任期", choices=(("3", "三年"), ("5", "五年")), row=True)
    started_on = DayField(label="选举日期")
    committee_size = CountField(label="委员人数", required=False, unit="人")
    document = document()
    attachment = paper()
    note = NoteField(label="说明", required=False)


class DelayForm(forms.Form):
    delayed_to = DayField(label="延期到哪天")
    document = document()
    attachment = paper()
    note = NoteField(label="延期原因", required=False)


class MoveForm(UnionForm):
    parent = UnionField(label="新的上级工会", power=powers.MOVE)
    on = DayField(label="从哪天起")
    document = document("依据文号", required=False)
    note = NoteField(label="说明", required=False)


class GuideForm(UnionForm):
    guide = UnionField(label="产业指导工会", required=False, help_text="留空就是不再由产业工会指导。")
    on = DayField(label="从哪天起")
    note = NoteField(label="说明", required=False)


class KindForm(forms.Form):
    kind = forms.ChoiceField(label="改为", choices=some(kinds.OrgKind.choices, "请选择"))
    document = document("依据文号", required=False)
    note = NoteField(label="说明", required=False)


class LegalForm(forms.Form):
    uscc = Mended(label="工会统一社会信用代码", max_length=18, wide="m", help_text="81 开头，法人资格证书上的。")
    registered_on = DayField(label="登记日期")
    certificate_no = Mended(label="证书编号", required=False, max_length=40, wide="m")
    note = NoteField(label="说明", required=False)


class DissolveForm(UnionForm):
    closed_on = DayField(label="撤销日期", help_text="批复的那天。")
    cause = OneOf(label="撤销原因", choices=kinds.ClosingCause.choices)
    congress_passed = forms.BooleanField(label="会员大会或会员代表大会已经通过", required=False)
    document = document()
    attachment = paper()
    rest = OneOf(
        label="会员的去向",
        choices=(
            (member_actions.KEEP_ABOVE, "会籍保留在上一级工会，重新就业时恢复"),
            (member_actions.MOVE, "整体转入另一家工会"),
        ),
        initial=member_actions.KEEP_ABOVE,
    )
    to = UnionField(label="转入的工会", required=False, power=member_powers.TRANSFER, help_text="选“整体转入”时填。")
    note = NoteField(label="说明", required=False)


class MergeForm(UnionForm):
    into = UnionField(label="合并到", power=powers.CLOSE)
    closed_on = DayField(label="合并日期", help_text="批复的那天。")
    document = document()
    attachment = paper()
    note = NoteField(label="说明", required=False)


class CoverForm(forms.Form):
    name = Mended(label="单位名称", max_length=120)
    uscc = Mended(label="信用代码", required=False, max_length=18, wide="m")
    staff_count = CountField(label="职工人数", required=False, unit="人")
    since = DayField(label="从哪天起涵盖")
    note = NoteField(label="说明", required=False)


class CoverEndForm(forms.Form):
    until = DayField(label="撤下日期")
    note = NoteField(label="原因", required=False)


class UnitForm(UnionForm):
    org = UnionField(label="所在地工会", power=powers.UNITS, help_text="单位在哪个乡镇、街道，就填那里的工会。")
    name = Mended(label="单位全称", max_length=120)
    uscc = Mended(label="信用代码", required=False, max_length=18, wide="m")
    unit_nature = forms.ChoiceField(label="单位类别", required=False, choices=some(kinds.UNIT_NATURES.items()))
    industry = forms.ChoiceField(label="所属行业", required=False, choices=some(kinds.INDUSTRIES.items()))
    address = Mended(label="地址", required=False, max_length=200)
    contact_name = NameField(label="联系人", required=False)
    opened_on = DayField(label="开业日期", required=False)
    staff_count = CountField(label="职工人数", required=False, unit="人")
    staff_source = forms.ChoiceField(label="人数从哪里来", required=False, choices=some(kinds.StaffSource.choices))
    staff_on = DayField(label="人数是哪天的", required=False)
    listed_on = DayField(label="登记日期")
    promised_on = DayField(label="承诺建会日期", required=False)
    note = NoteField(label="说明", required=False)


UNIT_FACTS = (
    "name", "uscc", "unit_nature", "industry", "address", "contact_name", "opened_on", "staff_count", "staff_source",
    "staff_on",
)  # fmt: skip


class UnitEditForm(UnitForm):
    org = None
    listed_on = None
    promised_on = None


class VisitForm(forms.Form):
    visited_on = DayField(label="走访日期")
    said = NoteField(label="谈了什么", help_text="见了谁、对方怎么说、有什么顾虑。")
    staff_count = CountField(label="了解到的职工人数", required=False, unit="人")
    promised_on = DayField(label="承诺建会日期", required=False)
    attachment = paper("照片或材料")


class PromiseForm(forms.Form):
    promised_on = DayField(label="承诺建会日期")
    note = NoteField(label="说明", required=False)


class BuiltForm(UnionForm):
    by = UnionField(label="现在所属的工会", help_text="单位自己的工会，或涵盖它的联合工会；要先登记建会。")
    on = DayField(label="建会日期")
    note = NoteField(label="说明", required=False)


class GoneForm(forms.Form):
    on = DayField(label="注销或迁出日期")
    why = NoteField(label="情况", max_length=100)


class HomeForm(UnionForm):
    org = UnionField(label="属于哪家工会", power=powers.HOMES)
    name = Mended(label="名称", max_length=120)
    kind = OneOf(label="类型", choices=kinds.HomeKind.choices, row=True)
    planned_on = DayField(label="列入计划日期")
    address = Mended(label="地址", required=False, max_length=200)
    area_m2 = CountField(label="面积", required=False, unit="平方米")
    note = NoteField(label="说明", required=False)


class HomeEditForm(forms.Form):
    name = Mended(label="名称", max_length=120)
    kind = OneOf(label="类型", choices=kinds.HomeKind.choices, row=True)
    standard = OneOf(label="达到的标准", choices=kinds.HomeStandard.choices, row=True)
    standard_on = DayField(label="评定日期", required=False)
    address = Mended(label="地址", required=False, max_length=200)
    area_m2 = CountField(label="面积", required=False, unit="平方米")
    note = NoteField(label="说明", required=False)


class StageForm(forms.Form):
    on = DayField(label="日期")
    note = NoteField(label="说明", required=False)


class SheetForm(UnionForm):
    under = UnionField(label="放在哪家工会下面", power=powers.IMPORT, help_text="表里没有写上级工会的行，放在这里。")
    file = UploadField(label="工会表", accept=".xlsx,.xls,.csv", help_text="Excel 或 CSV，一行一家工会。")


class NumbersForm(forms.Form):
    file = UploadField(
        label="上级系统返回的表", accept=".xlsx,.xls,.csv", help_text="里面要有我们的工会编码和上级编号两列。"
    )
