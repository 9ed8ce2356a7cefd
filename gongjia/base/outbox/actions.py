"""Changing the wording of messages."""

from __future__ import annotations

from datetime import datetime

from gongjia.base import journal
from gongjia.base.actor import Actor
from gongjia.base.outbox import powers
from gongjia.base.outbox.models import Template as Row
from gongjia.base.outbox.templates import Template, faults, names_of, offered
from gongjia.base.refused import refuse, refuse_if


def sync_templates() -> int:
    """Install the defaults of this version; what officers have changed stays. Answers how many rows were written."""
    rows = {(row.key, row.channel): row for row in Row.objects.all()}
    written = 0
    for default in offered:
        row = rows.get((default.key, str(default.channel)))
        if row is None:
            row = Row(key=default.key, channel=default.channel)
        elif row.edited or (row.title, row.body) == (default.title, default.body):
            continue
        row.title, row.body = default.title, default.body
        row.save()
        written += 1
    return written


def _default(key: str, channel: str) -> Template:
    default = offered.find(f"{channel}:{key}")
    if default is None:
        refuse("template_unknown", "没有这个消息模板。")
    return default


def edit_template(*, key: str, channel: str, title: str, body: str, actor: Actor, at: datetime) -> Row:
    """New words for a message; each change is a version and its old words stay in the journal."""
    actor.must(powers.TEMPLATES, None)
    default = _default(key, channel)
    title, body = title.strip(), body.strip()
    refuse_if(faults(title, body, names_of(default), channel))
    return _put(default, title, body, True, "outbox.template_edited", actor, at)


def restore_template(*, key: str, channel: str, actor: Actor, at: datetime) -> Row:
    """Back to the words that came with the program."""
    actor.must(powers.TEMPLATES, None)
    default = _default(key, channel)
    return _put(default, default.title, default.body, False, "outbox.template_restored", actor, at)


def _put(default: Template, title: str, body: str, edited: bool, action: str, actor: Actor, at: datetime) -> Row:
    with journal.act():
        row = Row.objects.select_for_update().filter(key=default.key, channel=default.channel).first()
        if row is None:
            row = Row(key=default.key, channel=default.channel, title=default.title, body=default.body)
        before = {"title": row.title, "body": row.body, "version": row.version}
        row.title, row.body, row.edited = title, body, edited
        row.version += 1
        row.changed_at, row.changed_by = at, actor.label
        row.save()
        journal.write(
            action,
            actor=actor,
            at=at,
            org=None,
            subject=row,
            payload={"key": default.key, "channel": str(default.channel), "before": before, "version": row.version},
        )
        return row
