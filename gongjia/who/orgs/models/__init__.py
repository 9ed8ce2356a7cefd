"""Rows of unions."""

from gongjia.who.orgs.models.around import (
    Chase,
    CommitteeSize,
    MembersHome,
    OpenUnit,
    OpenUnitVisit,
    RuleValue,
    UpwardMark,
)
from gongjia.who.orgs.models.org import CoveredUnit, Org, OrgClosure, OrgName, Term

__all__ = [
    "Chase",
    "CommitteeSize",
    "CoveredUnit",
    "MembersHome",
    "OpenUnit",
    "OpenUnitVisit",
    "Org",
    "OrgClosure",
    "OrgName",
    "RuleValue",
    "Term",
    "UpwardMark",
]
