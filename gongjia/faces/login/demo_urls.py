"""Pages that exist in the demo only: elsewhere they answer like a page that is not there."""

from __future__ import annotations

from gongjia.faces.login.views import demo
from gongjia.faces.shared.policy import Policy, page

app_name = "demo"
urlpatterns = [
    page("outbox/", demo.outbox, name="outbox", policy=Policy(who="anyone")),
    page("access/", demo.access, name="access", policy=Policy(who="anyone")),
]
