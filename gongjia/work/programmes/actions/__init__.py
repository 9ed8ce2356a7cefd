"""Every write of programmes."""

from gongjia.work.programmes.actions.after import (
    check_award,
    file_appeal,
    receive_many,
    revoke,
    settle_appeal,
)
from gongjia.work.programmes.actions.applying import submit, withdraw
from gongjia.work.programmes.actions.deciding import (
    Choice,
    Settled,
    decide,
    renotice,
    settle_due_notices,
    settle_notice,
)
from gongjia.work.programmes.actions.drafts import (
    discard_draft,
    own_answers,
    purge_drafts,
    save_draft,
    start_draft,
)
from gongjia.work.programmes.actions.following import close_due_rounds, follow_movers, remind_overdue
from gongjia.work.programmes.actions.history import check_history, run_history, undo_history, upload_history
from gongjia.work.programmes.actions.history_sheets import blank_sheet, refused_history
from gongjia.work.programmes.actions.listing import HandedIn, Paper, hand_in_list
from gongjia.work.programmes.actions.panel import (
    NewJudge,
    ScoreSheet,
    declare_conflict,
    import_scores,
    rank,
    score,
    set_judges,
)
from gongjia.work.programmes.actions.prizes import list_prizes
from gongjia.work.programmes.actions.quotas import give_quota, return_quota
from gongjia.work.programmes.actions.reviewing import Bulk, decline, pass_on, review_many, send_back
from gongjia.work.programmes.actions.rounds import (
    SETTABLE,
    WHILE_OPEN,
    cancel_round,
    change_round,
    close_round,
    extend_round,
    finish_round,
    make_round,
    open_round,
    reopen_round,
)
from gongjia.work.programmes.actions.routes import Route, read_sealed, set_routes
from gongjia.work.programmes.rules.desks import DeskRule

__all__ = [
    "SETTABLE",
    "WHILE_OPEN",
    "Bulk",
    "Choice",
    "DeskRule",
    "HandedIn",
    "NewJudge",
    "Paper",
    "Route",
    "ScoreSheet",
    "Settled",
    "blank_sheet",
    "cancel_round",
    "change_round",
    "check_award",
    "check_history",
    "close_due_rounds",
    "close_round",
    "decide",
    "declare_conflict",
    "decline",
    "discard_draft",
    "extend_round",
    "file_appeal",
    "finish_round",
    "follow_movers",
    "give_quota",
    "hand_in_list",
    "import_scores",
    "list_prizes",
    "make_round",
    "open_round",
    "own_answers",
    "pass_on",
    "purge_drafts",
    "rank",
    "read_sealed",
    "receive_many",
    "refused_history",
    "remind_overdue",
    "renotice",
    "reopen_round",
    "return_quota",
    "review_many",
    "revoke",
    "run_history",
    "save_draft",
    "score",
    "send_back",
    "set_judges",
    "set_routes",
    "settle_appeal",
    "settle_due_notices",
    "settle_notice",
    "start_draft",
    "submit",
    "undo_history",
    "upload_history",
    "withdraw",
]
