"""Wording, inbox rows, and short messages with their state. A phone number and the words of a message are sealed."""

from __future__ import annotations

from django.db import models

from gongjia.base.models import Record, TextKind
from gongjia.base.outbox.kinds import Channel, Purpose, State
from gongjia.base.secret import BlindIndexField, SealedField, canonical


class Template(Record):
    """The wording of one message on one channel. Version 1 is the one that came with the program."""

    key = models.CharField("用途", max_length=80)
    channel = TextKind("通道", kinds=Channel)
    title = models.CharField("标题", max_length=120, blank=True)
    body = models.TextField("内容")
    version = models.PositiveIntegerField("版本", default=1)
    edited = models.BooleanField("已改过", default=False)
    changed_at = models.DateTimeField("修改时间", null=True, blank=True)
    changed_by = models.CharField("修改人", max_length=120, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "channel"], name="template_key_channel")]

    def __str__(self) -> str:
        return f"{self.key} {self.channel}"


class InboxItem(Record):
    """One message in the inbox of one account."""

    account_id = models.UUIDField("账号")
    template = models.CharField("用途", max_length=80)
    title = models.CharField("标题", max_length=200)
    body = models.TextField("内容", blank=True)
    url = models.CharField("去向", max_length=300, blank=True)
    created_at = models.DateTimeField("时间")
    read_at = models.DateTimeField("已读时间", null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["account_id", "-created_at", "-id"], name="inbox_account"),
            models.Index(fields=["account_id"], name="inbox_unread", condition=models.Q(read_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return self.title


class Message(Record):
    """One short message to one phone, from the wish to send it to the provider's last word."""

    template = models.CharField("用途", max_length=80)
    purpose = TextKind("类别", kinds=Purpose)
    phone = SealedField(label="outbox.message.phone", mask="phone", null=True)
    phone_index = BlindIndexField(of="phone", canonical=canonical.phone)
    to_label = models.CharField("收信号码", max_length=20)  # masked
    text = SealedField(
        label="outbox.message.text", null=True
    )  # a code is a secret; forgotten when it is of no more use
    state = TextKind("状态", kinds=State, default=State.QUEUED)
    reason = models.CharField("原因", max_length=40, blank=True)  # a key of kinds.REASONS
    detail = models.CharField("说明", max_length=200, blank=True)  # the provider's words
    tries = models.PositiveSmallIntegerField("次数", default=0)
    provider_ref = models.CharField("回执号", max_length=120, blank=True)
    at = models.DateTimeField("业务时间")
    created_at = models.DateTimeField("登记时间")  # real time from here on: limits and waits are about real phones
    next_at = models.DateTimeField("下次发送", null=True, blank=True)
    expires_at = models.DateTimeField("失效时间")
    sent_at = models.DateTimeField("发出时间", null=True, blank=True)
    delivered_at = models.DateTimeField("送达时间", null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["phone_index", "-created_at"], name="message_phone"),
            models.Index(
                fields=["next_at"], name="message_due", condition=models.Q(state__in=[State.QUEUED, State.SENDING])
            ),
            models.Index(fields=["-created_at"], name="message_created"),
        ]

    def __str__(self) -> str:
        return f"{self.template} {self.to_label} {self.state}"


class SmsHour(models.Model):
    """How many messages were handed to the provider in an hour: one narrow row, so that the budget is exact."""

    hour = models.DateTimeField(primary_key=True)
    used = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.hour:%Y-%m-%d %H} {self.used}"
