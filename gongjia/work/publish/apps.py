"""The app of what becomes public."""

from django.apps import AppConfig


class PublishConfig(AppConfig):
    name = "gongjia.work.publish"
    label = "publish"
    verbose_name = "公示"

    def ready(self):
        from gongjia.base import journal, outbox
        from gongjia.work.publish.kinds import ACTION_LABELS, MESSAGES

        journal.name_actions(ACTION_LABELS)
        outbox.offer(
            *(
                outbox.Template(key, title=title, body=body, label=label)
                for key, (title, body, label) in MESSAGES.items()
            )
        )
