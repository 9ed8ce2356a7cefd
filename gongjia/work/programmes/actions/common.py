"""Tools of all acts on programmes: days, answers in plain, whose record it is, numbers, messages."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from gongjia.base import outbox
from gongjia.base.actor import Actor
from gongjia.base.clock import SHANGHAI
from gongjia.base.models import one_of
from gongjia.base.refused import Hidden
from gongjia.work.programmes import powers
from gongjia.work.programmes.models import Application, NumberSeries, Round
from gongjia.work.programmes.queries.scope import related
from gongjia.work.programmes.registry import TYPES


def day_of(at: datetime) -> date:
    return at.astimezone(SHANGHAI).date()


def plain_answers(application: Application) -> dict[str, Any]:
    """Every answer, the sealed ones among them: for rules and hooks, never for a page."""
    sealed = application.answers_sealed
    return {**application.answers, **(json.loads(sealed.open_unlogged()) if sealed else {})}


def sealed_text(answers: Mapping[str, Any]) -> str | None:
    return json.dumps(answers, ensure_ascii=False, sort_keys=True) if answers else None


def lock_round(round_: Round | UUID) -> Round:
    pk = round_.pk if isinstance(round_, Round) else round_
    return Round.objects.select_for_update(of=("self",)).select_related("org", "form").get(pk=pk)


def lock_application(application: Application | UUID) -> Application:
    pk = application.pk if isinstance(application, Application) else application
    found = one_of(
        Application.objects.select_for_update(of=("self",))
        .select_related("round__org", "round__form", "org", "desk_org", "for_org", "person")
        .filter(pk=pk)
    )
    if found is None:
        raise Hidden(str(pk))
    return found


def is_own(application: Application, actor: Actor) -> bool:
    """Whether the record is the actor's: by person, or by log-in."""
    if actor.person_id is not None and application.person_id == actor.person_id:
        return True
    return actor.account_id is not None and application.account_id == actor.account_id


def must_write(application: Application, actor: Actor) -> None:
    """The applicant, or an officer who may fill in for the union or for somebody at the counter."""
    if is_own(application, actor):
        return
    if application.counter or application.subject == "org":
        actor.must(powers.COUNTER, application.for_org or application.org)
        return
    raise Hidden(str(application.pk))


def next_number(type_key: str, year: int) -> str:
    """`2018-GJ-000123`. The series is locked until the act commits: take it last."""
    key = f"{year}-{TYPES.get(type_key).code}"
    NumberSeries.objects.bulk_create([NumberSeries(key=key)], ignore_conflicts=True)
    series = NumberSeries.objects.select_for_update().get(key=key)
    series.last += 1
    series.save(update_fields=["last"])
    return f"{key}-{series.last:06d}"


def account_ids(applications: Iterable[Application]) -> dict[UUID, UUID]:
    """Application -> the log-in to tell: the applicant's person's, or the one it was made with. One query."""
    applications = list(applications)
    people = {one.person_id for one in applications if one.person_id}
    of_person = dict(
        related("person").objects.filter(pk__in=people, account__isnull=False).values_list("pk", "account_id")
    )
    found = {}
    for one in applications:
        account = of_person.get(one.person_id) or one.account_id
        if account is not None:
            found[one.pk] = account
    return found


def tell(
    applications: Iterable[Application], template: str, context: Mapping[str, Any], at: datetime, *, each: Any = None
) -> int:
    """Tell applicants. `each(application)`: further context of one; without it all get the same words at once."""
    applications = list(applications)
    accounts = account_ids(applications)
    if each is None:
        ids = list(accounts.values())
        url = f"/m/applications/{applications[0].pk}/" if len(applications) == 1 else "/m/applications/"
        return outbox.notify(ids, template=template, context=dict(context), at=at, url=url) if ids else 0
    told = 0
    groups: dict[tuple, list[UUID]] = {}
    for one in applications:
        if one.pk in accounts:
            groups.setdefault(tuple(sorted({**context, **each(one)}.items())), []).append(accounts[one.pk])
    for words, ids in groups.items():
        told += outbox.notify(ids, template=template, context=dict(words), at=at, url="/m/applications/")
    return told


def by_person(actor: Actor) -> dict[str, Any]:
    """Columns that say who did it: a person's key when the actor is somebody."""
    return {"by_id": actor.person_id if _on_file(actor) else None}


def _on_file(actor: Actor) -> bool:
    return actor.person_id is not None and related("person").objects.filter(pk=actor.person_id).exists()
