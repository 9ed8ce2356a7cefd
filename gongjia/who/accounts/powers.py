"""What may be done with other people's accounts. Code -> 中文, printed in the role matrix."""

from __future__ import annotations

SLIP = "accounts.slip"
RESET = "accounts.reset"
STAFF = "accounts.staff"
CLOSE = "accounts.close"
NOTICE = "accounts.notice"

POWERS: dict[str, str] = {
    SLIP: "打印登录条",
    RESET: "重置登录手机号和动态口令",
    STAFF: "重置市级、财务、管理账号的登录",
    CLOSE: "停用、恢复账号",
    NOTICE: "发布隐私政策",
}
