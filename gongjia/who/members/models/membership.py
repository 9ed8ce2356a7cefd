"""Membership as spells, their changes, and the hand-over from union to union."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint

from gongjia.base.models import Record, TextKind
from gongjia.who.members import kinds, states


class Trade(Record):
    """A trade of new forms of employment (新就业形态), valid in [since, until): the list differs by year."""

    code = models.CharField(max_length=20)
    name = models.CharField(max_length=30)
    group = TextKind(kinds=kinds.TradeGroup, max_length=8)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("order", "code")
        constraints = [
            UniqueConstraint(fields=("code",), condition=Q(until__isnull=True), name="trade_once_now"),
            CheckConstraint(condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="trade_order"),
        ]

    def __str__(self):
        return self.name


class Membership(Record):
    """One spell of one person in one union, of one standing.

    A change of union or standing ends a spell and begins the next on the same day, so that a
    count on a past day comes out the same for ever. `org_path` and `name_keys` are copies: the
    list of a subtree, with or without a name, must be answered from one index.
    """

    person = models.ForeignKey("members.Person", models.PROTECT, related_name="memberships", db_index=False)
    org = models.ForeignKey("orgs.Org", models.PROTECT, related_name="memberships", db_index=False)
    org_path = models.CharField(max_length=80, db_collation="C")
    name_keys = ArrayField(models.TextField(), default=list, blank=True, editable=False)

    standing = TextKind(kinds=kinds.Standing, max_length=8, default=kinds.Standing.ACTIVE)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    joined_on = models.DateField(null=True, blank=True)  # 入会日期, the first one, kept through transfers
    change_in = TextKind(kinds=kinds.ChangeKind, max_length=2, default=kinds.ChangeKind.JOIN)
    change_out = TextKind(kinds=kinds.ChangeKind, max_length=2, blank=True)
    reason = TextKind(kinds=kinds.ChangeReason, max_length=2, blank=True)  # of the beginning
    # the person's latest spell: where their file is kept, also after leaving
    is_latest = models.BooleanField(default=True)

    employer = models.CharField(max_length=120, blank=True)  # 工作单位, which in a joint union is not the union's
    trade = models.CharField(max_length=20, blank=True)  # Trade.code
    platform = models.CharField(max_length=60, blank=True)
    area = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            # with the next-but-one check: at most one open spell, hence one active membership, per person
            UniqueConstraint(fields=("person",), condition=Q(is_latest=True), name="membership_one_latest"),
            CheckConstraint(condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="membership_order"),
            CheckConstraint(condition=Q(until__isnull=False) | Q(is_latest=True), name="membership_open_is_latest"),
            CheckConstraint(
                condition=Q(until__isnull=True, change_out="") | (Q(until__isnull=False) & ~Q(change_out="")),
                name="membership_end_has_kind",
            ),
        ]
        indexes = [
            # the list of a subtree, at any depth of paging
            Index(
                fields=("org_path", "id"),
                condition=Q(until__isnull=True, standing="active"),
                name="membership_list",
            ),
            Index(
                fields=("org_path", "id"),
                condition=Q(is_latest=True) & (Q(until__isnull=False) | Q(standing="retained")),
                name="membership_list_rest",
            ),
            Index(fields=("person", "since"), name="membership_person"),
            Index(fields=("org", "until"), name="membership_org"),
            GinIndex(fields=("name_keys",), condition=Q(is_latest=True), name="membership_name_keys"),
            Index(fields=("trade",), condition=~Q(trade=""), name="membership_trade"),
            Index(fields=("until",), condition=Q(until__isnull=False), name="membership_ended"),
        ]

    def __str__(self):
        return f"{self.org_id} {self.since}"


class MembershipChange(Record):
    """What happened to a membership on a day: the nationally coded history (会籍变化)."""

    person = models.ForeignKey("members.Person", models.PROTECT, related_name="changes")
    org = models.ForeignKey("orgs.Org", models.PROTECT, related_name="member_changes", db_index=False)
    kind = TextKind(kinds=kinds.ChangeKind, max_length=2)
    reason = TextKind(kinds=kinds.ChangeReason, max_length=2, blank=True)
    on = models.DateField()
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="changes", db_index=False)
    other_org = models.ForeignKey("orgs.Org", models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    outside = models.CharField(max_length=120, blank=True)  # a union outside the federation
    # of an expulsion: the decision, the article, and the note that the next higher union took of it
    document = models.CharField(max_length=80, blank=True)
    clause = models.CharField(max_length=120, blank=True)
    attachment = models.ForeignKey(
        "journal.Attachment", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    noted_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            CheckConstraint(
                condition=~Q(kind="5") | (~Q(document="") & ~Q(clause="")), name="change_expel_has_document"
            ),
        ]
        indexes = [
            Index(fields=("org", "on"), name="change_org_on"),
            Index(fields=("membership",), name="change_membership"),
            Index(fields=("org",), condition=Q(kind="5", noted_on__isnull=True), name="change_expel_open"),
        ]

    def __str__(self):
        return f"{self.kind} {self.on}"


class Transfer(Record):
    """A hand-over from one union to another; the receiving union has to accept it."""

    FLOW = states.TRANSFER_FLOW

    person = models.ForeignKey("members.Person", models.PROTECT, related_name="transfers")
    from_org = models.ForeignKey("orgs.Org", models.PROTECT, related_name="transfers_out")
    to_org = models.ForeignKey("orgs.Org", models.PROTECT, related_name="transfers_in")
    asked_by = TextKind(kinds=kinds.TransferAsker, max_length=10)
    state = TextKind(kinds=states.TransferState, max_length=10, default=states.TransferState.OFFERED)
    reason = TextKind(kinds=kinds.ChangeReason, max_length=2, default=kinds.ChangeReason.LABOUR_RELATION)
    words = models.CharField(max_length=200, blank=True)
    asked_on = models.DateField()
    offered_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)  # accepted, declined or withdrawn
    answer = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            UniqueConstraint(fields=("person",), condition=Q(state__in=("asked", "offered")), name="transfer_one_open"),
            CheckConstraint(condition=~Q(from_org=F("to_org")), name="transfer_two_unions"),
            CheckConstraint(
                condition=Q(state__in=("asked", "offered"), ended_on__isnull=True)
                | (~Q(state__in=("asked", "offered")) & Q(ended_on__isnull=False)),
                name="transfer_end_has_date",
            ),
        ]

    def __str__(self):
        return f"{self.from_org_id} → {self.to_org_id}"

    @property
    def org(self):
        """Whose power counts for the next step: the giving union confirms, the receiving one answers."""
        return self.from_org if self.state == states.TransferState.ASKED else self.to_org
