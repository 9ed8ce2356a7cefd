"""Handing in: submitted, mended and submitted again, withdrawn."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from gongjia.base import clock, journal, outbox, workdays
from gongjia.base.actor import Actor
from gongjia.base.refused import Reason, Refused, refuse
from gongjia.who.orgs import registry as orgs
from gongjia.who.orgs.kinds import MEMBER_KINDS
from gongjia.who.orgs.queries import chain_of
from gongjia.work.programmes import powers
from gongjia.work.programmes.actions.common import (
    day_of,
    lock_application,
    must_write,
    next_number,
    plain_answers,
    sealed_text,
    tell,
)
from gongjia.work.programmes.actions.drafts import household_of, known_of
from gongjia.work.programmes.actions.rounds import desk_rules_of, node_of
from gongjia.work.programmes.models import Application, JoinRoute, Round
from gongjia.work.programmes.queries.facts import Who, conditions_of, gather
from gongjia.work.programmes.queries.scope import related
from gongjia.work.programmes.registry import TYPES
from gongjia.work.programmes.rules import desks, forms, joining, moves
from gongjia.work.programmes.states import LIVE


def submit(*, application: Application, actor: Actor, at: datetime, note: str = "") -> Application:
    """Hand in a draft, or what was sent back. Everything is checked now: time, answers, conditions, claim."""
    with journal.act():
        application = lock_application(application)
        must_write(application, actor)
        round_, today = application.round, day_of(at)
        spec, answers = round_.form.spec, plain_answers(application)
        mended = application.state == "returned"
        checked = forms.check_answers(
            spec, answers, stage=application.stage, known=known_of(spec, answers, application, actor, at)
        )
        if not checked.faults:
            _place_newcomer(application, checked.answers)
        if application.household_id is None:  # the file may have been opened since the draft was begun
            application.household = household_of(round_, application.person, today)
        who = Who(
            application.pk, application.person_id, application.for_org_id, application.household_id,
            checked.answers, answered=not checked.faults, besides=application.pk,
        )  # fmt: skip
        facts = gather(round_, [who], today)[application.pk]
        stops = [desks.Stop.of(row) for row in application.route] if mended else way_of(round_, application.org)
        claim = _claim(application, checked.answers)
        taken = _taken(application, claim)
        flow_facts = moves.SubmitFacts(
            now=at if not application.counter else _handed_in(application, at),
            round_state=round_.state,
            opens_at=round_.opens_at,
            closes_at=round_.closes_at,
            mended=mended,
            faults=checked.reasons,
            conditions=tuple(conditions_of(round_, facts)),
            desks=len(stops),
            taken=taken,
        )
        open_part, secret_part = checked.split(spec)
        changes: dict[str, Any] = {
            "answers": open_part,
            "answers_sealed": sealed_text(secret_part),
            "saved_at": at,
            "revision": application.revision + 1,
            "org": application.org,
            "household": application.household,
            "missing": "",
            "applicant_name": application.applicant_name,
            "amount": _amount(round_, facts),
            "tier": _tier(round_, checked.answers),
            "score": _score(round_, checked.answers, application),
            **({} if mended else {"subject": round_.subject, "claim_key": claim, "submitted_at": at}),
        }
        if stops:
            here = stops[max(application.desk_no, 1) - 1] if mended else stops[0]
            changes |= at_desk(here, today)
            changes |= {"route": [one.as_dict() for one in stops], "ready": False}
            changes["scope_org"] = _org(desks.scope_of(stops, str(application.org.pk), sensitive=application.sensitive))
        move = "resubmit" if mended else "submit"
        # the arc and its guard first: no number is drawn for what is refused
        if reasons := application.FLOW.check(move, application.state, flow_facts):
            raise Refused(reasons)
        if not application.number:
            changes["number"] = next_number(round_.type, today.year)
        try:
            with transaction.atomic():
                journal.move(application, move, actor=actor, at=at, facts=flow_facts, changes=changes, note=note)
        except IntegrityError as error:
            if "application_claim_once" not in str(error):
                raise
            raise Refused(moves.may_submit(_only_taken(flow_facts))) from error
        words = {"title": round_.title, "number": application.number, "desk": stops[0].name if stops else ""}
        tell([application], "programmes.submitted", words, at)
        if TYPES.get(round_.type).opens_always:
            tell_desks(round_, {stops[max(application.desk_no, 1) - 1].org: 1}, at)
        return application


def withdraw(*, application: Application, actor: Actor, at: datetime, reason: str = "") -> Application:
    """The applicant takes it back, until it is decided for good."""
    with journal.act():
        application = lock_application(application)
        must_write(application, actor)
        if application.state == "on_notice":
            refuse("on_notice", "正在公示，请联系主办工会办理撤回。", fact=application.round.org.name)
        journal.move(
            application, "withdraw", actor=actor, at=at, note=reason,
            changes={"outcome": (reason.strip() or "本人撤回")[:300], "decided_on": day_of(at), "ready": False},
        )  # fmt: skip
        return application


def way_of(round_: Round, org: Any) -> list[desks.Stop]:
    """The desks of an application of that union, from the real tree of now."""
    line = [node_of(one) for one in chain_of(org)]
    guide = node_of(org.industry_parent) if org.industry_parent_id else None
    return desks.way(desk_rules_of(round_), line, node_of(round_.org), guide, sensitive=round_.sensitive)


def at_desk(stop: desks.Stop, today: Any) -> dict[str, Any]:
    """Columns of an application that comes to a desk today."""
    return {
        "desk_no": stop.no,
        "desk_org": _org(stop.org),
        "desk_role": stop.role,
        "desk_since": today,
        "desk_due": workdays.deadline(today, stop.days, stop.unit),  # type: ignore[arg-type]
        "reminded_on": None,
    }


def tell_desks(round_: Round, counts: dict[str, int], at: datetime) -> None:
    """The officers of each union that something came to; one message a union."""
    for org_id, count in counts.items():
        org = _org(org_id)
        accounts = orgs.officers(powers.REVIEW, org, day_of(at))
        if accounts:
            words = {"title": round_.title, "count": str(count), "org": org.short_name or org.name}
            outbox.notify(accounts, template="programmes.at_your_desk", context=words, at=at, url="/console/review/")


def _org(pk: str) -> Any:
    return related("org").objects.get(pk=pk)


def _handed_in(application: Application, at: datetime) -> datetime:
    """At the counter the day on the paper counts for the deadline, not the day of typing."""
    assert application.happened_on is not None
    begins = clock.start_of(application.happened_on)
    opens = application.round.opens_at
    return min(at, opens if begins < opens < begins + timedelta(days=1) else begins)


def _only_taken(facts: moves.SubmitFacts) -> moves.SubmitFacts:
    return moves.SubmitFacts(
        facts.now, facts.round_state, facts.opens_at, facts.closes_at, mended=facts.mended, taken="刚刚提交的一件"
    )


def _claim(application: Application, answers: dict[str, Any]) -> str:
    round_ = application.round
    if round_.subject == "result":  # a rank is rewarded once, whatever its holder was given before
        return f"result:{application.contest_result_id}"
    kind = TYPES.get(round_.type)
    subject_id = {
        "person": application.person_id,
        "org": application.for_org_id,
        "household": application.household_id,
        "newcomer": application.person_id or application.account_id,
    }[round_.subject]
    return joining.claim_key(
        once_per=round_.once_per, round_id=str(round_.pk), type_key=round_.type, year=round_.year,
        subject=round_.subject, subject_id=str(subject_id or ""), extra=kind.claim(answers) if kind.claim else "",
    )  # fmt: skip


def _taken(application: Application, claim: str) -> str:
    if application.state != "draft":
        return ""
    if TYPES.get(application.type).opens_always and application.account_id is not None:
        # a standing round may be applied to again, but not while an answer is still awaited
        waiting = Application.objects.filter(
            round_id=application.round_id, account_id=application.account_id, state__in=("in_review", "returned")
        )
        return waiting.values_list("number", flat=True).first() or ""
    if not claim:
        return ""
    other = Application.objects.filter(claim_key=claim, state__in=LIVE).exclude(pk=application.pk)
    return other.values_list("number", flat=True).first() or ""


def _amount(round_: Round, facts: Any) -> int:
    return max(0, int(TYPES.get(round_.type).amount(facts, "")))


def _tier(round_: Round, answers: dict[str, Any]) -> str:
    kind = TYPES.get(round_.type)
    return kind.tier_of(answers)[:40] if kind.tier_of else ""


def _score(round_: Round, answers: dict[str, Any], application: Application) -> Any:
    kind = TYPES.get(round_.type)
    return kind.score({**kind.params, **round_.params}, answers) if kind.score else application.score


def _place_newcomer(application: Application, answers: dict[str, Any]) -> None:
    """Somebody without a membership: the union that takes them, by its QR, by a field, or by the routing table."""
    kind = TYPES.get(application.round.type)
    goes = kind.newcomer_goes
    if not goes or application.state != "draft":
        return
    chosen = answers.get("union" if goes == "routes" else goes)
    if chosen:
        application.org = _org(chosen)
        if goes == "routes" and application.org.kind not in MEMBER_KINDS:
            refuse(
                "union_no_members", f"“{application.org.name}”不直接接收会员。", fact=application.org.name,
                clause="《工会会员会籍管理办法》第六条", cure="请选基层工会，或不选，填写职业和地区。",
            )  # fmt: skip
        return
    if goes != "routes":
        return
    table = [
        joining.Row(str(row.org_id), row.trade, row.platform, row.area, row.order)
        for row in JoinRoute.objects.filter(until__isnull=True)
    ]
    given = {name: str(answers.get(name) or "") for name in ("trade", "platform", "area")}
    found = joining.union_for(table, **given)
    if found is None:
        raise Refused(
            Reason(
                "no_route", "还没有适合您的工会接收入会申请。", fact=joining.describe(given) or "没有填职业和地区",
                clause="《工会会员会籍管理办法》第六条、第七条", cure="请直接选择所在乡镇(街道)的工会，或拨打总工会电话。",
            )
        )  # fmt: skip
    application.org = _org(found.org)
