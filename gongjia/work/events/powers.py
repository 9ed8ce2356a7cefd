"""What may be done with events. Code -> 中文, printed in the role matrix."""

from __future__ import annotations

READ = "events.read"
OPEN = "events.open"
QUOTA = "events.quota"
SIGN = "events.sign"
DRAW = "events.draw"
DOOR = "events.door"
RESULTS = "events.results"
CHILDREN = "events.children"
TEAMS = "events.teams"
FACTS = "events.facts"
APPEALS = "events.appeals"

POWERS: dict[str, str] = {
    READ: "查看活动和报名",
    OPEN: "开设、修改、取消、结束活动",
    QUOTA: "分配和收回活动名额",
    SIGN: "推荐、集体报名、替职工在窗口报名",
    DRAW: "组织摇号",
    DOOR: "现场签到",
    RESULTS: "登记成绩、认定名次和称号",
    CHILDREN: "查看托班孩子的资料，办理接送",
    TEAMS: "管理志愿服务队",
    FACTS: "登记一线岗位、倒班职工",
    APPEALS: "处理爽约申诉",
}
