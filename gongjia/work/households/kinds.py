"""Code lists of the hardship file (domain rules 6.1, 6.2) and of condolences."""

from __future__ import annotations

from django.db.models import TextChoices


class Category(TextChoices):
    DEEP = "deep", "深度困难"
    RELATIVE = "relative", "相对困难"
    ACCIDENT = "accident", "意外致困"


class Level(TextChoices):
    """Zhejiang keeps two: the goal of the first is living at the 低保 line, of the second at the 低保边缘 line."""

    NATIONAL = "national", "全国级"
    PROVINCIAL = "provincial", "省级"


class Via(TextChoices):
    """Where it was applied for: what goes straight to the township is not shown to the own union."""

    OWN = "own", "本单位工会"
    TOWNSHIP = "township", "乡镇（街道）工会"


class Origin(TextChoices):
    CHAIN = "chain", "本系统办理"
    IMPORT = "import", "历史导入"


class Cause(TextChoices):
    ILLNESS = "illness", "本人大病"
    FAMILY_ILLNESS = "kin_illness", "家属大病"
    DISABILITY = "disability", "本人或家属残疾"
    SCHOOL = "school", "子女上学"
    DISASTER = "disaster", "自然灾害"
    ACCIDENT = "accident", "意外事故"
    UNEMPLOYED = "unemployed", "下岗失业"
    LOW_INCOME = "low_income", "收入低无法维持基本生活"
    SINGLE = "single", "单亲家庭负担重"
    OTHER = "other", "其他"


class AccidentKind(TextChoices):
    """意外致困 (a): harm by one of these needs no arithmetic; (b) is the share of the yearly income."""

    NONE = "none", "没有"
    NATURAL = "natural", "自然灾害"
    CALAMITY = "calamity", "重大事故灾难"
    EPIDEMIC = "epidemic", "公共卫生事件"
    SECURITY = "security", "社会安全事件"


class Exclusion(TextChoices):
    HOMES = "homes", "有两套及以上住房"
    BUSINESS = "business", "有商铺，或雇人经营"
    SCHOOLING = "schooling", "子女自费留学或上高收费私立学校"
    CAR = "car", "经常使用非营运的私家车"


class Relation(TextChoices):
    SELF = "self", "本人"
    SPOUSE = "spouse", "配偶"
    CHILD = "child", "子女"
    PARENT = "parent", "父母"
    SPOUSE_PARENT = "inlaw", "配偶父母"
    GRANDPARENT = "grand", "祖父母"
    SIBLING = "sibling", "兄弟姐妹"
    OTHER = "other", "其他"


class Identity(TextChoices):
    """人员身份 of a member of the household."""

    ON_POST = "on_post", "在岗"
    LAID_OFF = "laid_off", "下（待）岗"
    JOBLESS = "jobless", "失（无）业"
    RETIRED = "retired", "退休"
    SICK_LEAVE = "sick_leave", "病休"
    EARLY = "early", "内退"
    RURAL = "rural", "农民工"
    PUPIL = "pupil", "学生"
    OTHER = "other", "其他"


class Housing(TextChoices):
    PUBLIC = "public", "承租公房"
    LOW_RENT = "low_rent", "廉租房"
    BOUGHT = "bought", "自购房"
    NONE = "none", "无房"
    RENTED = "rented", "租房"
    SELF_BUILT = "self_built", "自建房"
    OTHER = "other", "其他"


class Marriage(TextChoices):
    MARRIED = "married", "已婚"
    SINGLE = "single", "未婚"
    DIVORCED = "divorced", "离异"
    WIDOWED = "widowed", "丧偶"


HEALTH: dict[str, str] = {
    "good": "良好", "cancer": "恶性肿瘤", "heart": "心血管病", "brain": "脑血管病", "kidney": "终末期肾病",
    "mental": "精神病", "liver": "肝病", "blood": "血液病", "diabetes": "糖尿病", "tumour": "肿瘤病",
    "spine": "腰颈椎病", "pressure": "高血压病", "lung": "肺病", "common": "一般疾病", "coma": "深度昏迷",
    "paralysis": "永久瘫痪", "alzheimer": "严重阿尔茨海默病", "parkinson": "严重帕金森病",
    "motor": "严重运动神经元病", "disabled": "残疾",
}  # fmt: skip

