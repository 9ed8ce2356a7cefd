"""The app of the log-in pages."""

from django.apps import AppConfig


class LoginConfig(AppConfig):
    name = "gongjia.faces.login"
    label = "login"
    verbose_name = "登录"

    def ready(self):
        from gongjia.faces.shared.shell import NAV, NavItem

        NAV.register(
            NavItem("slips", "打印登录条", url="login:slips", section="members", powers=("accounts.slip",), order=80)
        )
