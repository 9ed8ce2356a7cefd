"""Imports, foreign keys and migrations point down; each gate has a control that must go red."""

from __future__ import annotations

import ast
import subprocess
import sys

import pytest
from django.apps import apps
from django.conf import settings
from django.db.migrations.loader import MigrationLoader

from tests.house import sources

# (model, field) -> why a relation points where the order of floors does not lead
RELATIONS_EXCEPTED: dict[tuple[str, str], str] = {}
MIGRATIONS_EXCEPTED: dict[tuple[str, str], str] = {}
CLOCKS = ("today", "now", "utcnow")
HTTP = ("django.http", "django.shortcuts", "django.urls", "django.views", "django.template")


def our_apps() -> dict[str, str]:
    """App label -> module, of our own apps."""
    return {config.label: config.name for config in apps.get_app_configs() if config.name in settings.OUR_APPS}


def relation_faults(relations: list[tuple[str, str, str, str]]) -> list[str]:
    """`(model, field, module of its app, module of the target's app)` that point up or sideways."""
    return [
        f"{model}.{field} -> {target}"
        for model, field, module, target in relations
        if (model, field) not in RELATIONS_EXCEPTED and not sources.may_see(module, target)
    ]


def test_every_relation_points_down() -> None:
    ours = our_apps()
    relations = [
        (model._meta.label_lower, field.name, ours[model._meta.app_label], ours[field.related_model._meta.app_label])
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label in ours
        for field in model._meta.get_fields()
        if field.is_relation and field.concrete and field.related_model._meta.app_label in ours
    ]
    assert len(relations) > 20
    assert relation_faults(relations) == []


def test_a_relation_that_points_up_is_found() -> None:
    up = [("journal.attachment", "person", "gongjia.base.journal", "gongjia.who.members")]
    sideways = [("orgs.org", "head", "gongjia.who.orgs", "gongjia.who.members")]
    assert relation_faults(up) and relation_faults(sideways)


def migration_faults(graph: list[tuple[str, str, str, str]]) -> list[str]:
    """`(app, migration, module, module it depends on)` whose dependency leads up."""
    return [
        f"{app}.{name} -> {target}"
        for app, name, module, target in graph
        if (app, name) not in MIGRATIONS_EXCEPTED and not sources.may_see(module, target)
    ]


def test_every_migration_depends_downwards() -> None:
    ours = our_apps()
    loader = MigrationLoader(None, ignore_no_migrations=True)
    graph = [
        (label, name, ours[label], ours[needed])
        for (label, name), migration in loader.disk_migrations.items()
        if label in ours
        for needed, _ in migration.dependencies
        if needed in ours
    ]
    assert migration_faults(graph) == []
    assert migration_faults([("orgs", "0002", "gongjia.who.orgs", "gongjia.who.members")])


def test_import_contracts_hold() -> None:
    """The contracts of .importlinter, with their exceptions and reasons."""
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()", "--no-cache"],
        cwd=sources.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[done.stdout.find("Broken contracts") :]


def test_import_contracts_would_go_red(tmp_path) -> None:
    """A planted upward import breaks the floors' contract."""
    package = tmp_path / "gongjia"
    for floor in sources.FLOORS:
        (package / floor).mkdir(parents=True)
        (package / floor / "__init__.py").write_text("")
    (package / "__init__.py").write_text("")
    (package / "base" / "low.py").write_text("from gongjia import faces\n")
    contract = (sources.ROOT / ".importlinter").read_text().split("[importlinter:contract:who]")[0]
    (tmp_path / ".importlinter").write_text(contract)
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()", "--no-cache"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": str(tmp_path), "PATH": ""},
    )
    assert done.returncode != 0 and "gongjia.base is not allowed to import gongjia.faces" in done.stdout


def http_faults(module: str, source: str) -> list[str]:
    """HTTP named below the faces: base, who, work, money and report know none."""
    if module.split(".")[1:2] in ([], ["faces"], ["config"]):
        return []
    return [f"{module}: {name}" for name in sources.imports_of(source) if name.startswith(HTTP)]


def test_only_faces_know_http() -> None:
    found = [
        fault for path in sources.python_files() for fault in http_faults(sources.module_of(path), path.read_text())
    ]  # fmt: skip
    assert found == []
    assert http_faults("gongjia.who.orgs.queries", "def f():\n    from django.http import Http404\n")


def type_faults(module: str, source: str) -> list[str]:
    """A type of the registry named by whoever is not itself one of the types."""
    return [
        f"{module}: {name}"
        for name in sources.imports_of(source)
        if ".types." in name
        and name.startswith("gongjia.")
        and not module.startswith(name.split(".types.")[0] + ".types")
    ]


def test_nobody_imports_a_type_by_name() -> None:
    found = [
        fault for path in sources.python_files() for fault in type_faults(sources.module_of(path), path.read_text())
    ]
    assert found == []
    planted = "from gongjia.work.programmes.types import craftsman"
    assert type_faults("gongjia.faces.console.rounds", planted)
    assert not type_faults("gongjia.work.programmes.types.studio", planted)


def rule_faults(module: str, source: str) -> list[str]:
    """What makes a rule impure: the ORM, a clock, the time of day."""
    bad = [name for name in sources.imports_of(source) if name.split(".")[0] == "django" or name.endswith("base.clock")]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute):
            asked = node.value.id if isinstance(node.value, ast.Name) else ""
            if node.attr == "objects" or (node.attr in CLOCKS and asked in ("date", "datetime", "timezone")):
                bad.append(f".{node.attr}")
    return [f"{module}: {name}" for name in bad]


@pytest.mark.parametrize("floor", ["who", "work", "money", "report"])
def test_rules_are_pure(floor: str) -> None:
    files = [
        path for path in sources.python_files(sources.PACKAGE / floor) if path.stem == "rules" or "rules" in path.parts
    ]
    assert files
    found = [fault for path in files for fault in rule_faults(sources.module_of(path), path.read_text())]
    assert found == []


def test_an_impure_rule_is_found() -> None:
    assert rule_faults("m", "from gongjia.base import clock\nfrom django.db import models\n")
    assert rule_faults("m", "def f():\n    return date.today()\n")
    assert rule_faults("m", "def f():\n    return Org.objects.count()\n")
