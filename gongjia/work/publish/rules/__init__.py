"""Pure decisions about what may become public."""

from gongjia.work.publish.rules.notices import (
    LAW,
    LEAST_LAW,
    NoticeFacts,
    SettleFacts,
    inside_only,
    last_day,
    may_end,
    may_post,
    may_settle,
    may_take_down,
    says_too_much,
    shown_name,
)

__all__ = [
    "LAW",
    "LEAST_LAW",
    "NoticeFacts",
    "SettleFacts",
    "inside_only",
    "last_day",
    "may_end",
    "may_post",
    "may_settle",
    "may_take_down",
    "says_too_much",
    "shown_name",
]
