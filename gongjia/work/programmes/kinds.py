"""Which sorts exist in a programme: subjects, awards, desks, fields of a form; and the words of acts and messages."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import TextChoices

from gongjia.work.events.kinds import AREAS as AREAS


class Subject(TextChoices):
    """Who an application speaks for."""

    PERSON = "person", "职工个人"
    ORG = "org", "工会或单位"
    HOUSEHOLD = "household", "困难职工家庭"
    RESULT = "result", "竞赛名次"  # a decided result of a contest, and the person who reached it
    NEWCOMER = "newcomer", "还不在册的人"  # somebody or something not yet on file: joining, founding


class AwardKind(TextChoices):
    HONOUR = "honour", "荣誉"
    GRANT = "grant", "资金"
    PLACE = "place", "名额"
    STATUS = "status", "身份"


class Verdict(TextChoices):
    """What a desk says."""

    PASS = "pass", "通过"
    RETURN = "return", "退回补正"
    DECLINE = "decline", "不通过"


class DeskPlace(TextChoices):
    """Where a desk stands in the real tree, seen from the applicant's union."""

    OWN = "own", "本人所在基层工会"
    TOWNSHIP = "township", "乡镇(街道)、产业工会"
    INDUSTRY = "industry", "产业指导工会"
    OPENER = "opener", "主办工会"
    NAMED = "named", "指定的工会"


class Decides(TextChoices):
    """Who decides: the last desk at once, or a meeting over the whole list."""

    DESK = "desk", "最后一道审核即办结"
    MEETING = "meeting", "集体研究决定"


class HistoryState(TextChoices):
    UPLOADED = "uploaded", "待检查"
    CHECKED = "checked", "待确认"
    DONE = "done", "已导入"
    UNDONE = "undone", "已撤销"


class DayUnit(TextChoices):
    DAY = "day", "日"
    WORKDAY = "workday", "工作日"


class NoticePlace(TextChoices):
    """Where the names are made public. The same codes as the notice's own."""

    NONE = "", "不公示"
    UNIT = "unit", "本单位张榜"
    SITE = "site", "本级网站"
    BOTH = "both", "张榜并上网"


class Once(TextChoices):
    """How often one subject may be awarded by programmes of a type."""

    ROUND = "round", "每次申报一次"
    YEAR = "year", "每年一次"
    LIFE = "life", "终身一次"
    FREE = "free", "不限次数"


class Origin(TextChoices):
    CHAIN = "chain", "本系统申报"
    IMPORT = "import", "历史导入"


class FieldKind(TextChoices):
    """Sorts of fields a form may have."""

    TEXT = "text", "文字"
    NUMBER = "number", "数字"
    MONEY = "money", "金额"
    DATE = "date", "日期"
    CHOICE = "choice", "选择"
    PERSON = "person", "会员"
    UNION = "union", "工会"
    FILE = "file", "文件或照片"
    ROWS = "rows", "表格"
    TICK = "tick", "勾选确认"


class CheckKind(TextChoices):
    """What is looked at after an award: still studying, graduated, handed over, really travelled."""

    STATUS = "status", "在读(在岗)核查"
    GRADUATION = "graduation", "毕业核定"
    RECEIPT = "receipt", "签收确认"
    ATTENDANCE = "attendance", "参加确认"


class CheckResult(TextChoices):
    WAITING = "waiting", "待核查"
    OK = "ok", "符合"
    LOST = "lost", "失去资格"


class ReceiptBy(TextChoices):
    """How a receiver confirmed."""

    SIGNATURE = "signature", "签字表照片"
    PHONE = "phone", "电话回访"
    SELF = "self", "本人在手机上确认"


@dataclass(frozen=True)
class Words:
    """How a type speaks: an honour is 命名 and 未入选, only aid is 不予通过."""

    award: str = "入选"  # what the winning side is told
    declined: str = "未入选"
    act: str = "命名"  # 命名 | 资助 | 帮扶发放 | 给付
    cycle: str = "年度"  # 届 | 批 | 年度
    unit: str = "名"  # 名 | 家 | 户 | 份 | 件
    apply: str = "申报"  # 申报 | 申请


