"""The app of the log-in pages."""

from django.apps import AppConfig


class LoginConfig(AppConfig):
    name = "gongjia.faces.login"
    label = "login"
    verbose_name = "登录"
