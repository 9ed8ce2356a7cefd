"""The app of members."""

from django.apps import AppConfig


class MembersConfig(AppConfig):
    name = "gongjia.who.members"
    label = "members"
    verbose_name = "会员"

    def ready(self):
        from gongjia.base import handout, journal, outbox
        from gongjia.who.accounts import registry as accounts
        from gongjia.who.members import registry
        from gongjia.who.members.actions.log_in import MembersDirectory
        from gongjia.who.members.kinds import ACTION_LABELS, MESSAGES
        from gongjia.who.members.queries.posts import accounts_with, guards
        from gongjia.who.members.queries.todos import SOURCES
        from gongjia.who.orgs import registry as orgs

        journal.name_actions(ACTION_LABELS)
        outbox.offer(*(outbox.Template(key, title=title, body=body) for key, (title, body) in MESSAGES.items()))
        accounts.use(MembersDirectory())
        orgs.use(accounts_with)
        handout.alarm_goes_to(guards)
        handout.by_action["members.upward_sent"] = "identity"
        for source in SOURCES:
            registry.TODOS.register(source)
