"""Public pages, at the root."""

from gongjia.faces.public import events, notices, pages
from gongjia.faces.shared.policy import page

app_name = "public"
urlpatterns = [
    page("", pages.Home, name="home"),
    page("privacy", pages.Privacy, name="privacy"),
    page("tour", pages.Tour, name="tour"),
    page("notices/", notices.Notices, name="notices"),
    page("notices/answers", notices.Answers, name="notice_answers"),
    page("notices/<uuid:pk>/", notices.Notice, name="notice"),
    page("events/", events.Events, name="events"),
    page("events/<uuid:pk>/", events.EventPage, name="event"),
    page("draws/", events.Draws, name="draws"),
    page("draws/verify_draw.py", events.Script, name="draw_script"),
    page("draws/<uuid:pk>/", events.Draw, name="draw"),
    page("draws/<uuid:pk>/file", events.DrawFile, name="draw_file"),
    page("verify/", notices.Verify, name="verify"),
    page("verify/<slug:serial>/", notices.Verify, name="certificate"),
]