DISABILITIES: dict[str, str] = {
    f"{kind}{grade}": f"{label}{'一二三四'[grade - 1]}级"
    for kind, label in (
        ("see", "视力"), ("hear", "听力"), ("speak", "言语"), ("limb", "肢体"), ("mind", "智力"), ("psych", "精神"),
        ("multi", "多重"),
    )
    for grade in (1, 2, 3, 4)
}  # fmt: skip


class CheckWith(TextChoices):
    """Who is asked about the household's means."""

    CIVIL = "civil", "民政（家庭经济状况核对）"
    MEDICAL = "medical", "医保（医疗费用）"
    HOUSING = "housing", "不动产登记"
    VEHICLE = "vehicle", "车辆管理"
    TAX = "tax", "市场监管、税务"


class CheckResult(TextChoices):
    AGREES = "agrees", "与申报相符"
    DIFFERS = "differs", "与申报不符"
    ON_RELIEF = "relief", "已纳入政府救助"


class Verdict(TextChoices):
    """What the yearly verification finds."""

    KEEP = "keep", "继续建档"
    CHANGE = "change", "继续建档，类别调整"
    OUT = "out", "已脱困"
    CANCEL = "cancel", "注销"


class ExitWhy(TextChoices):
    ABOVE = "above", "收入高于标准，已脱困"
    EXCLUDED = "excluded", "有不得建档的情形"
    DEATH = "death", "本人死亡"
    LEFT = "left", "离开本市或工会"
    RELIEF = "relief", "已纳入政府救助"
    FALSE = "false", "申报不实"
    MERGED = "merged", "并入同一家庭的另一份档案"
    OTHER = "other", "其他"


class CondoleWhy(TextChoices):
    HOSPITAL = "hospital", "会员住院"
    DEATH = "death", "会员去世"
    KIN_DEATH = "kin_death", "直系亲属去世"
    WEDDING = "wedding", "会员结婚"
    BIRTH = "birth", "会员生育"
    BIRTHDAY = "birthday", "会员生日"
    RETIRE = "retire", "会员退休"
    HARDSHIP = "hardship", "会员家庭困难"
    INJURY = "injury", "工伤、意外"
    FESTIVAL = "festival", "节日慰问"


class Purse(TextChoices):
    """Whose money it was: counted apart from the federation's aid."""

    UNION = "union", "本会经费"
    DUES = "dues", "会费"
    EMPLOYER = "employer", "单位行政"
    DONATED = "donated", "会员捐助"


class CapMode(TextChoices):
    WARN = "warn", "提醒"
    REFUSE = "refuse", "不予登记"


class CapPer(TextChoices):
    ONCE = "once", "每次"
    YEAR = "year", "每人每年"


ACTION_LABELS: dict[str, str] = {
    "households.started": "新建困难职工档案",
    "households.filled": "填写家庭情况",
    "households.visited": "入户核查",
    "households.noticed": "单位内公示",
    "households.check_sent": "发出核对请求",
    "households.verified": "年度复核",
    "households.facts_opened": "查看家庭情况",
    "households.upper_no": "登记上级系统编号",
    "households.upward_sent": "对上报送困难职工档案",
    "households.imported": "导入往年档案",
    "households.line_set": "登记低保标准",
    "households.cap_set": "登记慰问限额",
    "households.condoled": "登记慰问",
    "households.condole_void": "作废慰问登记",
    "household.submit": "提交申请",
    "household.visit_done": "入户核查完成",
    "household.review": "乡镇审核通过",
    "household.approve": "审批建档",
    "household.return": "退回补正",
    "household.decline": "不予建档",
    "household.withdraw": "撤回申请",
    "household.exit": "脱困",
    "household.cancel": "注销档案",
    "household_check.answer": "登记核对结果",
    "household_check.drop": "撤销核对请求",
}

MESSAGES: dict[str, tuple[str, str, str]] = {
    "households.returned": ("困难职工建档申请需要补正", "请补正：{note}", "建档申请退回"),
    "households.approved": ("困难职工档案已建立", "档案编号 {number}，类别：{category}。", "建档"),
    "households.declined": ("困难职工建档申请不予通过", "原因：{note}", "建档申请不予通过"),
    "households.exited": ("困难职工档案有变动", "{what}：{why}。", "脱困、注销"),
}
