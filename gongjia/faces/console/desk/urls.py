"""Pages that every officer has, under /console/."""

from gongjia.faces.console.desk import me, pages
from gongjia.faces.shared.policy import page
from gongjia.faces.shared.shell import NavItem

NAV_ITEMS = (
    NavItem(
        "home",
        "工作台",
        url="console:home",
        section="desk",
        under=("console:search", "console:inbox", "console:progress", "console:guide"),
    ),
)

patterns = [
    page("", pages.Home, name="home"),
    page("search", pages.Search, name="search"),
    page("inbox", pages.Inbox, name="inbox"),
    page("me", me.Me, name="me"),
    page("guide", me.Guide, name="guide"),
    page("progress/<uuid:pk>", pages.Job, name="progress"),
]
