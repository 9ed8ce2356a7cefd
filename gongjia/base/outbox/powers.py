"""Who may change the wording of messages."""

TEMPLATES = "outbox.templates"
