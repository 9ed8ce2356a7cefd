"""联谊: adults who declare to be single, slips, and contacts that stay hidden until both agree (domain rules 7.6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from gongjia.base.refused import Reason, fact_of

# forbidden to pester, or to leak privacy, under the name of dating
LAW = "《妇女权益保障法》第二十九条"
CHOICES_MOST = 3
SLIP_DAYS = 3  # after the event, unless it says otherwise
ABOUT_MOST = 120


@dataclass(frozen=True)
class CardFacts:
    """What somebody says of themself before they take part."""

    matching: bool
    single: bool
    contact: str
    about: str = ""
    live: bool = True


def card_faults(facts: CardFacts) -> list[Reason]:
    if not facts.matching:
        return [Reason("no_matching", "这不是联谊活动。")]
    found = []
    if not facts.live:
        found.append(Reason("not_live", "您没有报上这场联谊。", cure="请先报名。"))
    if not facts.single:
        found.append(
            Reason(
                "not_single",
                "没有声明目前单身，不能参加联谊。",
                "",
                "本活动通知",
                "请本人如实勾选单身声明；已婚的请把机会留给别人。",
            )
        )
    if not facts.contact.strip():
        found.append(Reason("contact_missing", "请填写联系方式，只有互相选择的人看得到。", "", LAW))
    if len(facts.about) > ABOUT_MOST:
        found.append(Reason("about_long", f"自我介绍最多 {ABOUT_MOST} 字。", str(len(facts.about))))
    return found


@dataclass(frozen=True)
class SlipFacts:
    """Somebody about to choose others. The numbers are those on the badges."""

    at: datetime
    starts_at: datetime | None
    last_at: datetime | None
    placed: bool
    declared: bool
    left: bool
    chosen: int
    most: int
    unknown: tuple[str, ...] = ()
    oneself: bool = False
    blocked: bool = False
    days: int = SLIP_DAYS


def may_choose(facts: SlipFacts) -> list[Reason]:
    """From the beginning of the event until some days after it; at most so many; nobody who blocked or is blocked."""
    found = []
    if not facts.placed or not facts.declared or facts.left:
        found.append(Reason("no_card", "只有参加本场联谊、声明单身的人可以互选。", cure="请先填写单身声明。"))
    if facts.starts_at is None or facts.at < facts.starts_at:
        found.append(
            Reason("slips_later", "活动开始以后才能互选。", fact_of(facts.starts_at) if facts.starts_at else "")
        )
    elif facts.last_at is not None and facts.at >= facts.last_at + timedelta(days=facts.days):
        until = facts.last_at + timedelta(days=facts.days)
        found.append(Reason("slips_over", "互选已经结束。", fact_of(until)))
    if facts.chosen > facts.most:
        found.append(Reason("choices_most", f"最多选 {facts.most} 人。", str(facts.chosen)))
    if facts.oneself:
        found.append(Reason("oneself", "不能选自己。"))
    # somebody who blocked the chooser looks the same as a number that nobody wears
    if facts.unknown or facts.blocked:
        found.append(
            Reason("number_unknown", "有的号码不在本场可选的人里。", "、".join(facts.unknown), cure="请核对胸牌号码。")
        )
    return found
