"""Called every minute."""

from gongjia.base.outbox import sending


def send_due() -> int:
    return sending.send_due()
