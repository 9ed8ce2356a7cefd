"""Which sorts of unions, units and homes exist, and the code lists of their fields."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import TextChoices


class OrgKind(TextChoices):
    """Kinds of organisations that a union register keeps apart (one code each)."""

    FEDERATION = "federation", "总工会"
    WORK_COMMITTEE = "work_committee", "工会工作委员会"
    OFFICE = "office", "工会办事处"
    TOWNSHIP = "township", "乡镇(街道)工会"
    INDUSTRY = "industry", "产业(系统)工会"
    REGIONAL = "regional", "区域性工会联合会"
    TRADE = "trade", "行业性工会联合会"
    SINGLE = "single", "单独基层工会"
    JOINT = "joint", "联合基层工会"
    BRANCH = "branch", "分工会"
    GROUP = "group", "工会小组"
    OTHER = "other", "其他"


# Sort of a unit that has no union; it lives in the ledger `OpenUnit`, not in the register.
WITHOUT_UNION = "none"
WITHOUT_UNION_LABEL = "未建会"

# A union of unions, or an organ above them: members are summed here, never kept.
UPPER_KINDS = frozenset(
    {
        OrgKind.FEDERATION,
        OrgKind.WORK_COMMITTEE,
        OrgKind.OFFICE,
        OrgKind.TOWNSHIP,
        OrgKind.INDUSTRY,
        OrgKind.REGIONAL,
        OrgKind.TRADE,
    }
)
# 基层工会: what "新建工会 n 家" and 基层工会数 count.
BASIC_KINDS = frozenset({OrgKind.SINGLE, OrgKind.JOINT})
# Parts of one 基层工会.
PART_KINDS = frozenset({OrgKind.BRANCH, OrgKind.GROUP})
# Kinds where a membership may lie.
MEMBER_KINDS = frozenset({*BASIC_KINDS, *PART_KINDS, OrgKind.OTHER})
# Representative organs (派出代表机关) and groups are not elected for a term.
TERMLESS_KINDS = frozenset({OrgKind.WORK_COMMITTEE, OrgKind.OFFICE, OrgKind.GROUP})
# Kinds that cover the staff of several units.
COVERING_KINDS = frozenset({OrgKind.JOINT, OrgKind.REGIONAL, OrgKind.TRADE})

# Keys of a provincial dashboard that the register can be handed to.
DASHBOARD_CODES = {
    OrgKind.FEDERATION: "zongGong",
    OrgKind.WORK_COMMITTEE: "gongZuo",
    OrgKind.OFFICE: "banShi",
    OrgKind.TOWNSHIP: "zongGong",
    OrgKind.INDUSTRY: "qiTa",
    OrgKind.REGIONAL: "quYu",
    OrgKind.TRADE: "hangYe",
    OrgKind.SINGLE: "danDu",
    OrgKind.JOINT: "lianHeJi",
    OrgKind.BRANCH: "fen",
    OrgKind.GROUP: "xiaoZu",
    OrgKind.OTHER: "qiTa",
    WITHOUT_UNION: "wei",
}


class Via(TextChoices):
    """By which parent a union lies under another."""

    LINE = "line", "隶属"
    INDUSTRY = "industry", "产业指导"


class HomeKind(TextChoices):
    REGIONAL = "regional", "区域职工之家"
    ENTERPRISE = "enterprise", "企业职工之家"


class HomeStandard(TextChoices):
    """Which body's standard the home meets."""

    NONE = "none", "未评定"
    COUNTY = "county", "县(市、区)级"
    CITY = "city", "设区市级"
    PROVINCE = "province", "省级"
    NATION = "nation", "全国级"


class Matter(TextChoices):
    """What a union can be late with; a chase names them."""

    TERM_DUE = "term_due", "换届将到期"
    TERM_OVERDUE = "term_overdue", "换届逾期"
    ROSTER = "roster", "名册久未确认"
    FIELDS = "fields", "资料有空缺"
    LOGIN = "login", "无人登录"


