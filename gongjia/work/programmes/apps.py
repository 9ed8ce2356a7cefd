"""The app of programmes."""

import importlib
import pkgutil

from django.apps import AppConfig


class ProgrammesConfig(AppConfig):
    name = "gongjia.work.programmes"
    label = "programmes"
    verbose_name = "申报项目"

    def ready(self):
        from gongjia.base import handout, journal, outbox
        from gongjia.who.members import registry
        from gongjia.work.programmes import kinds
        from gongjia.work.programmes.queries.todos import SOURCES

        journal.name_actions(kinds.ACTION_LABELS)
        handout.by_action |= {"programmes.sealed_read": "household", "programmes.history_opened": "identity"}
        outbox.offer(*(outbox.Template(key, title=title, body=body) for key, (title, body) in kinds.MESSAGES.items()))
        package = importlib.import_module(f"{self.name}.types")
        for module in pkgutil.iter_modules(package.__path__):
            importlib.import_module(f"{package.__name__}.{module.name}")
        for source in SOURCES:
            registry.TODOS.register(source)
