"""Every write of unions."""

from gongjia.who.orgs.actions.chase import Chased, chase, set_rule_value, set_size_table
from gongjia.who.orgs.actions.homes import edit_home, list_home, move_home
from gongjia.who.orgs.actions.place import Placed, close, guide_by, merge_into, place_under
from gongjia.who.orgs.actions.register import (
    EDITABLE,
    Covered,
    Done,
    abandon,
    approve,
    confirm_roster,
    edit,
    found,
    plan,
    register_legal_person,
    rename,
)
from gongjia.who.orgs.actions.terms import Elected, approve_delay, correct_term, elect
from gongjia.who.orgs.actions.units import (
    add_covered,
    built,
    edit_unit,
    end_covered,
    gone,
    list_unit,
    promise,
    visit_unit,
)

__all__ = [
    "EDITABLE",
    "Chased",
    "Covered",
    "Done",
    "Elected",
    "Placed",
    "abandon",
    "add_covered",
    "approve",
    "approve_delay",
    "built",
    "chase",
    "close",
    "confirm_roster",
    "correct_term",
    "edit",
    "edit_home",
    "edit_unit",
    "elect",
    "end_covered",
    "found",
    "gone",
    "guide_by",
    "list_home",
    "list_unit",
    "merge_into",
    "move_home",
    "place_under",
    "plan",
    "promise",
    "register_legal_person",
    "rename",
    "set_rule_value",
    "set_size_table",
    "visit_unit",
]
