"""What is opened for people to apply to: the round, its form, its desks, its places."""

from __future__ import annotations

from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint

from gongjia.base.models import Record, TextKind
from gongjia.work.programmes import kinds, states


def _types() -> dict[str, str]:
    from gongjia.work.programmes.registry import TYPES

    return {one.key: one.label for one in TYPES}


class FormVersion(Record):
    """One published version of a form: what was answered is always read by the version it was asked with."""

    org = models.ForeignKey("orgs.Org", models.PROTECT, related_name="+", db_index=False)
    key = models.CharField(max_length=60)  # which form: a round's own, or a type's
    version = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120)
    spec = models.JSONField(default=dict)  # {"fields": [...]}: rules.forms says what may stand in it
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        "members.Person", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )

    class Meta:
        ordering = ("key", "version")
        constraints = [UniqueConstraint(fields=("key", "version"), name="formversion_once")]

    def __str__(self):
        return f"{self.title} v{self.version}"


class Round(Record):
    """One opening of a programme: dates, places, amounts, form, desks, notice. Rules of the type apply on top."""

    FLOW = states.ROUND_FLOW

    type = TextKind(kinds=_types, max_length=40)
    org = models.ForeignKey("orgs.Org", models.PROTECT, related_name="rounds")
    title = models.CharField(max_length=120)
    area = TextKind(kinds=lambda: kinds.AREAS, max_length=1)
    cycle = models.CharField(max_length=40, blank=True)  # 第一届 | 2018年度 | 第二批
    year = models.PositiveSmallIntegerField()
    brief = models.TextField(blank=True)  # who, what, how, in a worker's words
    template = models.CharField(max_length=60, blank=True)  # key of the template it was made from
    previous = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="followed_by", db_index=False
    )

    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField(null=True, blank=True)  # exclusive; None: open all the year
    state = TextKind(kinds=states.RoundState, max_length=12, default=states.ROUND_FLOW.initial)
    state_on = models.DateField(null=True, blank=True)  # closed, decided, finished or cancelled on
    state_why = models.CharField(max_length=200, blank=True)

    subject = TextKind(kinds=kinds.Subject, max_length=10)
    sensitive = models.BooleanField(default=False)
    form = models.ForeignKey(FormVersion, models.PROTECT, related_name="rounds", db_index=False)
    decides = TextKind(kinds=kinds.Decides, max_length=8)

    quota = models.PositiveIntegerField(null=True, blank=True)  # places in all; None: no limit
    amount = models.BigIntegerField(default=0)  # fen, of one award when tiers and type say nothing else
    tiers = models.JSONField(default=list, blank=True)  # [{"key","label","amount"(fen),"quota"}]
    goods = models.CharField(max_length=120, blank=True)  # what is given beside or instead of money
    once_per = TextKind(kinds=kinds.Once, max_length=6, default=kinds.Once.ROUND)
    gap_years = models.PositiveSmallIntegerField(default=0)
    file_needed = models.BooleanField(default=False)  # a hardship file in force
    conditions = models.JSONField(default=list, blank=True)  # [{"check": key, …}] of rules.conditions
    params = models.JSONField(default=dict, blank=True)  # values that the type's own rules read
    criteria = models.JSONField(default=list, blank=True)  # [{"key","label","weight","most"}]: with a panel

    notice_place = TextKind(kinds=kinds.NoticePlace, max_length=4, blank=True)
    notice_days = models.PositiveSmallIntegerField(default=0)
    notice_unit = TextKind(kinds=kinds.DayUnit, max_length=8, default=kinds.DayUnit.WORKDAY)
    notice_phone = models.CharField(max_length=40, blank=True)  # 受理电话 of the office

    class Meta:
        ordering = ("-opens_at", "-id")
        constraints = [
            CheckConstraint(
                condition=Q(closes_at__isnull=True) | Q(closes_at__gt=F("opens_at")), name="round_closes_after"
            ),
            CheckConstraint(condition=Q(amount__gte=0), name="round_amount"),
            CheckConstraint(
                condition=Q(notice_place="", notice_days=0) | (~Q(notice_place="") & Q(notice_days__gt=0)),
                name="round_notice_whole",
            ),
            # what a sensitive programme is about never leaves the unit's own notice board
            CheckConstraint(
                condition=Q(sensitive=False) | Q(notice_place__in=("", "unit")), name="round_sensitive_stays_inside"
            ),
        ]
        indexes = [
            Index(fields=("type", "year"), name="round_type_year"),
            Index(fields=("state", "closes_at"), name="round_state"),
        ]

    def __str__(self):
        return self.title


class RoundDesk(Record):
    """One desk of the review chain, as the round orders it; the unions come from the real tree."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="desks", db_index=False)
    number = models.PositiveSmallIntegerField()
    place = TextKind(kinds=kinds.DeskPlace, max_length=10)
    org = models.ForeignKey("orgs.Org", models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    role = models.CharField(max_length=60, blank=True)  # key of a role (several: "|"); "": any who may review
    label = models.CharField(max_length=40, blank=True)
    days = models.PositiveSmallIntegerField(default=5)
    day_unit = TextKind(kinds=kinds.DayUnit, max_length=8, default=kinds.DayUnit.WORKDAY)
    stage = models.PositiveSmallIntegerField(default=1)  # part of the form it looks at

    class Meta:
        ordering = ("number",)
        constraints = [
            UniqueConstraint(fields=("round", "number"), name="rounddesk_once"),
            CheckConstraint(
                condition=(Q(place="named") & Q(org__isnull=False)) | (~Q(place="named") & Q(org__isnull=True)),
                name="rounddesk_named_has_org",
            ),
        ]

    def __str__(self):
        return f"{self.number} {self.place}"


class Quota(Record):
    """Places handed down to a union in a round. `returned` went back to whoever gave them."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="quotas", db_index=False)
    org = models.ForeignKey("orgs.Org", models.PROTECT, related_name="+", db_index=False)
    given_by = models.ForeignKey("orgs.Org", models.PROTECT, related_name="+", db_index=False)
    given = models.PositiveIntegerField(default=0)
    returned = models.PositiveIntegerField(default=0)
    changed_on = models.DateField()

    class Meta:
        constraints = [
            UniqueConstraint(fields=("round", "org"), name="quota_once"),
            CheckConstraint(condition=Q(returned__lte=F("given")), name="quota_returned_within"),
            CheckConstraint(condition=~Q(org=F("given_by")), name="quota_from_above"),
        ]

    def __str__(self):
        return f"{self.org_id}: {self.given - self.returned}"


class JoinRoute(Record):
    """Which union takes an applicant without an employer's union: the most exact row wins, then the order."""

    order = models.PositiveSmallIntegerField(default=0)
    trade = models.CharField(max_length=20, blank=True)  # members' dated list of trades
    platform = models.CharField(max_length=60, blank=True)
    area = models.CharField(max_length=60, blank=True)  # township, street, station (站点)
    org = models.ForeignKey("orgs.Org", models.PROTECT, related_name="+", db_index=False)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("order", "id")
        constraints = [
            UniqueConstraint(
                fields=("trade", "platform", "area"), condition=Q(until__isnull=True), name="joinroute_once_now"
            ),
            CheckConstraint(condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="joinroute_order"),
        ]

    def __str__(self):
        return f"{self.trade}/{self.platform}/{self.area} → {self.org_id}"


class NumberSeries(Record):
    """Counter of human numbers: `2018-GJ` → 123. Taken under a lock, so that none is given twice."""

    key = models.CharField(max_length=40, unique=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self):
        return f"{self.key}: {self.last}"
