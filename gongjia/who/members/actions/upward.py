"""Members to the upper system: the filled sheet, what was told, the numbers it gives back.

The sheet carries whole identity numbers, because the upper system asks for them. So it takes a power
of its own and a reason, each person's timeline says that it left, and the caller keeps it sealed.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from gongjia.base import journal
from gongjia.base.actor import Actor
from gongjia.base.refused import refuse
from gongjia.who.members import powers
from gongjia.who.members.models import Person
from gongjia.who.members.queries.scope import gate
from gongjia.who.members.queries.upward import members_template, upward_rows
from gongjia.who.orgs.actions import Template, gaps, mark_sent, returned_numbers, template_book
from gongjia.who.orgs.queries import Sent, sent_states


@dataclass(frozen=True)
class SentMembers:
    """A filled template and what it holds."""

    content: bytes
    sent: int
    held_back: int  # rows with a required column blank: the upper system would refuse the whole sheet


def send_members(
    *,
    actor: Actor,
    at: datetime,
    reason: str,
    template: Template | None = None,
    org: Any = None,
    only_new: bool = True,
) -> SentMembers:
    """Fill the upper template with members not yet told of or changed since, and remember what was told."""
    template = template or members_template()
    if not actor.holds(powers.UPWARD) or org is not None:
        actor.must(powers.UPWARD, org)
    if not reason.strip():
        refuse("reason_missing", "请写明报送的依据，它会和您的姓名一起记录在案。", cure="由经办人填写。")
    told: list[UUID] = []
    held_back = 0

    def ready() -> Iterator[Sequence[str]]:
        nonlocal held_back
        for chunk in upward_rows(actor, template, org):
            rows = {person: row for person, (_facts, row) in chunk.items()}
            states = sent_states(template, rows)
            due = {person: row for person, row in rows.items() if not only_new or states[person] != Sent.SENT}
            whole = {person: row for person, row in due.items() if not gaps(template, row)}
            held_back += len(due) - len(whole)
            mark_sent(template, whole, at)
            told.extend(whole)
            yield from whole.values()

    with journal.act(), tempfile.TemporaryDirectory(prefix="gongjia-upward-") as folder:
        target = Path(folder) / "members.xlsx"
        template_book(template, ready(), target)
        if not told:
            if held_back:
                refuse("all_incomplete", "要报送的会员都缺必填项。", fact=str(held_back), cure="请先补齐资料。")
            refuse("nothing_to_send", "没有需要报送的会员：都已报，也没有变化。", cure="无需报送。")
        journal.write(
            "members.upward_sent",
            actor=actor,
            at=at,
            org=org,
            subjects=[("members.person", pk) for pk in told],
            payload={"template": template.key, "sent": len(told), "held_back": held_back},
            note=reason.strip(),
        )
        return SentMembers(target.read_bytes(), len(told), held_back)


def take_member_numbers(
    source: Any, *, actor: Actor, at: datetime, name: str = "", template: Template | None = None
) -> tuple[int, int]:
    """Take over the upper system's numbers from a returned sheet: (changed, rows of nobody in scope)."""
    template = template or members_template()
    numbers = returned_numbers(template, source, name)
    with journal.act():
        reach = gate(actor, Person, powers.UPWARD)
        changed, met = [], 0
        for identity, number in numbers.items():
            person = Person.objects.select_for_update(of=("self",)).filter(reach, id_index=identity).first()
            if person is None:
                continue
            met += 1
            if person.upper_no != number:
                person.upper_no = number[:40]
                person.save(update_fields=["upper_no"])
                changed.append(person)
        if changed:
            journal.write(
                "members.upward_number",
                actor=actor,
                at=at,
                subjects=changed,
                payload={"count": len(changed)},
                note=name,
            )
        return len(changed), len(numbers) - met
