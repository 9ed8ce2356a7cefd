"""Pure decisions of log-in: facts in, reasons or an answer out. No rows, no clock."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from gongjia.base.refused import Reason
from gongjia.who.accounts import kinds

_MOBILE = re.compile(r"1[3-9]\d{9}")


# -- phones and codes ----------------------------------------------------------------------------
def phone_reasons(phone: str) -> list[Reason]:
    """A mobile number of the mainland, already in canonical form."""
    if _MOBILE.fullmatch(phone):
        return []
    return [Reason("phone_bad", "手机号应为 11 位数字，以 1 开头。", cure="请核对后重新填写")]


def sending_reasons(*, last_sent: datetime | None, sent_today: int, now: datetime) -> list[Reason]:
    """At most one code a minute and five in 24 hours to one number, whoever asks and whether or not it is known."""
    if sent_today >= kinds.CODES_A_DAY:
        return [
            Reason(
                "code_too_many",
                f"这个号码 24 小时内已经要过 {kinds.CODES_A_DAY} 次验证码，请明天再试。",
                fact=str(sent_today),
                cure=kinds.OTHER_WAY,
            )
        ]
    if last_sent is not None and (left := last_sent + kinds.CODE_GAP - now) > timedelta(0):
        return [Reason("code_too_soon", f"请过 {seconds(left)} 秒再要验证码。", fact=str(seconds(left)))]
    return []


def code_reasons(
    *, found: bool, bound: bool, used: bool, expires_at: datetime | None, tries: int, right: bool, now: datetime
) -> list[Reason]:
    """Why a code opens nothing. `tries` counts this one. The same words for a known and an unknown phone."""
    if not found or not bound or used or tries > kinds.CODE_TRIES or expires_at is None or now >= expires_at:
        return [Reason("code_spent", "验证码已失效，请重新获取。")]
    if right:
        return []
    left = kinds.CODE_TRIES - tries
    if left == 0:
        return [Reason("code_spent", "验证码连续输错，已失效，请重新获取。")]
    return [Reason("code_wrong", f"验证码不对，还可以再试 {left} 次。", fact=str(left))]


# -- slips ---------------------------------------------------------------------------------------
def clean_slip(text: str) -> str:
    """What somebody typed from paper: capitals, without dashes and spaces."""
    return re.sub(r"[^0-9A-Z]", "", text.upper())


def show_slip(code: str) -> str:
    """`7K3M-9QRT-X2WD`: groups of four are read and typed with fewer mistakes."""
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def slip_reasons(
    *, found: bool, used: bool, cancelled: bool, expires_at: datetime | None, now: datetime
) -> list[Reason]:
    """One answer for a wrong, a used and an expired slip: a finder learns nothing."""
    if found and not used and not cancelled and expires_at is not None and now < expires_at:
        return []
    return [
        Reason(
            "slip_bad",
            "登录条不对，或者已经用过、过期、作废。",
            cure="请核对 12 位字母和数字；不行就请工会干部重新打印一张",
        )
    ]


# -- brakes: a delay, never a lock ---------------------------------------------------------------
@dataclass(frozen=True)
class BrakeRule:
    """`free` tries in `window` cost nothing; each further one must wait `first`, doubling up to `most`."""

    what: str
    free: int
    window: timedelta
    first: timedelta
    most: timedelta
    alarm: int  # tries in one window that raise an alarm in the journal
    sentence: str = "操作太频繁"

    def wait(self, tries: int) -> timedelta:
        """How long to wait after the `tries`-th try of a window."""
        over = tries - self.free
        if over < 0:
            return timedelta(0)
        return min(self.first * 2 ** min(over, 20), self.most)


_MINUTE, _HOUR = timedelta(minutes=1), timedelta(hours=1)
# A works' gate may hide five hundred people behind one address: the network's brakes are wide.
ASK_NETWORK = BrakeRule("ask_network", 300, 10 * _MINUTE, timedelta(seconds=2), _MINUTE, 2000)
ASK_DEVICE = BrakeRule("ask_device", 20, _HOUR, timedelta(seconds=10), 5 * _MINUTE, 100)
TRY_NETWORK = BrakeRule("try_network", 600, 10 * _MINUTE, timedelta(seconds=2), _MINUTE, 2000)
TRY_DEVICE = BrakeRule("try_device", 30, _HOUR, timedelta(seconds=5), 5 * _MINUTE, 100)
SLIP_NETWORK = BrakeRule("slip_network", 60, 10 * _MINUTE, timedelta(seconds=5), 5 * _MINUTE, 200)
SLIP_DEVICE = BrakeRule("slip_device", 10, _HOUR, timedelta(seconds=10), 10 * _MINUTE, 30)
FACTOR_ACCOUNT = BrakeRule(
    "factor_account", kinds.FACTOR_TRIES, _HOUR, timedelta(seconds=30), 15 * _MINUTE, 10, "动态口令连续输错"
)
NEW_PHONE_ACCOUNT = BrakeRule("new_phone_account", 3, 24 * _HOUR, _HOUR, 6 * _HOUR, 10)


def wait_reason(rule: BrakeRule, left: timedelta) -> Reason:
    whole = seconds(left)
    words = f"{whole} 秒" if whole < 120 else f"{-(-whole // 60)} 分钟"
    return Reason("wait", f"{rule.sentence}，请 {words}后再试。", fact=str(whole), cure=kinds.OTHER_WAY)


def seconds(span: timedelta) -> int:
    """Whole seconds, rounded up: never promise too early a moment."""
    return max(1, -int(-span.total_seconds() // 1))


# -- sessions ------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Limits:
    idle: timedelta
    absolute: timedelta


def limits(staff: bool) -> Limits:
    """Staff are accounts that need a second factor."""
    if staff:
        return Limits(kinds.IDLE_STAFF, kinds.ABSOLUTE_STAFF)
    return Limits(kinds.IDLE_MEMBER, kinds.ABSOLUTE_MEMBER)


def session_over(*, staff: bool, factor_shown: bool, started: float, seen: float, now: float) -> kinds.Ended | str:
    """Why a session is over, or "". Stamps are seconds of the epoch."""
    limit = limits(staff)
    if now - started >= limit.absolute.total_seconds():
        return kinds.Ended.ABSOLUTE
    if now - seen >= limit.idle.total_seconds():
        return kinds.Ended.IDLE
    if staff and not factor_shown:
        # the account came under the rule while it was logged in with one factor only
        return kinds.Ended.FACTOR
    return ""


# -- who of several ------------------------------------------------------------------------------
def masked_names(names: Sequence[str]) -> list[str]:
    """张*, or as much more as tells apart the people who share one phone. Who asks has just shown the phone."""
    shown = [_mask(name, 0) for name in names]
    for level in (1, 2):
        shown = [_mask(name, level) if shown.count(mark) > 1 else mark for name, mark in zip(names, shown, strict=True)]
    return shown


def _mask(name: str, level: int) -> str:
    if level == 0 or len(name) < 2:
        return name[:1] + "*" * bool(name)
    if level == 1 and len(name) > 2:
        return name[0] + "*" * (len(name) - 2) + name[-1]
    return name


# -- care by officers ----------------------------------------------------------------------------
@dataclass(frozen=True)
class CareFacts:
    """What an officer's act on somebody's account looks at."""

    own: bool  # the officer's own account
    within: bool  # the person belongs to the union that acts, or below it
    staff: bool  # the account needs a second factor
    may_staff: bool  # the officer may care for such accounts
    reason: str = ""
    needs_reason: bool = True


def care_reasons(facts: CareFacts) -> list[Reason]:
    """Who resets a log-in takes it over for a moment: not one's own, not a stranger's, not upward."""
    if facts.own:
        return [Reason("own_account", "不能给自己的账号办理。", cure="请上级工会或安全管理员办理")]
    if not facts.within:
        return [Reason("not_yours", "这个人不在您的工会范围内。", cure="请他所在的工会办理")]
    if facts.staff and not facts.may_staff:
        return [
            Reason("needs_security", "这个账号有市级、财务或管理权限，基层不能重置它的登录。", cure="请安全管理员办理")
        ]
    if facts.needs_reason and not facts.reason.strip():
        return [Reason("reason_missing", "请写明原因和核对本人身份的方式。")]
    return []


# -- privacy notices -----------------------------------------------------------------------------
def notice_reasons(*, version: str, known: Sequence[str], body: str, in_force_on: date, today: date) -> list[Reason]:
    """A new version has a new name, a text, and does not hold back in time."""
    reasons = []
    if not re.fullmatch(r"[0-9]{4}\.[0-9]{1,2}", version):
        reasons.append(Reason("version_bad", "版本号写成“年份.序号”，例如 2026.1。", fact=version))
    elif version in known:
        reasons.append(Reason("version_taken", "这个版本号已经用过，改动文字要用新的版本号。", fact=version))
    if len(body.strip()) < 100:
        reasons.append(Reason("body_short", "请写完整的隐私政策文字。"))
    if in_force_on < today:
        reasons.append(Reason("date_past", "生效日期不能早于今天。", clause="个人信息保护法第十七条"))
    return reasons
