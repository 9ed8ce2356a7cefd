"""Pages of log-in, each with its policy. The way in is open to anyone; its steps look at the session."""

from __future__ import annotations

from gongjia.faces.login.views import again, care, consent, devices, factor, phone, print_slips, slip, start
from gongjia.faces.shared.policy import Policy, page

app_name = "login"
ANYONE = Policy(who="anyone")
ACCOUNT = Policy(who="account")

urlpatterns = [
    page("", start.start, name="start", policy=ANYONE),
    page("code/", start.code, name="code", policy=ANYONE),
    page("who/", start.who, name="who", policy=ANYONE),
    page("slip/", slip.slip, name="slip", policy=ANYONE),
    page("factor/", factor.factor, name="factor", policy=ANYONE),
    page("bind/", factor.bind, name="bind", policy=ANYONE),
    page("go/", factor.go, name="go", policy=ANYONE),
    page("consent/", consent.consent, name="consent", policy=ANYONE),
    page("out/", devices.out, name="out", policy=ANYONE),
    page("again/", again.again, name="again", policy=ACCOUNT),
    page("phone/", phone.phone, name="phone", policy=ACCOUNT),
    page("slips/", print_slips.slips, name="slips", policy=Policy(who="officer", power="accounts.slip")),
    page(
        "slips/<uuid:person>/",
        print_slips.one_slip,
        name="print_slip",
        policy=Policy(who="officer", power="accounts.slip", at="org"),
    ),
    page(
        "care/<uuid:account>/",
        care.care,
        name="care",
        policy=Policy(who="officer", power=("accounts.reset", "accounts.close"), at="org"),
    ),
    page("devices/", devices.devices, name="devices", policy=ACCOUNT),
    page("devices/<uuid:device>/end/", devices.end, name="end_device", policy=ACCOUNT),
    page("recovery/", devices.recovery, name="recovery", policy=ACCOUNT),
    page("withdraw/", consent.withdraw, name="withdraw", policy=ACCOUNT),
]
