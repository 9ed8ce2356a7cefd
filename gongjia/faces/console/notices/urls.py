"""Pages of notices, under /console/notices/."""

from gongjia.faces.console.notices import acts, lists, one
from gongjia.faces.shared.policy import page
from gongjia.faces.shared.shell import NavItem
from gongjia.work.publish import powers

NAV_ITEMS = (
    NavItem("public_notices", "公示", url="console:notices", section="publish", powers=(powers.READ,), order=10,
            under=("console:notices_",)),
    NavItem("objections", "异议答复", url="console:objections", section="publish", powers=(powers.ANSWER,), order=20,
            under=("console:objections_",)),
)  # fmt: skip

patterns = [
    page("notices/", lists.Notices, name="notices"),
    page("notices/<uuid:pk>/", one.NoticePage, name="notices_one"),
    page("notices/<uuid:pk>/poster", one.Poster, name="notices_poster"),
    page("notices/<uuid:pk>/photo", one.Photo, name="notices_photo"),
    page("notices/<uuid:pk>/edit", acts.Edit, name="notices_edit"),
    page("notices/<uuid:pk>/post", acts.Post, name="notices_post"),
    page("notices/<uuid:pk>/upload", acts.Upload, name="notices_upload"),
    page("notices/<uuid:pk>/down", acts.TakeDown, name="notices_down"),
    page("objections/", lists.Objections, name="objections"),
    page("objections/<uuid:pk>/", acts.Answer, name="objections_one"),
]
