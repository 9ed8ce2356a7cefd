"""Code lists of persons, memberships and posts (real-name standard 总工办发〔2017〕14号 and GB/T lists)."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import TextChoices


class Sex(TextChoices):
    """GB/T 2261.1."""

    UNKNOWN = "0", "未知"
    MALE = "1", "男"
    FEMALE = "2", "女"
    UNSTATED = "9", "未说明"


class IdKind(TextChoices):
    """Kinds of identity papers."""

    ID_CARD = "id_card", "居民身份证"
    PASSPORT = "passport", "护照"
    OFFICER = "officer", "军官证"
    HK_MACAO_PERMIT = "hk_macao_permit", "港澳居民来往内地通行证"
    TAIWAN_PERMIT = "taiwan_permit", "台湾居民来往大陆通行证"
    HMT_RESIDENCE = "hmt_residence", "港澳台居民居住证"
    FOREIGN_RESIDENCE = "foreign_residence", "外国人永久居留身份证"
    OTHER = "other", "其他证件"


# Papers whose number is built like the resident ID card (GB 11643), with birth date and check digit.
CARD_LIKE = frozenset({IdKind.ID_CARD, IdKind.HMT_RESIDENCE})


class Political(TextChoices):
    """GB/T 4762-1984."""

    PARTY = "01", "中共党员"
    PARTY_PROBATION = "02", "中共预备党员"
    YOUTH_LEAGUE = "03", "共青团员"
    MINGE = "04", "民革党员"
    MINMENG = "05", "民盟盟员"
    MINJIAN = "06", "民建会员"
    MINJIN = "07", "民进会员"
    NONGGONG = "08", "农工党党员"
    ZHIGONG = "09", "致公党党员"
    JIUSAN = "10", "九三学社社员"
    TAIMENG = "11", "台盟盟员"
    NO_PARTY = "12", "无党派人士"
    MASSES = "13", "群众"


class Education(TextChoices):
    """GB/T 4658-2006, the codes that union forms use."""

    POSTGRADUATE = "10", "研究生"
    DOCTOR = "11", "博士研究生毕业"
    MASTER = "14", "硕士研究生毕业"
    UNDERGRADUATE = "20", "大学本科"
    BACHELOR = "21", "大学本科毕业"
    BACHELOR_COMPLETED = "22", "大学本科结业"
    BACHELOR_LEFT = "23", "大学本科肄业"
    COLLEGE = "30", "大学专科"
    COLLEGE_GRADUATE = "31", "大学专科毕业"
    VOCATIONAL = "40", "中等职业教育"
    SECONDARY_SPECIAL = "41", "中等专科"
    VOCATIONAL_HIGH = "44", "职业高中"
    TECHNICAL_SCHOOL = "47", "技工学校"
    HIGH_SCHOOL = "60", "普通高中"
    HIGH_SCHOOL_GRADUATE = "61", "普通高中毕业"
    JUNIOR = "70", "初中"
    JUNIOR_GRADUATE = "71", "初中毕业"
    PRIMARY = "80", "小学"
    PRIMARY_GRADUATE = "81", "小学毕业"
    OTHER = "90", "其他"


class SkillLevel(TextChoices):
    """职业资格 1–5 (1 is the highest), and the grades that the eight-level scale of 2022 added."""

    SENIOR_TECHNICIAN = "1", "高级技师"
    TECHNICIAN = "2", "技师"
    SENIOR_WORKER = "3", "高级工"
    INTERMEDIATE_WORKER = "4", "中级工"
    JUNIOR_WORKER = "5", "初级工"
    CHIEF_TECHNICIAN = "11", "首席技师"
    SPECIAL_TECHNICIAN = "12", "特级技师"
    APPRENTICE = "18", "学徒工"


class Employment(TextChoices):
    """就业状况."""

    AT_WORK = "1", "在岗"
    LAID_OFF = "2", "待(下)岗"
    UNEMPLOYED = "3", "失业"
    RETIRED = "4", "退休"
    RETIRED_CADRE = "5", "离休"
    RESIGNED = "6", "退职"
    INTERNAL_RETIREMENT = "7", "退养(内退)"
    SICK_LEAVE = "8", "病休"
    OTHER = "9", "其他"


class HouseholdKind(TextChoices):
    """户籍类型 (GA/T 2000.27), in the order of the standard."""

    UNSETTLED = "0", "未落常住户口"
    URBAN_FAMILY = "1", "非农业家庭户口"
    RURAL_FAMILY = "2", "农业家庭户口"
    URBAN_COLLECTIVE = "3", "非农业集体户口"
    RURAL_COLLECTIVE = "4", "农业集体户口"
    OWN_GRAIN = "5", "自理口粮户口"
    LODGING = "6", "寄住户口"
    SPONSORED = "7", "赞助户口"
    OTHER = "9", "其他户口"


class Standing(TextChoices):
    """Of one spell of membership."""

    ACTIVE = "active", "在册"
    RETAINED = "retained", "保留会籍"


class ChangeKind(TextChoices):
    """会籍变化类型. 1–6 are the national codes; the others are ours, mapped when reported upwards."""

    JOIN = "1", "入会"
    TRANSFER_IN = "2", "转入"
    RETAIN = "3", "保留会籍"
    TRANSFER_OUT = "4", "转出"
    EXPEL = "5", "除名"
    LEAVE = "6", "退会"
    RESUME = "11", "恢复会籍"
    DEATH = "12", "去世"
    UNION_CLOSED = "13", "所在工会撤销"
    UNDONE = "14", "登记撤回"


class ChangeReason(TextChoices):
    """会籍变化原因. 1–6 are the national codes; the others are ours."""

    LABOUR_RELATION = "1", "劳动(工作)关系发生变化"
    LAID_OFF = "2", "在本单位下岗后待岗"
    UNEMPLOYED = "3", "失业"
    BANKRUPT = "4", "所在企业破产"
    OWN_WISH = "5", "个人要求退会"
    CRIME = "6", "因犯罪被开除会籍"
    RETIREMENT = "11", "退休"
    ARMY = "12", "服兵役"
    BACK_TO_WORK = "13", "重新就业"
    ARMY_DONE = "14", "退出现役"
    UNION_DISSOLVED = "15", "所在工会撤销"
    UNION_MERGED = "16", "所在工会合并"
    SECONDED = "17", "借调六个月以上"
    DEATH = "18", "去世"
    DOUBLE_RECORD = "19", "重复登记"
    WRONG_ENTRY = "20", "登记有误"
    SIX_MONTHS = "21", "连续六个月不交会费、不参加组织生活，经教育拒不改正"


# Who may keep a membership without dues and vote (HJ16 17-20, ZC08 8).
RETAIN_REASONS = frozenset({ChangeReason.RETIREMENT, ChangeReason.UNEMPLOYED, ChangeReason.ARMY, ChangeReason.BANKRUPT})
TRANSFER_REASONS = frozenset(
    {ChangeReason.LABOUR_RELATION, ChangeReason.BACK_TO_WORK, ChangeReason.SECONDED, ChangeReason.BANKRUPT}
)
LEAVE_REASONS = frozenset({ChangeReason.OWN_WISH, ChangeReason.SIX_MONTHS})


class TransferAsker(TextChoices):
    """Who set a hand-over going."""

    MEMBER = "member", "会员本人"
    GIVING = "giving", "转出工会"
    RECEIVING = "receiving", "转入工会"


class CorrectionField(TextChoices):
    """What a member may ask to be mended with one tap."""

    NAME = "name", "姓名"
    ID_NO = "id_no", "证件号码"
    PHONE = "phone", "手机号"
    SEX = "sex", "性别"
    BORN_ON = "born_on", "出生日期"
    NATION = "nation", "民族"
    EDUCATION = "education", "学历"
    POLITICAL = "political", "政治面貌"
    SKILL_LEVEL = "skill_level", "技术等级"
    HOUSEHOLD_PLACE = "household_place", "户籍所在地"
    JOB_POST = "job_post", "岗位"
    IS_RURAL_WORKER = "is_rural_worker", "是否农民工"
    UNION = "union", "所在工会"
    OTHER = "other", "其他"


class HelpAbout(TextChoices):
    """What somebody asks the union's officer to do for them (请工会干部帮我办)."""

    FIND_ME = "find_me", "查不到我的会籍"
    PHONE = "phone", "手机号换了或登记错了"
    JOIN = "join", "我要入会"
    TRANSFER = "transfer", "换了单位"
    CARD = "card", "会员卡"
    OTHER = "other", "其他事情"


