"""The app of events."""

from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "gongjia.work.events"
    label = "events"
    verbose_name = "活动"

    def ready(self):
        from gongjia.base import journal, outbox
        from gongjia.work.events import kinds

        journal.name_actions(kinds.ACTION_LABELS)
        outbox.offer(*(outbox.Template(key, title=title, body=body) for key, (title, body) in kinds.MESSAGES.items()))
