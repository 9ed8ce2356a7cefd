"""One row per long job. The queue may lose or double its nudges; this row says what is to be done and by whom."""

from __future__ import annotations

from django.db import models

from gongjia.base.models import Record, TextKind
from gongjia.base.progress.kinds import State


class Progress(Record):
    kind = models.CharField("任务", max_length=80)  # a key of `registry.jobs`
    label = models.CharField("名称", max_length=200)
    state = TextKind("状态", kinds=State, default=State.WAITING)
    done = models.PositiveIntegerField("已办", default=0)
    total = models.PositiveIntegerField("总数", default=0)  # 0: not known
    message = models.CharField("说明", max_length=500, blank=True)
    args = models.JSONField("参数", default=dict)  # plain JSON, no personal values: ids and file ids only
    result = models.JSONField("结果", default=dict)
    result_file = models.ForeignKey("journal.Attachment", models.SET_NULL, null=True, blank=True, related_name="+")
    url = models.CharField("去向", max_length=300, blank=True)  # where the bell leads

    account_id = models.UUIDField("发起人", null=True, blank=True)
    org_id = models.UUIDField("工会", null=True, blank=True)
    actor_label = models.CharField("发起人名称", max_length=120, blank=True)
    system_powers = models.JSONField(null=True, blank=True)  # of a system actor; None: rebuilt from the account

    created_at = models.DateTimeField("发起时间")  # business time
    started_at = models.DateTimeField("开始时间", null=True, blank=True)
    ended_at = models.DateTimeField("结束时间", null=True, blank=True)
    cancel_asked = models.BooleanField("要求停止", default=False)

    # the lease: who works on it now, and when it last gave a sign
    run_id = models.UUIDField(null=True, blank=True)
    beat_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["account_id", "-created_at"], name="progress_account"),
            models.Index(
                fields=["beat_at"], name="progress_open", condition=models.Q(state__in=[State.WAITING, State.RUNNING])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.state}"

    @property
    def ended(self) -> bool:
        return self.state not in (State.WAITING, State.RUNNING)
