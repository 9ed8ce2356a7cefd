"""Pure decisions about money: facts in, an answer or reasons out."""

from gongjia.money.funds.rules.amounts import (
    CeilingUse,
    Purse,
    Tax,
    covered,
    over_ceilings,
    split,
    tax_of,
    within_award,
    within_line,
)
from gongjia.money.funds.rules.bank import LineFacts, ResultFacts, file_faults, verdict
from gongjia.money.funds.rules.norms import NormFacts, norm_faults
from gongjia.money.funds.rules.payees import AccountFacts, account_faults, card_ok, cooling
from gongjia.money.funds.rules.persons import (
    BatchFacts,
    Natural,
    ReversalFacts,
    RowFacts,
    may_approve,
    may_check,
    may_confirm_reversal,
    may_make,
    may_send,
    needs_approval,
    same_natural,
    says_why,
)
from gongjia.money.funds.rules.sampling import draw, population_digest

__all__ = [
    "AccountFacts",
    "BatchFacts",
    "CeilingUse",
    "LineFacts",
    "Natural",
    "NormFacts",
    "Purse",
    "ResultFacts",
    "ReversalFacts",
    "RowFacts",
    "Tax",
    "account_faults",
    "card_ok",
    "cooling",
    "covered",
    "draw",
    "file_faults",
    "may_approve",
    "may_check",
    "may_confirm_reversal",
    "may_make",
    "may_send",
    "needs_approval",
    "norm_faults",
    "over_ceilings",
    "population_digest",
    "same_natural",
    "says_why",
    "split",
    "tax_of",
    "verdict",
    "within_award",
    "within_line",
]
