from django.apps import AppConfig


class HolidaysConfig(AppConfig):
    name = "gongjia.base.holidays"
    label = "holidays"
    verbose_name = "节假日"

    def ready(self) -> None:
        from gongjia.base import journal, workdays
        from gongjia.base.holidays import queries

        workdays.use(queries.entered)
        journal.name_actions({"holidays.set": "设置节假日", "holidays.forgotten": "取消节假日设置"})