class StaffSource(TextChoices):
    """Where the staff count of a unit without a union comes from."""

    VISIT = "visit", "走访"
    SOCIAL = "social", "社保参保数"
    TAX = "tax", "税务"
    CENSUS = "census", "经济普查"
    REPORT = "report", "单位自报"
    OTHER = "other", "其他"


# 单位类别 (2015 list of a registration form; newer lists replace it as a whole).
UNIT_NATURES = {
    "110": "国有企业",
    "120": "集体企业",
    "130": "股份合作企业",
    "140": "联营企业",
    "151": "国有独资公司",
    "159": "其他有限责任公司",
    "161": "国有控股股份有限公司",
    "169": "其他股份有限公司",
    "170": "私营企业",
    "190": "其他内资企业",
    "200": "港澳台商投资企业",
    "300": "外商投资企业",
    "400": "事业单位",
    "500": "机关",
    "600": "个体经济组织",
    "700": "民办非企业单位",
}
# Columns of the yearly union statistics: 内资 / 港澳台 / 外资 / 事业 / 机关 / 个体 / 社会组织.
NATURE_GROUPS = {
    "domestic": "内资企业",
    "hmt": "港澳台商投资企业",
    "foreign": "外商投资企业",
    "institution": "事业单位",
    "organ": "机关",
    "individual": "个体经济组织",
    "social": "民办非企业单位",
}


def nature_group(code: str) -> str:
    """The column of the yearly statistics that a 单位类别 falls in; "" for none."""
    special = {
        "200": "hmt",
        "300": "foreign",
        "400": "institution",
        "500": "organ",
        "600": "individual",
        "700": "social",
    }
    if code in special:
        return special[code]
    return "domestic" if code in UNIT_NATURES else ""


# 经济类型 (public or not), a coarse column that many upper forms ask for.
ECONOMIES = {"public": "公有制", "non_public": "非公有制", "not_applicable": "不适用"}

# GB/T 4754-2017 sections. (Two-digit codes of older union forms have another order; they are not used here.)
INDUSTRIES = {
    "A": "农、林、牧、渔业",
    "B": "采矿业",
    "C": "制造业",
    "D": "电力、热力、燃气及水生产和供应业",
    "E": "建筑业",
    "F": "批发和零售业",
    "G": "交通运输、仓储和邮政业",
    "H": "住宿和餐饮业",
    "I": "信息传输、软件和信息技术服务业",
    "J": "金融业",
    "K": "房地产业",
    "L": "租赁和商务服务业",
    "M": "科学研究和技术服务业",
    "N": "水利、环境和公共设施管理业",
    "O": "居民服务、修理和其他服务业",
    "P": "教育",
    "Q": "卫生和社会工作",
    "R": "文化、体育和娱乐业",
    "S": "公共管理、社会保障和社会组织",
    "T": "国际组织",
}

# 中文 names of the journal's actions of this app.
ACTION_LABELS = {
    "orgs.founded": "登记建会",
    "orgs.planned": "登记筹建",
    "orgs.behalf_begun": "开始代办",
    "orgs.behalf_ended": "结束代办",
    "orgs.edited": "修改登记资料",
    "orgs.renamed": "更名",
    "orgs.kind_changed": "变更组织类型",
    "orgs.moved": "调整隶属关系",
    "orgs.industry_parent": "调整产业指导关系",
    "orgs.imported": "导入工会表",
    "orgs.elected": "登记选举、换届",
    "orgs.term_corrected": "更正届次",
    "orgs.terms_reminded": "换届提醒",
    "orgs.delay_approved": "批准延期换届",
    "orgs.covered_added": "登记涵盖单位",
    "orgs.covered_ended": "撤下涵盖单位",
    "orgs.legal_person": "登记法人资格",
    "orgs.roster_confirmed": "确认名册",
    "orgs.unit_listed": "登记未建会单位",
    "orgs.unit_edited": "修改未建会单位",
    "orgs.unit_visited": "登记走访",
    "orgs.unit_promised": "登记承诺建会日期",
    "orgs.unit_built": "未建会单位已建会",
    "orgs.unit_gone": "未建会单位注销、迁出",
    "orgs.home_listed": "登记职工之家",
    "orgs.home_edited": "修改职工之家",
    "orgs.chased": "催办",
    "orgs.rule_set": "调整规则数值",
    "orgs.size_table_set": "调整委员名额表",
    "orgs.upward_sent": "对上报送",
    "orgs.upward_number": "登记上级编号",
}