# the desk of a round that has no answer after so many further days goes to the desk above
REMIND_EVERY_WORKDAYS = 3
DRAFT_DAYS = 60  # a draft nobody came back to

ACTION_LABELS: dict[str, str] = {
    "programmes.round_made": "新建申报项目",
    "programmes.round_changed": "修改申报项目",
    "programmes.round_extended": "延长申报时间",
    "programmes.quota_given": "下达名额",
    "programmes.quota_returned": "退回名额",
    "programmes.form_published": "发布申报表",
    "programmes.draft_started": "开始填报",
    "programmes.drafts_purged": "清除过期草稿",
    "programmes.at_counter": "窗口代办",
    "programmes.desk_pass": "审核通过",
    "programmes.desk_return": "审核退回",
    "programmes.desk_decline": "审核不通过",
    "programmes.rerouted": "随会籍转接改由新工会审核",
    "programmes.desk_taken_above": "上级代审",
    "programmes.sealed_read": "查看敏感内容",
    "programmes.judges_set": "设定评委",
    "programmes.conflict_declared": "申明回避",
    "programmes.scored": "评委打分",
    "programmes.scores_imported": "导入评分表",
    "programmes.ranked": "排定名次",
    "programmes.appeal_filed": "提出复核申请",
    "programmes.decided": "作出决定",
    "programmes.moved_up": "递补",
    "programmes.noticed": "发布公示",
    "programmes.awarded": "授予",
    "programmes.checked": "后续核查",
    "programmes.settled": "核定金额",
    "programmes.received": "签收确认",
    "programmes.history_uploaded": "上传历史记录表",
    "programmes.history_imported": "导入历史记录",
    "programmes.history_undone": "撤销导入的历史记录",
    "programmes.history_taken": "下载有问题的行",
    "programmes.history_opened": "看到他人上传的历史记录",
    "programmes.routes_changed": "维护入会分派表",
    "programmes.reminded": "催办审核",
    "programmes.printed": "打印文书",
}

# Messages that go with these acts: key -> (title, body). An officer may word them anew.
MESSAGES: dict[str, tuple[str, str]] = {
    "programmes.at_your_desk": ("有申报待审核", "“{{ title }}”有 {{ count }} 件申报到了{{ org }}，请在工作台办理。"),
    "programmes.judge": (
        "请您担任评委",
        "请您为“{{ title }}”评分。打开这条消息可以看到要评的材料，需要回避的请先登记。",
    ),
    "programmes.overdue": ("审核已逾期", "“{{ title }}”有 {{ count }} 件申报在{{ org }}已超过规定时间，请尽快办理。"),
    "programmes.submitted": ("申报已提交", "您的“{{ title }}”已提交，编号 {{ number }}，现在由{{ desk }}审核。"),
    "programmes.returned": ("请补充材料", "您的“{{ title }}”需要补充：{{ missing }}"),
    "programmes.next_stage": ("请填报下一步内容", "您的“{{ title }}”已通过{{ desk }}审核，请补报：{{ missing }}"),
    "programmes.declined": ("申报结果", "您的“{{ title }}”{{ word }}。{{ reason }}"),
    "programmes.chosen": ("已列入公示", "您的“{{ title }}”已列入公示，公示期满无异议后办理。"),
    "programmes.awarded": ("申报结果", "您的“{{ title }}”{{ word }}。"),
    "programmes.revoked": ("资格已撤销", "“{{ title }}”已撤销：{{ reason }}"),
    "programmes.round_cancelled": ("申报项目已取消", "“{{ title }}”已取消：{{ reason }}您不需要再做什么。"),
    "programmes.round_extended": ("申报时间延长", "“{{ title }}”申报时间延长到{{ until }}。{{ reason }}"),
    "programmes.rerouted": ("审核工会有变", "您的会籍已转到{{ org }}，“{{ title }}”改由该工会审核。"),
    "programmes.appeal_answered": ("复核结果", "您对“{{ title }}”的复核申请有了结果：{{ answer }}"),
}
