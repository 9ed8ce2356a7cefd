"""The portal, under /m/."""

from gongjia.faces.portal import pages
from gongjia.faces.portal.events import urls as events
from gongjia.faces.portal.services import urls as services
from gongjia.faces.shared.policy import Policy, page

app_name = "portal"
urlpatterns = [
    page("", pages.Home, name="home"),
    *services.patterns,
    *events.patterns,
    page("card", pages.Card, name="card"),
    page("standing", pages.Standing, name="standing"),
    page("data", pages.Data, name="data"),
    page("data/<slug:field>", pages.Correct, name="correct"),
    page("corrections/<uuid:pk>/withdraw", pages.WithdrawCorrection, name="correction_withdraw"),
    page("help", pages.Help, name="help"),
    page("transfer", pages.Transfer, name="transfer"),
    page("transfer/withdraw", pages.WithdrawTransfer, name="transfer_withdraw"),
    page("inbox/", pages.Inbox, name="inbox"),
    page("me/", pages.Me, name="me"),
    page("find", pages.Find, name="find"),
    page("found", pages.Found, name="found"),
    page("manifest.webmanifest", pages.manifest, name="manifest", policy=Policy("anyone")),
]
