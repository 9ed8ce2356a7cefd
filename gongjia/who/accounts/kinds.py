"""Which sorts of codes, devices and log-ins exist, and the limits of log-in as data."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import TextChoices


class Purpose(TextChoices):
    """What a code sent to a phone is good for; a code of one purpose opens nothing else."""

    LOGIN = "login", "登录"
    NEW_PHONE = "new_phone", "更换手机号"
    AGAIN = "again", "确认本人"
    JOIN = "join", "申请入会"  # any phone: somebody not on file yet gets a log-in by it


class Way(TextChoices):
    """By what somebody came in."""

    CODE = "code", "手机验证码"
    SLIP = "slip", "登录条"


class Ended(TextChoices):
    """Why a device is no longer logged in."""

    LOGOUT = "logout", "本人退出"
    KILLED = "killed", "本人在设备列表里退出"
    IDLE = "idle", "长时间未操作"
    ABSOLUTE = "absolute", "登录时间已满"
    NEWER = "newer", "在别处重新登录"
    RESET = "reset", "工会干部重置登录"
    CLOSED = "closed", "账号停用"
    CONSENT = "consent", "撤回同意"
    FACTOR = "factor", "需要动态口令"
    GONE = "gone", "会话已过期"


FROM_ELSEWHERE = (Ended.NEWER, Ended.KILLED, Ended.RESET)  # the browser itself was not asked
TELL_WHY = timedelta(hours=12)  # afterwards its log-in page says nothing of it

# Codes: reliability T22.
CODE_DIGITS = 6
CODE_TRIES = 5
CODE_LIFE = timedelta(minutes=5)
CODES_A_DAY = 5
CODE_GAP = timedelta(minutes=1)

# Slips: 12 letters of 31 are 59 bits; no 0 O 1 I L, which are misread on paper.
SLIP_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
SLIP_LETTERS = 12
SLIP_LIFE = timedelta(days=30)
SLIP_LIFE_MOST = timedelta(days=90)
SLIPS_AT_ONCE = 100_000

# After the first factor (code or slip) this long for the rest of the way in.
PENDING_LIFE = timedelta(minutes=10)

# Who cannot get in by phone always has this way.
OTHER_WAY = "请本单位工会主席或乡镇（街道）工会打印一张登录条，用登录条登录"

RECOVERY_CODES = 10
RECOVERY_LETTERS = 10
FACTOR_TRIES = 5  # wrong second-factor codes before each further try has to wait

# Sessions: reliability T21. Staff are accounts that need a second factor.
IDLE_MEMBER = timedelta(minutes=30)
IDLE_STAFF = timedelta(minutes=15)
ABSOLUTE_MEMBER = timedelta(hours=12)
ABSOLUTE_STAFF = timedelta(hours=8)
# Who has shown code, slip or second factor this recently is not asked to show it again for a delicate act.
FRESH = timedelta(minutes=10)

# Rows are kept this long after they can no longer be used.
KEEP_CODES = timedelta(days=2)
KEEP_DEVICES = timedelta(days=180)

# Tokens for programs. The mark lets a scanner of leaked secrets recognise one.
TOKEN_MARK = "gongjia_"
TOKEN_DAYS_MOST = 366
TOKENS_MOST = 10
TOKEN_STAMP = timedelta(minutes=1)

ACTION_LABELS = {
    "accounts.opened": "开通账号",
    "accounts.adopted": "接收原平台的登录记录",
    "accounts.slips_issued": "打印登录条",
    "accounts.slips_cancelled": "作废登录条",
    "accounts.phone_changed": "更换登录手机号",
    "accounts.phone_reset": "重置登录手机号",
    "accounts.factor_enrolled": "绑定动态口令",
    "accounts.factor_reset": "解除动态口令",
    "accounts.factor_required": "要求动态口令",
    "accounts.factor_released": "不再要求动态口令",
    "accounts.recovery_issued": "生成备用码",
    "accounts.recovery_used": "使用备用码",
    "accounts.consented": "同意隐私政策",
    "accounts.consent_withdrawn": "撤回隐私政策同意",
    "accounts.notice_published": "发布隐私政策",
    "accounts.closed": "停用账号",
    "accounts.reopened": "恢复账号",
    "accounts.sessions_ended": "退出全部设备",
    "accounts.token_issued": "生成接口令牌",
    "accounts.token_revoked": "停用接口令牌",
    "login.slip": "使用登录条",
    "login.alarm": "登录异常告警",
}
