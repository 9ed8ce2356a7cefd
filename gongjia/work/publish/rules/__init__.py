"""Pure decisions about what may become public."""

from gongjia.work.publish.rules.leaks import Leak, leaks, plain_of
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
    "Leak",
    "NoticeFacts",
    "SettleFacts",
    "inside_only",
    "last_day",
    "leaks",
    "may_end",
    "may_post",
    "may_settle",
    "may_take_down",
    "plain_of",
    "says_too_much",
    "shown_name",
]
