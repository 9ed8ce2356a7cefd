"""慰问登记 of grassroots unions, and the caps they are held against. Counted apart from the federation's aid."""

from __future__ import annotations

from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint

from gongjia.base.models import Record, TextKind
from gongjia.work.households import kinds


class CondolenceCap(Record):
    """How much a 慰问 of one kind may cost from a day on, in fen."""

    why = TextKind(kinds=kinds.CondoleWhy, max_length=12)
    valid_from = models.DateField()
    amount = models.BigIntegerField()
    per = TextKind(kinds=kinds.CapPer, max_length=6, default=kinds.CapPer.ONCE.value)
    mode = TextKind(kinds=kinds.CapMode, max_length=8, default=kinds.CapMode.WARN.value)
    document = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ("why", "-valid_from")
        constraints = [
            UniqueConstraint(fields=("why", "valid_from"), name="condolencecap_once"),
            CheckConstraint(condition=Q(amount__gt=0), name="condolencecap_some"),
        ]

    def __str__(self):
        return f"{self.why_label} {self.valid_from}"


class Condolence(Record):
    """One visit with money or goods to one member. A wrong one is made void, never deleted."""

    org = models.ForeignKey("orgs.Org", models.PROTECT, related_name="condolences")
    person = models.ForeignKey("members.Person", models.PROTECT, related_name="condolences")
    why = TextKind(kinds=kinds.CondoleWhy, max_length=12)
    amount = models.BigIntegerField(default=0)  # fen of money
    goods = models.CharField(max_length=100, blank=True)
    goods_value = models.BigIntegerField(default=0)  # fen
    purse = TextKind(kinds=kinds.Purse, max_length=10, default=kinds.Purse.UNION.value)
    on = models.DateField()
    photo = models.ForeignKey("journal.Attachment", models.PROTECT, null=True, blank=True, related_name="+")
    over_cap = models.BooleanField(default=False)  # entered although the table warned
    entered_by = models.CharField(max_length=80)
    entered_at = models.DateTimeField()
    void_on = models.DateField(null=True, blank=True)
    void_why = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("-on", "-id")
        constraints = [
            CheckConstraint(condition=Q(amount__gt=0) | ~Q(goods=""), name="condolence_something"),
            CheckConstraint(condition=Q(amount__gte=0, goods_value__gte=0), name="condolence_not_negative"),
        ]
        indexes = [
            Index(fields=("org", "-on"), name="condolence_org"),
            Index(fields=("person", "why", "on"), name="condolence_person"),
        ]

    def __str__(self):
        return f"{self.on} {self.why_label}"
