"""What may be done with money. Code -> 中文, printed in the role matrix."""

from __future__ import annotations

READ = "funds.read"
BUDGET = "funds.budget"
CEILING = "funds.ceiling"
MAKE = "funds.make"
CHECK = "funds.check"
APPROVE = "funds.approve"
SEND = "funds.send"
ACCOUNT = "funds.account"
UNION_ACCOUNT = "funds.union_account"
AUDIT = "funds.audit"
ANSWER = "funds.answer"

POWERS: dict[str, str] = {
    READ: "查看预算、发放和凭证",
    BUDGET: "编制预算、给申报批次安排资金",
    CEILING: "设定发放上限和审批限额",
    MAKE: "制单",
    CHECK: "复核",
    APPROVE: "审批",
    SEND: "下载代发文件、登记银行回盘",
    ACCOUNT: "凭材料代录职工的收款账户",
    UNION_ACCOUNT: "登记本工会的收款账户",
    AUDIT: "抽查发放、调阅卷宗、发疑点单",
    ANSWER: "答复疑点单",
}
