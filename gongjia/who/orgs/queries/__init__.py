"""Every read of unions that is scoped, joined or counted."""

from gongjia.who.orgs.queries.scope import below, get, guides, in_force, range_of, visible, within
from gongjia.who.orgs.queries.tree import (
    TreeRow,
    by_code,
    by_codes,
    chain_of,
    children_of,
    existing_on,
    guided_by,
    names_on,
    root,
    subtree,
    tree_on,
)
from gongjia.who.orgs.queries.values import committee_schemes, committee_table, rule_value_rows, rule_values

__all__ = [
    "TreeRow",
    "below",
    "by_code",
    "by_codes",
    "chain_of",
    "children_of",
    "committee_schemes",
    "committee_table",
    "existing_on",
    "get",
    "guided_by",
    "guides",
    "in_force",
    "names_on",
    "range_of",
    "root",
    "rule_value_rows",
    "rule_values",
    "subtree",
    "tree_on",
    "visible",
    "within",
]
