"""Budget lines, earmarks, batches approved by two persons, payments, reversals, and the auditor's bench."""
