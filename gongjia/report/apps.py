"""The app of figures and reports."""

from django.apps import AppConfig


class ReportConfig(AppConfig):
    name = "gongjia.report"
    label = "report"
    verbose_name = "统计与总结"

    def ready(self):
        from gongjia.base import journal
        from gongjia.report import catalogue
        from gongjia.report.kinds import ACTION_LABELS

        journal.name_actions(ACTION_LABELS)
        catalogue.load()
