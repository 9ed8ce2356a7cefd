"""The app of unions."""

from django.apps import AppConfig


class OrgsConfig(AppConfig):
    name = "gongjia.who.orgs"
    label = "orgs"
    verbose_name = "工会组织"

    def ready(self):
        from gongjia.base import journal, outbox
        from gongjia.who.orgs.kinds import ACTION_LABELS, MESSAGES

        journal.name_actions(ACTION_LABELS)
        outbox.offer(
            *(
                outbox.Template(key, title=title, body=body, label=label)
                for key, (title, body, label) in MESSAGES.items()
            )
        )
