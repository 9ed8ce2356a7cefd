"""Every write of money. Keyword-only; `actor` and `at` are passed in; a refusal is journalled."""

from gongjia.money.funds.actions.audit import answer_doubt, ask_again, close_doubt, draw, raise_doubt
from gongjia.money.funds.actions.bank import (
    apply_result,
    ask_bank,
    drop_result,
    see_result,
    send,
    set_voucher,
    take_file,
)
from gongjia.money.funds.actions.batches import Planned, open_batch, plan, retry, take_out
from gongjia.money.funds.actions.budget import change_line, close_line, open_line, set_ceiling, set_earmark, set_norm
from gongjia.money.funds.actions.dossier import dossier
from gongjia.money.funds.actions.facts import digest_of, gather, rows_of
from gongjia.money.funds.actions.payees import enter_account
from gongjia.money.funds.actions.reversals import ask_reversal, confirm_reversal, drop_reversal
from gongjia.money.funds.actions.signing import approve, back_to_editing, check, make, next_steps, void, why_not

__all__ = [
    "Planned",
    "answer_doubt",
    "apply_result",
    "approve",
    "ask_again",
    "ask_bank",
    "ask_reversal",
    "back_to_editing",
    "change_line",
    "check",
    "close_doubt",
    "close_line",
    "confirm_reversal",
    "digest_of",
    "dossier",
    "draw",
    "drop_result",
    "drop_reversal",
    "enter_account",
    "gather",
    "make",
    "next_steps",
    "open_batch",
    "open_line",
    "plan",
    "raise_doubt",
    "retry",
    "rows_of",
    "see_result",
    "send",
    "set_ceiling",
    "set_earmark",
    "set_norm",
    "set_voucher",
    "take_file",
    "take_out",
    "void",
    "why_not",
]
