from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    name = "gongjia.faces.console"
    label = "console"
    verbose_name = "工会干部工作台"

    def ready(self) -> None:
        from gongjia.faces.console import sections

        sections.register_navigation()
