"""Kinds, powers, roles, timed jobs and migrations agree with one another."""

from __future__ import annotations

import importlib
import io

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils.module_loading import import_string

from gongjia.base.models import TextKind
from gongjia.base.progress.registry import jobs as progress_jobs
from gongjia.config import jobs
from tests.house import sources

# powers that no role has, each with its reason
NOBODYS_POWERS: dict[str, str] = {}


def powers_of_apps() -> dict[str, str]:
    """Power -> the powers.py that names it."""
    found = {}
    for path in sources.python_files():
        if path.name != "powers.py":
            continue
        module = importlib.import_module(sources.module_of(path))
        for name, value in vars(module).items():
            if name.isupper() and isinstance(value, str) and "." in value:
                found[value] = sources.module_of(path)
    return found


def power_faults(powers: set[str], granted: set[str]) -> list[str]:
    unheld = [f"{power}: no role has it" for power in sorted(powers - granted - set(NOBODYS_POWERS))]
    unknown = [f"{power}: a role names it, no powers.py does" for power in sorted(granted - powers)]
    return unheld + unknown


def test_every_power_is_in_a_role_and_every_role_names_powers_that_exist() -> None:
    roles = import_string(settings.GONGJIA_ROLES)
    granted = {power for role in roles for power in role.powers}
    assert power_faults(set(powers_of_apps()), granted) == []
    assert power_faults({"a.read"}, set()) and power_faults(set(), {"a.wrote"})


def test_the_three_administrators_exclude_one_another() -> None:
    roles = {role.key: role for role in import_string(settings.GONGJIA_ROLES)}
    three = {"admin_system", "admin_security", "admin_audit"}
    for key in three:
        assert three - {key} <= set(roles[key].excludes)


def test_powers_carry_the_name_of_their_app() -> None:
    for power, module in powers_of_apps().items():
        # positions.* live with members, whose table they are; setup.* stands for the house
        assert power.split(".")[0] in (module.split(".")[-2], "positions", "setup"), (power, module)


def kind_faults(name: str, longest: int, codes: list[str]) -> list[str]:
    """Codes that do not fit their column, or that a person could not tell apart from another."""
    faults = [f"{name}: {code} is longer than {longest}" for code in codes if len(code) > longest]
    return faults + ([f"{name}: a code twice"] if len({code.strip() for code in codes}) < len(codes) else [])


def test_kinds_fit_their_columns_and_stay_out_of_migrations() -> None:
    fields = [
        field
        for model in apps.get_models()
        if model.__module__.startswith("gongjia.")
        for field in model._meta.local_fields
        if isinstance(field, TextKind)
    ]
    assert len(fields) > 20
    assert [one for field in fields for one in kind_faults(str(field), field.max_length, list(field.labels()))] == []
    assert kind_faults("x", 3, ["long"]) and kind_faults("x", 9, ["a", "a "])
    for path in sources.python_files(migrations=True):
        if "migrations" in path.parts:
            assert "choices=" not in path.read_text(), f"{path}: a new kind must not be a migration"


def test_every_table_has_a_key_of_the_one_base() -> None:
    """Single-column keys made by the application (scale.md); exceptions carry their reason."""
    excepted = {
        "journal.streamhead": "its key is the stream's name",
        "outbox.smshour": "one row an hour, counted up by one statement: the hour is the key",
        "journal.entrypayload": "one row per entry, under the entry's key",
        "journal.entrysubject": "a pair: the record and the entry",
    }
    for model in apps.get_models():  # pairs of a many-to-many have a number: nothing points at them
        if model.__module__.startswith("gongjia.") and model._meta.label_lower not in excepted:
            assert model._meta.pk.get_internal_type() in ("UUIDField", "OneToOneField"), model._meta.label


@pytest.mark.django_db(databases=["default", "owner", "queue"])
def test_migrations_are_up_to_date() -> None:
    out = io.StringIO()
    try:
        call_command("makemigrations", check=True, dry_run=True, stdout=out, verbosity=1)
    except (CommandError, SystemExit):
        pytest.fail(out.getvalue())


@pytest.mark.django_db
def test_no_table_has_a_trigger(django_db_setup) -> None:
    """Sharding by schema refuses triggers in a cell; the queue's own lie in public."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "select c.relname from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace n"
            " on n.oid = c.relnamespace where n.nspname = 'cell' and not t.tgisinternal"
        )
        assert cursor.fetchall() == []
        cursor.execute("select count(*) from pg_tables where schemaname = 'public' and tablename like 'procrastinate%'")
        assert cursor.fetchone()[0] >= 4
        cursor.execute("select tablename from pg_tables where schemaname = 'cell' and tablename like 'procrastinate%'")
        assert cursor.fetchall() == []


def test_every_timed_job_exists() -> None:
    for timed in jobs.TIMED:
        assert callable(import_string(timed.call)), timed.call
    names = [timed.name for timed in jobs.TIMED]
    assert len(names) == len(set(names))


def test_every_function_of_a_jobs_file_has_its_time() -> None:
    """A job that nobody calls would be late for ever. Long jobs are called by their progress row."""
    listed = {timed.call for timed in jobs.TIMED}
    called_by_progress = {job.call for job in progress_jobs}
    for path in sources.python_files():
        if path.name != "jobs.py" or path.parent.name == "config":
            continue
        module = importlib.import_module(sources.module_of(path))
        for name, value in vars(module).items():
            is_own_function = type(value).__name__ == "function" and value.__module__ == module.__name__
            if is_own_function and not name.startswith("_") and value not in called_by_progress:
                assert f"{module.__name__}.{name}" in listed


def test_clock_times_are_of_shanghai() -> None:
    assert jobs.daily("07:30") == "30 23 * * *"
    assert jobs.daily("23:05") == "5 15 * * *"
