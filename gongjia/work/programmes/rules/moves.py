"""Guards of the moves of rounds, applications, awards and appeals."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from gongjia.base.refused import Reason, fact_of
from gongjia.work.programmes.rules.facts import Condition

PIPL = "《个人信息保护法》"


@dataclass(frozen=True)
class OpenFacts:
    """A round about to open."""

    now: datetime
    opens_at: datetime
    closes_at: datetime | None
    title: str
    fields: int
    desks: int
    form_faults: tuple[Reason, ...] = ()
    notice_days: int = 0
    notice_least: int = 0
    notice_phone: str = ""
    decides: str = "meeting"
    org_active: bool = True


def may_open(facts: OpenFacts) -> list[Reason]:
    """A round opens when an applicant could go the whole way in it."""
    found = list(facts.form_faults)
    if not facts.org_active:
        found.append(Reason("org_closed", "主办工会已撤销，不能开放申报。"))
    if facts.closes_at is not None and facts.closes_at <= facts.now:
        found.append(
            Reason("closes_in_past", "截止时间已经过去。", fact=fact_of(facts.closes_at), cure="请改截止时间。")
        )
    if facts.desks == 0:
        found.append(Reason("no_desk", "还没有设审核环节。", cure="请至少设一道审核。"))
    if facts.fields == 0:
        found.append(Reason("no_field", "申报表里还没有栏目。", cure="请先编辑申报表。"))
    if facts.notice_days < facts.notice_least:
        found.append(
            Reason(
                "notice_short", f"这类项目公示不得少于 {facts.notice_least} 天。", fact=str(facts.notice_days),
                cure="请延长公示天数。",
            )
        )  # fmt: skip
    if facts.notice_days and facts.decides == "desk":
        found.append(
            Reason("notice_needs_meeting", "要公示的项目须集体研究决定后一并公示。", cure="请把决定方式改为集体研究。")
        )
    if facts.notice_days and not facts.notice_phone.strip():
        found.append(Reason("phone_missing", "公示要写明受理电话。", cure="请填写受理电话。"))
    return found


@dataclass(frozen=True)
class CloseFacts:
    now: datetime
    closes_at: datetime | None = None
    reason: str = ""


def may_close(facts: CloseFacts | None) -> list[Reason]:
    """Before its time a round is closed only with a reason that applicants can read."""
    if facts is None or facts.closes_at is None or facts.now >= facts.closes_at or facts.reason.strip():
        return []
    return [Reason("close_needs_reason", "还没到截止时间，提前截止请写明原因。", cure="请填写原因。")]


@dataclass(frozen=True)
class UntilFacts:
    """A new closing time."""

    now: datetime
    closes_at: datetime | None
    until: datetime | None
    decided: bool = False


def may_extend(facts: UntilFacts) -> list[Reason]:
    if facts.until is None:
        return []
    if facts.until <= facts.now:
        return [Reason("until_in_past", "延长到的时间已经过去。", fact=fact_of(facts.until))]
    if facts.closes_at is not None and facts.until <= facts.closes_at:
        return [
            Reason(
                "until_earlier", "延长后的截止时间须晚于原来的，提前截止会让人错过申报。",
                fact=fact_of(facts.closes_at), cure="请另选时间，或用“提前截止”。",
            )
        ]  # fmt: skip
    return []


def may_reopen(facts: UntilFacts | None) -> list[Reason]:
    """A closed round is opened again up to a new day, while nothing has been decided in it."""
    if facts is None:
        return []
    if facts.decided:
        return [Reason("already_decided", "已经作出决定，不能再开放申报。", cure="请另开一轮。")]
    if facts.until is not None and facts.until <= facts.now:
        return [Reason("until_in_past", "新的截止时间已经过去。", fact=fact_of(facts.until))]
    return []


@dataclass(frozen=True)
class EndFacts:
    """What still hangs in a round."""

    open: int = 0
    awarded: int = 0
    reason: str = ""


def may_finish(facts: EndFacts | None) -> list[Reason]:
    if facts is None or not facts.open:
        return []
    return [Reason("still_open", f"还有 {facts.open} 件没有结果。", fact=str(facts.open), cure="请先办完或作出决定。")]


def may_cancel(facts: EndFacts | None) -> list[Reason]:
    """Applicants are told why; what was given is revoked, not cancelled."""
    facts = facts or EndFacts()
    found = []
    if facts.awarded:
        found.append(
            Reason(
                "already_awarded", f"已有 {facts.awarded} 件办结，不能取消整个项目。", fact=str(facts.awarded),
                cure="请截止申报，个别有误的用“撤销”。",
            )
        )  # fmt: skip
    if not facts.reason.strip():
        found.append(Reason("reason_missing", "请写明取消的原因，会告诉每一位申报人。", cure="请填写原因。"))
    return found


@dataclass(frozen=True)
class SubmitFacts:
    """An application about to be handed in, for the first time or mended."""

    now: datetime
    round_state: str
    opens_at: datetime
    closes_at: datetime | None
    mended: bool = False
    faults: tuple[Reason, ...] = ()  # of the answers
    conditions: tuple[Condition, ...] = ()
    desks: int = 1
    taken: str = ""  # number of an application that holds the same claim


def unmet(conditions: Iterable[Condition]) -> list[Reason]:
    """Conditions as reasons: the same words on a page, in the API and in a refusal."""
    return [
        Reason(one.code, one.sentence, fact=one.fact, clause=one.clause, cure=one.cure)
        for one in conditions
        if one.ok is not True
    ]


def may_submit(facts: SubmitFacts) -> list[Reason]:
    """In time, complete, eligible, not a second time. What was sent back may come in after the closing time."""
    found: list[Reason] = []
    if facts.mended:
        if facts.round_state not in ("open", "closed"):
            found.append(Reason("round_over", "这个项目已经作出决定或终止，不能再补交。", fact=facts.round_state))
    elif facts.round_state != "open":
        found.append(Reason("round_not_open", "这个项目现在不接受申报。", fact=facts.round_state))
    elif facts.now < facts.opens_at:
        found.append(Reason("too_early", "还没到申报开始时间。", fact=fact_of(facts.opens_at)))
    elif facts.closes_at is not None and facts.now >= facts.closes_at:
        found.append(
            Reason(
                "too_late",
                "申报已经截止。",
                fact=fact_of(facts.closes_at),
                cure="请留意下一次，或联系主办工会。",
            )
        )
    if facts.taken:
        found.append(
            Reason(
                "applied_already",
                "已经申报过，不能重复申报。",
                fact=facts.taken,
                cure="请在“我的申报”里查看原来的一件。",
            )
        )
    found += facts.faults
    found += unmet(facts.conditions)
    if facts.desks == 0:
        found.append(Reason("no_desk_found", "没有找到可以审核的工会。", cure="请联系主办工会。"))
    return found


@dataclass(frozen=True)
class PassFacts:
    """A desk that passes: conditions as they are today, places of that desk's union."""

    conditions: tuple[Condition, ...] = ()
    places_left: int | None = None  # None: no quota handed to this desk's union
    desk_name: str = ""


