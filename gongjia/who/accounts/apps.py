"""The app of accounts."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "gongjia.who.accounts"
    label = "accounts"
    verbose_name = "账号"

    def ready(self):
        from django.contrib.auth.signals import user_logged_in

        from gongjia.base import journal
        from gongjia.who.accounts.kinds import ACTION_LABELS

        journal.name_actions(ACTION_LABELS)
        # Django stamps last_login with the machine's clock; ours is stamped by the log-in action.
        user_logged_in.disconnect(dispatch_uid="update_last_login")
