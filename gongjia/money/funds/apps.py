"""The app of funds."""

from django.apps import AppConfig


class FundsConfig(AppConfig):
    name = "gongjia.money.funds"
    label = "funds"
    verbose_name = "资金"

    def ready(self):
        from gongjia.base import journal, outbox
        from gongjia.base.journal.labels import name_flow
        from gongjia.money.funds import registry, states
        from gongjia.money.funds.kinds import ACTION_LABELS, MESSAGES
        from gongjia.money.funds.queries.todos import SOURCES
        from gongjia.who.members import registry as members

        registry.load()
        journal.name_actions(ACTION_LABELS)
        for flow in (states.BATCH_FLOW, states.PAYMENT_FLOW, states.REVERSAL_FLOW, states.DOUBT_FLOW):
            name_flow(flow)
        outbox.offer(*(outbox.Template(key, title=title, body=body) for key, (title, body) in MESSAGES.items()))
        for source in SOURCES:
            members.TODOS.register(source)
