"""What log-in asks of the floor that knows persons and unions, without importing it.

`members` gives a `Directory` when it is ready: `accounts.registry.use(TheDirectory())`. Without one
(accounts alone, as in this app's own tests) nobody stands behind a phone but existing accounts, and no
account belongs to any union, so that no officer may touch one.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from gongjia.base.actor import Actor
from gongjia.base.secret import Carried


class Directory:
    """The questions. Each is asked inside the log-in's own transaction and must be quick (one statement)."""

    def knows(self, phone: str) -> bool:
        """Whether a person who may log in has this phone on file, with or without an account."""
        return False

    def open_for(self, phone: str, *, at: datetime) -> None:
        """Open accounts (`actions.open_accounts`) for the persons with this phone who have none yet.

        Called only after a code sent to that phone came back.
        """

    def within(self, account_ids: Iterable[UUID], org: Any) -> set[UUID]:
        """Those of the accounts whose person is a member, or holds a post, at `org` or below it."""
        return set()

    def needs_factor(self, account_id: UUID, at: datetime) -> bool:
        """Whether a post held now asks for a second factor, whatever the account's own mark says."""
        return False

    def phone_changed(self, account_id: UUID, phone: Carried, *, actor: Actor | None, at: datetime) -> None:
        """The log-in phone is another one now and a code or an officer has confirmed it."""


_directory = Directory()


def use(directory: Directory) -> None:
    """Name who answers. The last one named holds."""
    global _directory
    _directory = directory


def directory() -> Directory:
    return _directory
