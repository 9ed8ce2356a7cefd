"""The page of roles as this app reads it, and the list of what puts things on an officer's desk."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.core import checks
from django.utils.module_loading import import_string

from gongjia.base import workdays
from gongjia.base.registry import Registry
from gongjia.who.members.kinds import Role


@cache
def roles() -> dict[str, Role]:
    """Role key -> role, from `settings.GONGJIA_ROLES`."""
    return {role.key: role for role in import_string(settings.GONGJIA_ROLES)}


@dataclass(frozen=True)
class TodoRow:
    """One thing that waits for the one who asks. `due_on` may be None: then it waits without a date."""

    source: str
    subject: UUID
    title: str
    org_id: UUID
    org_name: str
    since: date
    due_on: date | None = None
    handler_id: UUID | None = None
    link: tuple[str, Any] = ("", None)  # name of the page and the id it takes: faces make the address
    unit: workdays.Unit = "day"  # in what the time until `due_on` was counted, and is told

    def days_left(self, today: date) -> int | None:
        return workdays.days_left(today, self.due_on, self.unit) if self.due_on else None

    def days_waiting(self, today: date) -> int:
        return (today - self.since).days


@dataclass(frozen=True)
class TodoSource:
    """An app's kind of to-dos.

    `rows(actor, day, limit)`: what waits at the actor's desks, oldest first;
    `count(actor, day)`: how many; `hand_over(old_person_id, new_person_id, org_id)`: what lies with
    one person by name goes to another when a post is handed over; answers how many.
    """

    key: str
    label: str
    rows: Callable[..., Sequence[TodoRow]]
    count: Callable[..., int]
    hand_over: Callable[..., int] | None = None


TODOS: Registry[TodoSource] = Registry("to-do sources")


def all_powers() -> dict[str, str]:
    """Code -> 中文 of every power of every app."""
    found: dict[str, str] = {}
    for config in apps.get_app_configs():
        if not config.name.startswith("gongjia."):
            continue
        try:
            module = importlib.import_module(f"{config.name}.powers")
        except ModuleNotFoundError as missing:
            if missing.name != f"{config.name}.powers":
                raise
            continue
        named = getattr(module, "POWERS", None)
        found |= (
            named
            if named is not None
            else {value: value for key, value in vars(module).items() if key.isupper() and isinstance(value, str)}
        )
    return found


@checks.register("gongjia")
def check_roles(**_kwargs: Any) -> list[checks.CheckMessage]:
    """Each power of each role exists; grants and exclusions name roles; 三员 exclude each other."""
    powers = all_powers()
    known = roles()
    installed = {power.partition(".")[0] for power in powers}
    found: list[checks.CheckMessage] = []
    if len(known) != len(import_string(settings.GONGJIA_ROLES)):
        found.append(checks.Error("a role key is given twice", id="gongjia.E101"))
    for role in known.values():
        if role.reach not in ("own", "subtree", "industry"):
            found.append(checks.Error(f"role {role.key}: unknown reach {role.reach!r}", id="gongjia.E102"))
        for power in role.powers:
            if power not in powers:
                app = power.partition(".")[0]
                worth = checks.Error if app in installed else checks.Warning
                found.append(worth(f"role {role.key}: no app has the power {power!r}", id="gongjia.E103"))
        for other in (*role.grants, *role.excludes):
            if other != "*" and other not in known:
                found.append(checks.Error(f"role {role.key}: no role {other!r}", id="gongjia.E104"))
        for other in role.grants:  # nobody grants what they lack; "*" is the rights administrator's alone
            if other in known and (lacking := set(known[other].powers) - set(role.powers)):
                found.append(
                    checks.Error(f"role {role.key} may not grant {other}: lacks {sorted(lacking)}", id="gongjia.E106")
                )
    if [role.key for role in known.values() if "*" in role.grants] not in ([], ["admin_security"]):
        found.append(checks.Error("only the security administrator grants every role", id="gongjia.E107"))
    three = [key for key in ("admin_system", "admin_security", "admin_audit") if key in known]
    for key in three:
        if missing := set(three) - {key} - set(known[key].excludes):
            found.append(checks.Error(f"role {key} must exclude {sorted(missing)}", id="gongjia.E105"))
    return found
