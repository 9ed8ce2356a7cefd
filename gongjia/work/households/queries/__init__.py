"""Every read of hardship files and condolences that is scoped, joined or counted."""

from gongjia.work.households.queries.condolences import (
    cap_rules,
    caps,
    condolence_of,
    condolences,
    given_before,
    totals,
)
from gongjia.work.households.queries.files import (
    Opened,
    OpenedMember,
    OwnFile,
    active_on,
    check_of,
    checks,
    checks_open,
    computation_of,
    computed,
    computed_of,
    due,
    elsewhere,
    facts_in,
    file_of,
    get,
    help_until,
    household_person_ids,
    low_line,
    low_lines,
    members,
    mine,
    own_files,
    photo_of,
    reckoned,
    rows,
    verifications,
    visible,
    visits,
    with_open_checks,
)
from gongjia.work.households.queries.upward import (
    UpwardFile,
    facts_for,
    files_template,
    upward_files,
    upward_list,
    upward_rows,
)

__all__ = [
    "Opened", "OpenedMember", "OwnFile", "UpwardFile", "active_on", "cap_rules", "caps", "check_of", "checks", "checks_open",
    "computation_of", "computed", "computed_of", "condolence_of", "condolences", "due", "elsewhere", "facts_for", "facts_in",
    "file_of", "files_template", "get", "given_before", "help_until", "household_person_ids", "low_line", "low_lines",
    "members", "mine", "own_files", "photo_of", "reckoned", "rows", "totals", "upward_files", "upward_list", "upward_rows", "verifications",
    "visible", "visits", "with_open_checks",
]  # fmt: skip
