"""The one door through which a whole secret value reaches a person: with a reason, and written down first."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from gongjia.base import handout, journal
from gongjia.base.actor import Actor
from gongjia.base.refused import refuse
from gongjia.base.secret import SealedField

ACTION = "reveal"
LEAST = 2  # characters of a reason


def reveal(
    record: Any,
    field: str,
    *,
    actor: Actor,
    at: datetime,
    power: str,
    reason: str,
    org: Any = None,
) -> str:
    """The whole text of a sealed field of `record`, for `actor` who holds `power` over its union.

    The entry is written in the same transaction before the value is opened: no entry, no value. `org` is the
    union whose power counts (default: `record.org`). Call it as an act of its own, so that the entry is
    committed when the value is handed out.
    """
    column = record._meta.get_field(field)
    if not isinstance(column, SealedField):
        raise TypeError(f"{record._meta.label}.{field} is not sealed")
    actor.must(power, record.org if org is None else org)
    reason = (reason or "").strip()
    if len(reason) < LEAST:
        refuse("reveal_reason", "请写明查看完整号码的事由，事由会和您的姓名一起记录在案。")
    if re.search(r"\d{11}", reason):
        refuse("reveal_reason_number", "事由里请不要写身份证号、手机号或银行卡号。")
    klass = "card" if column.mask == "card" else "identity"
    with handout.disclosing(klass, [record.pk], actor=actor, at=at, org=record.org if org is None else org):
        journal.write(
            ACTION if klass == "identity" else f"{ACTION}.{klass}",
            actor=actor,
            at=at,
            org=record.org if org is None else org,
            subject=record,
            payload={"field": column.label},
            note=reason,
        )
        return getattr(record, field).open_unlogged()
