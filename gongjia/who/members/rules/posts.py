"""Who may hold which post, who may grant it, and when it must be confirmed again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from gongjia.base.refused import Reason
from gongjia.who.members.kinds import Role

LAPSE_DAYS = 180  # after the quarter in which a confirmation was due and did not come


@dataclass(frozen=True)
class GrantFacts:
    """`granter_*` describe the one who grants; `held_roles` the roles the person holds now, anywhere."""

    role: Role
    roles: Mapping[str, Role]
    org_name: str
    org_active: bool
    org_is_root: bool
    since: date
    until: date | None
    to_self: bool
    system: bool = False
    granter_grants_here: frozenset[str] = frozenset()
    held_roles: frozenset[str] = frozenset()
    held_same_here: bool = False
    person_alive: bool = True
    person_merged: bool = False


def may_grant(facts: GrantFacts) -> list[Reason]:
    """Nobody grants to themselves, nor a role that is not theirs to grant (the page of roles names those,
    and a check holds that nobody may grant what they lack); some posts exclude each other
    (GB/T 22239 8.1.4.2: 三员 apart; maker ≠ checker; ZC08 经审 apart from finance)."""
    found = []
    role = facts.role
    if facts.to_self:
        found.append(
            Reason(
                "grant_to_self", "不能给自己任命岗位。", clause="GB/T 22239 8.1.4.2", cure="请上级或安全管理员办理。"
            )
        )
    if not facts.system and not {"*", role.key} & facts.granter_grants_here:
        found.append(
            Reason(
                "grant_beyond_own",
                f"“{role.label}”不是您能任命的岗位。",
                fact=role.label,
                clause="GB/T 22239 8.1.4.2",
                cure="请上级工会或安全管理员任命。",
            )
        )
    if not facts.person_alive:
        found.append(Reason("person_died", "这位同志已登记去世。", cure="如登记有误，请先更正。"))
    if facts.person_merged:
        found.append(Reason("person_merged", "这份档案已并入另一份档案。", cure="请选合并后的档案。"))
    if not facts.org_active:
        found.append(Reason("org_not_active", f"{facts.org_name}已撤销或合并，不能任命。", cure="请选存续的工会。"))
    if role.federation_only and not facts.org_is_root:
        found.append(Reason("role_only_at_root", f"“{role.label}”只能设在总工会本级。", cure="请选总工会本级。"))
    if facts.until is not None and facts.until <= facts.since:
        found.append(Reason("dates_order", "结束日期应晚于开始日期。", fact=str(facts.until), cure="请核对日期。"))
    if facts.held_same_here:
        found.append(Reason("post_held", "这位同志已在这个工会担任同一岗位。", cure="无需重复任命。"))
    for key in sorted(facts.held_roles):
        other = facts.roles.get(key)
        if other and (key in role.excludes or role.key in other.excludes):
            found.append(
                Reason(
                    "roles_exclude",
                    f"“{role.label}”与“{other.label}”不能由同一个人担任。",
                    fact=other.label,
                    clause="GB/T 22239 8.1.4.2、8.1.5",
                    cure="请另选一人，或先免去其中一个岗位。",
                )
            )
    return found


@dataclass(frozen=True)
class CoverFacts:
    """A dated stand-in for a post."""

    since: date
    until: date
    position_since: date
    position_until: date | None
    to_holder: bool
    to_self: bool
    role: Role
    roles: Mapping[str, Role]
    held_roles: frozenset[str] = field(default_factory=frozenset)
    stand_in_alive: bool = True
    own_post: bool = False  # the holder arranges their own cover: they give what is theirs

    MOST_DAYS = 92


def may_cover(facts: CoverFacts) -> list[Reason]:
    """Leave cover is dated, short, within the post's own dates, and obeys the exclusions."""
    found = []
    if facts.until <= facts.since:
        found.append(Reason("dates_order", "代理的结束日期应晚于开始日期。", cure="请核对日期。"))
    elif (facts.until - facts.since).days > facts.MOST_DAYS:
        found.append(Reason("cover_too_long", f"代理最长 {facts.MOST_DAYS} 天。", cure="时间更长的，请办理任免。"))
    if facts.since < facts.position_since or (facts.position_until and facts.until > facts.position_until):
        found.append(Reason("cover_outside_post", "代理时间超出了原岗位的任期。", cure="请核对日期。"))
    if facts.to_holder:
        found.append(Reason("cover_by_holder", "本人不能代理自己的岗位。", cure="请另选一人。"))
    elif facts.to_self:
        found.append(
            Reason("grant_to_self", "不能把代理安排给自己。", clause="GB/T 22239 8.1.4.2", cure="请上级办理。")
        )
    if not facts.stand_in_alive:
        found.append(Reason("person_died", "这位同志已登记去世。", cure="请另选一人。"))
    for key in sorted(facts.held_roles):
        other = facts.roles.get(key)
        if other and (key in facts.role.excludes or facts.role.key in other.excludes):
            found.append(
                Reason(
                    "roles_exclude",
                    f"“{facts.role.label}”与“{other.label}”不能由同一个人担任，也不能代理。",
                    fact=other.label,
                    clause="GB/T 22239 8.1.4.2、8.1.5",
                    cure="请另选一人。",
                )
            )
    return found


@dataclass(frozen=True)
class EndFacts:
    """A post that shall end."""

    on: date
    since: date
    ended: bool = False
    chair_in_term: bool = False
    resigns: bool = False
    document: str = ""
    words: str = ""


def may_end(facts: EndFacts) -> list[Reason]:
    """工会法 18: a chair is not moved at will in mid-term; it takes the consent of the committee and of the
    next higher union. Laying the post down oneself takes none."""
    found = []
    if facts.ended:
        found.append(Reason("post_ended", "这个岗位已经结束。", cure="无需再办。"))
    if facts.on < facts.since:
        found.append(Reason("dates_order", "结束日期早于任职日期。", fact=str(facts.since), cure="请核对日期。"))
    if facts.chair_in_term and not facts.resigns and not facts.document.strip():
        found.append(
            Reason(
                "chair_in_term",
                "主席任期未满，调动须经本级工会委员会和上一级工会同意。",
                clause="工会法 18",
                cure="请填写同意的文号。",
            )
        )
    if not facts.words.strip():
        found.append(Reason("words_missing", "请写明原因。", cure="由办理人填写。"))
    return found


def _quarter_start(day: date) -> date:
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def confirmation_due_since(confirmed_on: date, day: date) -> date | None:
    """First day of the quarter since which a post waits for its confirmation; None when it is confirmed."""
    due = _quarter_start(_quarter_start(confirmed_on) + timedelta(days=95))
    return due if day >= due else None


def lapses_on(confirmed_on: date) -> date:
    """The day on which an unconfirmed post stops giving rights."""
    return _quarter_start(_quarter_start(confirmed_on) + timedelta(days=95)) + timedelta(days=LAPSE_DAYS)
