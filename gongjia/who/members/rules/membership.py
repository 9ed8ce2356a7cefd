"""Joining, handing over, keeping, leaving, expelling: who may, and why not.

GHF 工会法 (2021), HJ16 工会会员会籍管理办法 (2016), ZC08 中国工会章程, XJ16 选举工作条例.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from gongjia.base.refused import Reason
from gongjia.who.members.kinds import LEAVE_REASONS, RETAIN_REASONS, TRANSFER_REASONS, ChangeReason, Employment
from gongjia.who.members.rules.identity import MINIMUM_AGE, age_on

_DESK = "请所在单位工会或乡镇(街道)工会办理。"


@dataclass(frozen=True)
class OrgFacts:
    """What a rule needs to know about the union a membership shall lie in."""

    name: str
    active: bool = True
    takes_members: bool = True
    founded_on: date | None = None
    closed_on: date | None = None


@dataclass(frozen=True)
class AdmitFacts:
    """A person to be admitted on `on`. `member_of` is named only to one who may see that union."""

    on: date
    today: date
    org: OrgFacts
    name: str
    born_on: date | None = None
    has_identity: bool = True
    faults: tuple[Reason, ...] = field(default_factory=tuple)  # of the numbers themselves
    already_active: bool = False
    already_retained: bool = False
    member_of: str = ""
    died: bool = False
    merged: bool = False
    last_left_on: date | None = None
    trade: str = ""
    trade_known: bool = True


def _org_reasons(org: OrgFacts, on: date) -> list[Reason]:
    found = []
    if not org.active:
        found.append(
            Reason(
                "org_not_active",
                f"{org.name}还没有批准成立，或已撤销、合并，不能办理。",
                clause="工会法 12",
                cure="请选存续的工会。",
            )
        )
    if not org.takes_members:
        found.append(
            Reason(
                "org_takes_no_members",
                f"{org.name}不直接接收会员，会籍应在基层工会。",
                clause="工会法 11、会籍管理办法 3",
                cure="请选它下面的基层工会。",
            )
        )
    if org.founded_on and on < org.founded_on:
        found.append(
            Reason("before_founding", f"日期早于{org.name}的成立日期。", fact=str(org.founded_on), cure="请核对日期。")
        )
    return found


def may_receive(org: OrgFacts, *, same: bool = False) -> list[Reason]:
    """Whether active memberships may go on in a union (HJ16 3: in a basic one)."""
    if same:
        return [Reason("same_union", "转出工会和转入工会是同一个。", cure="请选另一个工会。")]
    return _org_reasons(org, date.max)


def _not_in_future(on: date, today: date) -> list[Reason]:
    if on <= today:
        return []
    return [Reason("date_in_future", "日期不能晚于今天。", fact=str(on), cure="请核对日期。")]


def may_admit(facts: AdmitFacts) -> list[Reason]:
    """GHF 3 (who may join), HJ16 3 (one membership at a time), labour law 15 (16 years)."""
    found = list(facts.faults)
    if not facts.name.strip():
        found.append(Reason("name_missing", "请填写姓名。", cure="由申请人填写。"))
    if not facts.has_identity:
        found.append(Reason("id_missing", "请填写证件号码。", clause="总工办发〔2017〕14号", cure="请出示身份证。"))
    if facts.born_on is None:
        found.append(Reason("born_on_missing", "请填写出生日期。", clause="劳动法 15", cure="按证件填写。"))
    elif facts.born_on > facts.on:
        found.append(Reason("date_impossible", "出生日期晚于入会日期。", fact=str(facts.born_on), cure="请核对证件。"))
    elif (age := age_on(facts.born_on, facts.on)) < MINIMUM_AGE:
        found.append(
            Reason(
                "too_young",
                f"未满 {MINIMUM_AGE} 周岁，不能入会。",
                fact=f"{age} 周岁",
                clause="劳动法 15",
                cure="年满后再申请。",
            )
        )
    if facts.already_active:
        place = f"，会籍在{facts.member_of}" if facts.member_of else ""
        found.append(
            Reason(
                "already_member",
                f"这位同志已经是会员{place}，不用再次入会。",
                fact=facts.member_of,
                clause="会籍管理办法 3“一次入会、动态接转”",
                cure="换了单位的，请办理转接。",
            )
        )
    if facts.already_retained:
        place = f"，在{facts.member_of}" if facts.member_of else ""
        found.append(
            Reason(
                "membership_retained",
                f"这位同志保留着会籍{place}，不用再次入会。",
                fact=facts.member_of,
                clause="会籍管理办法 3",
                cure="重新就业的，请原工会恢复会籍后转接。",
            )
        )
    if facts.died:
        found.append(Reason("person_died", "这位同志已登记去世。", cure="如登记有误，请先更正。"))
    if facts.merged:
        found.append(Reason("person_merged", "这份档案已并入另一份档案。", cure="请用合并后的档案办理。"))
    if facts.last_left_on and facts.on < facts.last_left_on:
        found.append(
            Reason(
                "before_last_end", "日期早于上一次会籍结束的日期。", fact=str(facts.last_left_on), cure="请核对日期。"
            )
        )
    if facts.trade and not facts.trade_known:
        found.append(
            Reason("code_unknown", "职业不在当天有效的新就业形态目录里。", fact=facts.trade, cure="请从目录里选。")
        )
    found += _not_in_future(facts.on, facts.today)
    found += _org_reasons(facts.org, facts.on)
    return found


@dataclass(frozen=True)
class TransferFacts:
    """A hand-over between two unions at the moment of a step."""

    on: date
    today: date
    person_name: str
    to_org: OrgFacts
    open_here: bool = True  # the open spell lies in the giving union
    retained: bool = False
    reason: str = ChangeReason.LABOUR_RELATION.value
    same_union: bool = False
    other_open: bool = False
    asked_by_receiver: bool = False
    spell_since: date | None = None
    died: bool = False
    merged: bool = False
    retire_kept: bool = False


def may_hand_over(facts: TransferFacts | None) -> list[Reason]:
    """The membership follows the labour relation (HJ16 3); only the union that keeps it gives it away."""
    if facts is None:
        return []
    found = []
    if not facts.open_here:
        found.append(
            Reason(
                "not_here",
                f"{facts.person_name}的会籍现在不在转出工会。",
                clause="会籍管理办法 3",
                cure="请先查清会籍在哪里。",
            )
        )
    if facts.same_union:
        found.append(Reason("same_union", "转出工会和转入工会是同一个。", cure="请选另一个工会。"))
    if facts.other_open:
        found.append(Reason("transfer_open", f"{facts.person_name}已有一笔转接在办理。", cure="请先办完或撤回那一笔。"))
    if facts.reason not in TRANSFER_REASONS:
        found.append(Reason("code_unknown", "请选择转接原因。", fact=facts.reason, cure="由经办人选择。"))
    if facts.retire_kept:
        found.append(
            Reason(
                "retired_kept",
                "退休保留会籍的，返聘后会籍仍然保留在原工会，不转接。",
                clause="会籍管理办法 17",
                cure="无需办理。",
            )
        )
    found += _gone(facts)
    found += _not_in_future(facts.on, facts.today)
    found += _org_reasons(facts.to_org, facts.on)
    return found


def may_take_over(facts: TransferFacts | None) -> list[Reason]:
    """The receiving union's acceptance ends the one spell and begins the next on the same day."""
    if facts is None:
        return []
    found = may_hand_over(facts)
    if facts.spell_since and facts.on < facts.spell_since:
        found.append(
            Reason("before_spell", "转接日期早于现会籍的开始日期。", fact=str(facts.spell_since), cure="请核对日期。")
        )
    return found


