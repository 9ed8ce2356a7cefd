"""The door page. It is opened from a session of an event, or from the list of today's doors."""

from gongjia.faces.console.door import pages
from gongjia.faces.shared.policy import Policy, page
from gongjia.faces.shared.shell import NavItem
from gongjia.work.events import powers

NAV_ITEMS = (
    NavItem("door", "现场签到", url="console:doors", section="events", powers=(powers.DOOR,), order=80,
            under=("console:door",)),
)  # fmt: skip

patterns = [
    page("door/", pages.Doors, name="doors"),
    page("door/worker.js", pages.worker, name="door_worker", policy=Policy("anyone")),
    page("door/<uuid:pk>/", pages.Door, name="door"),
    page("door/<uuid:pk>/pack", pages.Pack, name="door_pack"),
    page("door/<uuid:pk>/sync", pages.Sync, name="door_sync"),
    page("door/<uuid:pk>/scan", pages.Scan, name="door_scan"),
]
