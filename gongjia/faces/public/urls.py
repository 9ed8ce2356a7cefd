"""Public pages, at the root."""

from gongjia.faces.public import pages
from gongjia.faces.shared.policy import page

app_name = "public"
urlpatterns = [
    page("", pages.Home, name="home"),
    page("privacy", pages.Privacy, name="privacy"),
    page("tour", pages.Tour, name="tour"),
]
