"""The app of what becomes public."""

from django.apps import AppConfig


class PublishConfig(AppConfig):
    name = "gongjia.work.publish"
    label = "publish"
    verbose_name = "公示"

    def ready(self):
        from gongjia.base import journal, outbox
        from gongjia.who.members.registry import TODOS
        from gongjia.work.publish.kinds import ACTION_LABELS, MESSAGES
        from gongjia.work.publish.queries.todos import SOURCES

        for source in SOURCES:
            TODOS.register(source)
        journal.name_actions(ACTION_LABELS)
        outbox.offer(
            *(
                outbox.Template(key, title=title, body=body, label=label)
                for key, (title, body, label) in MESSAGES.items()
            )
        )