def _gone(facts: TransferFacts | RetainFacts | LeaveFacts | ExpelFacts) -> list[Reason]:
    found = []
    if facts.died:
        found.append(Reason("person_died", "这位同志已登记去世。", cure="如登记有误，请先更正。"))
    if facts.merged:
        found.append(Reason("person_merged", "这份档案已并入另一份档案。", cure="请用合并后的档案办理。"))
    return found


@dataclass(frozen=True)
class RetainFacts:
    """A spell that shall be kept without dues and vote, or called back to active."""

    on: date
    today: date
    standing: str | None  # of the open spell; None without one
    spell_since: date | None = None
    reason: str = ""
    org_active: bool = True
    org_takes_members: bool = True
    org_name: str = ""
    transfer_open: bool = False
    died: bool = False
    merged: bool = False


def _open_spell(facts: RetainFacts | LeaveFacts | ExpelFacts) -> list[Reason]:
    found = []
    if facts.standing is None:
        found.append(Reason("no_membership", "现在没有会籍可以办理。", clause="会籍管理办法 3", cure=_DESK))
    elif facts.spell_since and facts.on < facts.spell_since:
        found.append(
            Reason("before_spell", "日期早于现会籍的开始日期。", fact=str(facts.spell_since), cure="请核对日期。")
        )
    if facts.transfer_open:
        found.append(Reason("transfer_open", "有一笔转接在办理。", cure="请先办完或撤回那一笔。"))
    return found


