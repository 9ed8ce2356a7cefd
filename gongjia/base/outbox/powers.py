"""Who may change the wording of messages."""

TEMPLATES = "outbox.templates"

POWERS: dict[str, str] = {TEMPLATES: "修改消息模板"}
