"""The app of accounts."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "gongjia.who.accounts"
    label = "accounts"
    verbose_name = "账号"

    def ready(self):
        from django.contrib.auth.signals import user_logged_in

        from gongjia.base import journal, outbox
        from gongjia.who.accounts.kinds import ACTION_LABELS

        journal.name_actions(ACTION_LABELS)
        outbox.offer(
            _code(
                "login.code",
                "登录",
                "登录验证码{{ code }}，{{ minutes }}分钟内有效。工会人员不会向您索要，请勿告诉他人。",
            ),
            _code(
                "login.new_phone",
                "更换手机号",
                "您正在把这个号码设为工会平台的登录手机号，验证码{{ code }}，{{ minutes }}分钟内有效。不是您本人操作请忽略。",
            ),
            _code("login.again", "确认本人", "确认本人操作的验证码{{ code }}，{{ minutes }}分钟内有效，请勿告诉他人。"),
            outbox.Template(
                "login.reset",
                title="您的登录{{ what }}已由工会干部重置",
                body="如果不是您本人要求的，请马上联系您所在的工会。",
                label="登录重置提醒",
            ),
        )
        # Django stamps last_login with the machine's clock; ours is stamped by the log-in action.
        user_logged_in.disconnect(dispatch_uid="update_last_login")


def _code(key: str, label: str, body: str):
    from gongjia.base import outbox

    return outbox.Template(key, body=body, channel="sms", label=f"验证码：{label}", names=("code", "minutes"))
