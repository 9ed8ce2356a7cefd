"""What may be done with unions. Code -> 中文, printed in the role matrix."""

from __future__ import annotations

READ = "orgs.read"
EDIT = "orgs.edit"
FOUND = "orgs.found"
CLOSE = "orgs.close"
MOVE = "orgs.move"
DELAY = "orgs.delay"
UNITS = "orgs.units"
HOMES = "orgs.homes"
CHASE = "orgs.chase"
IMPORT = "orgs.import"
UPWARD = "orgs.upward"
RULES = "orgs.rules"

POWERS: dict[str, str] = {
    READ: "查看工会登记",
    EDIT: "修改本会登记资料、届次、涵盖单位",
    FOUND: "批准建会、登记新工会",
    CLOSE: "撤销、合并工会",
    MOVE: "调整隶属关系和名称",
    DELAY: "批准延期换届",
    UNITS: "登记未建会单位和走访",
    HOMES: "登记职工之家",
    CHASE: "催办",
    IMPORT: "导入工会表",
    UPWARD: "对上报送",
    RULES: "调整规则数值和名额表",
}
