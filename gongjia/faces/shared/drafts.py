"""Drafts of forms: saved on the server every few seconds, sealed, dropped when the form is sent.

Never in the browser's storage: the phone may be borrowed, the office machine shared.
"""

from __future__ import annotations

import json
import uuid
from datetime import timedelta
from typing import Any

from django.http import QueryDict

from gongjia.base import clock, secret
from gongjia.faces.shared.models import Draft

LABEL = "draft.body"
MOST = 200_000  # characters of one draft
KEPT_DAYS = 30
NEVER_KEPT = ("csrfmiddlewaretoken", "password", "code", "next")


def typed(data: QueryDict) -> dict[str, Any]:
    """What of a posted form is worth keeping: no tokens, no passwords, no one-time codes, no files."""
    kept: dict[str, Any] = {}
    for name in data:
        if name.startswith("_") or name in NEVER_KEPT or "password" in name:
            continue
        values = data.getlist(name)
        kept[name] = values[0] if len(values) == 1 else values
    return kept


def save(actor: Any, key: str, values: dict[str, Any]) -> bool:
    """Keep it; False when it is too long to keep. The latest wins."""
    body = json.dumps(values, ensure_ascii=False)
    if actor.account_id is None or len(body) > MOST:
        return False
    pk = uuid.uuid5(actor.account_id, key)  # one row per person and form, without asking first
    Draft.objects.bulk_create(
        [Draft(id=pk, account_id=actor.account_id, key=key, body=secret.seal(LABEL, pk, body), saved_at=clock.now())],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["body", "saved_at"],
    )
    return True


def load(actor: Any, key: str) -> dict[str, Any]:
    """What was typed, or nothing: a draft that can no longer be opened counts as none."""
    if actor.account_id is None:
        return {}
    row = Draft.objects.filter(account_id=actor.account_id, key=key).first()
    if row is None:
        return {}
    try:
        return json.loads(secret.unseal(LABEL, row.id, bytes(row.body)))
    except secret.SecretError:
        return {}


def drop(actor: Any, key: str) -> None:
    Draft.objects.filter(account_id=actor.account_id, key=key).delete()


def sweep() -> int:
    """Forget what nobody came back to; called by a timed job."""
    limit = clock.now() - timedelta(days=KEPT_DAYS)
    return Draft.objects.filter(saved_at__lt=limit).delete()[0]
