"""What lies on an officer's desk because a worker asked."""

from __future__ import annotations

from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint

from gongjia.base.models import Record, TextKind
from gongjia.base.secret import BlindIndexField, SealedField, canonical
from gongjia.who.members import kinds, states


class Correction(Record):
    """A member says that something about them is wrong. The union that keeps the file settles it."""

    FLOW = states.CORRECTION_FLOW

    person = models.ForeignKey("members.Person", models.PROTECT, related_name="corrections")
    org = models.ForeignKey("orgs.Org", models.PROTECT, related_name="corrections")
    field = TextKind(kinds=kinds.CorrectionField, max_length=20)
    wanted = SealedField(label="correction.wanted", mask="text", null=True)
    words = models.CharField(max_length=200, blank=True)
    state = TextKind(kinds=states.CorrectionState, max_length=10, default=states.CorrectionState.OPEN)
    asked_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    answer = models.CharField(max_length=200, blank=True)
    handler = models.ForeignKey("members.Person", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            # a second tap on the same wrong thing changes the first request
            UniqueConstraint(fields=("person", "field"), condition=Q(state="open"), name="correction_once_open"),
            CheckConstraint(
                condition=Q(state="open", ended_on__isnull=True) | (~Q(state="open") & Q(ended_on__isnull=False)),
                name="correction_end_has_date",
            ),
        ]
        indexes = [Index(fields=("org",), condition=Q(state="open"), name="correction_open")]

    def __str__(self):
        return f"{self.field} {self.asked_on}"


class Help(Record):
    """请工会干部帮我办. From a member, or from somebody whose phone is not on file (then `person` is
    whom the officer may find, and the asker is told nothing)."""

    FLOW = states.HELP_FLOW

    org = models.ForeignKey("orgs.Org", models.PROTECT, related_name="helps")
    person = models.ForeignKey("members.Person", models.PROTECT, null=True, blank=True, related_name="helps")
    account = models.ForeignKey("accounts.Account", models.PROTECT, null=True, blank=True, related_name="+")
    about = TextKind(kinds=kinds.HelpAbout, max_length=10)
    name = models.CharField(max_length=60, blank=True)
    id_no = SealedField(label="help.id_no", mask="id", null=True)
    phone = SealedField(label="help.phone", mask="phone", null=True)
    phone_index = BlindIndexField(of="phone", canonical=canonical.phone)
    employer = models.CharField(max_length=120, blank=True)
    words = models.CharField(max_length=400, blank=True)
    state = TextKind(kinds=states.HelpState, max_length=10, default=states.HelpState.OPEN)
    asked_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    answer = models.CharField(max_length=200, blank=True)
    handler = models.ForeignKey("members.Person", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            CheckConstraint(
                condition=Q(state="open", ended_on__isnull=True) | (~Q(state="open") & Q(ended_on__isnull=False)),
                name="help_end_has_date",
            ),
            # one open request of a kind from one phone: repeating it floods nobody's desk
            UniqueConstraint(
                fields=("phone_index", "about"),
                condition=Q(state="open", phone_index__isnull=False),
                name="help_once_open",
            ),
            UniqueConstraint(
                fields=("phone_index_next", "about"),
                condition=Q(state="open", phone_index_next__isnull=False),
                name="help_once_open_next",  # while the index key is being rotated
            ),
        ]
        indexes = [Index(fields=("org",), condition=Q(state="open"), name="help_open")]

    def __str__(self):
        return f"{self.about} {self.asked_on}"
