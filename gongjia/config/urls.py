"""Every face hangs its pages here."""

from __future__ import annotations

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from gongjia.faces.shared.policy import Policy, page

# prefix -> the face's own table of pages; the first that matches wins
FACES = (
    ("ui/", "gongjia.faces.shared.urls"),
    ("login/", "gongjia.faces.login.urls"),
    ("demo/", "gongjia.faces.login.demo_urls"),
    ("console/", "gongjia.faces.console.urls"),
    ("m/", "gongjia.faces.portal.urls"),
    ("api/", "gongjia.faces.api.urls"),
    ("", "gongjia.faces.public.urls"),
)


def healthz(request: HttpRequest) -> HttpResponse:
    """For a balancer and the supervisor: whether this process reaches the database. Says nothing else."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("select 1")
    except DatabaseError:
        return HttpResponse("no database\n", status=503, content_type="text/plain")
    return HttpResponse("ok\n", content_type="text/plain")


urlpatterns = [
    page("healthz", healthz, name="healthz", policy=Policy("anyone")),
    *[path(prefix, include(module)) for prefix, module in FACES],
]

handler400 = "gongjia.faces.shared.errors.wrong_request"
handler403 = "gongjia.faces.shared.errors.forbidden"
handler404 = "gongjia.faces.shared.errors.not_found"
handler500 = "gongjia.faces.shared.broken.server_error"
