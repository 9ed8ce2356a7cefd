from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    name = "gongjia.faces.console"
    label = "console"
    verbose_name = "工会干部工作台"
