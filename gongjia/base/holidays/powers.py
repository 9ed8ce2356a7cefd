"""Who may change the calendar."""

EDIT = "setup.edit"

POWERS: dict[str, str] = {EDIT: "维护节假日、查看运行状况"}
