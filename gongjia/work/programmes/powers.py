"""What may be done with programmes. Code -> 中文, printed in the role matrix."""

from __future__ import annotations

READ = "programmes.read"
REVIEW = "programmes.review"
COUNTER = "programmes.counter"
OPEN = "programmes.open"
QUOTA = "programmes.quota"
PANEL = "programmes.panel"
DECIDE = "programmes.decide"
REVOKE = "programmes.revoke"
APPEALS = "programmes.appeals"
REVEAL = "programmes.reveal"
IMPORT = "programmes.import"
ROUTES = "programmes.routes"

POWERS: dict[str, str] = {
    READ: "查看申报和评审",
    REVIEW: "审核申报",
    COUNTER: "替职工在窗口填报",
    OPEN: "开设、延长、取消、关闭申报项目，编辑申报表",
    QUOTA: "下达和退回名额",
    PANEL: "组织评委打分、排名",
    DECIDE: "登记决定、发布公示、授予",
    REVOKE: "撤销荣誉或资格",
    APPEALS: "处理复核申请",
    REVEAL: "查看申报里的敏感内容",
    IMPORT: "导入历史获奖、资助记录",
    ROUTES: "维护入会分派表",
}
