"""Which sorts of events, sign-ups and records exist; the words of acts and messages. A kind is one row."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import TextChoices

# The nine headings of the half-year report: an area is a value on a record.
AREAS: dict[str, str] = {
    "1": "工匠和荣誉",
    "2": "技能提升",
    "3": "和谐劳动关系",
    "4": "帮扶和普惠",
    "5": "服务阵地",
    "6": "职工文化",
    "7": "工会组织",
    "8": "网上工会",
    "9": "干部和自身建设",
}


@dataclass(frozen=True)
class EventKind:
    """One kind of event, with the values that a new one starts with."""

    key: str
    label: str
    area: str
    unit: str  # how it is counted: 期 | 场 | 次
    way: str = "lot"
    children: bool = False  # the places are the children's, the guardian signs up
    contest: bool = False  # rounds, scores, ranks, titles
    matching: bool = False  # 联谊: adults who declare to be single, slips
    certificate: bool = False
    volunteer: bool = False  # its minutes are volunteer hours
    training: bool = False  # its minutes are training hours
    guests_max: int = 0


KINDS: dict[str, EventKind] = {
    one.key: one
    for one in (
        EventKind("contest", "技能竞赛", "2", "场", way="nomination", contest=True),
        EventKind("training", "技能培训", "2", "期", certificate=True, training=True),
        EventKind("talk", "讲座", "2", "场", way="open", training=True),
        EventKind("show", "文艺演出", "6", "场", way="lot", guests_max=1),
        EventKind("matching", "单身联谊", "4", "场", matching=True),
        EventKind("children", "小候鸟、暑托班", "4", "期", children=True, guests_max=2),
        EventKind("check_up", "健康体检", "4", "场", way="nomination"),
        EventKind("volunteer", "志愿服务", "5", "次", way="first", volunteer=True),
        EventKind("cadre", "工会干部培训", "9", "期", way="nomination", certificate=True, training=True),
        EventKind("visit", "参观交流", "9", "次", way="nomination"),
        EventKind("other", "其他活动", "6", "场"),
    )
}


def kind_labels() -> dict[str, str]:
    return {key: one.label for key, one in KINDS.items()}


class Level(TextChoices):
    """Whose contest (event) it is. A county-level city is a county."""

    NATIONAL = "national", "全国级"
    PROVINCIAL = "provincial", "省级"
    PREFECTURE = "prefecture", "地市级"
    COUNTY = "county", "县市级"
    TOWNSHIP = "township", "乡镇、产业级"
    UNIT = "unit", "单位级"


class Way(TextChoices):
    """How places are given."""

    NOMINATION = "nomination", "工会推荐"
    FIRST = "first", "先到先得"
    LOT = "lot", "摇号"
    OPEN = "open", "不限名额"
    NONE = "none", "不用报名"


# these may go without a number of places
UNLIMITED = (Way.NOMINATION.value, Way.OPEN.value, Way.NONE.value)
# members sign up themselves
BY_MEMBERS = (Way.FIRST.value, Way.LOT.value, Way.OPEN.value)


class SignedBy(TextChoices):
    """How somebody was signed up."""

    SELF = "self", "本人报名"
    UNION = "union", "工会推荐、集体报名"
    COUNTER = "counter", "窗口代报"
    RUSH = "rush", "抢名额"


class Standing(TextChoices):
    PRESENT = "present", "到场"
    LATE = "late", "迟到"
    ABSENT = "absent", "缺席"
    EXCUSED = "excused", "请假"


class MarkedBy(TextChoices):
    """How attendance was recorded."""

    SCAN = "scan", "扫码"
    MANUAL = "manual", "名单勾选"
    OFFLINE = "offline", "离线扫码"
    IMPORT = "import", "表格导入"


class ScanVerdict(TextChoices):
    OK = "ok", "有效"
    DOUBLE = "double", "重复扫码"
    UNKNOWN = "unknown", "不是本场票"
    CANCELLED = "cancelled", "报名已取消"


class PaperUse(TextChoices):
    MATERIAL = "material", "活动材料"
    PHOTO = "photo", "照片"
    EVIDENCE = "evidence", "佐证材料"


class DrawPart(TextChoices):
    """What of a draw was published."""

    CLOSING = "closing", "封存的名单"
    OPENING = "opening", "开号结果"


class FaultKind(TextChoices):
    ABSENT = "absent", "没有到场"
    LATE_CANCEL = "late_cancel", "过了免责期才取消"


class WorkKey(TextChoices):
    """What a union says of a member's work; guaranteed groups and weights of a draw ask it."""

    FRONT_LINE = "front_line", "一线岗位"
    SHIFT = "shift", "倒班"
    HARD = "hard", "艰苦、有毒有害岗位"


OTHERS = "others"  # the cap cell of those outside the guaranteed group

HOLD_HOURS = 24  # the least: a place moved up to is held across a night shift
LOT_WINDOW_HOURS = 72  # of the entry window of a lot, unless said otherwise
NEVER_SERVED_YEARS = 2

# no-show rule: this many marks within so many months, and for so long no place by first come or lot
FAULTS_MOST = 2
FAULT_MONTHS = 12
REST_MONTHS = 3
APPEAL_DAYS = 15

