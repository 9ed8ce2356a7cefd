"""Who may change the calendar."""

EDIT = "setup.edit"
