"""What an officer fills in when a round is drawn up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from gongjia.base import money
from gongjia.faces.shared.fields import CountField, DayField, Mended, MoneyField, NoteField, OneOf, SomeOf, shown_if
from gongjia.who.members import kinds as people
from gongjia.who.members import registry as people_registry
from gongjia.work.programmes import kinds, powers
from gongjia.work.programmes.queries import lists

MOST_DESKS, MOST_TIERS, MOST_CRITERIA, MOST_ANSWERS = 8, 6, 8, 4


class BasicsForm(forms.Form):
    """Title, span, year, words."""

    title = Mended(label="项目名称", max_length=120, wide="full")
    year = CountField(label="年度", min_value=2000, max_value=2100)
    cycle = Mended(label="届次或批次", max_length=40, required=False, help_text="如：第一届、第二批。可以不填。")
    area = forms.ChoiceField(label="领域", choices=tuple(kinds.AREAS.items()))
    opens_on = DayField(label="开始申报", help_text="从当天 0 时起。")
    closes_on = DayField(label="截止申报", required=False, help_text="含当天。常年开放的不填。")
    brief = NoteField(label="说明", rows=4, max_length=1000, help_text="谁能申报、给什么、怎么办，用职工看得懂的话写。")

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        opens, closes = values.get("opens_on"), values.get("closes_on")
        if opens and closes and closes < opens:
            self.add_error("closes_on", "截止日期早于开始日期。")
        return values


class NewForm(BasicsForm):
    """The first step of a new round: also whose it is."""

    org = forms.ChoiceField(label="主办工会")

    def __init__(self, *args: Any, unions: Sequence[tuple[str, str]] = (), **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["org"].choices = list(unions)
        self.order_fields(["title", "org"])


CODES: dict[tuple[str, str], tuple[str, Sequence[tuple[str, str]]]] = {
    ("employment", "codes"): ("many", people.Employment.choices),
    ("skill", "least"): ("one", people.SkillLevel.choices),
    ("sex", "sex"): ("one", people.Sex.choices),
}
NUMBERS = ("min", "max", "months")
# what a condition asks, said to an officer
ASKED = {
    ("employment", "codes"): "哪些就业状况", ("skill", "least"): "最低等级", ("sex", "sex"): "面向", ("trade", "trades"): "哪些职业",
}  # fmt: skip
REPEATED = ("answer", "tick")  # conditions about fields of the form: several of them


class ConditionsForm(forms.Form):
    """The shared conditions that fit, each with what it asks; then how often and how far apart."""

    def __init__(self, *args: Any, subject: str = "person", spec: Any = None, trades: Any = (), **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.blocks: list[tuple[str, tuple[str, ...]]] = []
        fields = [(one["key"], one["label"]) for one in (spec or {}).get("fields", [])]
        for check in lists.checks_for(subject):
            if check.key in REPEATED:
                continue
            names = [f"c_{check.key}"]
            self.fields[names[0]] = forms.BooleanField(label=check.label, required=False)
            for key, label in (check.asks or {}).items():
                names.append(f"c_{check.key}_{key}")
                self.fields[names[-1]] = self._asked(check.key, key, label, trades)
            self.blocks.append(("", tuple(names)))
        if fields:
            for number in range(1, MOST_ANSWERS + 1):
                self.blocks.append((f"申报表里的要求 {number}", self._answer(number, fields)))
        self._columns()

    def _asked(self, check: str, key: str, label: str, trades: Any) -> forms.Field:
        label = ASKED.get((check, key), label)
        if (check, key) in CODES:
            how, choices = CODES[check, key]
            if how == "many":
                return SomeOf(label=label, choices=choices, required=False, row=True)
            return forms.ChoiceField(label=label, choices=[("", "请选择"), *choices], required=False)
        if (check, key) == ("trade", "trades"):
            return SomeOf(label=label, choices=list(trades), required=False, row=True)
        if key == "retained":
            return forms.BooleanField(label=label, required=False)
        return CountField(label=label, required=False) if key in NUMBERS else Mended(label=label, required=False)

    def _answer(self, number: int, fields: Sequence[tuple[str, str]]) -> tuple[str, ...]:
        base = f"a{number}"
        self.fields[f"{base}_field"] = forms.ChoiceField(label="栏目", choices=[("", "不用"), *fields], required=False)
        self.fields[f"{base}_min"] = Mended(
            label="不少于", required=False, help_text="数字栏目；勾选栏目不填就是“须勾选”。"
        )
        self.fields[f"{base}_max"] = Mended(label="不超过", required=False)
        self.fields[f"{base}_is"] = Mended(label="须等于", required=False, help_text="选择栏目的代号，几个用顿号隔开。")
        return tuple(f"{base}_{part}" for part in ("field", "min", "max", "is"))

    def _columns(self) -> None:
        self.fields["once_per"] = OneOf(label="获得次数", choices=kinds.Once.choices)
        self.fields["gap_years"] = CountField(label="两次之间隔满", unit="年", required=False, max_value=50)
        self.fields["file_needed"] = forms.BooleanField(label="须有在档的困难职工档案", required=False)
        self.fields["sensitive"] = forms.BooleanField(
            label="涉及隐私（如困难、健康）：不上网公示，从乡镇(街道)工会开始审核", required=False
        )
        self.blocks.append(("次数和间隔", ("once_per", "gap_years", "file_needed", "sensitive")))

    def rows(self, subject: str, spec: Any) -> list[dict[str, Any]]:
        """The conditions as a round keeps them."""
        values, found = self.cleaned_data, []
        for check in lists.checks_for(subject):
            if check.key in REPEATED or not values.get(f"c_{check.key}"):
                continue
            row: dict[str, Any] = {"check": check.key}
            for key in check.asks or {}:
                value = values.get(f"c_{check.key}_{key}")
                if value not in (None, "", [], False):
                    row[key] = value
            found.append(row)
        labels = {one["key"]: one for one in (spec or {}).get("fields", [])}
        for number in range(1, MOST_ANSWERS + 1):
            name = values.get(f"a{number}_field")
            if not name:
                continue
            if labels[name]["kind"] == "tick":
                found.append({"check": "tick", "field": name, "label": labels[name]["label"]})
                continue
            row = {"check": "answer", "field": name, "label": labels[name]["label"]}
            row |= {key: values[f"a{number}_{key}"] for key in ("min", "max") if values.get(f"a{number}_{key}")}
            if wanted := values.get(f"a{number}_is"):
                row["is"] = [one for one in wanted.replace("，", "、").split("、") if one]
            found.append(row)
        return found

    @staticmethod
    def initial_of(round_: Any) -> dict[str, Any]:
        found: dict[str, Any] = {
            "once_per": round_.once_per, "gap_years": round_.gap_years or None, "file_needed": round_.file_needed,
            "sensitive": round_.sensitive,
        }  # fmt: skip
        number = 0
        for row in round_.conditions:
            if row["check"] in REPEATED:
                number += 1
                found[f"a{number}_field"] = row.get("field")
                found |= {f"a{number}_{key}": row[key] for key in ("min", "max") if row.get(key) is not None}
                if row.get("is"):
                    found[f"a{number}_is"] = "、".join(map(str, row["is"]))
                continue
            found[f"c_{row['check']}"] = True
            found |= {f"c_{row['check']}_{key}": value for key, value in row.items() if key != "check"}
        return found


def reviewing_roles() -> list[tuple[str, str]]:
    return [(role.key, role.label) for role in people_registry.roles().values() if powers.REVIEW in role.powers]


class DesksForm(forms.Form):
    """The review chain, first desk first; an empty place ends it."""

    decides = OneOf(label="决定方式", choices=kinds.Decides.choices)

    def __init__(
        self, *args: Any, count: int = 3, named: Sequence[tuple[str, str]] = (), stages: bool = False, **kwargs: Any
    ):
        super().__init__(*args, **kwargs)
        self.count, self.named = count, dict(named)
        self.blocks: list[tuple[str, tuple[str, ...]]] = [("", ("decides",))]
        places = [("", "不设"), *kinds.DeskPlace.choices]
        roles = [("", "有审核权限的都可以"), *reviewing_roles()]
        for n in range(1, count + 1):
            parts: dict[str, forms.Field] = {
                "place": forms.ChoiceField(label="由谁审核", choices=places, required=False),
                "org": forms.ChoiceField(label="指定哪家工会", choices=[("", "请选择"), *named], required=False),
                "role": forms.ChoiceField(label="哪个岗位", choices=roles, required=False),
                "label": Mended(label="环节名称", max_length=40, required=False, help_text="如：资格审查。"),
                "days": CountField(label="办理时限", required=False, min_value=1, max_value=365),
                "unit": OneOf(label="时限单位", choices=kinds.DayUnit.choices, required=False, row=True),
                "stage": CountField(label="审核第几阶段的内容", required=False, min_value=1, max_value=3,
                                    help_text="申报表分阶段填的才改，一般是 1。"),
            }  # fmt: skip
            shown_if(parts["org"], f"d{n}_place", kinds.DeskPlace.NAMED)
            for name, field in parts.items():
                self.fields[f"d{n}_{name}"] = field
            self.blocks.append((f"第 {n} 道", tuple(f"d{n}_{name}" for name in parts)))

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        for n in range(1, self.count + 1):
            if values.get(f"d{n}_place") == "named" and not values.get(f"d{n}_org"):
                self.add_error(f"d{n}_org", "请选择由哪家工会审核。")
        return values

    def rows(self) -> list[dict[str, Any]]:
        values = self.cleaned_data
        for n in range(1, self.count + 1):
            # the label of another place says the wrong thing
            if {f"d{n}_place", f"d{n}_label"} & set(self.changed_data) == {f"d{n}_place"}:
                values[f"d{n}_label"] = ""
        return [
            {
                "place": values[f"d{n}_place"], "org": values[f"d{n}_org"] if values[f"d{n}_place"] == "named" else "",
                "role": values[f"d{n}_role"], "label": values[f"d{n}_label"], "days": values[f"d{n}_days"] or 5,
                "unit": values[f"d{n}_unit"] or "workday", "stage": values[f"d{n}_stage"] or 1,
            }
            for n in range(1, self.count + 1) if values.get(f"d{n}_place")
        ]  # fmt: skip


class MoneyForm(forms.Form):
    """Places, the amount of one award, tiers."""

    quota = CountField(label="名额", required=False, help_text="总数；不填就是不限。")
    amount = MoneyField(label="每份金额", required=False, help_text="不发钱的不填。")
    goods = Mended(label="实物", required=False, max_length=120, help_text="如：清凉物资一份。")

    def __init__(self, *args: Any, count: int = 3, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.count = count
        self.blocks: list[tuple[str, tuple[str, ...]]] = [("", ("quota", "amount", "goods"))]
        for n in range(1, count + 1):
            self.fields[f"t{n}_label"] = Mended(
                label="名称", required=False, max_length=40, help_text="如：一等、提名。"
            )
            self.fields[f"t{n}_amount"] = MoneyField(label="金额", required=False)
            self.fields[f"t{n}_quota"] = CountField(label="名额", required=False)
            self.blocks.append((f"档次 {n}", tuple(f"t{n}_{part}" for part in ("label", "amount", "quota"))))

    def tiers(self, before: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """Rows of tiers; a tier that keeps its name keeps its code."""
        codes = {row["label"]: row["key"] for row in before}
        found: list[dict[str, Any]] = []
        for n in range(1, self.count + 1):
            label = self.cleaned_data.get(f"t{n}_label")
            if not label:
                continue
            row: dict[str, Any] = {"key": codes.get(label) or f"t{n}", "label": label}
            if self.cleaned_data.get(f"t{n}_amount") is not None:
                row["amount"] = self.cleaned_data[f"t{n}_amount"]
            if self.cleaned_data.get(f"t{n}_quota"):
                row["quota"] = self.cleaned_data[f"t{n}_quota"]
            found.append(row)
        taken: set[str] = set()
        for number, row in enumerate(found, start=1):
            while row["key"] in taken:
                row["key"] = f"t{number}_{len(taken)}"
            taken.add(row["key"])
        return found

    @staticmethod
    def initial_of(round_: Any) -> dict[str, Any]:
        found = {"quota": round_.quota, "amount": _yuan(round_.amount), "goods": round_.goods}
        for n, row in enumerate(round_.tiers, start=1):
            found |= {
                f"t{n}_label": row["label"],
                f"t{n}_amount": _yuan(row.get("amount")),
                f"t{n}_quota": row.get("quota"),
            }
        return found


def _yuan(fen: Any) -> str:
    return str(money.decimal(int(fen))) if fen else ""


class NoticeForm(forms.Form):
    """Where and how long the names hang; what a panel scores."""

    notice_place = OneOf(label="公示地点", choices=kinds.NoticePlace.choices, required=False)
    notice_days = CountField(label="公示天数", required=False, max_value=90)
    notice_unit = OneOf(label="天数按", choices=kinds.DayUnit.choices, row=True)
    notice_phone = Mended(label="受理电话", required=False, max_length=40, help_text="办公室电话，公示上写明。")

    def __init__(self, *args: Any, count: int = 5, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.count = count
        self.blocks: list[tuple[str, tuple[str, ...]]] = [
            ("公示", ("notice_place", "notice_days", "notice_unit", "notice_phone"))
        ]
        for n in range(1, count + 1):
            self.fields[f"k{n}_label"] = Mended(label="评分项", required=False, max_length=40)
            self.fields[f"k{n}_weight"] = Mended(label="权重", required=False, max_length=8)
            self.fields[f"k{n}_most"] = Mended(label="满分", required=False, max_length=8)
            self.blocks.append((f"评分项 {n}", tuple(f"k{n}_{part}" for part in ("label", "weight", "most"))))

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if values.get("notice_place") and not values.get("notice_days"):
            self.add_error("notice_days", "请填公示几天。")
        if not values.get("notice_place"):
            values["notice_days"] = 0
        return values

    def criteria(self, before: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        codes = {row["label"]: row["key"] for row in before}
        found: list[dict[str, Any]] = []
        for n in range(1, self.count + 1):
            label = self.cleaned_data.get(f"k{n}_label")
            if label:
                found.append(
                    {
                        "key": codes.get(label) or f"k{n}", "label": label,
                        "weight": self.cleaned_data.get(f"k{n}_weight") or "1",
                        "most": self.cleaned_data.get(f"k{n}_most") or "10",
                    }
                )  # fmt: skip
        return found

    @staticmethod
    def initial_of(round_: Any) -> dict[str, Any]:
        found = {name: getattr(round_, name) for name in ("notice_place", "notice_days", "notice_unit", "notice_phone")}
        for n, row in enumerate(round_.criteria, start=1):
            found |= {f"k{n}_{part}": row.get(part) for part in ("label", "weight", "most")}
        return found
