"""What reading a sealed column gives: a value that shows masked wherever it is printed.

`Sealed` is one of Django's lazy strings (`Promise`), so templates, `str()`, `format()`, logs and Django's
JSON encoder all take its masked text; the whole text leaves by one named door only.
"""

from __future__ import annotations

import logging
import uuid
from typing import Any

from django.utils.functional import Promise

from . import box, masks
from .errors import Tampered

log = logging.getLogger(__name__)


class Pending:
    """A plain text waiting on an unsaved row. Has no way to be printed or stored."""

    __slots__ = ("text",)

    def __init__(self, text: str):
        self.text = text

    def __repr__(self) -> str:
        return "<pending secret>"

    def __reduce__(self) -> Any:
        raise TypeError("a plain text is never pickled")


class Stored(bytes):
    """Bytes as they lie in the column; made by the field only."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<sealed bytes {len(self)}>"


class Carried:
    """A plain text on its way from one row to another; can only be assigned to a sealed field."""

    __slots__ = ("_text",)

    def __init__(self, text: str):
        self._text = text

    def __repr__(self) -> str:
        return "<carried secret>"

    __str__ = __repr__

    def __bool__(self) -> bool:
        return bool(self._text)

    def __reduce__(self) -> Any:
        raise TypeError("a plain text is never pickled")


class Sealed(Promise):
    """One sealed value of one row: label, key version, bytes. Immutable."""

    __slots__ = ("_data", "_plain", "label", "mask", "pk")

    def __init__(
        self, label: str, pk: uuid.UUID | None, data: bytes | None, mask: str = "text", *, pending: str | None = None
    ):
        self.label, self.pk, self._data, self.mask, self._plain = label, pk, data, mask, pending

    # -- safe everywhere -----------------------------------------------------------------------
    def __bool__(self) -> bool:
        return self._data is not None or bool(self._plain)

    @property
    def key_version(self) -> int | None:
        return box.version_of(self._data)[1] if self._data else None

    @property
    def data(self) -> bytes | None:
        """The ciphertext; None while the value is not saved."""
        return self._data

    def masked(self) -> str:
        """The text one may show; a value that does not open shows that, and breaks no list."""
        if not self:
            return ""
        try:
            return masks.MASKS[self.mask](self._text())
        except Tampered:
            log.error("sealed value of %s in row %s does not open", self.label, self.pk)
            return masks.BROKEN

    __str__ = masked

    def __format__(self, spec: str) -> str:
        return format(self.masked(), spec)

    def __repr__(self) -> str:
        return f"<Sealed {self.label} {self.masked()}>"

    def _proxy____cast(self) -> str:
        # Django asks a lazy string for its value when it is written to an ordinary column: the masked one
        return self.masked()

    def __len__(self) -> int:
        return len(self.masked())

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sealed):
            return NotImplemented
        return self._mark() == other._mark()

    def __hash__(self) -> int:
        return hash(self._mark())

    def __copy__(self) -> Sealed:
        return self

    def __deepcopy__(self, memo: Any) -> Sealed:
        return self

    def __reduce__(self) -> Any:
        if self._plain is not None:
            raise TypeError("an unsaved secret is never pickled")
        return Sealed, (self.label, self.pk, self._data, self.mask)

    def _mark(self) -> tuple[Any, ...]:
        return self.label, self.pk, self._data, self._plain

    # -- the doors -------------------------------------------------------------------------------
    def carry(self) -> Carried:
        """For assigning this value to another row's sealed field (merge, accepted correction); never shown."""
        return Carried(self._text())

    def open_unlogged(self) -> str:
        """The whole text, without a trace: for `base.reveal`, outgoing sending and checks of the demo only."""
        return self._text()

    def _text(self) -> str:
        if self._plain is not None:
            return self._plain
        if self._data is None:
            return ""
        return box.unseal(self.label, self.pk, self._data)  # type: ignore[arg-type]