class RosterMode(TextChoices):
    """What the absence of a name in a roster means."""

    CHANGES = "changes", "只列新增和变动"
    FULL = "full", "完整名册"


class MissingDecision(TextChoices):
    """What an officer decides about a member whom a full list does not name."""

    STAYS = "stays", "仍在册"
    LEFT = "left", "本人要求退会"
    RETAINED = "retained", "退休，保留会籍"
    MOVED = "moved", "转往外地工会"


class TradeGroup(TextChoices):
    FOUR = "four", "四大群体"
    EIGHT = "eight", "八大群体"
    LOCAL = "local", "本地增列"


NATIONS: dict[str, str] = {
    f"{number:02d}": name + ("族" if not name.endswith("族") else "")
    for number, name in enumerate(
        [
            "汉",
            "蒙古",
            "回",
            "藏",
            "维吾尔",
            "苗",
            "彝",
            "壮",
            "布依",
            "朝鲜",
            "满",
            "侗",
            "瑶",
            "白",
            "土家",
            "哈尼",
            "哈萨克",
            "傣",
            "黎",
            "傈僳",
            "佤",
            "畲",
            "高山",
            "拉祜",
            "水",
            "东乡",
            "纳西",
            "景颇",
            "柯尔克孜",
            "土",
            "达斡尔",
            "仫佬",
            "羌",
            "布朗",
            "撒拉",
            "毛南",
            "仡佬",
            "锡伯",
            "阿昌",
            "普米",
            "塔吉克",
            "怒",
            "乌孜别克",
            "俄罗斯",
            "鄂温克",
            "德昂",
            "保安",
            "裕固",
            "京",
            "塔塔尔",
            "独龙",
            "鄂伦春",
            "赫哲",
            "门巴",
            "珞巴",
            "基诺",
        ],
        start=1,
    )
} | {"97": "其他", "98": "外国血统中国籍人士"}
"""GB/T 3304."""


