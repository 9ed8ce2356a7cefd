"""Rows of programmes."""

from gongjia.work.programmes.models.application import Appeal, Application, Review
from gongjia.work.programmes.models.award import Award, AwardCheck, Decision
from gongjia.work.programmes.models.history import HistoryBatch
from gongjia.work.programmes.models.panel import Conflict, Judge, JudgeScore
from gongjia.work.programmes.models.round import FormVersion, JoinRoute, NumberSeries, Quota, Round, RoundDesk

__all__ = [
    "Appeal",
    "Application",
    "Award",
    "AwardCheck",
    "Conflict",
    "Decision",
    "FormVersion",
    "HistoryBatch",
    "JoinRoute",
    "Judge",
    "JudgeScore",
    "NumberSeries",
    "Quota",
    "Review",
    "Round",
    "RoundDesk",
]
