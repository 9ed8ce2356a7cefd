from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "gongjia.base.outbox"
    label = "outbox"
    verbose_name = "消息"

    def ready(self) -> None:
        from gongjia.base import journal

        journal.name_actions({"outbox.template_edited": "修改消息模板", "outbox.template_restored": "恢复消息模板"})
