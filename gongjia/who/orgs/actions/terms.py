"""Elections and terms of office (届)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.db.models.functions import Coalesce

from gongjia.base import clock, journal, outbox
from gongjia.base.actor import Actor
from gongjia.base.refused import Reason, refuse, refuse_if
from gongjia.who.orgs import powers, queries, registry, rules
from gongjia.who.orgs.actions import tree
from gongjia.who.orgs.kinds import TERMLESS_KINDS
from gongjia.who.orgs.models import Org, Term
from gongjia.who.orgs.states import OrgState

CORRECTABLE = ("number", "years", "started_on", "document", "committee_size")


@dataclass(frozen=True)
class Elected:
    term: Term
    warnings: tuple[Reason, ...] = ()
    entry: Any = None


def elect(
    *,
    org: Org,
    number: int,
    years: int,
    started_on: date,
    document: str,
    attachment: Any,
    actor: Actor,
    at: datetime,
    committee_size: int | None = None,
    members: int | None = None,
    note: str = "",
) -> Elected:
    """Enter the result of an election with its approval: the running term ends, the new one begins."""
    with journal.act():
        org = tree.lock(org)
        actor.must(powers.EDIT, org)
        today = at.astimezone(clock.SHANGHAI).date()
        values = queries.rule_values(today)
        last = org.terms.order_by("-number").first()
        facts = rules.ElectionFacts(
            kind=org.kind,
            years=years,
            number=number,
            started_on=started_on,
            today=today,
            document=document,
            has_attachment=attachment is not None,
            last_number=last.number if last else None,
            last_started_on=last.started_on if last else None,
            last_ends_on=last.ends_on if last else None,
            last_delayed_to=last.delayed_to if last else None,
            founded_on=org.founded_on,
            open=org.state in (OrgState.ACTIVE, OrgState.PREPARING),
            values=values,
        )
        refuse_if(rules.may_elect(facts))
        if last and last.ended_on is None:
            last.ended_on = started_on
            last.save(update_fields=["ended_on"])
        term = Term.objects.create(
            org=org,
            number=number,
            years=years,
            started_on=started_on,
            ends_on=rules.last_day(started_on, years),
            document=document,
            attachment=attachment,
            committee_size=committee_size,
        )
        if committee_size is not None:
            org.committee_size = committee_size
            org.save(update_fields=["committee_size"])
        entry = journal.write(
            "orgs.elected",
            actor=actor,
            at=at,
            org=org,
            subjects=[org, term],
            payload={"number": number, "years": years, "on": started_on.isoformat(), "document": document},
            note=note,
        )
        title, table = queries.committee_table(str(values["size.scheme"]))
        counted = members if members is not None else org.founding_members
        warnings = rules.election_warnings(facts) + rules.size_warnings(counted, committee_size, table, title)
        return Elected(term, tuple(warnings), entry)


def correct_term(*, term: Term, changes: Mapping[str, Any], actor: Actor, at: datetime, note: str) -> Elected:
    """Mend a wrongly entered running term; the old values stay in the journal."""
    if set(changes) - set(CORRECTABLE):
        raise ValueError(f"not correctable: {sorted(set(changes) - set(CORRECTABLE))}")
    with journal.act():
        org = tree.lock(term.org)
        actor.must(powers.EDIT, org)
        term = Term.objects.select_for_update().get(pk=term.pk)
        if term.ended_on is not None:
            refuse("term_over", "这一届已经换过届，不能再改。", fact=str(term.ended_on))
        if not note.strip():
            refuse("why_missing", "请写明更正的原因。")
        old = {field: getattr(term, field) for field in changes}
        for field, value in changes.items():
            setattr(term, field, value)
        before = org.terms.exclude(pk=term.pk).order_by("-number").first()
        refuse_if(
            rules.may_elect(
                rules.ElectionFacts(
                    kind=org.kind,
                    years=term.years,
                    number=term.number,
                    started_on=term.started_on,
                    today=at.astimezone(clock.SHANGHAI).date(),
                    document=term.document or "-",
                    has_attachment=True,
                    last_number=before.number if before else None,
                    last_started_on=before.started_on if before else None,
                    founded_on=org.founded_on,
                )
            )
        )
        term.ends_on = rules.last_day(term.started_on, term.years)
        if term.delayed_to and term.delayed_to <= term.ends_on:
            term.delayed_to = None
        term.save()
        if before and before.ended_on == old.get("started_on"):
            before.ended_on = term.started_on
            before.save(update_fields=["ended_on"])
        shown = {field: [str(old[field]), str(getattr(term, field))] for field in changes}
        entry = journal.write(
            "orgs.term_corrected",
            actor=actor,
            at=at,
            org=org,
            subjects=[org, term],
            payload={"fields": shown},
            note=note,
        )
        return Elected(term, (), entry)


def approve_delay(
    *,
    org: Org,
    delayed_to: date,
    document: str,
    attachment: Any,
    actor: Actor,
    at: datetime,
    note: str = "",
) -> Elected:
    """The next higher union approves a later re-election, six months at most."""
    with journal.act():
        org = tree.lock(org)
        actor.must(powers.DELAY, org.org)
        term = org.terms.filter(ended_on__isnull=True).select_for_update().first()
        refuse_if(
            rules.may_delay(
                rules.DelayFacts(
                    ends_on=term.ends_on if term else None,
                    delayed_to=delayed_to,
                    document=document,
                    has_attachment=attachment is not None,
                    already=term.delayed_to if term else None,
                    values=queries.rule_values(at.astimezone(clock.SHANGHAI).date()),
                )
            )
        )
        assert term is not None  # the rule refuses a union without one
        term.delayed_to, term.delay_document, term.delay_attachment = delayed_to, document, attachment
        term.overdue_told_on = None
        term.save(update_fields=["delayed_to", "delay_document", "delay_attachment", "overdue_told_on"])
        entry = journal.write(
            "orgs.delay_approved",
            actor=actor,
            at=at,
            org=org,
            subjects=[org, term],
            payload={"number": term.number, "to": delayed_to.isoformat(), "document": document},
            note=note,
        )
        return Elected(term, (), entry)


def remind_of_terms(*, actor: Actor, at: datetime) -> dict[str, int]:
    """Tell officers once that their term ends soon, and once that it has ended; the unions above hear
    of ended ones in one message. Safe to run twice; whoever could not be told is tried again."""
    actor.must(powers.CHASE, None)
    today = at.astimezone(clock.SHANGHAI).date()
    horizon = rules.reminder_horizon(today, queries.rule_values(today))
    with journal.act():
        terms = list(
            Term.objects.select_for_update(of=("self",))
            .filter(ended_on__isnull=True, org__state=OrgState.ACTIVE)
            .exclude(org__kind__in=TERMLESS_KINDS)
            .annotate(due_on=Coalesce("delayed_to", "ends_on"))
            .filter(Q(reminded_on__isnull=True, ends_on__lte=horizon, due_on__gte=today)
                    | Q(overdue_told_on__isnull=True, due_on__lt=today))
            .select_related("org__parent")
            .order_by("pk")
        )  # fmt: skip
        told: list[Term] = []
        above: dict[Org, set[UUID]] = {}
        below: dict[tuple[str, Org], list[str]] = defaultdict(list)
        for term in terms:
            parent, over = term.org.parent, term.due_on < today
            if parent is not None and parent not in above:
                above[parent] = set(registry.officers(powers.CHASE, parent, today))
            heard_above = above[parent] if parent is not None else set()
            # a union without officers of its own falls to the desk above, which gets one message for all
            own = set(registry.officers(powers.EDIT, term.org, today)) - heard_above
            if not own and not heard_above:
                continue
            context = {"org": term.org.name, "term": str(term), "day": term.due_on}
            outbox.notify(own, template="orgs.term_over" if over else "orgs.term_due", context=context, at=at)
            if parent is not None and heard_above and (over or not own):
                below["orgs.terms_over_below" if over else "orgs.terms_due_below", parent].append(term.org.name)
            setattr(term, "overdue_told_on" if over else "reminded_on", today)
            told.append(term)
        for (template, parent), names in below.items():
            context = {"org": parent.name, "count": len(names), "names": "、".join(names[:5])}
            outbox.notify(above[parent], template=template, context=context, at=at)
        Term.objects.bulk_update(told, ["reminded_on", "overdue_told_on"], batch_size=500)
        if told:
            journal.write("orgs.terms_reminded", actor=actor, at=at, subjects=told, payload={"count": len(told)})
        late = sum(term.overdue_told_on == today for term in told)
        return {"due": len(told) - late, "overdue": late, "unreached": len(terms) - len(told)}
