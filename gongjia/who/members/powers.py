"""What may be done with persons, memberships and posts. Code -> 中文, printed in the role matrix."""

from __future__ import annotations

READ = "members.read"
EDIT = "members.edit"
ADMIT = "members.admit"
TRANSFER = "members.transfer"
LEAVE = "members.leave"
EXPEL = "members.expel"
REVEAL = "members.reveal"
IMPORT = "members.import"
MERGE = "members.merge"
SETTLE = "members.settle"
UPWARD = "members.upward"
TRADES = "members.trades"
POSITIONS_READ = "positions.read"
POSITIONS_GRANT = "positions.grant"
POSITIONS_CONFIRM = "positions.confirm"

POWERS: dict[str, str] = {
    READ: "查看会员",
    EDIT: "修改会员资料",
    ADMIT: "办理入会",
    TRANSFER: "办理会员转接",
    LEAVE: "办理退会、保留会籍、恢复会籍、去世登记",
    EXPEL: "办理除名",
    REVEAL: "查看完整证件号码、手机号",
    IMPORT: "导入会员名册",
    MERGE: "合并重复的个人档案、更正证件号码",
    SETTLE: "处理更正申请和求助",
    UPWARD: "会员对上报送(含完整证件号码)",
    TRADES: "维护新就业形态职业目录",
    POSITIONS_READ: "查看任职和权限",
    POSITIONS_GRANT: "任命、免去、代理",
    POSITIONS_CONFIRM: "每季度确认在任",
}
