from django.apps import AppConfig


class ProgressConfig(AppConfig):
    name = "gongjia.base.progress"
    label = "progress"
    verbose_name = "办理进度"

    def ready(self) -> None:
        from gongjia.base import outbox

        outbox.offer(
            outbox.Template("progress.done", title="{{ label }}：办好了", body="{{ message }}"),
            outbox.Template("progress.failed", title="{{ label }}：没有办完", body="{{ message }}"),
        )
