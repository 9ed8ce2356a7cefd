"""The app of events."""

from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "gongjia.work.events"
    label = "events"
    verbose_name = "活动"

    def ready(self):
        from gongjia.base import handout, journal, outbox
        from gongjia.who.members import registry
        from gongjia.work.events import kinds
        from gongjia.work.events.queries.todos import SOURCES

        handout.by_action["events.class_opened"] = "identity"
        journal.name_actions(kinds.ACTION_LABELS)
        outbox.offer(*(outbox.Template(key, title=title, body=body) for key, (title, body) in kinds.MESSAGES.items()))
        for source in SOURCES:
            registry.TODOS.register(source)
