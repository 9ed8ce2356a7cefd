"""Pages of members, under /console/members/."""

from gongjia.faces.console.members import desk, lists, pages
from gongjia.faces.shared.policy import page
from gongjia.faces.shared.shell import NavItem
from gongjia.who.members import powers

NAV_ITEMS = (
    NavItem("members", "会员", url="console:members", section="members", powers=(powers.READ,), order=10,
            under=("console:members_person", "console:members_admit", "console:members_edit", "console:members_identity",
                   "console:members_reveal", "console:members_offer", "console:members_retain", "console:members_resume",
                   "console:members_leave")),
    NavItem("transfers", "会员转接", url="console:members_transfers", section="members", powers=(powers.READ,), order=15,
            under=("console:members_transfer",)),
    NavItem("member_desk", "更正与求助", url="console:members_desk", section="members", powers=(powers.SETTLE,), order=20,
            under=("console:members_correction", "console:members_help")),
)  # fmt: skip

patterns = [
    page("members/", lists.Members, name="members"),
    page("members/admit", pages.Admit, name="members_admit"),
    page("members/transfers/", lists.Transfers, name="members_transfers"),
    page("members/transfers/<uuid:pk>/", desk.TransferPage, name="members_transfer"),
    page("members/transfers/<uuid:pk>/accept", desk.AcceptTransfer, name="members_transfer_accept"),
    page("members/transfers/<uuid:pk>/decline", desk.DeclineTransfer, name="members_transfer_decline"),
    page("members/desk/", lists.Desk, name="members_desk"),
    page("members/corrections/<uuid:pk>/", desk.CorrectionPage, name="members_correction"),
    page("members/helps/<uuid:pk>/", desk.HelpPage, name="members_help"),
    page("members/<uuid:pk>/", pages.PersonPage, name="members_person"),
    page("members/<uuid:pk>/edit", pages.Edit, name="members_edit"),
    page("members/<uuid:pk>/identity", pages.Identity, name="members_identity"),
    page("members/<uuid:pk>/reveal", pages.Reveal, name="members_reveal"),
    page("members/<uuid:pk>/offer", pages.Offer, name="members_offer"),
    page("members/<uuid:pk>/retain", pages.Retain, name="members_retain"),
    page("members/<uuid:pk>/resume", pages.Resume, name="members_resume"),
    page("members/<uuid:pk>/leave", pages.Leave, name="members_leave"),
]
