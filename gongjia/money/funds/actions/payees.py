"""The account that money goes to: entered by the person, or from a signed paper at the counter."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from gongjia.base import journal, outbox
from gongjia.base.actor import Actor
from gongjia.base.refused import Forbidden, refuse, refuse_if
from gongjia.base.secret import canonical
from gongjia.money.funds import kinds, powers, rules
from gongjia.money.funds.actions.refusing import refusing
from gongjia.money.funds.actions.telling import tell_desk
from gongjia.money.funds.models import Approval, Batch, PayeeAccount, Payment
from gongjia.who.orgs.queries import root

SIGNED = ("made", "checked", "approved")


def enter_account(
    *, actor: Actor, at: datetime, number: str, bank: str, person: Any = None, union: Any = None, holder: str = "",
    guardian: bool = False, relation: str = "", paper: Any = None,
) -> PayeeAccount:  # fmt: skip
    """The account of a person (by the person, or by an officer with the signed paper) or of a union.

    An account that replaces another voids every signature under a batch that has not gone to the bank, and the
    person is told, so that a swapped account does not stay unseen.
    """
    if (person is None) == (union is None):
        raise ValueError("an account is of a person or of a union")
    own = person is not None and actor.person_id == person.pk
    home = union if union is not None else _home_of(person)
    power = powers.ACCOUNT if union is None else powers.UNION_ACCOUNT
    if not own and not actor.can(power, home):
        raise Forbidden(power)
    kind = (
        kinds.PayeeKind.ORG if union is not None else (kinds.PayeeKind.GUARDIAN if guardian else kinds.PayeeKind.PERSON)
    )
    owner = union.name if union is not None else person.name
    counter = person is not None and not own
    facts = rules.AccountFacts(
        kind=kind.value, number=canonical.bank_card(number), holder=holder.strip() or ("" if guardian else owner),
        bank=bank.strip(), owner=owner, relation=relation.strip(), proof=paper is not None, counter=counter,
        paper=paper is not None,
    )  # fmt: skip
    with refusing("account", actor=actor, at=at, org=home, subject=person or union), journal.act():
        refuse_if(rules.account_faults(facts))
        mine = {"person": person} if person is not None else {"union": union}
        keys = Payment.objects.filter(state="planned", **_of(person, union)).values_list("batch_id", flat=True)
        batches = list(Batch.objects.select_for_update(of=("self",)).filter(pk__in=list(keys)).order_by("pk"))
        before = PayeeAccount.objects.select_for_update().filter(until__isnull=True, **mine).first()
        if before is not None:
            before.until = at
            before.save(update_fields=["until"])
        account = PayeeAccount.objects.create(
            **mine, kind=kind, holder=facts.holder, account_no=facts.number, bank=facts.bank, relation=facts.relation,
            who=kinds.AccountWho.COUNTER if counter else kinds.AccountWho.SELF, entered_by_id=actor.person_id,
            paper=paper, since=at, replaces=before,
        )  # fmt: skip
        entry = journal.write(
            "funds.account_changed" if before else "funds.account_entered", actor=actor, at=at, org=home,
            subjects=[account, person or union], payload={"kind": kind.value, "who": account.who},
        )  # fmt: skip
        for batch in batches:
            if batch.state in SIGNED:
                _lapse(batch, actor, at, entry)
            if batch.state == "draft":
                Payment.objects.filter(batch=batch, state="planned", **_of(person, union)).update(account=account)
        if before is not None and person is not None:
            person.refresh_from_db(fields=["account"])
        if before is not None and person is not None and person.account_id:
            outbox.notify(
                [person.account_id], template="funds.account_changed", context={"tail": account.tail}, at=at, url="/m/"
            )
        return account


def _of(person: Any, union: Any) -> dict[str, Any]:
    return {"person": person} if person is not None else {"for_org": union, "person": None}


def _lapse(batch: Batch, actor: Actor, at: datetime, cause: Any) -> None:
    journal.move(
        batch, "lapse", actor=actor, at=at, cause=cause,
        changes={**UNSIGNED, "lapsed_why": "收款账户在审核之后变更"},
    )  # fmt: skip
    void_approvals(batch)
    journal.write("funds.approvals_void", actor=actor, at=at, org=batch.org, subject=batch, cause=cause)
    tell_desk(
        batch.org, powers.MAKE, "funds.approvals_void", {"number": batch.number, "title": batch.title}, at,
        f"/console/funds/batches/{batch.pk}/",
    )  # fmt: skip


# what a batch loses when it goes back to editing
UNSIGNED: dict[str, Any] = {
    "digest": "", "maker": None, "made_at": None, "checker": None, "checked_at": None, "approver": None,
    "approved_at": None, "needs_approval": False, "approval_why": "",
}  # fmt: skip


def void_approvals(batch: Batch) -> None:
    Approval.objects.filter(batch=batch, live=True).update(live=False)


def _home_of(person: Any) -> Any:
    """The union that keeps the person's file."""
    spell = person.memberships.filter(is_latest=True).select_related("org").first()
    if spell is not None:
        return spell.org
    top = root()
    if top is None:
        refuse("no_federation", "系统里还没有总工会。")
    return top
