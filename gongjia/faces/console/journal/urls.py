"""Pages of the journal, under /console/journal/."""

from gongjia.base.journal import powers
from gongjia.faces.console.journal import pages
from gongjia.faces.shared.policy import page
from gongjia.faces.shared.shell import NavItem

NAV_ITEMS = (
    NavItem(
        "journal",
        "操作日志",
        url="console:journal",
        section="system",
        powers=(powers.READ,),
        order=20,
        under=("console:journal_entry",),
    ),
    NavItem(
        "journal_verify", "核验日志", url="console:journal_verify", section="system", powers=(powers.VERIFY,), order=25
    ),
)

patterns = [
    page("journal/", pages.Entries, name="journal"),
    page("journal/verify", pages.Verify, name="journal_verify"),
    page("journal/<uuid:pk>/", pages.OneEntry, name="journal_entry"),
]
