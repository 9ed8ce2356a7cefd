"""Every read of persons, memberships and posts that is scoped, joined or counted."""

from gongjia.who.members.queries.counts import (
    COUNTED,
    OrgCounts,
    changes_in,
    copies_wrong,
    counts_on,
    gaps_by_org,
    persons_in_more_than_one,
    spells_on,
    trades_on,
)
from gongjia.who.members.queries.person import (
    PersonPage,
    find_person,
    find_persons,
    identity_owner,
    my_corrections,
    my_standing,
    person_of_account,
    person_page,
)
from gongjia.who.members.queries.posts import (
    PostRow,
    chair_of,
    officers_of,
    position_rows,
    role_matrix,
    unconfirmed_rows,
)
from gongjia.who.members.queries.rows import (
    MemberFilter,
    MemberPage,
    MemberRow,
    member_rows,
    member_total,
)
from gongjia.who.members.queries.scope import alive, get, visible
from gongjia.who.members.queries.todos import todo_count, todo_rows

__all__ = [
    "COUNTED",
    "MemberFilter",
    "MemberPage",
    "MemberRow",
    "OrgCounts",
    "PersonPage",
    "PostRow",
    "alive",
    "chair_of",
    "changes_in",
    "copies_wrong",
    "counts_on",
    "find_person",
    "find_persons",
    "gaps_by_org",
    "get",
    "identity_owner",
    "member_rows",
    "member_total",
    "my_corrections",
    "my_standing",
    "officers_of",
    "person_of_account",
    "person_page",
    "persons_in_more_than_one",
    "position_rows",
    "role_matrix",
    "spells_on",
    "todo_count",
    "todo_rows",
    "trades_on",
    "unconfirmed_rows",
    "visible",
]
