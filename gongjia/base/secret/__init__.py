"""Secrets: sealed columns, blind indexes, keys. Knows nothing of unions.

from gongjia.base import secret
phone = secret.SealedField("account.phone", mask="phone")
phone_index = secret.BlindIndexField(of="phone", canonical=secret.canonical.phone)
"""

from . import canonical, keys, masks
from .box import (
    blind,
    blind_many,
    mac,
    mac_ok,
    seal,
    seal_bytes,
    seal_many,
    unseal,
    unseal_bytes,
    unseal_many,
)
from .errors import (
    KeysDamaged,
    KeysLoose,
    KeysMissing,
    NotHere,
    SecretError,
    Swap,
    Tampered,
    UnknownVersion,
)
from .fields import BlindIndexField, SealedBytesField, SealedField, with_indexes
from .sealed import Carried, Sealed

__all__ = [
    "BlindIndexField", "Carried", "KeysDamaged", "KeysLoose", "KeysMissing", "NotHere", "Sealed", "SealedBytesField", "SealedField",
    "SecretError", "Swap", "Tampered", "UnknownVersion", "blind", "blind_many", "canonical", "keys", "mac", "mac_ok",
    "masks", "seal", "seal_bytes", "seal_many", "unseal", "unseal_bytes", "unseal_many", "with_indexes",
]  # fmt: skip
