"""Hardship files, what proves them, the lines they are measured by; condolences."""

from gongjia.work.households.models.condolence import Condolence, CondolenceCap
from gongjia.work.households.models.file import FileMember, HouseholdFile, LowLine
from gongjia.work.households.models.proof import CheckRequest, Verification, Visit

__all__ = [
    "CheckRequest", "Condolence", "CondolenceCap", "FileMember", "HouseholdFile", "LowLine", "Verification", "Visit",
]  # fmt: skip
