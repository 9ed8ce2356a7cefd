"""The Jiande half-year from an empty database: actions and generated sheets only, in the order it happened.

January: the register and the rosters come in as spreadsheets. Spring: nineteen unions are founded, the first
craftsmen chosen, tuition aid decided, hardship files opened. Summer: gifts are paid to these households.
July: departments enter what is not yet born here, the report is opened. August: desks fill with to-dos.
The clock stands at the day of each step, and at the end at 27 August 2018.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date, datetime

from django.db import connection

from gongjia.base import clock, journal
from gongjia.base.actor import Actor

LAST_DAY = date(2018, 8, 27)
MACHINE = Actor.system("演示数据", ["*"])


def moment(day: date, hour: int = 9, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=clock.SHANGHAI)


def in_one_act(step: Callable[[], object]) -> Callable[[], object]:
    """Many small acts, chained into the journal at once."""

    def run() -> None:
        with journal.act():
            step()

    return run


def build(say: Callable[[str], object] = print) -> None:
    """Fill an empty, migrated database. Says each step and its seconds."""
    from gongjia.demo import (
        accounts,
        august,
        changes,
        companies,
        convalescence,
        craftsmen,
        events,
        founding,
        gifts,
        model_units,
        officers,
        open_now,
        register,
        report,
        spring,
        tuition,
    )
    from gongjia.report import summary

    steps: tuple[tuple[str, Callable[[], object]], ...] = (
        ("组织架构：约 900 家工会由表格导入", register.list_unions),
        ("会员名册：6 万名会员由表格导入", register.rosters),
        ("工会干部与权限", officers.posts),
        ("会员和干部登录", officers.log_ins),
        ("建会申请：上半年新建工会 19 家", founding.founded),
        ("职工之家、未建会台账、换届", spring.works),
        ("退休和失业人员保留会籍", changes.kept),
        ("首届“建德工匠”：60 名申报、评审、公示、命名", in_one_act(craftsmen.chosen)),
        ("求学圆梦：55 名申请、51 名列入资助", in_one_act(tuition.granted)),
        ("疗休养：44 名列入、42 名参加", in_one_act(convalescence.taken)),
        ("工资集体协商示范单位：26 家申报、23 家命名", in_one_act(model_units.named)),
        ("困难职工建档、帮扶和送清凉的决定与发放", in_one_act(gifts.given)),
        ("送清凉到 28 家企业", in_one_act(companies.visited)),
        ("竞赛、培训、讲座、演出、联谊、小候鸟、志愿队", in_one_act(events.held)),
        ("入会分派表、第二批求学圆梦、正在报名的活动", in_one_act(open_now.opened)),
        ("手工填报、目标与半年总结", report.half_year),
        ("八月的待办事项", august.desks),
        ("演示账号", accounts.write_list),
        ("汇总数与日志签名", lambda: (summary.refresh(at=moment(LAST_DAY), day=LAST_DAY), journal.seal_roots())),
    )
    started = time.perf_counter()
    for label, step in steps:
        begun = time.perf_counter()
        step()
        say(f"  {label}（{time.perf_counter() - begun:.1f} 秒）")
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from journal_entry")
        entries = cursor.fetchone()[0]
    say(f"  完成：日志 {entries} 条，共 {time.perf_counter() - started:.0f} 秒")
