"""What may be done with figures and reports. Code -> 中文, printed in the role matrix."""

from __future__ import annotations

READ = "report.read"
WRITE = "report.write"
SIGN = "report.sign"
FREEZE = "report.freeze"
TARGET = "report.target"
HAND = "report.hand"
CATALOGUE = "report.catalogue"

POWERS: dict[str, str] = {
    READ: "查看统计数字和报告",
    WRITE: "撰写本部门章节、挂接凭据",
    SIGN: "签认本部门的部分",
    FREEZE: "建立报告、分派章节、定稿",
    TARGET: "设定年度目标",
    HAND: "手工填报数字",
    CATALOGUE: "维护报告文字模板",
}
