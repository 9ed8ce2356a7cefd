"""Every write of hardship files and condolences."""

from gongjia.work.households.actions.file import (
    HouseholdMember,
    approve,
    decline,
    fill,
    note_notice,
    return_back,
    review,
    start_file,
    submit,
    visit,
    withdraw,
)
from gongjia.work.households.actions.history import (
    Earlier,
    EarlierRow,
    blank,
    check_earlier,
    import_earlier,
    refused_sheet,
)
from gongjia.work.households.actions.keeping import answer_check, drop_check, end_file, open_facts, send_check, verify
from gongjia.work.households.actions.tables import condole, set_cap, set_low_line, void_condolence
from gongjia.work.households.actions.together import (
    Family,
    Seen,
    answer_checks,
    approve_many,
    note_notices,
    review_many,
    send_checks,
    take_in,
    visit_many,
)
from gongjia.work.households.actions.upward import send_files, set_upper_no, take_numbers
from gongjia.work.households.rules import HouseholdFacts, MemberFacts

__all__ = [
    "Earlier", "EarlierRow", "Family", "HouseholdFacts", "HouseholdMember", "MemberFacts", "Seen", "answer_check",
    "answer_checks", "approve", "approve_many", "blank",
    "check_earlier", "condole", "decline", "drop_check", "end_file", "fill", "import_earlier", "note_notice", "note_notices",
    "open_facts", "refused_sheet", "return_back", "review", "review_many", "send_check", "send_checks", "send_files", "set_cap", "set_low_line",
    "set_upper_no", "start_file", "submit", "take_in", "take_numbers", "verify", "visit", "visit_many", "void_condolence", "withdraw",
]  # fmt: skip
