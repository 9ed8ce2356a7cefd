"""The app of members."""

from django.apps import AppConfig


class MembersConfig(AppConfig):
    name = "gongjia.who.members"
    label = "members"
    verbose_name = "会员"

    def ready(self):
        from gongjia.base import journal
        from gongjia.who.members import registry  # noqa: F401  registers the check of roles
        from gongjia.who.members.kinds import ACTION_LABELS

        journal.name_actions(ACTION_LABELS)
