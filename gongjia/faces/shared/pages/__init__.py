"""The page classes every face builds on: subclass, name a policy, answer with queries, act with actions."""

from gongjia.faces.shared.pages.base import Crumb, Page, RecordPage
from gongjia.faces.shared.pages.details import DetailPage, Fact, Facts
from gongjia.faces.shared.pages.filters import Choice, Days, Filters, Pick, Search, Tick
from gongjia.faces.shared.pages.forms import FormPage, faults_of
from gongjia.faces.shared.pages.lists import Bulk, ListPage
from gongjia.faces.shared.pages.moves import MovePage
from gongjia.faces.shared.pages.progress import ProgressPage

__all__ = [
    "Bulk",
    "Choice",
    "Crumb",
    "Days",
    "DetailPage",
    "Fact",
    "Facts",
    "Filters",
    "FormPage",
    "ListPage",
    "MovePage",
    "Page",
    "Pick",
    "ProgressPage",
    "RecordPage",
    "Search",
    "Tick",
    "faults_of",
]