ACTION_LABELS: dict[str, str] = {
    "events.made": "新建活动",
    "events.changed": "修改活动",
    "events.session_changed": "修改场次",
    "events.copied": "复制成系列活动",
    "events.resized": "调整名额",
    "events.handed_down": "分配名额",
    "events.given_back": "名额退回",
    "events.claimed": "报名",
    "events.entered": "登记摇号",
    "events.rushed": "抢名额报名",
    "events.nominated": "推荐参加",
    "events.at_counter": "窗口代报名",
    "events.list_checked": "核对报名名单",
    "events.faults_marked": "登记爽约",
    "events.work_fact": "登记岗位情况",
    "events.team_made": "成立志愿服务队",
    "events.team_closed": "撤销志愿服务队",
    "events.team_members": "志愿服务队队员变动",
    "events.paper_added": "上传活动材料",
    "events.paper_removed": "撤下活动材料",
    "events.draw_committed": "公布摇号种子摘要",
    "events.value_renamed": "另指定摇号公开数值",
    "events.draw_late": "摇号逾期未开号",
    "events.drawn": "摇号产生结果",
    "events.pack_issued": "领取离线签到包",
    "events.door_synced": "离线签到同步",
    "events.ticked": "名单签到",
    "events.scanned": "扫码签到",
    "events.attendance_corrected": "更正签到",
    "events.certificates_issued": "颁发培训证书",
    "events.certificate_revoked": "撤销培训证书",
    "events.printed": "导出活动材料",
    "events.headcount": "登记现场人次",
    "events.rounds_set": "设定比赛轮次",
    "events.prizes_set": "设定奖项和称号",
    "events.scored": "登记成绩",
    "events.ranked": "排出名次",
    "events.tie_settled": "定并列先后",
    "events.children_listed": "登记孩子",
    "events.pick_ups_changed": "接送人变动",
    "events.consent_withdrawn": "撤回监护人同意",
    "events.child_in": "孩子到班",
    "events.child_out": "孩子接走",
    "events.pick_up_refused": "拒绝接走",
    "events.class_opened": "打开托班名单",
    "events.children_forgotten": "删除托班孩子资料",
    "events.declared_single": "登记单身声明",
    "events.match_left": "退出联谊",
    "events.chosen": "联谊互选",
    "events.contact_seen": "查看对方联系方式",
    "events.match_blocked": "联谊拉黑",
    "events.match_reported": "联谊举报",
    "events.match_answered": "处理联谊举报",
    "events.fed_back": "填写活动评价",
    "events.words_read": "查看评价内容",
}

# Messages that go with these acts: key -> (title, body). An officer may word them anew.
MESSAGES: dict[str, tuple[str, str]] = {
    "events.placed": ("报名成功", "您已报上“{{ title }}”，{{ when }}，{{ place }}。"),
    "events.waiting": ("已排候补", "“{{ title }}”名额已满，您已排在候补。有空额会通知您。"),
    "events.entered": ("已登记摇号", "您已登记“{{ title }}”的摇号，{{ closes }}截止，结果会通知您。"),
    "events.drawn_won": (
        "摇中了",
        "您登记的“{{ title }}”摇中了，{{ when }}，{{ place }}。去不了的请尽早取消，名额会给候补。",
    ),
    "events.drawn_waiting": (
        "没有摇中，已排候补",
        "“{{ title }}”已开号，这次没有摇中，您按票号排在候补。有空额会通知您。",
    ),
    "events.drawn_lost": ("没有摇中", "“{{ title }}”已开号，这次没有摇中。名单和票号可以公开核对。"),
    "events.draw_failed": ("摇号没有开成", "“{{ title }}”的摇号没有开成：{{ reason }}"),
    "events.certificate": ("培训证书", "您的“{{ title }}”培训证书已颁发，编号 {{ serial }}。"),
    "events.offered": ("候补有名额了", "“{{ title }}”有名额了，为您保留到{{ until }}，请在此之前确认参加。"),
    "events.expired": ("递补名额已过期", "“{{ title }}”的递补名额没有在{{ until }}前确认，已给下一位。"),
    "events.cancelled_one": ("报名已取消", "您在“{{ title }}”的报名已取消。{{ reason }}"),
    "events.event_cancelled": ("活动取消", "“{{ title }}”已取消：{{ reason }}您不需要再做什么。"),
    "events.event_changed": ("活动有变动", "“{{ title }}”有变动：{{ changes }}"),
    "events.nominated": ("工会推荐您参加", "{{ org }}推荐您参加“{{ title }}”，{{ when }}，{{ place }}。"),
    "events.lapsed": ("候补结束", "“{{ title }}”已经举办，候补没有轮到您。"),
    "events.fault": (
        "爽约提醒",
        "您报名的“{{ title }}”记了一次爽约（{{ kind }}）。有正当理由的，可以在{{ until }}前申诉。",
    ),
    "events.fault_answer": ("爽约申诉结果", "您对“{{ title }}”爽约记录的申诉：{{ answer }}"),
    "events.result": ("竞赛名次", "“{{ title }}”的名次已经认定：{{ result }}。"),
    "events.child_out": ("孩子已接走", "“{{ title }}”：您的孩子{{ when }}由{{ who }}接走。"),
    "events.pick_up_refused": (
        "有人要接孩子",
        "“{{ title }}”：{{ when }}有不在接送名单上的人要接您的孩子，没有交给他。请尽快与班上联系。",
    ),
    "events.matched": ("你们互相选择了", "“{{ title }}”：您和{{ other }}号互相选择，可以看到对方的联系方式了。"),
    "events.match_answer": ("举报处理结果", "“{{ title }}”：{{ answer }}"),
    "events.reminder": ("活动提醒", "“{{ title }}”将于{{ when }}在{{ place }}举行，请准时参加。"),
}
