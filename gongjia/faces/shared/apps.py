"""The app that carries the components, tokens and saved drafts of forms."""

from django.apps import AppConfig


class SharedConfig(AppConfig):
    name = "gongjia.faces.shared"
    label = "shared"
    verbose_name = "界面公用"
