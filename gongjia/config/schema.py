"""Make a database fit: roles, schema, tables, grants. Safe to run again at any time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.apps import apps
from django.core.management import call_command
from django.db import connections
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import ModelState, ProjectState
from psycopg import sql
from psycopg.conninfo import make_conninfo

from gongjia.config import where

EXTENSIONS = ("btree_gist", "btree_gin", "pg_trgm")


def create_database() -> None:
    """Embedded server only: roles, database, schema `cell`, extensions. On a server of one's own the DBA does this."""
    if where.external():
        return
    parameters = {**where.connection_parameters("super"), "dbname": "postgres"}
    name = where.database_name()
    with psycopg.connect(make_conninfo(**parameters), autocommit=True) as connection:
        for role in (where.OWNER_ROLE, where.APP_ROLE):
            if not connection.execute("select 1 from pg_roles where rolname = %s", [role]).fetchone():
                connection.execute(sql.SQL("create role {} login").format(sql.Identifier(role)))
            connection.execute(sql.SQL("alter role {} set search_path = cell, public").format(sql.Identifier(role)))
        if not connection.execute("select 1 from pg_database where datname = %s", [name]).fetchone():
            connection.execute(
                sql.SQL("create database {} owner {}").format(sql.Identifier(name), sql.Identifier(where.OWNER_ROLE))
            )
    with psycopg.connect(make_conninfo(**{**parameters, "dbname": name}), autocommit=True) as connection:
        connection.execute(
            sql.SQL("create schema if not exists cell authorization {}").format(sql.Identifier(where.OWNER_ROLE))
        )
        connection.execute(
            sql.SQL("grant create, usage on schema public to {}").format(sql.Identifier(where.OWNER_ROLE))
        )
        for extension in EXTENSIONS:
            connection.execute(
                sql.SQL("create extension if not exists {} schema public").format(sql.Identifier(extension))
            )


def migrate(verbosity: int = 0) -> None:
    """Tables of the cell first (its own `django_migrations` must exist before the queue's), then the queue's, then grants."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("create schema if not exists cell")
        cursor.execute("set search_path = cell, public")
    with _quicker_first_time():
        call_command("migrate", database="owner", verbosity=verbosity, interactive=False)
    call_command("createcachetable", database="owner", verbosity=0)
    call_command("migrate", "procrastinate", database="queue", verbosity=verbosity, interactive=False)
    grant()
    connections["owner"].close()
    connections["queue"].close()


@contextmanager
def _quicker_first_time() -> Iterator[None]:
    """Making all tables at once: a new model, index or constraint changes no field of what is there, so that
    Django need not build all relatives of a model anew each time. That is most of the time of a first migration."""
    if MigrationRecorder(connections["owner"]).applied_migrations():
        yield
        return
    states: Any = ProjectState
    usual = states.add_model, states._append_option

    def add(state: Any, model: ModelState) -> None:
        key = model.app_label, model.name_lower
        state.models[key] = model
        if state._relations is not None:
            state.resolve_model_relations(key)
        if "apps" in state.__dict__:
            state.apps.render_multiple([model])

    def append(state: Any, app: str, model: str, option: str, one: Any) -> None:
        options = state.models[app, model].options
        options[option] = [*options[option], one]

    states.add_model, states._append_option = add, append
    try:
        yield
    finally:
        states.add_model, states._append_option = usual


def append_only_tables() -> list[str]:
    """Tables that the application's role may add to and read, never change: declared by their apps."""
    return sorted(table for app in apps.get_app_configs() for table in getattr(app, "append_only_tables", ()))


def grant() -> None:
    """Give the application's role what it needs and no more."""
    role = sql.Identifier(_app_role())
    with connections["owner"].cursor() as cursor:
        for schema in ("cell", "public"):
            name = sql.Identifier(schema)
            cursor.execute(sql.SQL("grant usage on schema {} to {}").format(name, role))
            cursor.execute(
                sql.SQL("grant select, insert, update, delete on all tables in schema {} to {}").format(name, role)
            )
            cursor.execute(sql.SQL("grant usage, select on all sequences in schema {} to {}").format(name, role))
            cursor.execute("select current_setting('server_version_num')::int >= 170000")
            if cursor.fetchone()[0]:  # a big import refreshes the planner's figures itself
                cursor.execute(sql.SQL("grant maintain on all tables in schema {} to {}").format(name, role))
        for table in append_only_tables():
            cursor.execute(
                sql.SQL("revoke update, delete, truncate on cell.{} from {}").format(sql.Identifier(table), role)
            )


def _app_role() -> str:
    with connections["default"].cursor() as cursor:
        cursor.execute("select current_user")
        return cursor.fetchone()[0]


def prepare(verbosity: int = 0) -> None:
    """Everything a fresh or updated installation needs before it serves."""
    create_database()
    migrate(verbosity)
