"""One file, one type: registered when the app is ready, never imported by name."""
