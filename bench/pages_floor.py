"""The floor of bench-pages: a bare WSGI application, the best statement, the same rows printed plainly."""

from __future__ import annotations

import json
import os
from urllib.parse import parse_qs

import psycopg

_connection = None
LIST = (
    "select m.id, p.name, p.sex, o.name, m.joined_on from members_membership m join members_person p on p.id = m.person_id"
    " join orgs_org o on o.id = m.org_id where m.until is null and m.standing = 'active' and m.is_latest"
    " and m.org_path >= %(path)s and m.org_path < %(path)s || '~' {more} order by m.org_path, m.id limit 51"
)
STATEMENTS = {
    "list": LIST.format(more="and (m.org_path, m.id) > (%(after)s, %(id)s)"),
    "name": LIST.format(more="and m.name_keys @> array[%(key)s]"),
    "person": "select id, name, sex, born_on, education from members_person where id = %(id)s",
    "exact": LIST.format(more="and p.id_index = %(digest)s"),
    "tree": "select id, code, name, level from orgs_org where parent_id = %(id)s order by path",
}


def application(environ, start_response):
    global _connection
    if _connection is None:
        _connection = psycopg.connect(os.environ["BENCH_CONNINFO"], autocommit=True)
        _connection.prepare_threshold = 1
    query = {key: values[0] for key, values in parse_qs(environ["QUERY_STRING"], keep_blank_values=True).items()}
    if "digest" in query:
        query["digest"] = bytes.fromhex(query["digest"])
    rows = _connection.execute(STATEMENTS[query.pop("what")], query).fetchall()
    body = json.dumps([[str(cell) for cell in row] for row in rows], ensure_ascii=False).encode()
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]
