from django.apps import AppConfig, apps


class JournalConfig(AppConfig):
    name = "gongjia.base.journal"
    label = "journal"
    verbose_name = "日志"
    # config/schema.py takes UPDATE and DELETE on these away from the application's role
    append_only_tables = ("journal_entry", "journal_entrysubject")

    def ready(self) -> None:
        from gongjia.base.journal import labels

        for model in apps.get_models():
            if flow := getattr(model, "FLOW", None):
                labels.name_flow(flow)
