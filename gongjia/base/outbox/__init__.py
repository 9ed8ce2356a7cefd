"""What leaves for people: rows in their inbox, short messages to a phone. Wording is data, sending survives faults.

    outbox.offer(outbox.Template("orgs.chase", title="请尽快办理：{{ matters }}", body="…"))   # in an app's ready()
    outbox.notify([account_id], template="orgs.chase", context={...}, at=at, url="/console/…")
    outbox.send_sms("199…", template="login.code", context={"code": code, "minutes": 5}, at=at, purpose="login")

Names load late, since models need Django to be ready.
"""

from __future__ import annotations

import importlib
from typing import Any

_HOME = {
    "Template": "templates",
    "offer": "templates",
    "offered": "templates",
    "offered_faults": "templates",
    "render": "templates",
    "sync_templates": "actions",
    "edit_template": "actions",
    "restore_template": "actions",
    "template_rows": "queries",
    "notify": "in_app",
    "notify_each": "in_app",
    "notify_own": "in_app",
    "unread": "in_app",
    "inbox": "in_app",
    "mark_read": "in_app",
    "send_sms": "sending",
    "deliver": "sending",
    "send_due": "sending",
    "note_delivery": "sending",
    "verify_report": "http_sms",
    "last_sms": "file_channel",
    "status": "queries",
}


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(importlib.import_module(f"gongjia.base.outbox.{_HOME[name]}"), name)
    raise AttributeError(name)
