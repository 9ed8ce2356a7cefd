"""What has to be right before the first page: tables, grants, wording of messages, static files. Instant when it already is."""

from __future__ import annotations

import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from gongjia.base import outbox
from gongjia.config import homefile, schema, static, where


def prepare() -> list[str]:
    """Do what is missing; names of what was done."""
    done = []
    schema.create_database()
    if pending_migrations():
        schema.migrate()
        done.append("tables")
    else:
        schema.grant()
    if outbox.sync_templates():
        done.append("templates")
    if collect_static():
        done.append("static files")
    for connection in connections.all(initialized_only=True):
        connection.close()
    homefile.note_prepared(where.home())
    return done


def pending_migrations() -> list[str]:
    """Migrations that this database has not had, the queue's among them."""
    pending = []
    for alias, wanted in (("owner", lambda app: app != "procrastinate"), ("queue", lambda app: app == "procrastinate")):
        executor = MigrationExecutor(connections[alias])
        targets = [node for node in executor.loader.graph.leaf_nodes() if wanted(node[0])]
        plan = executor.migration_plan(targets)
        pending += [f"{migration.app_label}.{migration.name}" for migration, _ in plan if wanted(migration.app_label)]
    return pending


def static_digest() -> str:
    """Changes with every static file and with what turns them into hashed names."""
    found = hashlib.sha256(settings.STORAGES["staticfiles"]["BACKEND"].encode())
    for finder in finders.get_finders():
        for path, storage in sorted(finder.list(list(static.IGNORED)), key=lambda pair: pair[0]):
            found.update(path.encode() + b"\0" + Path(storage.path(path)).read_bytes())
    return found.hexdigest()


def _static_note() -> Path:
    return Path(settings.STATIC_ROOT).with_name("static.digest")


def static_is_current() -> bool:
    note = _static_note()
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    return manifest.exists() and note.exists() and note.read_text() == static_digest()


def collect_static() -> bool:
    """Gather and compress the static files when one changed; whether it did."""
    if static_is_current():
        return False
    call_command("collectstatic", interactive=False, clear=True, verbosity=0, ignore_patterns=list(static.IGNORED))
    homefile.write_private(_static_note(), static_digest())
    return True
