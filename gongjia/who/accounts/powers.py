"""What may be done with other people's accounts. Code -> 中文, printed in the role matrix."""

from __future__ import annotations

SLIP = "accounts.slip"
RESET = "accounts.reset"
CLOSE = "accounts.close"
NOTICE = "accounts.notice"

POWERS: dict[str, str] = {
    SLIP: "打印登录条",
    RESET: "重置登录手机号和动态口令",
    CLOSE: "停用、恢复账号",
    NOTICE: "发布隐私政策",
}
