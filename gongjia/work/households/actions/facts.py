"""What the guards of a file's moves look at: gathered for a whole set of files by a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from gongjia.base import clock
from gongjia.base.actor import Actor
from gongjia.work.households import kinds, queries, rules, states
from gongjia.work.households.models import CheckRequest, FileMember, HouseholdFile, LowLine, Visit

# other living files that have somebody of these households: by the head, by a person, by a number
_OTHERS = """
with mine as (
  select file_id, person_id, id_index from households_filemember where file_id = any(%(keys)s) and until is null
  union select id, head_id, null from households_householdfile where id = any(%(keys)s)
), theirs as (
  select m.file_id, f.id from mine m join households_householdfile f on f.head_id = m.person_id
  union
  select m.file_id, t.file_id from mine m join households_filemember t on t.person_id = m.person_id and t.until is null
  union
  select m.file_id, t.file_id from mine m join households_filemember t on t.id_index = m.id_index and t.until is null
)
select t.file_id, min(f.number) from theirs t join households_householdfile f on f.id = t.id
where f.id <> t.file_id and f.state = any(%(live)s) group by t.file_id
"""


def facts_of(file: HouseholdFile, actor: Actor, at: datetime, **more: Any) -> rules.FileFacts:
    """Of one file. `more`: what the caller knows: objections_open, level, document_no."""
    return facts_many([file], actor, at, {file.pk: more})[file.pk]


def facts_many(
    files: Sequence[HouseholdFile], actor: Actor, at: datetime, more: Mapping[UUID, Mapping[str, Any]] | None = None
) -> dict[UUID, rules.FileFacts]:
    """File -> its facts. The files are locked by the caller."""
    today, keys = at.astimezone(clock.SHANGHAI).date(), [file.pk for file in files]
    members: dict[UUID, list[FileMember]] = defaultdict(list)
    for one in FileMember.objects.filter(file_id__in=keys, until__isnull=True):
        members[one.file_id].append(one)
    visits: dict[UUID, list[Visit]] = defaultdict(list)
    for seen in Visit.objects.filter(file_id__in=keys).order_by("-on", "-id"):
        visits[seen.file_id].append(seen)
    checks: dict[UUID, list[CheckRequest]] = defaultdict(list)
    for check in CheckRequest.objects.filter(file_id__in=keys).exclude(state="dropped"):
        checks[check.file_id].append(check)
    others = other_files(keys)
    lines: dict[str, LowLine | None] = {}
    found = {}
    for file in files:
        if file.city not in lines:
            lines[file.city] = queries.low_line(file.city, today)
        told, household = queries.facts_in(file), members[file.pk]
        persons = {one.person_id for one in household if one.person_id} | {file.head_id}
        asked = checks[file.pk]
        last = visits[file.pk][0] if visits[file.pk] else None
        results = {check.result for check in _latest(asked)}
        given = {"level": file.level, **((more or {}).get(file.pk) or {})}
        found[file.pk] = rules.FileFacts(
            today=today,
            complete=tuple(
                rules.missing(
                    told,
                    persons=len(household),
                    cause_main=file.cause_main,
                    has_self=any(one.relation == kinds.Relation.SELF for one in household),
                )
            ),
            other_file=others.get(file.pk, ""),
            visits=len(visits[file.pk]),
            visit_disagrees=last is not None and not last.agrees,
            computation=queries.computed(told, persons=file.persons, line=lines[file.city]),
            checks_open=tuple(check.to_label for check in asked if check.state == "sent"),
            checks_sent=len(asked),
            check_differs=kinds.CheckResult.DIFFERS in results,
            on_relief=kinds.CheckResult.ON_RELIEF in results,
            own_case=actor.person_id is not None and actor.person_id in persons,
            notice_until=file.notice_until,
            notice_over=file.notice_until is not None and at >= file.notice_until,
            opened_on=file.opened_on,
            **given,
        )
    return found


def other_files(keys: Sequence[UUID]) -> dict[UUID, str]:
    """File -> number of another living file that has somebody of its household. Ask under `lock_households`."""
    with connection.cursor() as cursor:
        cursor.execute(_OTHERS, {"keys": list(keys), "live": list(states.LIVE)})
        return dict(cursor.fetchall())


def _latest(checks: Sequence[Any]) -> list[Any]:
    """The last answer of each office: a mended household is asked about again."""
    last: dict[str, Any] = {}
    for check in sorted(checks, key=lambda one: (one.sent_on, one.pk)):
        last[check.to] = check
    return list(last.values())
