"""Addresses of events, under /m/events/. Every name begins with `service`: the tab 服务 stays lit."""

from gongjia.faces.portal.events import family, lists, matching, one, sign_up
from gongjia.faces.shared.policy import page

patterns = [
    page("events/", lists.Events, name="service_events"),
    page("events/mine/", lists.Mine, name="service_signups"),
    page("events/hours/", lists.Hours, name="service_hours"),
    page("events/faults/", lists.Faults, name="service_faults"),
    page("events/faults/<uuid:pk>/appeal", lists.Appeal, name="service_fault_appeal"),
    page("events/<uuid:pk>/", one.EventPage, name="service_event"),
    page("events/<uuid:pk>/join", one.Join, name="service_event_join"),
    page("events/<uuid:pk>/single", one.Single, name="service_event_single"),
    page("events/<uuid:pk>/children", one.Children, name="service_event_children"),
    page("events/<uuid:pk>/files/<uuid:file>", one.Paper, name="service_event_file"),
    page("events/signups/<uuid:pk>/", sign_up.SignUpPage, name="service_signup"),
    page("events/signups/<uuid:pk>/ticket", sign_up.Ticket, name="service_signup_ticket"),
    page("events/signups/<uuid:pk>/why", sign_up.Why, name="service_signup_why"),
    page("events/signups/<uuid:pk>/event.ics", sign_up.CalendarFile, name="service_signup_calendar"),
    page("events/signups/<uuid:pk>/cancel", sign_up.Cancel, name="service_signup_cancel"),
    page("events/signups/<uuid:pk>/confirm", sign_up.Confirm, name="service_signup_confirm"),
    page("events/signups/<uuid:pk>/decline", sign_up.Decline, name="service_signup_decline"),
    page("events/signups/<uuid:pk>/feedback", sign_up.Feedback, name="service_signup_feedback"),
    page("events/signups/<uuid:pk>/children", family.AddChildren, name="service_signup_children"),
    page("events/signups/<uuid:pk>/single", matching.Declare, name="service_signup_single"),
    page("events/signups/<uuid:pk>/match", matching.Match, name="service_signup_match"),
    page("events/signups/<uuid:pk>/contact", matching.Contact, name="service_signup_contact"),
    page("events/signups/<uuid:pk>/block", matching.Block, name="service_signup_block"),
    page("events/signups/<uuid:pk>/leave", matching.Leave, name="service_signup_leave"),
    page("events/children/<uuid:pk>/", family.Child, name="service_child"),
    page("events/children/<uuid:pk>/withdraw", family.WithdrawConsent, name="service_child_withdraw"),
    page("events/pickups/<uuid:pk>/remove", family.RemoveFetcher, name="service_child_pickup_remove"),
]
