"""Public pages, at the root."""

from gongjia.faces.public import notices, pages
from gongjia.faces.shared.policy import page

app_name = "public"
urlpatterns = [
    page("", pages.Home, name="home"),
    page("privacy", pages.Privacy, name="privacy"),
    page("tour", pages.Tour, name="tour"),
    page("notices/", notices.Notices, name="notices"),
    page("notices/answers", notices.Answers, name="notice_answers"),
    page("notices/<uuid:pk>/", notices.Notice, name="notice"),
    page("verify/", notices.Verify, name="verify"),
    page("verify/<slug:serial>/", notices.Verify, name="certificate"),
]
