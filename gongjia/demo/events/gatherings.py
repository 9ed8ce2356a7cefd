"""Two training terms with certificates, forty-one talks, five shows, two evenings of 联谊, a class for union officers."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.apps import apps

from gongjia.base.actor import Actor
from gongjia.demo import lookups
from gongjia.demo.events.stage import Stage, hours
from gongjia.work.events import actions
from gongjia.work.events.queries import related

# (title, first day, sessions, places)
TERMS = (("电工技能提升班", date(2018, 4, 9), 4, 40), ("育婴员技能培训班", date(2018, 5, 14), 4, 36))
TALKS = ("女职工权益维护", "劳动合同法", "心理健康", "安全生产", "急救常识", "工伤预防", "职业病防治", "传统文化")
OF_FEDERATION, TALKS_HELD = 17, 41
SHOWS = (
    ("新春慰问演出", date(2018, 2, 8), 520), ("“中国梦·劳动美”文艺汇演", date(2018, 4, 27), 860), ("送文艺进企业", date(2018, 5, 11), 340),
    ("送文艺进工地", date(2018, 6, 8), 280), ("庆七一职工合唱", date(2018, 6, 29), 640),
)  # fmt: skip
EVENINGS = (("“缘来是你”青年职工联谊", date(2018, 3, 10)), ("“梅城有约”单身职工联谊", date(2018, 6, 17)))
AT_EVENING = 24
AT_CLASS = 48  # chairs of basic unions


def held() -> None:
    stage = Stage()
    _terms(stage)
    _talks(stage)
    _shows(stage)
    _evenings(stage)
    _officers(stage)


def _terms(stage: Stage) -> None:
    labour, federation = stage.desks.player("labour"), stage.federation
    for place, (title, first, count, places) in enumerate(TERMS):
        days = [hours(first + timedelta(days=one), 18, 3) for one in range(count)]
        event = stage.publish(
            federation, "training", f"2018年{title}", days, place="建德市工人文化宫201教室", actor=labour, way="nomination", total=places,
            summary="免费，结业发证书。",
        )  # fmt: skip
        sign_ups = stage.nominate(
            event, federation, stage.people(federation, places, 900 + 50 * place), first - timedelta(days=9), labour
        )
        stage.tick(event, sign_ups, labour, away=2)
        paper = stage.paper(f"{title}结业名册", [f"学员{len(sign_ups)}人。"], days[-1][0].date(), federation, labour)
        event = stage.close(event, paper, labour, caption="结业名册")
        actions.issue_certificates(event=event, actor=labour, at=event.last_at + timedelta(days=1))


def _talks(stage: Stage) -> None:
    """Nobody signs up: how many came is counted at the door."""
    places = [stage.federation] * OF_FEDERATION + list(stage.unions.values())
    kept: dict[Any, Any] = {}
    for number in range(TALKS_HELD):
        org = places[number % len(places)] if number < len(places) else places[OF_FEDERATION + number % 8]
        actor = stage.officer(org, "publicity")
        day = date(2018, 1, 16) + timedelta(days=4 * number)
        if org.pk not in kept:
            kept[org.pk] = stage.paper("职工讲座签到表", ["签到表和现场照片附后。"], day, org, actor)
        event = stage.publish(
            org, "talk", f"{TALKS[number % len(TALKS)]}讲座", [hours(day, 14, 2)], place=f"{org.short_name or org.name}会议室",
            actor=actor, way="none",
        )  # fmt: skip
        event = stage.close(event, kept[org.pk], actor, caption="签到表")
        session = event.sessions.get()
        actions.set_headcount(session=session, count=45 + 7 * (number % 9), actor=actor, at=session.ends_at)


def _shows(stage: Stage) -> None:
    palace, federation = stage.desks.player("palace"), stage.federation
    paper = stage.paper("上半年文艺演出安排表", [f"演出{len(SHOWS)}场。"], date(2018, 2, 8), federation, palace)
    for title, day, count in SHOWS:
        event = stage.publish(
            federation, "show", title, [hours(day, 19, 2)], place="建德市工人文化宫剧场", actor=palace, way="none"
        )
        event = stage.close(event, paper, palace, use="photo", caption="现场照片")
        actions.set_headcount(session=event.sessions.get(), count=count, actor=palace, at=event.last_at)


def _evenings(stage: Stage) -> None:
    """Named by the unions; each declares to be single before the evening."""
    women, federation = stage.desks.player("women"), stage.federation
    for place, (title, day) in enumerate(EVENINGS):
        event = stage.publish(
            federation, "matching", title, [hours(day, 14, 3)], place="职工交友小屋", actor=women, way="nomination", total=60
        )  # fmt: skip
        people = stage.people(federation, AT_EVENING, 1200 + 30 * place)
        sign_ups = stage.nominate(event, federation, people, day - timedelta(days=10), women)
        _declare(sign_ups, event.first_at - timedelta(days=6))
        stage.tick(event, sign_ups, women, away=2)
        paper = stage.paper(
            "相亲交友活动方案", [f"参加{len(sign_ups)}人。"], day - timedelta(days=12), federation, women
        )
        stage.close(event, paper, women, use="material", caption="活动方案")


def _declare(sign_ups: list[Any], at: Any) -> None:
    rows = related("person")._meta.get_field("sign_ups").related_model.objects.in_bulk(sign_ups)
    people = related("person").objects.in_bulk([one.person_id for one in rows.values()])
    for number, pk in enumerate(sign_ups):
        person = people[rows[pk].person_id]
        actions.declare_single(
            sign_up=rows[pk], single=True, contact=f"演示微信{number + 1:03d}", actor=Actor(person.account_id, person.pk, person.name),
            at=at,
        )  # fmt: skip


def _officers(stage: Stage) -> None:
    """One class of the half-year for chairs of basic unions."""
    publicity, federation = stage.desks.player("publicity"), stage.federation
    chairs = lookups.chairs()
    places = apps.get_model("orgs", "Org").objects.filter(pk__in=chairs).order_by("code").values_list("pk", flat=True)
    people = related("person").objects.filter(
        account_id__in=chairs.values(), memberships__until__isnull=True, memberships__standing="active"
    )
    of_account = dict(people.values_list("account_id", "pk"))
    ids = list(dict.fromkeys(of_account[chairs[pk]] for pk in places if chairs[pk] in of_account))[:AT_CLASS]
    first = date(2018, 5, 22)
    event = stage.publish(
        federation, "cadre", "2018年基层工会主席业务培训班", [hours(first, 9, 6), hours(first + timedelta(days=1), 9, 6)],
        place="建德市委党校", actor=publicity, total=60,
    )  # fmt: skip
    sign_ups = stage.nominate(event, federation, ids, first - timedelta(days=8), publicity)
    stage.tick(event, sign_ups, publicity, away=1)
    paper = stage.paper("工会干部业务培训签到表", [f"参加{len(sign_ups)}人。"], first, federation, publicity)
    stage.close(event, paper, publicity, caption="签到表")
