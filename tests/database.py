"""The test run's database: one embedded PostgreSQL for all workers, a database of its own for each.

Loaded with `-p tests.database` before Django is set up. The server lives outside the checkout, so
that several runs share it; a template database is made once per set of migrations and cloned.
"""

from __future__ import annotations

import atexit
import contextlib
import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

ROOT = Path(__file__).parents[1]
SERVER_HOME = Path(tempfile.gettempdir()) / f"gongjia-tests-{hashlib.sha1(str(ROOT).encode()).hexdigest()[:8]}"
DATABASE = f"test_{os.getpid()}"

# every byte the code under test writes goes to a folder of this process
_home = Path(tempfile.mkdtemp(prefix="gongjia-home-"))
atexit.register(shutil.rmtree, _home, ignore_errors=True)
os.environ["GONGJIA_HOME"] = str(_home)
os.environ.pop("GONGJIA_CLOCK", None)
os.environ["GONGJIA_SECRET_KEY"] = "a key of the test run, of no other use"
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # the browser driver runs an event loop in this thread


def _server():
    from gongjia.config import embedded

    return embedded.ensure(SERVER_HOME, for_tests=True)


def conninfo(role: str, database: str = DATABASE) -> str:
    """libpq connection string of a role of the test server."""
    server = _server()
    return f"host={server.socket_dir} port={server.port} user={role} dbname={database}"


def super_connection(database: str = "postgres") -> psycopg.Connection:
    """As the database's superuser: for setting up, and for playing the intruder."""
    return psycopg.connect(conninfo("gongjia_super", database), autocommit=True)


def use_database(name: str) -> None:
    """Point Django at a database of the test server."""
    from django.db import connections

    os.environ["GONGJIA_DATABASE_URL"] = conninfo("gongjia_app", name)
    os.environ["GONGJIA_OWNER_URL"] = conninfo("gongjia_owner", name)
    for alias in connections:
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = name


def _migrations_digest() -> str:
    digest = hashlib.sha1()
    for path in sorted(ROOT.glob("gongjia/**/migrations/*.py")):
        digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    for path in ("gongjia/config/schema.py", "requirements.txt"):
        digest.update((ROOT / path).read_bytes())
    return digest.hexdigest()[:12]


def template_database() -> str:
    """Name of a migrated, empty database; made when missing."""
    from gongjia.config import schema, where

    name = f"template_{_migrations_digest()}"
    SERVER_HOME.mkdir(parents=True, exist_ok=True)
    with (SERVER_HOME / "template.lock").open("w") as lock, super_connection() as connection:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if connection.execute("select 1 from pg_database where datname = %s", [name]).fetchone():
            return name
        draft = f"{name}_draft"
        connection.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(draft)))
        os.environ["GONGJIA_DATABASE_NAME"] = draft
        os.environ.pop("GONGJIA_DATABASE_URL", None)
        product_home, os.environ["GONGJIA_HOME"] = os.environ["GONGJIA_HOME"], str(SERVER_HOME)
        try:
            schema.create_database()
        finally:
            os.environ["GONGJIA_HOME"] = product_home
            del os.environ["GONGJIA_DATABASE_NAME"]
        assert where.home() == _home
        use_database(draft)
        schema.migrate()
        use_database("postgres")
        connection.execute(
            sql.SQL("alter database {} rename to {}").format(sql.Identifier(draft), sql.Identifier(name))
        )
    return name


@contextlib.contextmanager
def cloned_database(name: str, template: str | None = None) -> Iterator[str]:
    """A database cloned from the template, dropped at the end."""
    template = template or template_database()
    with super_connection() as connection:
        connection.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))
        connection.execute(
            sql.SQL("create database {} template {}").format(sql.Identifier(name), sql.Identifier(template))
        )
    try:
        yield name
    finally:
        with super_connection() as connection:
            connection.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker) -> Iterator[None]:
    """Replaces pytest-django's own: our two roles, our schema, one clone per process."""
    with django_db_blocker.unblock(), cloned_database(DATABASE):
        use_database(DATABASE)
        yield
        from django.db import connections

        connections.close_all()


STANDING = ("django_migrations", "django_content_type", "auth_permission")


@pytest.fixture(scope="session", autouse=True)
def _emptied_by_the_superuser() -> None:
    """Transactional tests leave empty tables: the application's role may not touch the journal.

    Rows are deleted where there are any, without triggers and foreign keys: a TRUNCATE of all tables makes
    hundreds of files anew and takes half a second.
    """
    from django.db import connections
    from django.test import TransactionTestCase

    lasting: list[psycopg.Connection] = []  # one for all tests: a new one has to learn all tables first

    def superuser() -> psycopg.Connection:
        if not lasting or lasting[0].closed or lasting[0].broken:
            lasting[:] = [super_connection(DATABASE)]
            lasting[0].execute("set session_replication_role = replica")
        return lasting[0]

    def teardown(self) -> None:
        connections["default"].close()
        tables = [
            sql.Identifier(*row)
            for row in superuser().execute(
                "select schemaname, tablename from pg_tables"
                " where schemaname in ('cell', 'public') and tablename <> all(%s)",
                [list(STANDING)],
            )
        ]
        asked = sql.SQL(" union all ").join(
            sql.SQL("select {} where exists (select from {})").format(number, table)
            for number, table in enumerate(tables)
        )
        for (number,) in superuser().execute(asked, prepare=True).fetchall():
            superuser().execute(sql.SQL("delete from {}").format(tables[number]))

    TransactionTestCase._fixture_teardown = teardown


os.environ["GONGJIA_DATABASE_URL"] = "dbname=not-set-up-yet"
