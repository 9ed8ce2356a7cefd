"""The floors of bench-rush, each with one conditional UPDATE … RETURNING and one INSERT per request, and no log-in.

(a) `bare`: a WSGI application and psycopg; (b) `view`: a Django view with the same statements; (c) `locked`: a Django
view that takes the row by select_for_update first. GET /?p=<person id> answers {"verdict": …}.
"""

from __future__ import annotations

import os
import threading
from typing import Any

import psycopg
from django.conf import settings

TABLES = """
drop table if exists public.floor_claim, public.floor_cell;
create table public.floor_cell (id int primary key, total int not null, used int not null, check (used <= total));
create table public.floor_claim (id bigint generated always as identity primary key, cell_id int not null
  references public.floor_cell, person_id uuid not null, place_no int not null, at timestamptz not null default now(),
  unique (cell_id, person_id));
grant select, insert, update on public.floor_cell, public.floor_claim to gongjia_app;
"""
TAKE = "update public.floor_cell set used = used + 1 where id = 1 and used < total returning used"
PUT = "insert into public.floor_claim (cell_id, person_id, place_no) values (1, %s, %s)"
PLACED, SOLD_OUT = b'{"verdict":"placed"}', b'{"verdict":"sold_out"}'
_local = threading.local()


def bare(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """The floor (a)."""
    person = environ["QUERY_STRING"][2:]
    connection = getattr(_local, "connection", None)
    if connection is None:
        connection = _local.connection = psycopg.connect(os.environ["BENCH_CONNINFO"], autocommit=True)
        connection.prepare_threshold = 1
    body = SOLD_OUT
    with connection.transaction():
        row = connection.execute(TAKE).fetchone()
        if row is not None:
            connection.execute(PUT, (person, row[0]))
            body = PLACED
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]


def _django() -> Any:
    from psycopg.conninfo import conninfo_to_dict

    place = conninfo_to_dict(os.environ["BENCH_CONNINFO"])
    settings.configure(
        ALLOWED_HOSTS=["127.0.0.1"], ROOT_URLCONF=__name__, SECRET_KEY="of a bench", MIDDLEWARE=[], INSTALLED_APPS=[],
        DATABASES={"default": {
            "ENGINE": "django.db.backends.postgresql", "NAME": place["dbname"], "HOST": place["host"],
            "PORT": place["port"], "USER": place["user"], "CONN_MAX_AGE": None,
        }},
    )  # fmt: skip
    from django.core.wsgi import get_wsgi_application

    return get_wsgi_application()


def view(request: Any) -> Any:
    """The floor (b)."""
    from django.db import connection, transaction
    from django.http import HttpResponse

    person = request.GET["p"]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(TAKE)
        row = cursor.fetchone()
        if row is not None:
            cursor.execute(PUT, [person, row[0]])
    return HttpResponse(PLACED if row is not None else SOLD_OUT, content_type="application/json")


def locked(request: Any) -> Any:
    """The floor (c)."""
    from django.db import connection, transaction
    from django.http import HttpResponse

    person = request.GET["p"]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select used, total from public.floor_cell where id = 1 for update")
        used, total = cursor.fetchone()
        if used < total:
            cursor.execute("update public.floor_cell set used = %s where id = 1", [used + 1])
            cursor.execute(PUT, [person, used + 1])
    return HttpResponse(PLACED if used < total else SOLD_OUT, content_type="application/json")


def __getattr__(name: str) -> Any:
    if name == "urlpatterns":
        from django.urls import path

        return [path("", view), path("locked", locked)]
    if name == "django":
        return _django()
    raise AttributeError(name)