@dataclass(frozen=True)
class Role:
    """A role on the page `config/roles.py`: what a post lets its holder do, and how far it reaches.

    `grants`: keys of the roles that its holder may hand out ("*": all, the rights administrator's);
    `excludes`: keys of roles that the same natural person may not hold as well.
    """

    key: str
    label: str
    reach: str  # own | subtree | industry
    powers: tuple[str, ...]
    grants: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    federation_only: bool = False
    note: str = ""

    @property
    def needs_factor(self) -> bool:
        """City departments, finance and administrators log in with a second factor."""
        return self.federation_only


ACTION_LABELS: dict[str, str] = {
    "members.person_added": "建立个人档案",
    "members.corrected": "更正资料",
    "members.identity_corrected": "更正证件号码",
    "members.persons_merged": "合并重复档案",
    "members.died": "登记去世",
    "members.account_linked": "开通个人账号",
    "members.admitted": "办理入会",
    "members.retained": "保留会籍",
    "members.resumed": "恢复会籍",
    "members.left": "退会",
    "members.left_outside": "转出到外地工会",
    "members.expelled": "除名",
    "members.expulsion_noted": "除名备案",
    "members.entry_undone": "撤回登记",
    "members.trade_set": "更改新就业形态职业",
    "members.trades_changed": "维护新就业形态职业目录",
    "members.transfer_asked": "申请转接",
    "members.transfer_offered": "发起转出",
    "members.transfer_announced": "收到转接",
    "members.transfer_declined": "转接未接收",
    "members.handed_over": "会员转出",
    "members.taken_over": "会员转入",
    "transfer.confirm": "确认转出",
    "transfer.release": "同意转出",
    "transfer.accept": "接收转入",
    "transfer.decline": "不接收",
    "transfer.withdraw": "撤回转接",
    "members.moved_with_union": "随工会调整",
    "members.union_closed": "所在工会撤销",
    "members.correction_asked": "提出更正",
    "correction.settle": "更正完成",
    "correction.refuse": "不予更正",
    "correction.withdraw": "撤回更正申请",
    "members.taken": "我来办",
    "members.help_asked": "请工会干部帮忙",
    "members.help_passed": "转给别的工会",
    "help.finish": "办好",
    "help.close": "关闭",
    "members.called": "拨打会员电话",
    "members.card_read": "查验会员卡",
    "positions.granted": "任命",
    "positions.ended": "免去",
    "positions.handed_over": "移交岗位",
    "positions.covered": "安排代理",
    "positions.cover_ended": "结束代理",
    "positions.confirmed": "确认在任",
    "positions.merged": "随档案合并",
    "positions.lapsed": "逾期未确认，自动停用",
    "members.upward_sent": "会员对上报送",
    "members.upward_number": "登记上级系统编号",
    "members.todos_moved": "移交待办",
}

# Messages that go with acts: key -> (title, body). An officer may word them anew.
MESSAGES: dict[str, tuple[str, str]] = {
    "members.transfer_waits": ("会员转接待办理", "{{ name }}要从{{ from_org }}转到{{ to_org }}，请在工作台办理。"),
    "members.transfer_done": ("会员转接已完成", "{{ name }}的会籍已从{{ from_org }}转到{{ to_org }}。"),
    "members.transfer_declined": (
        "会员转接未接收",
        "{{ name }}从{{ from_org }}到{{ to_org }}的转接没有办成：{{ words }}",
    ),
    "members.correction_waits": ("有会员请求更正资料", "{{ name }}说登记的{{ field }}有误，请在工作台处理。"),
    "members.correction_settled": ("资料已更正", "您提出的{{ field }}更正已办好。{{ words }}"),
    "members.correction_refused": ("资料未更正", "您提出的{{ field }}更正没有办成：{{ words }}"),
    "members.help_waits": ("有职工请帮忙", "有一位职工请工会干部帮忙：{{ about }}。请在工作台处理。"),
    "members.help_answered": ("工会已回复", "您请工会帮忙的“{{ about }}”有了回复：{{ words }}"),
    "members.union_closed": (
        "会员随工会转来",
        "{{ org }}撤销或合并，{{ count }} 名会员的会籍转到{{ to }}，请查看并联系。",
    ),
    "positions.granted": ("您有了新岗位", "您已担任{{ org }}的{{ post }}。"),
    "positions.covered": ("请您代理岗位", "请您代理{{ org }}的{{ post }}。"),
}
