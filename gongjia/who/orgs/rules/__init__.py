"""Pure decisions about unions: facts in, reasons out."""

from gongjia.who.orgs.rules.calendar import add_months, add_years
from gongjia.who.orgs.rules.founding import (
    PARENTS,
    SHIPPED,
    ClosingFacts,
    FoundingFacts,
    MoveFacts,
    Values,
    codes,
    founding_warnings,
    guidance,
    may_dissolve,
    may_found,
    may_merge,
    may_move,
    one_per_employer,
    placement,
)
from gongjia.who.orgs.rules.homes import HomeFacts, home_dates_in_order
from gongjia.who.orgs.rules.terms import (
    TERM_STATUS_LABELS,
    DelayFacts,
    ElectionFacts,
    TermStatus,
    election_warnings,
    has_term,
    last_day,
    may_delay,
    may_elect,
    status,
    years_allowed,
)
