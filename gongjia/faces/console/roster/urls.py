"""Pages of roster imports, under /console/roster/."""

from gongjia.faces.console.roster import pages, wizard
from gongjia.faces.shared.policy import page
from gongjia.faces.shared.shell import NavItem
from gongjia.who.members import powers

NAV_ITEMS = (
    NavItem(
        "roster",
        "名册导入",
        url="console:roster",
        section="members",
        powers=(powers.IMPORT,),
        under=("console:roster_",),
        order=30,
    ),
)

patterns = [
    page("roster/", pages.Batches, name="roster"),
    page("roster/template", wizard.Template, name="roster_template"),
    page("roster/new", wizard.Upload, name="roster_new"),
    page("roster/<uuid:pk>/", pages.OneBatch, name="roster_one"),
    page("roster/<uuid:pk>/columns", wizard.Columns, name="roster_columns"),
    page("roster/<uuid:pk>/verdicts", pages.Verdicts, name="roster_verdicts"),
    page("roster/<uuid:pk>/run", pages.Run, name="roster_run"),
    page("roster/<uuid:pk>/undo", pages.Undo, name="roster_undo"),
    page("roster/<uuid:pk>/cancel", pages.Cancel, name="roster_cancel"),
    page("roster/<uuid:pk>/refused", pages.RefusedRows, name="roster_refused"),
    page("roster/<uuid:pk>/missing", pages.Missing, name="roster_missing"),
]
