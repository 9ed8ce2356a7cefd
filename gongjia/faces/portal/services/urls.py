"""Addresses of services, under /m/. Every name begins with `service`: the tab 服务 stays lit."""

from gongjia.faces.portal.services import fill, household, mine, own, pages, record
from gongjia.faces.shared.policy import page

patterns = [
    page("services/", pages.Services, name="services"),
    page("services/<slug:key>/", pages.Service, name="service"),
    page("rounds/<uuid:pk>/", pages.Round, name="service_round"),
    page("rounds/<uuid:pk>/apply", pages.Start, name="service_start"),
    page("join/", pages.Join, name="service_join"),
    page("join/<slug:code>", pages.Join, name="service_join_union"),
    page("applications/", mine.Mine, name="service_mine"),
    page("applications/<uuid:pk>/", mine.Application, name="service_application"),
    page("applications/<uuid:pk>/resume", fill.Resume, name="service_resume"),
    page("applications/<uuid:pk>/fill/<int:step>", fill.Fill, name="service_fill"),
    page("applications/<uuid:pk>/fill/<int:step>/keep", fill.Keep, name="service_keep"),
    page("applications/<uuid:pk>/summary", fill.Summary, name="service_summary"),
    page("applications/<uuid:pk>/files/<uuid:file>", own.File, name="service_file"),
    page("applications/<uuid:pk>/withdraw", mine.Withdraw, name="service_withdraw"),
    page("applications/<uuid:pk>/discard", mine.Discard, name="service_discard"),
    page("applications/<uuid:pk>/received", mine.Received, name="service_received"),
    page("applications/<uuid:pk>/appeal", mine.Appeal, name="service_appeal"),
    page("done/", record.Done, name="service_done"),
    page("awards/<uuid:pk>/", record.AwardPage, name="service_award"),
    page("condolences/<uuid:pk>/", record.CondolencePage, name="service_condolence"),
    page("household", household.Household, name="service_household"),
    page("account", record.Account, name="service_account"),
]
