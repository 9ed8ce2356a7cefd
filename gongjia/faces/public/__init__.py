"""Pages for anyone: home, privacy rules."""
