"""Every write of accounts. Log-in acts have no actor yet: they name the account they lead to."""

from gongjia.who.accounts.actions.accounts import (
    NewAccount,
    adopt_log_ins,
    follow_posts,
    open_accounts,
    rename,
    require_factor,
)
from gongjia.who.accounts.actions.care import (
    close_account,
    end_all_sessions,
    reopen_account,
    reset_factor,
    reset_phone,
)
from gongjia.who.accounts.actions.codes import (
    Asked,
    Proof,
    accounts_behind,
    ask_code,
    ask_code_again,
    ask_code_of_own,
    show_code,
)
from gongjia.who.accounts.actions.consent import give_consent, publish_notice, withdraw_consent
from gongjia.who.accounts.actions.factor import (
    Enrolment,
    begin_enrolment,
    demo_bind_factors,
    demo_factor_code,
    finish_enrolment,
    new_recovery_codes,
    show_factor,
    waiting_enrolment,
)
from gongjia.who.accounts.actions.phone import change_phone, confirm_phone
from gongjia.who.accounts.actions.sessions import (
    begin_session,
    end_device,
    end_session,
    rekey_session,
    sweep,
    touch_session,
)
from gongjia.who.accounts.actions.slips import PrintedSlip, cancel_slips, count_slip_try, issue_slips, use_slip
from gongjia.who.accounts.actions.tokens import IssuedToken, count_use, issue_token, revoke_token, use_token

__all__ = [
    "Asked", "Enrolment", "IssuedToken", "NewAccount", "PrintedSlip", "Proof", "accounts_behind", "adopt_log_ins", "ask_code", "ask_code_again",
    "ask_code_of_own", "begin_enrolment",
    "begin_session", "cancel_slips", "change_phone", "close_account", "confirm_phone", "count_slip_try", "count_use", "demo_bind_factors", "demo_factor_code", "end_all_sessions",
    "end_device", "end_session", "finish_enrolment", "follow_posts", "give_consent", "issue_slips", "issue_token", "new_recovery_codes",
    "open_accounts", "publish_notice", "rekey_session", "rename", "reopen_account", "require_factor", "reset_factor",
    "reset_phone", "revoke_token", "show_code", "show_factor", "sweep", "touch_session", "use_slip", "use_token", "waiting_enrolment",
    "withdraw_consent",
]  # fmt: skip
