"""The first migration takes a shorter way than Django's own; nothing that a model declares may be lost on it."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import connection

pytestmark = pytest.mark.django_db


def missing() -> list[str]:
    """Constraints and indexes that a model of ours names and the database does not have."""
    with connection.cursor() as cursor:
        cursor.execute("select conname from pg_constraint union select indexname from pg_indexes")
        there = {name for (name,) in cursor.fetchall()}
    return sorted(
        f"{model._meta.label}: {one.name}"
        for model in apps.get_models()
        if model._meta.managed
        for one in (*model._meta.constraints, *model._meta.indexes)
        if one.name not in there
    )


def test_every_declared_constraint_and_index_is_in_the_database() -> None:
    assert missing() == []


def test_control_a_dropped_one_is_found() -> None:
    declared = apps.get_model("members", "Person")._meta.constraints
    declared.append(type("Lost", (), {"name": "never_made"})())
    try:
        assert missing() == ["members.Person: never_made"]
    finally:
        declared.pop()
