"""Who stands behind many sessions at once: one statement where a page would ask one by one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from gongjia.base import arrays

_BEHIND = """
select s.session_key, s.session_data, a.id, a.session_round, a.requires_second_factor, p.id
  from django_session s
  join accounts_devicesession d on d.session_key = s.session_key and d.ended_at is null
  join accounts_account a on a.id = d.account_id and a.is_active
  left join members_person p on p.account_id = a.id and p.merged_into_id is null and p.died_on is null
 where s.session_key = any(array(select jsonb_array_elements_text(%s::jsonb))) and s.expire_date > clock_timestamp()
"""


@dataclass(frozen=True, slots=True)
class Behind:
    """A session that is stored, with the account and the person it is of. `data` is sealed by whoever wrote it."""

    key: str
    data: str
    account_id: UUID
    session_round: int
    staff: bool
    person_id: UUID | None


def behind_sessions(keys: Iterable[str]) -> dict[str, Behind]:
    """Session key -> who is behind it; a session that has ended, or of a closed account, is not there."""
    with connection.cursor() as cursor:
        cursor.execute(_BEHIND, [arrays.texts(keys)])
        return {row[0]: Behind(*row) for row in cursor.fetchall()}