@dataclass(frozen=True)
class RuleValueKind:
    """A threshold that a federation may set anew from a day on."""

    default: int | str
    label: str
    clause: str


# Shipped values. Local rules differ, so each can be overridden by a dated row (`RuleValue`).
RULE_VALUES: dict[str, RuleValueKind] = {
    "found.must_members": RuleValueKind(25, "会员满多少人必须建立工会委员会", "工会法第十一条"),
    "found.joint_units": RuleValueKind(2, "联合基层工会至少涵盖几家单位", "工会法第十一条"),
    "found.months_after_opening": RuleValueKind(6, "单位开业后几个月内应当建会", "本地规定"),
    "women.committee_members": RuleValueKind(10, "女会员满多少人设女职工委员会", "中国工会章程"),
    "staff.full_time_chair": RuleValueKind(200, "职工满多少人可以设专职主席", "工会法第十四条"),
    "audit.low": RuleValueKind(3, "经审会最少几人", "基层组织选举工作条例"),
    "audit.high": RuleValueKind(11, "经审会最多几人", "基层组织选举工作条例"),
    "term.remind_months": RuleValueKind(6, "换届到期前几个月提醒", "本会工作要求"),
    "term.delay_months": RuleValueKind(6, "延期换届最长几个月", "基层组织选举工作条例"),
    "legal.apply_days": RuleValueKind(60, "成立后几日内申请法人登记", "法人登记管理办法"),
    "legal.change_days": RuleValueKind(30, "变更后几日内办理变更登记", "法人登记管理办法"),
    "roster.confirm_months": RuleValueKind(12, "名册几个月须确认一次", "本会工作要求"),
    "size.scheme": RuleValueKind("xj16", "委员名额采用哪张表", "基层组织选举工作条例"),
}


class CommitteeForm(TextChoices):
    """How a basic union is led (工会法 11)."""

    COMMITTEE = "committee", "单独建立工会委员会"
    JOINT = "joint", "联合建立工会委员会"
    ORGANISER = "organiser", "选举组织员"


class ClosingCause(TextChoices):
    """Why a union ends."""

    EMPLOYER_ENDED = "employer_ended", "所在单位终止或被撤销"
    DECIDED = "decided", "会员(代表)大会通过并经上级批准"


# template -> (title, body, what officers see on the page of templates)
MESSAGES = {
    "orgs.chase": (
        "{{ by }}提醒：请办理{{ matters }}",
        "{{ org }}：{{ matters }}。{% if note %}{{ note }}{% endif %}",
        "催办工会",
    ),
    "orgs.term_due": (
        "{{ org }}{{ term }}将于 {{ day|day }}届满",
        "请提前向上一级工会请示，按时换届。确需延期的，须经上一级工会批准，最长六个月。",
        "换届将到期",
    ),
    "orgs.term_over": (
        "{{ org }}{{ term }}已于 {{ day|day }}届满",
        "还没有登记换届结果。已经换届的，请登记选举结果和批复；没有换届的，请尽快请示上一级工会。",
        "换届逾期",
    ),
    "orgs.terms_due_below": (
        "{{ count }} 家下级工会换届将到期",
        "{{ names }}{% if count > 5 %}等{% endif %}本届任期将满，请指导按时换届。",
        "下级工会换届将到期",
    ),
    "orgs.terms_over_below": (
        "{{ count }} 家下级工会换届逾期",
        "{{ names }}{% if count > 5 %}等{% endif %}已届满未换届，请督促。",
        "下级工会换届逾期",
    ),
}
