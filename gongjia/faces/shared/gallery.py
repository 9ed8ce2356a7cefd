"""The living style guide: every component with words as an officer would read them.

The people and unions here are invented and live nowhere but on these pages.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from django import forms

from gongjia.base.refused import Reason
from gongjia.faces.shared import fields
from gongjia.faces.shared.keyset import Cursor, Slice
from gongjia.faces.shared.marks import Badge, Column, Link, NotNow
from gongjia.faces.shared.pages import Choice, Crumb, Fact, Filters, Page, Search, Tick, faults_of
from gongjia.faces.shared.pages.forms import put_reasons
from gongjia.faces.shared.policy import Policy

TOWNSHIPS = (
    "新安江",
    "洋溪",
    "更楼",
    "莲花",
    "乾潭",
    "梅城",
    "杨村桥",
    "下涯",
    "大洋",
    "三都",
    "寿昌",
    "航头",
    "大慈岩",
    "大同",
    "李家",
    "钦堂",
)
MEMBERS = (9820, 4310, 6120, 1480, 7260, 6940, 2870, 3510, 2260, 1390, 5120, 3040, 1280, 4380, 1760, 690)


class SampleForm(forms.Form):
    """One field of every kind."""

    name = fields.NameField(label="姓名")
    id_no = fields.IdNumberField(label="身份证号", help_text="只用来核对身份，页面上只显示前三位和后四位。")
    phone = fields.PhoneField(label="手机号", required=False)
    sex = fields.OneOf(label="性别", choices=[("male", "男"), ("female", "女")], row=True)
    union = forms.ChoiceField(
        label="所在工会", choices=[("", "请选择"), ("1", "洋溪街道总工会"), ("2", "杭州新安江制药有限公司工会")]
    )
    joined_on = fields.DayField(label="入会日期")
    amount = fields.MoneyField(label="困难补助金额", required=False, help_text="按实际批准的金额填写。")
    note = forms.CharField(label="说明", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    photo = fields.UploadField(
        label="证件照片", required=False, accept="image/*", help_text="可以直接拍照，单张不超过 10 MB。"
    )
    agree = forms.BooleanField(label="本人同意把以上资料用于办理入会")


def table_of_members() -> tuple[list[Column], Slice]:
    """Six rows as a list page would show them."""
    columns = [
        Column("name", "姓名", kind="mask", mask="name", head=True, link=lambda row: "#member"),
        Column("org", "所在工会", width="l"),
        Column("id_no", "身份证号", kind="mask", mask="id", wide_only=True),
        Column("phone", "手机号", kind="mask", mask="phone"),
        Column("joined", "入会日期", kind="day"),
        Column("state", "状态", kind="badge"),
        Column("paid", "累计补助（元）", kind="money", wide_only=True),
    ]
    kept = Badge("在籍", "success")
    names = ("方建国", "叶秀英", "蒋晓东", "许美芳", "汪志强", "童丽娟")
    unions = (
        "洋溪街道总工会机关工会",
        "杭州新安江制药有限公司工会",
        "梅城镇第一小学工会",
        "寿昌镇联合工会",
        "大同镇电商行业联合工会",
        "建德市公共交通有限公司工会",
    )
    states = (
        kept,
        kept,
        Badge("待转入", "info", "arrows-left-right"),
        kept,
        Badge("保留会籍", "neutral"),
        Badge("资料不全", "warning", "alert-triangle"),
    )
    rows = [
        {
            "id": index,
            "name": name,
            "org": union,
            "id_no": "330100199001010014",
            "phone": f"1990000120{index}",
            "joined": f"2017-0{index + 1}-1{index}",
            "state": state,
            "paid": index * 50_000 or None,
        }
        for index, (name, union, state) in enumerate(zip(names, unions, states, strict=True))
    ]
    return columns, Slice(rows, 50, 12306, Cursor(("x",), 100, False, 12306), Cursor(("a",), 50, True, 12306))


def sample_form() -> forms.Form:
    """Filled in with two mistakes, one of them found by the action."""
    form = SampleForm(
        {
            "name": "方建国",
            "id_no": "330100199001010015",
            "sex": "male",
            "union": "1",
            "joined_on": "2018-06-30",
            "amount": "3000",
            "agree": "on",
        },
        auto_id="f-%s",
    )
    refused = SimpleNamespace(
        reasons=[Reason("id_check_digit", "身份证号的最后一位对不上，可能抄错了一位。", cure="请对照证件核对。")]
    )
    form.is_valid()
    put_reasons(form, refused, {"id_check_digit": "id_no"})  # type: ignore[arg-type]
    return form


def happened(at: datetime) -> list[Any]:
    def entry(days: int, who: str, what: str, note: str = "") -> Any:
        return SimpleNamespace(at=at - timedelta(days=days, hours=days * 2), actor_label=who, label_zh=what, note=note)

    return [
        entry(0, "洋溪街道总工会 · 何敏", "受理更正申请", "已核对身份证原件，姓名用字更正。"),
        entry(2, "方建国（本人）", "申请更正资料", "姓名中的“健”应为“建”。"),
        entry(40, "杭州新安江制药有限公司工会 · 叶建平", "导入名册"),
        entry(44, "杭州新安江制药有限公司工会 · 叶建平", "吸收入会", "经本单位工会委员会讨论同意。"),
    ]


def chart(kind: str, name: str, unit: str, categories: list[str], **series: list[Any]) -> dict[str, Any]:
    return {
        "kind": kind,
        "unit": unit,
        "head": name,
        "categories": categories,
        "series": [
            {"name": key, "data": data, "links": [f"#{key}-{index}" for index in range(len(data))]}
            for key, data in series.items()
        ],
    }


def charts() -> dict[str, Any]:
    months = [f"{month}月" for month in range(1, 7)]
    by_month = chart("line", "月份", "名", months, 新增会员=[312, 188, 640, 521, 733, 904])
    by_month["series"][0]["tone"] = "brand"
    order = sorted(zip(TOWNSHIPS, MEMBERS, strict=True), key=lambda pair: -pair[1])
    return {
        "by_month": by_month,
        "by_kind": chart("bar", "月份", "家", months, 单独建会=[2, 1, 4, 3, 3, 4], 联合工会=[0, 0, 1, 0, 0, 1]),
        "by_town": chart(
            "hbar", "乡镇（街道）", "名", [name for name, _ in order], 会员=[number for _, number in order]
        ),
        "targets": chart(
            "target",
            "目标",
            "",
            ["新建工会", "新增会员", "实名率", "职工之家", "维权培训"],
            完成率=[0.95, 0.71, 1.08, 0.5, 0.33],
        ),
        "trades": chart(
            "pie",
            "行业",
            "名",
            ["制造业", "教育", "卫生", "公共管理", "交通运输", "其他"],
            会员=[23110, 8120, 4980, 7020, 5160, 14040],
        ),
        "round": chart(
            "funnel",
            "环节",
            "人",
            ["收到申请", "本单位通过", "乡镇通过", "公示", "到账"],
            金秋助学=[86, 74, 63, 51, 51],
        ),
    }


class GalleryPage(Page):
    """All components of the console."""

    policy = Policy("officer")
    title = "组件样例"
    lead = "所有页面都由这里的组件拼成。内容均为虚构。"
    template = "ui/pages/gallery.html"

    @staticmethod
    def key_of_row(row: dict[str, Any]) -> str:
        return str(row["id"])

    @staticmethod
    def tone_of_row(row: dict[str, Any]) -> str:
        return "warning" if row["state"].tone == "warning" else ""

    def crumbs(self) -> list[Crumb]:
        return [Crumb("系统", "#"), Crumb("组件样例")]

    def context(self) -> dict[str, Any]:
        columns, part = table_of_members()
        form = sample_form()
        declared = [
            Choice(
                "state", "状态", choices=[("active", "在籍"), ("moving", "待转入"), ("kept", "保留会籍")], tabs=True
            ),
            Search(hint="姓名、拼音、身份证号、手机号", private=True),
            Choice("kind", "单位性质", choices=[("enterprise", "企业"), ("school", "学校"), ("joint", "联合工会")]),
            Choice("sex", "性别", choices=[("male", "男"), ("female", "女")]),
            Tick("gaps", "只看资料不全"),
        ]
        today = self.at.date()
        return {
            "columns": columns,
            "part": part,
            "chosen": Filters(declared, self.request.GET, self.actor),
            "form": form,
            "faults": faults_of(form),
            "entries": happened(self.at),
            "charts": charts(),
            "reasons": [
                Reason(
                    "term_expired",
                    "本届委员会已经届满，不能再批准入会。",
                    "届满日期 2018-05-31",
                    "《中国工会章程》第二十七条",
                    "请先完成换届选举，或由上级工会批准延期。",
                ),
            ],
            "todos": [
                {
                    "title": "3 件资料更正申请等您核对",
                    "note": "最早一件来自 寿昌镇联合工会",
                    "url": "#",
                    "due": today - timedelta(days=2),
                    "sign": "edit",
                    "tone": "danger",
                },
                {
                    "title": "洋溪街道总工会转来 1 名会员，请确认接收",
                    "note": "叶秀英 · 从 大洋镇联合工会 转出",
                    "url": "#",
                    "due": today,
                    "sign": "arrows-left-right",
                    "tone": "warning",
                },
                {
                    "title": "半年工作总结：组织建设部分待签字",
                    "note": "截止日期由办公室设定",
                    "url": "#",
                    "due": today + timedelta(days=5),
                    "sign": "signature",
                    "tone": "info",
                },
                {
                    "title": "12 家工会本季度还没有确认名册",
                    "note": "可以一键催办",
                    "url": "#",
                    "due": None,
                    "sign": "speakerphone",
                    "tone": "",
                    "count": 12,
                },
            ],
            "facts": [
                Fact("姓名", "方建国", "mask", mask="name"),
                Fact("性别", "男"),
                Fact("身份证号", "330100199001010014", "mask", mask="id", reveal="#"),
                Fact("手机号", "19900001200", "mask", mask="phone", reveal="#"),
                Fact("所在工会", "杭州新安江制药有限公司工会", link="#"),
                Fact("入会日期", "2017-03-12", "day"),
                Fact("会员证号", "330182001-0007-000213", "code"),
                Fact("文化程度", "", note="资料缺失，可由本人或本单位工会补充"),
                Fact("累计补助", 450_000, "money"),
                Fact("备注", "2018年3月参加市级焊工技能竞赛，获第二名，作为洋溪街道工匠人选上报。", wide=True),
            ],
            "acts": [
                Link("更正资料", "#", "pencil"),
                Link("转出", "#", "arrows-left-right"),
                NotNow("退会", "本人尚有一笔补助未发放，发放或取消后才能退会。", "user-minus"),
                Link("除名", "#", "user-x", "danger"),
            ],
            "desks": [
                {"label": "提交", "state": "done", "note": "06-01"},
                {"label": "本单位工会", "state": "done", "note": "06-04 同意"},
                {"label": "洋溪街道总工会", "state": "now", "note": "第 3 天"},
                {"label": "建德市总", "state": "todo", "note": ""},
                {"label": "公示", "state": "todo", "note": "5 个工作日"},
                {"label": "到账", "state": "todo", "note": ""},
            ],
            "copy": "【催办】以下工会请在 8 月 31 日前确认名册：\n1. 大洋镇联合工会（会员 412 名，差 3 人资料）\n2. 三都镇渔业行业工会（换届已逾期 20 天）",
        }


class PortalGalleryPage(GalleryPage):
    """The phone's components."""

    policy = Policy("account")
    layout = "ui/layouts/portal.html"
    title = "首页"
    template = "ui/pages/gallery_portal.html"

    def context(self) -> dict[str, Any]:
        from io import BytesIO

        import qrcode
        import qrcode.image.svg
        from markupsafe import Markup

        buffer = BytesIO()
        qrcode.make("GONGJIA-SAMPLE-0213", image_factory=qrcode.image.svg.SvgPathImage, border=0).save(buffer)
        picture = Markup(buffer.getvalue().decode().split("?>", 1)[-1])
        services = [
            ("我要入会", "user-plus", ""),
            ("查我的会籍", "id-badge-2", "info"),
            ("困难帮扶", "heart-handshake", "warning"),
            ("医疗互助", "first-aid-kit", "success"),
            ("求学圆梦", "school", "purple"),
            ("报名活动", "ticket", ""),
            ("找驿站", "map-pin", "teal"),
            ("欠薪求助", "cash", "warning"),
            ("维权援助", "scale", "info"),
            ("订场馆", "calendar-time", "success"),
            ("找工会干部", "message-circle", "teal"),
            ("全部服务", "layout-grid", "info"),
        ]
        return {
            **super().context(),
            "picture": picture,
            "services": [{"label": label, "url": "#", "sign": sign, "hue": hue} for label, sign, hue in services],
            "path": [
                {"label": "提交", "state": "done", "at": self.at - timedelta(days=9), "note": ""},
                {
                    "label": "本单位工会",
                    "state": "done",
                    "at": self.at - timedelta(days=6),
                    "note": "叶建平：情况属实，同意上报。",
                },
                {"label": "洋溪街道总工会", "state": "now", "at": None, "note": "已收到 3 天，一般 5 个工作日内办好"},
                {"label": "建德市总", "state": "todo", "at": None, "note": ""},
                {"label": "公示", "state": "todo", "at": None, "note": "5 个工作日"},
                {"label": "到账", "state": "todo", "at": None, "note": "尾号 1204 的银行卡"},
            ],
            "conditions": [
                {
                    "ok": True,
                    "sentence": "是在籍会员",
                    "fact": "2017年3月12日入会，杭州新安江制药有限公司工会",
                    "cure": "",
                },
                {
                    "ok": False,
                    "sentence": "家庭人均收入低于标准",
                    "fact": "档案里写的是每月 2,850 元，标准是 1,980 元",
                    "cure": "如果情况有变化，请本单位工会更新困难档案",
                },
                {"ok": None, "sentence": "本年度没有领过同类补助", "fact": "要等市总核对", "cure": ""},
            ],
        }


class ScreenGalleryPage(GalleryPage):
    """The big screen's components."""

    layout = "ui/layouts/screen.html"
    title = "建德市总工会 · 数据总览"
    template = "ui/pages/gallery_screen.html"
