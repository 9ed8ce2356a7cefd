"""Accounts that money goes to."""

from __future__ import annotations

from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint

from gongjia.base.models import Record, TextKind
from gongjia.base.secret import BlindIndexField, SealedField, canonical
from gongjia.money.funds import kinds


class PayeeAccount(Record):
    """One account of a person (or union) in [since, until). A row never changes: a new account is a new row, so that
    a payment names for ever the account that two persons saw."""

    person = models.ForeignKey("members.Person", models.PROTECT, null=True, blank=True, related_name="+")
    union = models.ForeignKey("orgs.Org", models.PROTECT, null=True, blank=True, related_name="+")
    kind = TextKind(kinds=kinds.PayeeKind, max_length=10, default=kinds.PayeeKind.PERSON)
    holder = models.CharField(max_length=120)
    account_no = SealedField(label="payee.account_no", mask="card")
    account_index = BlindIndexField(of="account_no", canonical=canonical.bank_card, db_index=True)
    bank = models.CharField(max_length=80)
    relation = models.CharField(max_length=20, blank=True)  # of a guardian to the person
    who = TextKind(kinds=kinds.AccountWho, max_length=10, default=kinds.AccountWho.SELF)
    entered_by = models.ForeignKey("members.Person", models.PROTECT, null=True, blank=True, related_name="+")
    paper = models.ForeignKey("journal.Attachment", models.PROTECT, null=True, blank=True, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    replaces = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=("person",), condition=Q(until__isnull=True, person__isnull=False), name="payee_one_of_person"
            ),
            UniqueConstraint(
                fields=("union",), condition=Q(until__isnull=True, union__isnull=False), name="payee_one_of_union"
            ),
            CheckConstraint(
                condition=Q(person__isnull=False, union__isnull=True) | Q(person__isnull=True, union__isnull=False),
                name="payee_of_one",
            ),
            CheckConstraint(condition=Q(kind="org") ^ Q(person__isnull=False), name="payee_kind_fits"),
        ]
        indexes = [Index(fields=("person", "since"), name="payee_person")]

    def __str__(self):
        return f"{self.kind} {self.since:%Y-%m-%d}"

    @property
    def tail(self) -> str:
        """The last four: what may be shown."""
        return str(self.account_no)[-4:]
