"""What a treasurer, an approver and an auditor fill in."""

from __future__ import annotations

from typing import Any

from django import forms

from gongjia.base import clock
from gongjia.faces.shared.fields import CountField, DayField, Mended, MoneyField, NoteField, OneOf, UploadField
from gongjia.money.funds import kinds, queries, registry


class LineForm(forms.Form):
    """A budget line."""

    year = CountField(label="年度", min_value=2000)
    source = OneOf(label="资金来源", choices=kinds.Source.choices, row=True)
    title = Mended(label="预算名称", max_length=80, help_text="例如：困难职工帮扶资金。")
    document_no = Mended(label="指标文号", max_length=60, required=False, help_text="上级资金必填。")
    item = forms.ChoiceField(label="支出科目")
    amount = MoneyField(label="金额", wide="s")

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["item"].choices = list(queries.items(clock.today()).items())


class ChangeForm(forms.Form):
    """An addition or a cut."""

    way = OneOf(label="办什么", choices=(("add", "追加"), ("cut", "调减")), row=True)
    amount = MoneyField(label="金额", wide="s")
    document_no = Mended(label="文号", max_length=60)
    why = NoteField(label="说明", required=False, max_length=200)


class EarmarkForm(forms.Form):
    """Money of a line for a round."""

    round = forms.ChoiceField(label="申报项目")
    amount = MoneyField(label="安排金额", wide="s", help_text="改已有的安排时，填改后的总数。")
    share = forms.DecimalField(
        label="分担比例", required=False, min_value=0, max_value=100, decimal_places=2,
        help_text="几级共同负担的填本级的百分比，例如 50；不填的按先后用完一条再用下一条。",
    )  # fmt: skip

    def __init__(self, *args: Any, rounds: list[tuple[str, str]], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["round"].choices = rounds
        self.fields["share"].unit = "%"


class CeilingForm(forms.Form):
    """A ceiling from a day on."""

    scope = OneOf(label="限制什么", choices=kinds.Scope.choices)
    type = forms.ChoiceField(label="项目", required=False)
    amount = MoneyField(label="上限", wide="s")
    since = DayField(label="从哪天起")
    clause = Mended(label="依据", max_length=120, help_text="文件和条款。超过上限时会显示给经办人。")

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["type"].choices = [("", "各项合计"), *queries.type_choices()]


class NormForm(forms.Form):
    """A row of a table, anew from a day on. What is asked depends on the table."""

    key = Mended(label="科目编号", max_length=10, help_text="例如：50204。")
    value = Mended(label="科目名称", max_length=80, required=False, help_text="不填表示停用这个科目。")
    since = DayField(label="从哪天起", help_text="今天或以后。")
    clause = Mended(label="依据", max_length=200, help_text="文件和条款，例如：工会会计制度（财会〔2009〕7号）。")

    def __init__(self, *args: Any, table: str, now: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if now is not None:
            del self.fields["key"]
        elif table == kinds.Norms.TAX:
            types = [(f"{kind}/{key}", label) for kind, key, label in queries.types_by_kind()]
            self.fields["key"] = forms.ChoiceField(label="项目", choices=types)
        if table == kinds.Norms.TAX:
            self.fields["value"] = OneOf(label="计税类别", choices=kinds.TaxClass.choices)
        elif table == kinds.Norms.RATE:
            self.fields["value"] = Mended(label="税率", max_length=6, help_text="百分数，例如：20。")
            self.fields["value"].unit = "%"
        elif table == kinds.Norms.LIMIT and now is not None:
            label, unit = kinds.LIMITS[now.key]
            self.fields["value"] = Mended(label=label, max_length=4)
            self.fields["value"].unit = unit
        self.order_fields(["key", "value", "since", "clause"])


class BatchForm(forms.Form):
    """A new batch, or one in editing to add to."""

    into = forms.ChoiceField(label="列入哪个批次", required=False)
    title = Mended(label="新批次名称", max_length=80, required=False, help_text="例如：2018年上半年困难帮扶。")
    item = forms.ChoiceField(label="支出科目")
    layout = forms.ChoiceField(label="代发文件格式", help_text="和开户银行约定的格式。")
    document_no = Mended(label="指标文号", max_length=60, required=False, help_text="不填的用预算的文号。")

    def __init__(self, *args: Any, drafts: list[Any] = (), **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["into"].choices = [
            ("", "新建一个批次"),
            *((str(one.pk), f"{one.number} {one.title}") for one in drafts),
        ]
        if not drafts:
            del self.fields["into"]
        self.fields["item"].choices = list(queries.items(clock.today()).items())
        self.fields["layout"].choices = list(registry.layout_labels().items())

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not values.get("into") and not values.get("title"):
            self.add_error("title", "请填写新批次的名称。")
        return values


class ResultForm(forms.Form):
    file = UploadField(label="银行回盘文件", accept=".xlsx,.xls,.csv", help_text="银行返回的处理结果，不要改动。")


class VoucherForm(forms.Form):
    number = Mended(
        label="凭证号", max_length=40, help_text="例如：记-2018-06-0035。给本批还没有凭证号的收支一起登记。"
    )


class ReversalForm(forms.Form):
    kind = OneOf(
        label="办什么", row=True,
        choices=(("recovered", "追回：款项已经退回工会账户"), ("written_off", "冲销：登记有误，更正账目")),
    )  # fmt: skip
    amount = MoneyField(label="金额", wide="s")
    document_no = Mended(label="文号", max_length=60, required=False)
    why = NoteField(label="原因", max_length=200)


class SampleForm(forms.Form):
    title = Mended(label="名称", max_length=80, required=False, help_text="例如：2018年上半年帮扶抽查。")
    since = DayField(label="到账日期从")
    until = DayField(label="到", help_text="含这一天。")
    type = forms.ChoiceField(label="项目", required=False)
    method = OneOf(label="方法", choices=kinds.SampleMethod.choices, row=True)
    stratum = forms.ChoiceField(label="分层", required=False, help_text="分层抽样时选，每一层至少抽一笔。")
    size = CountField(label="抽多少", unit="笔", min_value=1, max_value=500)
    seed = Mended(
        label="随机种子",
        max_length=40,
        required=False,
        help_text="不填的由系统随机产生并记录；填上同样的种子可以重抽出同样的名单。",
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["type"].choices = [("", "全部项目"), *queries.type_choices()]
        self.fields["stratum"].choices = [("", "—"), *kinds.Stratum.choices]


class DoubtForm(forms.Form):
    department = forms.ChoiceField(label="由哪个部门答复")
    title = Mended(label="标题", max_length=80)
    words = NoteField(label="疑点", rows=5, max_length=2000)
    due_on = DayField(label="答复期限")

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["department"].choices = list(queries.departments().items())


class AnswerForm(forms.Form):
    words = NoteField(label="答复", rows=6, max_length=2000)
    file = UploadField(label="佐证材料", required=False, accept=".pdf,.xlsx,.docx,.jpg,.png")


class AccountForm(forms.Form):
    """The account of a person, from the paper that the person signed."""

    number = Mended(label="账号", max_length=40, help_text="照着银行卡填写。")
    bank = Mended(label="开户银行", max_length=80, help_text="例如：建德农商银行洋溪支行。")
    guardian = forms.BooleanField(label="这是监护人的账户", required=False)
    holder = Mended(label="监护人姓名", max_length=60, required=False, help_text="收款人未成年或不能开户时填写。")
    relation = Mended(label="监护人是收款人的", max_length=20, required=False, help_text="例如：母亲。")
    file = UploadField(label="本人签字的材料", accept="image/*", help_text="账户确认单；监护人账户还要拍到关系证明。")


class UnionAccountForm(forms.Form):
    number = Mended(label="账号", max_length=40)
    bank = Mended(label="开户银行", max_length=80)
