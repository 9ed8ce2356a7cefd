"""A panel of judges: who scores, what, and who may not."""

from __future__ import annotations

from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint

from gongjia.base.models import Record
from gongjia.work.programmes.models.application import Application
from gongjia.work.programmes.models.round import Round


class Judge(Record):
    """One judge of a round; with a person behind when they score for themselves on the system."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="judges", db_index=False)
    person = models.ForeignKey("members.Person", models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField(max_length=60)
    title = models.CharField(max_length=80, blank=True)  # post and unit, as on the list of judges
    removed_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("name", "id")
        constraints = [
            UniqueConstraint(fields=("round", "name"), condition=Q(removed_on__isnull=True), name="judge_once"),
        ]

    def __str__(self):
        return self.name


class JudgeScore(Record):
    """One judge's marks for one application: a mark per criterion, and their weighted total out of 100."""

    judge = models.ForeignKey(Judge, models.PROTECT, related_name="scores", db_index=False)
    application = models.ForeignKey(Application, models.PROTECT, related_name="marks", db_index=False)
    marks = models.JSONField(default=dict)  # {criterion key: "8.5"}: decimals as text
    total = models.DecimalField(max_digits=9, decimal_places=4)
    on = models.DateField()

    class Meta:
        constraints = [
            UniqueConstraint(fields=("judge", "application"), name="judgescore_once"),
            CheckConstraint(condition=Q(total__gte=0, total__lte=100), name="judgescore_range"),
        ]
        indexes = [Index(fields=("application",), name="judgescore_application")]

    def __str__(self):
        return f"{self.judge_id} {self.total}"


class Conflict(Record):
    """A judge stands aside for one application (回避): their marks for it do not count and are not taken."""

    judge = models.ForeignKey(Judge, models.PROTECT, related_name="conflicts", db_index=False)
    application = models.ForeignKey(Application, models.PROTECT, related_name="conflicts", db_index=False)
    reason = models.CharField(max_length=200)
    declared_on = models.DateField()

    class Meta:
        constraints = [UniqueConstraint(fields=("judge", "application"), name="conflict_once")]
        indexes = [Index(fields=("application",), name="conflict_application")]

    def __str__(self):
        return f"{self.judge_id} / {self.application_id}"
