"""Pages of posts, under /console/positions/."""

from gongjia.faces.console.positions import acts, lists
from gongjia.faces.shared.policy import page
from gongjia.faces.shared.shell import NavItem
from gongjia.who.members import powers

NAV_ITEMS = (
    NavItem(
        "positions",
        "任职与权限",
        url="console:positions",
        section="system",
        powers=(powers.POSITIONS_READ,),
        order=10,
        under=("console:positions_",),
    ),
)

patterns = [
    page("positions/", lists.Positions, name="positions"),
    page("positions/matrix", lists.Matrix, name="positions_matrix"),
    page("positions/grant", acts.Grant, name="positions_grant"),
    page("positions/confirm", acts.Confirm, name="positions_confirm_many"),
    page("positions/covers/<uuid:pk>/end", acts.EndCover, name="positions_cover_end"),
    page("positions/<uuid:pk>/", acts.OnePost, name="positions_one"),
    page("positions/<uuid:pk>/end", acts.End, name="positions_end"),
    page("positions/<uuid:pk>/handover", acts.HandOver, name="positions_hand_over"),
    page("positions/<uuid:pk>/cover", acts.Cover, name="positions_cover"),
    page("positions/<uuid:pk>/confirm", acts.Confirm, name="positions_confirm"),
]
