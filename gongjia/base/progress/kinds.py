"""The states of a long job."""

from django.db.models import TextChoices


class State(TextChoices):
    WAITING = "waiting", "排队中"
    RUNNING = "running", "办理中"
    DONE = "done", "已完成"
    FAILED = "failed", "没有完成"
    CANCELLED = "cancelled", "已取消"


ENDED = (State.DONE, State.FAILED, State.CANCELLED)