def may_retain(facts: RetainFacts) -> list[Reason]:
    """保留会籍 (HJ16 17–20, ZC08 8): retirement, unemployment, bankruptcy, military service.
    下岗待岗 and 内退 change nothing."""
    found = _open_spell(facts)
    if facts.standing == "retained":
        found.append(Reason("already_retained", "会籍已经是保留状态。", cure="无需再办。"))
    if facts.reason in (ChangeReason.LAID_OFF,):
        found.append(
            Reason("laid_off_no_change", "在本单位下岗待岗的，会籍不变。", clause="会籍管理办法", cure="无需办理。")
        )
    elif facts.reason not in RETAIN_REASONS:
        found.append(
            Reason(
                "retain_reason",
                "只有退休、失业、所在企业破产、服兵役可以保留会籍。",
                fact=facts.reason,
                clause="会籍管理办法 17–20",
                cure="调动的办理转接，本人要求的办理退会。",
            )
        )
    return found + _gone(facts) + _not_in_future(facts.on, facts.today)


def may_resume(facts: RetainFacts) -> list[Reason]:
    """恢复会籍: after new work or the end of service; a retired member who is re-employed stays kept (HJ16 17)."""
    found = _open_spell(facts)
    if facts.standing == "active":
        found.append(Reason("already_active", "会籍是正常状态。", cure="无需恢复。"))
    if facts.reason == ChangeReason.RETIREMENT:
        found.append(
            Reason(
                "retired_kept",
                "退休后返聘的，会籍仍然保留，不恢复。",
                clause="会籍管理办法 17",
                cure="退休登记有误的，请按“登记有误”撤回。",
            )
        )
    if not facts.org_active:
        found.append(
            Reason("org_not_active", f"{facts.org_name}已撤销或合并。", cure="请由重新就业单位的工会申请转入。")
        )
    elif not facts.org_takes_members:
        found.append(
            Reason(
                "org_takes_no_members",
                f"{facts.org_name}只代为保留会籍，不直接接收会员。",
                clause="会籍管理办法 3",
                cure="请由重新就业单位的工会申请转入。",
            )
        )
    return found + _gone(facts) + _not_in_future(facts.on, facts.today)


@dataclass(frozen=True)
class LeaveFacts:
    """退会. The own wish is shown by a paper or by the member's own tap; the automatic exit by three facts."""

    on: date
    today: date
    standing: str | None
    spell_since: date | None = None
    reason: str = ChangeReason.OWN_WISH.value
    own_word: bool = False
    months_without_dues: int = 0
    months_without_meetings: int = 0
    was_talked_to: bool = False
    transfer_open: bool = False
    died: bool = False
    merged: bool = False


