"""Every write of persons, memberships, posts and what workers ask for."""

from gongjia.who.members.actions.card import CardAnswer, card_code, check_card
from gongjia.who.members.actions.desk import (
    ANSWER,
    Asked,
    ask_correction,
    ask_from_outside,
    ask_help,
    call_number,
    close_help,
    finish_help,
    help_number,
    pass_help,
    refuse_correction,
    settle_correction,
    take,
    withdraw_correction,
)
from gongjia.who.members.actions.memberships import (
    JoinFacts,
    admit,
    admit_known,
    expel,
    leave,
    leave_for_outside,
    note_expulsion,
    restore,
    resume,
    retain,
    set_trade,
    set_trades,
)
from gongjia.who.members.actions.merging import merge_persons
from gongjia.who.members.actions.persons import (
    CORRECTABLE,
    PersonFacts,
    add_person,
    confirm_phone,
    correct,
    open_account,
    open_accounts,
    record_death,
    set_identity,
)
from gongjia.who.members.actions.positions import (
    HandedOver,
    confirm,
    cover,
    end,
    end_cover,
    end_overdue,
    grant,
    hand_over,
)
from gongjia.who.members.actions.transfers import (
    accept,
    accept_many,
    ask_by_member,
    ask_in,
    decline,
    offer,
    withdraw,
)
from gongjia.who.members.actions.transfers import confirm as confirm_transfer
from gongjia.who.members.actions.unions import (
    KEEP_ABOVE,
    MOVE,
    Closed,
    dissolve_union,
    members_left,
    merge_unions,
    move_union,
)
from gongjia.who.members.actions.upward import SentMembers, send_members, take_member_numbers

__all__ = [
    "ANSWER", "Asked", "CORRECTABLE", "CardAnswer", "Closed", "HandedOver", "JoinFacts", "KEEP_ABOVE", "MOVE",
    "PersonFacts", "SentMembers", "accept", "accept_many", "add_person", "admit", "admit_known", "ask_by_member",
    "ask_correction", "ask_from_outside", "ask_help", "ask_in", "call_number", "card_code", "check_card",
    "close_help", "confirm", "confirm_phone", "confirm_transfer", "correct", "cover", "decline", "dissolve_union",
    "end", "end_cover", "end_overdue", "expel", "finish_help", "grant", "hand_over", "help_number", "leave",
    "leave_for_outside", "members_left", "merge_persons", "merge_unions", "move_union", "note_expulsion", "offer",
    "open_account", "open_accounts", "pass_help", "record_death", "refuse_correction", "restore", "resume", "retain",
    "send_members", "set_identity", "set_trade", "set_trades", "settle_correction", "take", "take_member_numbers",
    "withdraw", "withdraw_correction",
]  # fmt: skip
