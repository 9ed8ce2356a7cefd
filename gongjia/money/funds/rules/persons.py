"""Who may stand behind a payment: two (above a limit three) different natural persons, none of them the payee or kin.

内部会计控制规范: 制单、复核、审批 are separate. A person is the same whatever account they use.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from gongjia.base import money
from gongjia.base.refused import Reason

APART = "不相容岗位分离：制单、复核、审批不得为同一人"


@dataclass(frozen=True)
class Natural:
    """What tells one natural person from another. `root` is the file kept when files were merged; the indexes are
    keyed digests, never the numbers."""

    root: UUID | None
    name: str = ""
    id_index: bytes | None = None
    phone_index: bytes | None = None


def same_natural(one: Natural, other: Natural) -> bool:
    """The same file, the same ID number, or (where a number is missing) the same name with the same phone."""
    if one.root is None or other.root is None:
        return False
    if one.root == other.root:
        return True
    if one.id_index and other.id_index:
        return one.id_index == other.id_index
    return bool(one.phone_index) and one.phone_index == other.phone_index and one.name == other.name


@dataclass(frozen=True)
class RowFacts:
    """What must still hold of one row when somebody signs for it."""

    label: str  # masked name and what it is for
    award_ok: bool = True  # still in force, its notice over and nothing objected
    why_not: str = ""
    account: bool = True  # an account is on file
    account_current: bool = True  # and it is the one on the row
    account_ready: bool = True  # and its cooling time is over
    covered: bool = True  # its shares add up to its gross


@dataclass(frozen=True)
class BatchFacts:
    """What an approval is decided on."""

    actor: Natural
    maker: Natural | None = None
    checker: Natural | None = None
    rows: tuple[RowFacts, ...] = ()
    payees: tuple[Natural, ...] = ()  # beneficiaries, payees and the members of their households
    own_account: bool = False  # the money of a row goes to an account of the actor's own
    entered: bool = False  # the actor keyed in one of the accounts
    own_union: bool = False  # a row pays a union where the actor holds a post (not the paying one)
    shown: str = ""  # digest of what was on the screen
    now: str = ""  # digest of the rows as they are
    made: str = ""  # digest that the maker signed
    needs_approval: bool = False
    approved: bool = False
    differences: int = 0  # of the reconciliation of obligations, bank and ledger


def _person(facts: BatchFacts) -> list[Reason]:
    if facts.actor.root is None:
        return [
            Reason(
                "person_unknown", "办理资金的人必须在系统里有本人档案。", clause=APART, cure="请联系组织部门建立档案。"
            )
        ]
    found = []
    if any(same_natural(facts.actor, one) for one in facts.payees) or facts.own_account:
        found.append(
            Reason(
                "own_interest",
                "本批里有您本人、您的家庭成员或您的账户，您要回避。",
                clause="回避制度",
                cure="请换一位办理，或先把有关的人移出本批。",
            )
        )
    if facts.own_union:
        found.append(
            Reason(
                "own_union",
                "本批里有发给您任职工会的款项，您要回避。",
                clause="回避制度",
                cure="请换一位办理。",
            )
        )
    if facts.entered:
        found.append(
            Reason(
                "own_entry",
                "本批里有您代录的收款账户，录账户的人不能再经手发放。",
                clause=APART,
                cure="请换一位办理。",
            )
        )
    return found


def _rows(facts: BatchFacts) -> list[Reason]:
    if not facts.rows:
        return [Reason("batch_empty", "本批里还没有人。", cure="请先从待发放名单里选择。")]
    found = []
    for row in facts.rows:
        if not row.award_ok:
            found.append(
                Reason(
                    "award_stopped",
                    f"{row.label}：现在不能发放。{row.why_not}",
                    cure="请移出本批。",
                )
            )
        elif not row.account:
            found.append(
                Reason("account_missing", f"{row.label}：还没有收款账户。", cure="请本人在手机上填写，或凭材料代录。")
            )
        elif not row.account_current:
            found.append(
                Reason(
                    "account_changed",
                    f"{row.label}：收款账户在审核之后变更过，原来的审核作废。",
                    clause="收款账户变更须重新审核",
                    cure="请退回编制，核对后重新制单、复核。",
                )
            )
        elif not row.account_ready:
            found.append(
                Reason(
                    "account_cooling",
                    f"{row.label}：收款账户刚变更，还不满规定的时间。",
                    clause="收款账户变更满二十四小时后才能制单",
                    cure="请过后再办，或先移出本批。",
                )
            )
        elif not row.covered:
            found.append(Reason("earmark_short", f"{row.label}：资金来源合计与应发不等。", cure="请移出后重新列入。"))
    return found[:20]


def _as_shown(facts: BatchFacts) -> list[Reason]:
    if facts.shown and facts.now and facts.shown == facts.now:
        return []
    return [
        Reason(
            "not_as_shown",
            "名单、账户或金额和您看到的不一样了，没有办理。",
            cure="请刷新页面，看过现在的内容再办。",
        )
    ]


def _as_made(facts: BatchFacts) -> list[Reason]:
    if facts.made and facts.made == facts.now:
        return []
    return [
        Reason(
            "changed_after_made",
            "制单之后内容变动过，原来的制单作废。",
            clause="审核的内容与发放的内容必须一致",
            cure="请退回编制，重新制单。",
        )
    ]


def _apart(facts: BatchFacts, *others: tuple[str, Natural | None]) -> list[Reason]:
    return [
        Reason(
            "same_person",
            f"您已经是本批的{label}人，同一个人不能再办这一步。",
            clause=APART,
            cure="请换一位有权限的同事办理。",
        )
        for label, other in others
        if other is not None and same_natural(facts.actor, other)
    ]


def may_make(facts: BatchFacts) -> list[Reason]:
    """制单: every row can be paid now, the books agree, and the maker has no interest in it."""
    found = [*_person(facts), *_rows(facts), *_as_shown(facts)]
    if facts.differences:
        found.append(
            Reason(
                "books_differ",
                f"对账有 {facts.differences} 处差异，处理完之前不能再制单。",
                fact=str(facts.differences),
                cure="请到对账页查看并处理。",
            )
        )
    return found


def may_check(facts: BatchFacts) -> list[Reason]:
    """复核 by another natural person, of exactly what the maker signed."""
    return [
        *_apart(facts, ("制单", facts.maker)),
        *_person(facts),
        *_as_made(facts),
        *_as_shown(facts),
        *_rows(facts),
    ]


def may_approve(facts: BatchFacts) -> list[Reason]:
    """审批 by a third one, where the sum asks for it."""
    found = _apart(facts, ("制单", facts.maker), ("复核", facts.checker))
    if not facts.needs_approval:
        found.append(Reason("approval_not_needed", "本批金额在限额以下，复核后就可以送银行，不需要审批。"))
    return [*found, *_person(facts), *_as_made(facts), *_as_shown(facts), *_rows(facts)]


def may_send(facts: BatchFacts) -> list[Reason]:
    """Nothing leaves that was not signed by two, above the limit by three, as it is now."""
    found = []
    if facts.maker is None or facts.checker is None or same_natural(facts.maker, facts.checker):
        found.append(Reason("two_persons", "制单和复核没有由两个人分别办完，不能送银行。", clause=APART))
    if facts.needs_approval and not facts.approved:
        found.append(Reason("approval_missing", "本批超过限额，还没有审批。", cure="请审批人办理。"))
    return [*found, *_as_made(facts), *_rows(facts)]


def says_why(words: str) -> list[Reason]:
    """Back to editing, void, an answer: with words."""
    return [] if len((words or "").strip()) >= 2 else [Reason("words_missing", "请写明原因。", cure="由办理人填写。")]


def needs_approval(total: int, limit: int, near: int = 0) -> str:
    """Why a batch needs a third person; "" when it does not. `near`: what else of the same round went out within the
    days of the split rule: a sum cut into pieces counts whole. 以上 includes the number."""
    if total >= limit:
        return f"本批实发 {money.show(total)}，达到审批限额 {money.show(limit)}。"
    if near and total + near >= limit:
        return (
            f"本批与近日同一申报批次的发放合计 {money.show(total + near)}，达到审批限额 {money.show(limit)}，合并计算。"
        )
    return ""


@dataclass(frozen=True)
class ReversalFacts:
    """追回 and 冲销: asked by one, confirmed by another."""

    actor: Natural
    asker: Natural | None
    amount: int
    left: int  # what of the payment is still out
    payees: tuple[Natural, ...] = field(default_factory=tuple)


def may_confirm_reversal(facts: ReversalFacts) -> list[Reason]:
    found = []
    if facts.asker is not None and same_natural(facts.actor, facts.asker):
        found.append(
            Reason("same_person", "提出和确认不能是同一个人。", clause=APART, cure="请换一位有权限的同事办理。")
        )
    if any(same_natural(facts.actor, one) for one in facts.payees):
        found.append(Reason("own_interest", "这笔款发给您本人或家人，您要回避。", clause="回避制度"))
    if facts.amount <= 0 or facts.amount > facts.left:
        found.append(
            Reason(
                "reversal_too_much",
                f"这笔款还有 {money.show(facts.left)} 在外，不能追回或冲销 {money.show(facts.amount)}。",
                fact=money.plain(facts.left),
            )
        )
    return found
