"""Rows of persons, memberships and posts. Dates are half-open: [since, until)."""

from gongjia.who.members.models.desk import Correction, Help
from gongjia.who.members.models.membership import Membership, MembershipChange, Trade, Transfer
from gongjia.who.members.models.person import Person
from gongjia.who.members.models.post import Cover, Position
from gongjia.who.members.models.roster import RosterBatch, RosterChunk, RosterHeader, RosterMissing, RosterVerdict

__all__ = [
    "Correction",
    "Cover",
    "Help",
    "Membership",
    "MembershipChange",
    "Person",
    "Position",
    "RosterBatch",
    "RosterChunk",
    "RosterHeader",
    "RosterMissing",
    "RosterVerdict",
    "Trade",
    "Transfer",
]
