"""A natural person known to the federation: a member, a former one, or somebody who holds a post."""

from __future__ import annotations

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint

from gongjia.base.models import Record, TextKind
from gongjia.base.secret import BlindIndexField, SealedField, canonical
from gongjia.who.members import kinds


class Person(Record):
    """Identity and facts. Numbers are sealed; the blind index finds an exact one."""

    name = models.CharField(max_length=60)
    name_py = models.CharField(max_length=200, blank=True, editable=False)
    name_initials = models.CharField(max_length=30, blank=True, editable=False)

    sex = TextKind(kinds=kinds.Sex, max_length=1, default=kinds.Sex.UNKNOWN)
    born_on = models.DateField(null=True, blank=True)
    nation = TextKind(kinds=lambda: kinds.NATIONS, max_length=2, blank=True)

    id_kind = TextKind(kinds=kinds.IdKind, max_length=20, blank=True)
    id_no = SealedField(label="person.id_no", mask="id", null=True)
    id_index = BlindIndexField(of="id_no", canonical=canonical.id_number, unique=True)
    phone = SealedField(label="person.phone", mask="phone", null=True)
    # two persons may share a phone
    phone_index = BlindIndexField(of="phone", canonical=canonical.phone, db_index=True)
    phone_ok = models.BooleanField(default=False)  # its owner has logged in with it

    political = TextKind(kinds=kinds.Political, max_length=2, blank=True)
    education = TextKind(kinds=kinds.Education, max_length=2, blank=True)
    skill_level = TextKind(kinds=kinds.SkillLevel, max_length=2, blank=True)
    employment = TextKind(kinds=kinds.Employment, max_length=1, blank=True)
    household_kind = TextKind(kinds=kinds.HouseholdKind, max_length=1, blank=True)
    household_place = models.CharField(max_length=120, blank=True)
    native_place = models.CharField(max_length=60, blank=True)
    job_post = models.CharField(max_length=60, blank=True)
    is_rural_worker = models.BooleanField(default=False)
    note = models.CharField(max_length=200, blank=True)

    account = models.OneToOneField("accounts.Account", models.PROTECT, null=True, blank=True, related_name="person")
    card_serial = models.CharField(max_length=20, blank=True)
    died_on = models.DateField(null=True, blank=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged_from")
    upper_no = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            UniqueConstraint(fields=("card_serial",), condition=~Q(card_serial=""), name="person_card_once"),
            CheckConstraint(condition=~Q(merged_into=F("id")), name="person_not_into_itself"),
        ]

    def __str__(self):
        return self.name
