"""The app of hardship files and condolences."""

from django.apps import AppConfig


class HouseholdsConfig(AppConfig):
    name = "gongjia.work.households"
    label = "households"
    verbose_name = "困难职工档案"

    def ready(self):
        from gongjia.base import handout, journal, outbox
        from gongjia.who.members.registry import TODOS
        from gongjia.work.households.kinds import ACTION_LABELS, MESSAGES
        from gongjia.work.households.queries.todos import SOURCES

        for source in SOURCES:
            TODOS.register(source)
        journal.name_actions(ACTION_LABELS)
        handout.by_action |= {"households.facts_opened": "household", "households.upward_sent": "household"}
        outbox.offer(
            *(
                outbox.Template(key, title=title, body=body, label=label)
                for key, (title, body, label) in MESSAGES.items()
            )
        )