def may_pass(facts: PassFacts | None) -> list[Reason]:
    """What was true on the day of applying must still be true; a union recommends within its places."""
    if facts is None:
        return []
    found = unmet(facts.conditions)
    if facts.places_left is not None and facts.places_left <= 0:
        found.append(
            Reason(
                "quota_full", f"{facts.desk_name}的名额已用完。", fact="0",
                cure="请向主办工会申请增加名额，或退回别的申报。",
            )
        )  # fmt: skip
    return found


@dataclass(frozen=True)
class ReturnFacts:
    missing: str
    sensitive_hits: int = 0


def may_return(facts: ReturnFacts | None) -> list[Reason]:
    """Who sends something back says what is missing, once and completely."""
    if facts is None or len(facts.missing.strip()) < 2:
        return [Reason("missing_unsaid", "请写明要补正什么，一次说全。", cure="如：缺学籍证明；身份证照片不清楚。")]
    return []


def says_why(words: str | None) -> list[Reason]:
    """Nothing ends without a reason that the person concerned can read."""
    if not words or len(words.strip()) < 2:
        return [Reason("reason_missing", "请写明原因，当事人会看到。", cure="请填写原因。")]
    return []


@dataclass(frozen=True)
class ChooseFacts:
    """A meeting's choice."""

    ready: bool = True
    places_left: int | None = None
    conditions: tuple[Condition, ...] = ()
    tier_known: bool = True
    tier_left: int | None = None


def may_choose(facts: ChooseFacts | None) -> list[Reason]:
    """Only what every desk has passed, still eligible, within the places of the round and of the tier."""
    if facts is None:
        return []
    found = unmet(facts.conditions)
    if not facts.ready:
        found.append(Reason("not_ready", "还有审核环节没有办完，不能列入决定。", cure="请等审核办完。"))
    if facts.places_left is not None and facts.places_left < 0:
        found.append(Reason("round_quota_full", f"超出本次总名额 {-facts.places_left} 个。", cure="请减少列入的数量。"))
    if not facts.tier_known:
        found.append(Reason("tier_unknown", "没有这个档次。", cure="请从项目设定的档次里选。"))
    elif facts.tier_left is not None and facts.tier_left < 0:
        found.append(Reason("tier_full", f"超出这一档的名额 {-facts.tier_left} 个。", cure="请改档次或减少数量。"))
    return found


@dataclass(frozen=True)
class ConfirmFacts:
    """The notice of an application, now."""

    ended: bool
    open_objections: int = 0
    standing: bool = True  # its line is still listed


def may_confirm(facts: ConfirmFacts | None) -> list[Reason]:
    """No award and no money before the notice has run its days and every objection has been answered."""
    if facts is None:
        return [Reason("notice_missing", "没有公示，不能授予。")]
    found = []
    if not facts.ended:
        found.append(Reason("notice_running", "公示期还没有满。", cure="请等公示期满。"))
    if facts.open_objections:
        found.append(
            Reason(
                "objection_open", f"还有 {facts.open_objections} 件异议没有处理。", fact=str(facts.open_objections),
                cure="请先核查并答复异议。",
            )
        )  # fmt: skip
    if not facts.standing:
        found.append(Reason("objection_upheld", "异议成立，已从公示名单中划去。"))
    return found


def may_strike(facts: ConfirmFacts | None) -> list[Reason]:
    if facts is None or facts.standing:
        return [Reason("not_struck", "公示名单里没有划去这一件。", cure="请先处理异议。")]
    return []
