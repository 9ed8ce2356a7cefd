"""The door on an officer's phone: tickets scanned or typed, with or without network."""