def may_leave(facts: LeaveFacts) -> list[Reason]:
    """ZC08 6: the member asks and the committee announces; or six months without dues AND without
    meetings AND talked to in vain, all three, never by a timer alone."""
    found = _open_spell(facts)
    if facts.reason not in LEAVE_REASONS:
        found.append(
            Reason(
                "leave_reason",
                "退会只有两种情形：本人要求，或自动退会。",
                fact=facts.reason,
                clause="章程 6",
                cure="其他情形请办理转接、保留会籍或除名。",
            )
        )
    elif facts.reason == ChangeReason.OWN_WISH and not facts.own_word:
        found.append(
            Reason(
                "own_word_missing", "退会要由本人提出。", clause="章程 6", cure="请上传本人申请，或由本人在手机上提出。"
            )
        )
    elif facts.reason == ChangeReason.SIX_MONTHS:
        if facts.months_without_dues < 6:
            found.append(
                Reason(
                    "dues_months",
                    "未交会费不满连续六个月。",
                    fact=f"{facts.months_without_dues} 个月",
                    clause="章程 6",
                    cure="暂不能按自动退会办理。",
                )
            )
        if facts.months_without_meetings < 6:
            found.append(
                Reason(
                    "meeting_months",
                    "不参加组织生活不满连续六个月。",
                    fact=f"{facts.months_without_meetings} 个月",
                    clause="章程 6",
                    cure="暂不能按自动退会办理。",
                )
            )
        if not facts.was_talked_to:
            found.append(
                Reason(
                    "not_talked_to", "还没有教育谈话的记录。", clause="章程 6“经教育拒不改正”", cure="请先谈话并记录。"
                )
            )
    return found + _gone(facts) + _not_in_future(facts.on, facts.today)


@dataclass(frozen=True)
class ExpelFacts:
    """除名(开除会籍)."""

    on: date
    today: date
    standing: str | None
    spell_since: date | None = None
    document: str = ""
    clause: str = ""
    has_paper: bool = False
    group_agreed: bool = False
    convicted: bool = False
    transfer_open: bool = False
    died: bool = False
    merged: bool = False


def may_expel(facts: ExpelFacts) -> list[Reason]:
    """ZC08 7: grave crime with a criminal sentence; the group proposes, the committee decides,
    the next higher union is told."""
    found = _open_spell(facts)
    if not facts.convicted:
        found.append(
            Reason("not_convicted", "除名须有生效的刑事处分。", clause="章程 7", cure="没有刑事处分的，不能除名。")
        )
    if not facts.group_agreed:
        found.append(
            Reason("group_missing", "还没有工会小组讨论的意见。", clause="章程 7", cure="请先由工会小组讨论。")
        )
    if not facts.document.strip():
        found.append(Reason("document_missing", "请填写决定文号。", clause="章程 7", cure="由基层工会委员会作出决定。"))
    if not facts.clause.strip():
        found.append(Reason("clause_missing", "请写明依据的条款。", clause="章程 7", cure="由基层工会委员会填写。"))
    if not facts.has_paper:
        found.append(Reason("paper_missing", "请上传决定文件。", clause="章程 7", cure="由基层工会上传。"))
    return found + _gone(facts) + _not_in_future(facts.on, facts.today)


def dues(wage_fen: int, *, retained: bool = False) -> int:
    """Monthly dues in 分: 0.5% of the wage, its part below ten yuan cut off (全总 1978);
    none while the membership is retained (ZC08 8). 5,678.90 元 -> 28.35 元."""
    if wage_fen < 0:
        raise ValueError("a wage cannot be negative")
    return 0 if retained else wage_fen // 1000 * 5


def employment_of(reason: str) -> str:
    """就业状况 that follows from a reason for keeping a membership; "" when none does."""
    return {
        ChangeReason.RETIREMENT.value: Employment.RETIRED.value,
        ChangeReason.UNEMPLOYED.value: Employment.UNEMPLOYED.value,
        ChangeReason.BANKRUPT.value: Employment.UNEMPLOYED.value,
    }.get(str(reason), "")
