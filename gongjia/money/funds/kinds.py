"""Which sorts exist: sources of money, payees, results of the bank, and the names of acts."""

from __future__ import annotations

from django.db.models import TextChoices


class Source(TextChoices):
    """Where a budget line's money comes from."""

    CENTRAL = "central", "中央"
    PROVINCE = "province", "省"
    CITY = "city", "市"
    OWN = "own", "本级"
    SOCIAL = "social", "社会"


class PayeeKind(TextChoices):
    """Whose account the money goes to."""

    PERSON = "person", "本人"
    GUARDIAN = "guardian", "监护人"
    ORG = "org", "工会"


class Scope(TextChoices):
    """What a ceiling adds up within one year; `APPROVAL` is the sum from which a batch needs a third person."""

    PERSON = "person", "每人每年"
    HOUSEHOLD = "household", "每户每年"
    PROGRAMME = "programme", "项目全年"
    YEAR = "year", "本级全年"
    APPROVAL = "approval", "须审批的金额"


class Norms(TextChoices):
    """Tables that ship with the program and that an officer may change by a row from a day on."""

    ITEM = "item", "支出科目"
    TAX = "tax", "计税类别"
    RATE = "rate", "税率"
    LIMIT = "limit", "时限"


# limits that are numbers of days or hours; the sum from which a batch needs approval is a ceiling
LIMITS: dict[str, tuple[str, str]] = {
    "split_days": ("防拆单合并计算", "天"),
    "cooling_hours": ("账户变更后多久才能制单", "小时"),
    "doubt_days": ("疑点单答复期限", "天"),
}


class Step(TextChoices):
    """Who stands behind a batch."""

    MAKE = "make", "制单"
    CHECK = "check", "复核"
    APPROVE = "approve", "审批"


class TaxClass(TextChoices):
    """How individual income tax treats a sum (个人所得税法)."""

    RELIEF = "relief", "免税(救济金)"
    PRIZE = "prize", "偶然所得"
    NONE = "none", "不涉及个人所得税"


class Outcome(TextChoices):
    """What the bank says of one line."""

    PAID = "paid", "成功"
    RETURNED = "returned", "退汇"
    UNKNOWN = "unknown", "处理中"


class LineState(TextChoices):
    """One attempt: one line of one bank file."""

    SENT = "sent", "已送银行"
    UNKNOWN = "unknown", "结果不明"
    PAID = "paid", "成功"
    RETURNED = "returned", "退汇"


class Direction(TextChoices):
    OUT = "out", "代发文件"
    IN = "in", "银行回盘"


class FileState(TextChoices):
    SEEN = "seen", "待确认"
    APPLIED = "applied", "已入账"
    DROPPED = "dropped", "已放弃"


class Verdict(TextChoices):
    """What a line of a result file will do."""

    PAID = "paid", "记到账"
    RETURNED = "returned", "记退汇"
    RETURNED_LATE = "returned_late", "到账后退汇"
    PAID_BEFORE = "paid_before", "补记到账后退汇"
    UNKNOWN = "unknown", "记结果不明"
    AGAIN = "again", "已记过，不重复"
    STRANGER = "stranger", "不在本批"
    MISMATCH = "mismatch", "金额或账号不符"
    CONFLICT = "conflict", "与已记结果矛盾"


# verdicts that change something; those that somebody has to ask the bank about
ACTING = frozenset({Verdict.PAID, Verdict.RETURNED, Verdict.RETURNED_LATE, Verdict.PAID_BEFORE, Verdict.UNKNOWN})
TO_ASK = frozenset({Verdict.STRANGER, Verdict.MISMATCH, Verdict.CONFLICT})


class PostingKind(TextChoices):
    """A movement of money in the ledger."""

    PAID = "paid", "发放"
    RETURNED = "returned", "退汇"
    RECOVERED = "recovered", "追回"
    WRITTEN_OFF = "written_off", "冲销"


class ReversalKind(TextChoices):
    RECOVERED = "recovered", "追回"
    WRITTEN_OFF = "written_off", "冲销"


class SampleMethod(TextChoices):
    RANDOM = "random", "随机抽样"
    STRATIFIED = "stratified", "分层抽样"


class Stratum(TextChoices):
    """What a stratified sample is drawn evenly over."""

    TYPE = "type", "按项目"
    UNION = "union", "按申报工会"
    BATCH = "batch", "按发放批次"


class AccountWho(TextChoices):
    """Who keyed an account in."""

    SELF = "self", "本人录入"
    COUNTER = "counter", "代录"


ACTION_LABELS: dict[str, str] = {
    "funds.line_opened": "建立预算",
    "funds.line_changed": "追加或调减预算",
    "funds.line_closed": "关闭预算",
    "funds.earmarked": "安排资金",
    "funds.earmark_changed": "调整资金安排",
    "funds.ceiling_set": "设定发放上限",
    "funds.norm_set": "修改科目、计税类别或时限",
    "funds.account_entered": "录入收款账户",
    "funds.account_changed": "变更收款账户",
    "funds.batch_opened": "新建发放批次",
    "funds.planned": "列入发放批次",
    "funds.taken_out": "移出发放批次",
    "funds.refused": "未予办理",
    "funds.approvals_void": "收款账户变更，审核作废",
    "funds.file_taken": "下载代发文件",
    "funds.result_seen": "上传银行回盘",
    "funds.result_applied": "银行回盘入账",
    "funds.result_dropped": "放弃银行回盘",
    "funds.asked_bank": "向银行查询",
    "funds.voucher": "登记凭证号",
    "funds.reversal_asked": "提出追回或冲销",
    "funds.sampled": "抽取样本",
    "funds.dossier": "调阅发放卷宗",
    "funds.doubt_raised": "发出疑点单",
}

# Messages that go with acts: key -> (title, body). An officer may word them anew.
MESSAGES: dict[str, tuple[str, str]] = {
    "funds.paid": ("款项已到账", "您的{{ title }}已于{{ on | day }}发放，实发 {{ amount | yuan }}，请查收。"),
    "funds.returned": (
        "款项没有到账",
        "您的{{ title }}被银行退回：{{ reason }}。请核对收款账户，改好后工会会重新发放。",
    ),
    "funds.account_changed": (
        "收款账户已变更",
        "您的收款账户已改为尾号 {{ tail }} 的账户。如果不是您本人办理，请马上联系工会。",
    ),
    "funds.batch_waits": ("有发放批次待办理", "{{ number }}《{{ title }}》等待{{ step }}，实发 {{ amount | yuan }}。"),
    "funds.approvals_void": ("审核已作废", "{{ number }}《{{ title }}》有收款账户变更，制单和复核作废，请重新制单。"),
    "funds.doubt_waits": ("有疑点单待答复", "经审发来疑点单《{{ title }}》，请于{{ due | day }}前答复。"),
    "funds.doubt_answered": ("疑点单已答复", "《{{ title }}》已答复，请查看。"),
}
