from django.apps import AppConfig


class HandoutConfig(AppConfig):
    name = "gongjia.base.handout"
    label = "handout"
    verbose_name = "导出审批"

    def ready(self) -> None:
        from gongjia.base import journal, outbox

        journal.name_actions(
            {
                "handout.asked": "申请导出完整信息",
                "handout.approved": "批准导出",
                "handout.declined": "不同意导出",
                "handout.taken": "下载导出文件",
                "handout.alarm": "查看、导出超量报警",
                "reveal.card": "查看完整银行账号",
            }
        )
        outbox.offer(
            outbox.Template(
                "handout.alarm", title="查看、导出超量，已停止", body="{{ who }}今天经手的{{ what }}达到 {{ count }} 条，系统已停止其查看和导出，请核实。"
            ),
            outbox.Template("handout.answered", title="{{ label }}：{{ word }}", body="批准后 15 分钟内、用申请时的登录下载一次。{{ note }}"),
        )  # fmt: skip
