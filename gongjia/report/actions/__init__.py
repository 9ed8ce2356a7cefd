"""Every write of the report."""

from gongjia.report.actions.exporting import export
from gongjia.report.actions.hand import enter_hand, reverse_hand
from gongjia.report.actions.reports import (
    assign_section,
    attach_evidence,
    edit_report,
    freeze_report,
    open_report,
    remove_evidence,
    reopen_section,
    sign_section,
    write_section,
)
from gongjia.report.actions.sheet import HandPlan, check_hand_sheet, hand_template, import_hand
from gongjia.report.actions.targets import save_wording, set_target

__all__ = [
    "HandPlan",
    "assign_section",
    "attach_evidence",
    "check_hand_sheet",
    "edit_report",
    "enter_hand",
    "export",
    "freeze_report",
    "hand_template",
    "import_hand",
    "open_report",
    "remove_evidence",
    "reopen_section",
    "reverse_hand",
    "save_wording",
    "set_target",
    "sign_section",
    "write_section",
]
