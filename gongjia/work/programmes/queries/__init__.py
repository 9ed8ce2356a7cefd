"""Every read of programmes that is scoped, joined or counted."""

from gongjia.work.programmes.queries import counted
from gongjia.work.programmes.queries.desks import (
    DeskCount,
    DeskRights,
    DeskRow,
    desk_counts,
    desk_rows,
    waiting,
)
from gongjia.work.programmes.queries.facts import Who, conditions_of, gather
from gongjia.work.programmes.queries.money import certificate, payable, payable_on, why_not_payable
from gongjia.work.programmes.queries.pages import (
    AnswerLine,
    ApplicationPage,
    Step,
    answer_lines,
    application_page,
    my_application,
    my_applications,
    my_awards,
    notice_state,
)
from gongjia.work.programmes.queries.panel import (
    MarkRow,
    judge_of,
    judges_of,
    mark_rows,
    my_panels,
    ranking_rows,
    score_columns,
    score_lines,
    tie_at_edge,
)
from gongjia.work.programmes.queries.quotas import QuotaBoard, QuotaLine, places_taken, quota_board
from gongjia.work.programmes.queries.rounds import (
    Eligibility,
    OpenRound,
    eligibility,
    join_routes,
    open_rounds,
    progress_of,
    round_of,
    rounds_of,
    standing_round,
)
from gongjia.work.programmes.queries.scope import get, hidden_counts, mine, own, visible
from gongjia.work.programmes.queries.templates import template_of, templates

__all__ = [
    "AnswerLine", "ApplicationPage", "DeskCount", "DeskRights", "DeskRow", "Eligibility", "MarkRow",
    "OpenRound", "QuotaBoard", "QuotaLine", "Step", "Who", "answer_lines", "application_page",
    "certificate", "conditions_of", "counted", "desk_counts", "desk_rows", "eligibility", "gather", "get",
    "hidden_counts", "join_routes", "judge_of", "judges_of", "mark_rows", "mine", "my_application",
    "my_applications", "my_awards", "my_panels", "notice_state", "open_rounds",
    "own", "payable", "payable_on", "places_taken", "progress_of", "quota_board", "ranking_rows", "round_of",
    "rounds_of", "score_columns", "score_lines", "standing_round", "template_of", "templates",
    "tie_at_edge", "visible", "waiting", "why_not_payable",
]  # fmt: skip
