"""The rows of events that figures count: what was held, who came, ranks, certificates, children, volunteer teams.

One base for each kind: where a union has records of one kind, hand entries of that kind's figures give way, those of
another kind stay. An event counts for the union that organises it.
"""

from __future__ import annotations

from typing import Any

from gongjia.base.secret import masks
from gongjia.report.figure import Base
from gongjia.work.events import powers
from gongjia.work.events.queries import counted as events

_PAGE = "/console/events/{id}/"
_PROOF = ("papers__attachment", "sign_ups__person")
_THROUGH = ("event__papers__attachment", "event__sign_ups__person")


def held(kind: str, label: str) -> Base:
    """Events of a kind that took place: 项, 期."""
    return Base(
        key=f"events.held.{kind}",
        label=label,
        rows=lambda period: events.held(period, kind=kind),
        on="last_at",
        name=lambda event: event.title,
        climbs=_PROOF,
        url=_PAGE,
        power=powers.READ,
    )


def sessions(kind: str, label: str) -> Base:
    """Each session of such events: 场, with the 人次 of it."""
    return Base(
        key=f"events.sessions.{kind}",
        label=label,
        rows=lambda period: events.sessions(period, kind=kind),
        org="event__org_id",
        amount="visits",
        on="starts_at",
        related=("event",),
        name=lambda session: f"{session.event.title} {session.title}".strip(),
        climbs=_THROUGH,
        page="event_id",
        url=_PAGE,
        power=powers.READ,
    )


def attended(kind: str, label: str) -> Base:
    """Who was there: 人次 are the rows, 人 the persons, hours their sum."""
    return Base(
        key=f"events.attended.{kind}",
        label=label,
        rows=lambda period: events.attended(period, kind=kind),
        org="event__org_id",
        person="person_id",
        amount="hours",
        on="on",
        related=("event", "person"),
        name=lambda one: f"{masks.name(one.person.name)} {one.event.title}",
        climbs=("person",),
        page="event_id",
        url=_PAGE,
        power=powers.READ,
    )


def _of_person(row: Any) -> str:
    return f"{masks.name(row.person.name)} {row.event.title}"


CONTESTS = held("contest", "技能竞赛")
ENTRANTS = Base(
    key="events.entrants",
    label="竞赛选手",
    rows=lambda period: events.placed(period, kind="contest"),
    org="event__org_id",
    person="person_id",
    on="event__last_at",
    related=("event", "person"),
    name=_of_person,
    climbs=("person",),
    page="event_id",
    url=_PAGE,
    power=powers.READ,
)
RANKS = Base(
    key="events.ranks",
    label="竞赛名次",
    rows=events.decided,
    person="person_id",
    on="decided_on",
    related=("event", "person"),
    name=_of_person,
    climbs=("person",),
    page="event_id",
    url=_PAGE,
    power=powers.READ,
)
TRAINING = held("training", "技能培训")
TRAINED = attended("training", "技能培训到场")
CERTIFIED = Base(
    key="events.certified",
    label="培训证书",
    rows=events.certified,
    person="person_id",
    on="issued_on",
    related=("event", "person"),
    name=_of_person,
    climbs=("person",),
    page="event_id",
    url=_PAGE,
    power=powers.READ,
)
TALKS = sessions("talk", "讲座")
HEARD = attended("talk", "讲座到场")
SHOWS = sessions("show", "文艺演出")
SEEN = attended("show", "演出到场")
MATCHING = held("matching", "单身联谊")
MATCHED = attended("matching", "单身联谊到场")
CHECKED = attended("check_up", "健康体检到检")
# names of children are nobody's to read: a record shows the class and its guardian's consent leads to the person
CHILDREN = Base(
    key="events.children",
    label="托班孩子",
    rows=events.children,
    org="sign_up__event__org_id",
    person="identity",
    on="sign_up__event__first_at",
    related=("sign_up__event",),
    name=lambda child: child.sign_up.event.title,
    climbs=("consent", "sign_up__person"),
    page="sign_up__event_id",
    url=_PAGE,
    power=powers.CHILDREN,
)
SERVED = attended("volunteer", "志愿服务")
TEAMS = Base(
    key="events.teams",
    label="志愿服务队",
    rows=events.teams,
    person="",
    on="founded_on",
    name=lambda team: team.name,
    climbs=("members__person", "leader"),
    url="/console/events/teams/{id}/",
    power=powers.READ,
)
CADRES = attended("cadre", "工会干部培训到场")
CADRE_TERMS = held("cadre", "工会干部培训")
