"""Rows of events."""

from gongjia.work.events.models.around import Fault, Feedback, Paper, Slip, Team, TeamMember, WorkFact
from gongjia.work.events.models.door import Attendance, Certificate, DoorPack, Scan
from gongjia.work.events.models.draw import Draw, DrawFile
from gongjia.work.events.models.event import Cell, Event, Session
from gongjia.work.events.models.matching import MatchBlock, MatchCard
from gongjia.work.events.models.result import ContestRound, Result, Score
from gongjia.work.events.models.sign_up import Child, ChildDay, Guest, PickUp, SignUp

__all__ = [
    "Attendance",
    "Cell",
    "Certificate",
    "Child",
    "ChildDay",
    "ContestRound",
    "DoorPack",
    "Draw",
    "DrawFile",
    "Event",
    "Fault",
    "Feedback",
    "Guest",
    "MatchBlock",
    "MatchCard",
    "Paper",
    "PickUp",
    "Result",
    "Scan",
    "Score",
    "Session",
    "SignUp",
    "Slip",
    "Team",
    "TeamMember",
    "WorkFact",
]
