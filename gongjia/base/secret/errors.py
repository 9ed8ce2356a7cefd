"""What can go wrong with secrets. Messages never carry a plain text or a key."""

from __future__ import annotations


class SecretError(Exception):
    """Base of everything this package raises."""


class KeysMissing(SecretError):
    """There is no key ring where one is expected."""


class KeysLoose(SecretError):
    """The key ring can be read by others than its owner."""


class KeysDamaged(SecretError):
    """The key ring, or one of its sealed halves, is not what was written."""


class UnknownVersion(SecretError):
    """A value names a key version that this ring does not hold."""


class Tampered(SecretError):
    """A sealed value was changed, moved to another row or column, or cut."""


class Swap(SecretError):
    """A sealed value of one row was assigned to another row."""


class NotHere(SecretError):
    """A sealed column was written by a way that cannot bind it to its row."""
