"""Days that differ from the weekly rhythm and are not in the shipped file, or correct it."""

from __future__ import annotations

from django.db import models

from gongjia.base.models import Record


class Holiday(Record):
    """One day: rested (a holiday) or worked (a 调休 Saturday or Sunday)."""

    day = models.DateField("日期", unique=True)
    is_work = models.BooleanField("上班", default=False)
    name = models.CharField("名称", max_length=40, blank=True)

    class Meta:
        ordering = ["day"]
        verbose_name = "节假日"

    def __str__(self) -> str:
        return f"{self.day.isoformat()} {'上班' if self.is_work else '放假'} {self.name}".strip()
