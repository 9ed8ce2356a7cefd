"""Spring: five volunteer teams are founded; each serves once for the town that wants to be called civilised."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from gongjia.demo import papers
from gongjia.demo.events.stage import Stage, hours
from gongjia.demo.story import moment
from gongjia.work.events import actions
from gongjia.work.events.queries import related

# (union, team, founded on, what it serves for); "" is the federation
TEAMS = (
    ("", "市总工会机关志愿服务队", date(2018, 3, 5), "文明交通劝导"), ("新安江街道", "新安江街道职工志愿服务队", date(2018, 3, 9), "清洁家园"),
    ("洋溪街道", "洋溪街道职工志愿服务队", date(2018, 3, 16), "关爱户外劳动者"), ("梅城镇", "梅城镇职工志愿服务队", date(2018, 4, 3), "古城文明引导"),
    ("教育工会", "教育工会园丁志愿服务队", date(2018, 4, 12), "留守儿童辅导"),
)  # fmt: skip
MEMBERS = 18


def founded() -> None:
    stage = Stage()
    for place, (short, name, day, purpose) in enumerate(TEAMS):
        org = stage.unions[short] if short else stage.federation
        _team(stage, org, name, day, purpose, place, stage.officer(org, "publicity"))


def _team(stage: Stage, org: Any, name: str, day: date, purpose: str, place: int, actor: Any) -> None:
    # members of the union itself or below it: an industry's guided unions are not below it
    people = _below(stage, org, MEMBERS, 5 * place)
    leader = related("person").objects.get(pk=people[0]) if people else None
    team = actions.make_team(
        org=org, name=name, founded_on=day, purpose=purpose, leader=leader, actor=actor, at=moment(day, 10)
    )
    actions.add_team_members(team=team, person_ids=people, since=day, actor=actor, at=moment(day, 11))
    when = day + timedelta(days=30)
    event = stage.publish(
        org, "volunteer", f"{purpose}志愿服务", [hours(when, 8, 3)], place=f"{org.short_name or org.name}辖区", actor=actor,
        way="nomination",
    )  # fmt: skip
    sign_ups = stage.nominate(event, org, people, when - timedelta(days=8), actor)
    stage.tick(event, sign_ups, actor, away=2)
    paper = papers.keep(
        f"{name}成立文件和服务记录", [f"队员{len(people)}人。"], on=papers.zh(when), actor=actor, at=moment(when, 17), org=org, signed=org.name
    )  # fmt: skip
    stage.close(event, paper, actor, use="photo", caption="服务现场")


def _below(stage: Stage, org: Any, count: int, start: int) -> list[Any]:
    spells = related("person")._meta.get_field("memberships").related_model
    found = stage.people(org, 300, start)
    own = set(
        spells.objects.filter(person_id__in=found, until__isnull=True, org_path__startswith=org.path).values_list(
            "person_id", flat=True
        )
    )
    return [pk for pk in found if pk in own][:count]
