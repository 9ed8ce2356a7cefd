"""Pure decisions of events."""
