"""The journal: who did what to which record, when and why; chained so that a changed past is found.

Importing from here is what other packages do: `from gongjia.base import journal`.
The names load late, because models may only be imported once Django is ready.
"""

from __future__ import annotations

import importlib
from typing import Any

_HOME = {
    "act": "writing",
    "move": "writing",
    "move_many": "writing",
    "write": "writing",
    "login_event": "writing",
    "denied": "writing",
    "Written": "writing",
    "timeline": "reading",
    "lines": "reading",
    "Line": "reading",
    "verify": "audit",
    "seal_roots": "audit",
    "shred": "audit",
    "digest": "chain",
    "name_actions": "labels",
    "label_of": "labels",
    "known_actions": "labels",
}


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(importlib.import_module(f"gongjia.base.journal.{_HOME[name]}"), name)
    raise AttributeError(name)
