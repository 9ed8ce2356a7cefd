"""What may be done with hardship files and condolences. Code -> 中文, printed in the role matrix."""

from __future__ import annotations

READ = "households.read"
EDIT = "households.edit"
FACTS = "households.facts"
REVIEW = "households.review"
APPROVE = "households.approve"
VERIFY = "households.verify"
UPWARD = "households.upward"
IMPORT = "households.import"
RULES = "households.rules"
CONDOLE = "households.condole"
CONDOLE_READ = "households.condole_read"

POWERS: dict[str, str] = {
    READ: "查看困难职工档案目录",
    EDIT: "登记困难职工申请、入户核查",
    FACTS: "查看家庭收入、病情等情况（留痕）",
    REVIEW: "审核建档申请",
    APPROVE: "审批建档、发出核对请求、脱困和注销",
    VERIFY: "年度复核",
    UPWARD: "对上报送困难职工档案",
    IMPORT: "导入往年档案",
    RULES: "登记低保标准、慰问限额",
    CONDOLE: "慰问登记",
    CONDOLE_READ: "查看慰问登记",
}
