"""The app of unions."""

from django.apps import AppConfig


class OrgsConfig(AppConfig):
    name = "gongjia.who.orgs"
    label = "orgs"
    verbose_name = "工会组织"

    def ready(self):
        from gongjia.base import journal, outbox
        from gongjia.who.orgs.kinds import ACTION_LABELS

        journal.name_actions(ACTION_LABELS)
        outbox.offer(
            outbox.Template(
                "orgs.chase",
                title="{{ by }}提醒：请办理{{ matters }}",
                body="{{ org }}：{{ matters }}。{% if note %}{{ note }}{% endif %}",
                label="催办工会",
                names=("org", "matters", "note", "by"),
            )
        )
