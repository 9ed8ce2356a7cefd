"""资金: budgets, what is to be paid, batches and their signatures, the bank, vouchers, the auditor's bench."""
