"""Round templates, scoring tables and other lists that come with the program."""
