"""Rows of money. Amounts are bigint fen; what was done is never changed, only followed by its reversal."""

from gongjia.money.funds.models.audit import Doubt, Sample, SampleItem
from gongjia.money.funds.models.batch import Approval, Batch, Payment, PaymentShare
from gongjia.money.funds.models.budget import BudgetLine, Ceiling, Earmark, LineChange, Norm
from gongjia.money.funds.models.ledger import BankFile, BankLine, BankResult, Posting, Reversal
from gongjia.money.funds.models.payee import PayeeAccount

__all__ = [
    "Approval",
    "BankFile",
    "BankLine",
    "BankResult",
    "Batch",
    "BudgetLine",
    "Ceiling",
    "Doubt",
    "Earmark",
    "LineChange",
    "Norm",
    "PayeeAccount",
    "Payment",
    "PaymentShare",
    "Posting",
    "Reversal",
    "Sample",
    "SampleItem",
]
