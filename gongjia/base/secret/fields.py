"""Django fields for sealed columns and their blind indexes.

A sealed column has three shapes in a row's `__dict__`: None, `Stored` (from the database) and `Pending`
(assigned, not saved). `pre_save` turns the second and third into bytes bound to the row; it is called by
`save` and `bulk_create` alike. Ways that know no row (`update()`, `bulk_update()`) are refused.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from typing import Any

from django.apps import apps
from django.core import checks
from django.core.exceptions import EmptyResultSet
from django.db import models
from django.db.models import lookups
from django.db.models.expressions import Col
from django.db.models.query_utils import DeferredAttribute
from django.db.models.signals import pre_save

from . import box, canonical, keys
from .errors import NotHere, Swap
from .masks import MASKS
from .sealed import Carried, Pending, Sealed, Stored


class SealedAttribute(DeferredAttribute):
    field: SealedField

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        if instance is None:
            return self
        held = instance.__dict__.get(self.field.attname, self)
        if held is self:
            held = super().__get__(instance, cls)  # deferred: loads it
        return self.field.show(instance, held)

    def __set__(self, instance: Any, value: Any) -> None:
        instance.__dict__[self.field.attname] = self.field.take(instance, value)


class SealedField(models.BinaryField):
    """An encrypted text. Assign str, None or `Carried`; reading gives `Sealed`, falsy where the column is NULL.

    Never name it among the `update_fields` of an upsert: the value would be bound to the row that was not written.
    """

    descriptor_class = SealedAttribute

    def __init__(self, label: str = "", mask: str = "text", **kwargs: Any):
        self.label, self.mask = label, mask
        super().__init__(**kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs["label"] = self.label  # frozen: it is bound into every stored value
        return name, path, args, kwargs

    # -- the row's side --------------------------------------------------------------------------
    def take(self, instance: Any, value: Any) -> Any:
        if value is None or isinstance(value, (Stored, Pending)):
            return value
        if isinstance(value, Carried):
            return Pending(value._text) if value else None
        if isinstance(value, str):
            return Pending(value) if value else None
        if isinstance(value, Sealed):
            if value.label != self.label or value.pk != instance.__dict__.get(instance._meta.pk.attname):
                raise Swap(f"{self.label}: a sealed value belongs to its own row and column; use .carry() to copy one")
            if value._plain is not None:
                return Pending(value._plain)
            return None if value.data is None else Stored(value.data)
        raise TypeError(f"{self.label} takes text, not {type(value).__name__}")

    def show(self, instance: Any, held: Any) -> Sealed:
        if isinstance(held, Sealed):  # just loaded by refresh_from_db
            return held
        pending = held.text if isinstance(held, Pending) else None
        return Sealed(self.label, instance.pk, None if pending else held, self.mask, pending=pending)

    def wrap(self, pk: uuid.UUID, data: bytes | memoryview | None) -> Sealed:
        """A `Sealed` for a row read as plain columns."""
        return Sealed(self.label, pk, None if data is None else bytes(data), self.mask)

    def plain_of(self, instance: Any) -> str:
        held = instance.__dict__.get(self.attname)
        if held is None:
            return ""
        return held.text if isinstance(held, Pending) else box.unseal(self.label, instance.pk, held)

    def pre_save(self, model_instance: Any, add: bool) -> Stored | None:
        held = model_instance.__dict__.get(self.attname)
        if held is None:
            return None
        # opening what was loaded proves that it belongs to this row, also after somebody set another pk
        text = self.plain_of(model_instance)
        if isinstance(held, Pending) or box.version_of(held)[1] != keys.load().active["field"]:
            for field in model_instance._meta.concrete_fields:
                if isinstance(field, BlindIndexField) and field.of == self.name:
                    model_instance.__dict__[field.attname] = field.digest_for_write(text)
            held = Stored(box.seal(self.label, model_instance.pk, text))
            model_instance.__dict__[self.attname] = held
        return held

    # -- the database's side -----------------------------------------------------------------------
    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Stored | None:
        return None if value is None else Stored(value)

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        if value is not None and not isinstance(value, Stored):
            raise NotHere(f"{self.label}: use save() or bulk_create(); this way knows no row to bind the value to")
        return super().get_db_prep_save(value if value is None else bytes(value), connection)

    def get_lookup(self, lookup_name: str) -> Any:
        # equal texts have different ciphertexts: only the blind index can be searched
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None

    def value_to_string(self, obj: Any) -> str:
        return str(self.value_from_object(obj))

    def check(self, **kwargs: Any) -> list[Any]:
        found = super().check(**kwargs)
        same = [
            field
            for model in apps.get_models(include_auto_created=True)
            for field in model._meta.local_fields
            if isinstance(field, SealedField) and field.label == self.label and field != self
        ]
        if not self.label or same:
            found.append(checks.Error(f"{self}: a sealed column needs a label of its own", obj=self))
        if self.mask not in MASKS:
            found.append(checks.Error(f"{self}: no mask {self.mask!r}", obj=self))
        if not isinstance(self.model._meta.pk, models.UUIDField):
            found.append(checks.Error(f"{self}: the row's key must be a UUID made by the application", obj=self))
        return found


class SealedBytesField(models.BinaryField):
    """Bytes that its app seals itself (`secret.seal_bytes(label, row id, …)`): declared so that rotation finds them.

    Reads and writes like a plain binary column, and is one to migrations.
    """

    def __init__(self, label: str = "", **kwargs: Any):
        self.label = label
        super().__init__(**kwargs)

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.BinaryField", args, kwargs


class BlindIndexField(models.BinaryField):
    """HMAC of the canonical text of the sealed field `of`; filled on save, found by `filter(x="text")`.

    It brings a second column `<name>_next`, empty except while the index key is being rotated.
    Give `unique=True` here, not as a constraint, so that both columns have it.
    """

    def __init__(
        self, of: str = "", canonical: Callable[[str], str] = canonical.text, *,
        paired: bool = False, second: bool = False, **kwargs: Any,
    ):  # fmt: skip
        self.of, self.canonical, self.paired, self.second = of, canonical, paired, second
        kwargs.setdefault("null", True)
        kwargs.setdefault("blank", True)
        super().__init__(**kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs.update(of=self.of, paired=True)  # a migration names both columns itself
        if self.second:
            kwargs["second"] = True
        return name, path, args, kwargs

    def contribute_to_class(self, cls: Any, name: str, private_only: bool = False) -> None:
        super().contribute_to_class(cls, name, private_only)
        if cls._meta.abstract:
            return
        if not self.second:
            pre_save.connect(self._guard, sender=cls, weak=False, dispatch_uid=(cls, name))
            if not self.paired:
                second = BlindIndexField(
                    self.of, self.canonical, second=True, unique=self.unique, db_index=self.db_index, editable=False
                )
                cls.add_to_class(f"{name}_next", second)

    def _guard(self, instance: Any, update_fields: Any, **kwargs: Any) -> None:
        if update_fields is None or not isinstance(instance.__dict__.get(self.of), Pending):
            return
        if self.of in update_fields and not {self.name, f"{self.name}_next"} <= set(update_fields):
            raise NotHere(f"{self.model.__name__}: save {self.of} together with {self.name} (secret.with_indexes)")

    # -- computing ---------------------------------------------------------------------------------
    @property
    def label(self) -> str:
        return self.model._meta.get_field(self.of).label  # type: ignore[union-attr]

    def digest_for_write(self, text: str) -> bytes | None:
        state = keys.load().index
        version = state.second if self.second else state.main
        plain = self.canonical(text)
        return box.blind_with(version, self.label, plain) if version and plain else None

    def digests_to_find(self, value: Any) -> list[bytes]:
        """Every digest a row with this text may lie under now; bytes are taken as digests."""
        if isinstance(value, (bytes, memoryview)):
            return [bytes(value)]
        if not isinstance(value, str):
            raise TypeError(f"{self.name} is searched by text")
        plain = self.canonical(value)
        return [box.blind_with(key, self.label, plain) for key in keys.load().index.searched] if plain else []

    def pre_save(self, model_instance: Any, add: bool) -> bytes | None:
        sealed = model_instance._meta.get_field(self.of)
        if sealed.attname in model_instance.__dict__:  # else it is deferred, and this column as it was stays right
            # always derived anew: an object loaded before a rotation must not bring back an old digest
            digest = self.digest_for_write(sealed.plain_of(model_instance))
            model_instance.__dict__[self.attname] = digest
        return getattr(model_instance, self.attname)

    # -- the database's side -------------------------------------------------------------------------
    def from_db_value(self, value: Any, expression: Any, connection: Any) -> bytes | None:
        return None if value is None else bytes(value)

    def get_lookup(self, lookup_name: str) -> Any:
        return {"exact": BlindExact, "in": BlindIn, "isnull": lookups.IsNull}.get(lookup_name)

    def check(self, **kwargs: Any) -> list[Any]:
        found = super().check(**kwargs)
        if self.of not in {field.name for field in self.model._meta.local_fields if isinstance(field, SealedField)}:
            found.append(checks.Error(f"{self}: no sealed field {self.of!r}", obj=self))
        unique = {one.fields for one in self.model._meta.constraints if isinstance(one, models.UniqueConstraint)}
        for names in unique:
            twin = tuple(f"{name}_next" if name == self.name else name for name in names)
            if not self.second and self.name in names and twin not in unique:
                hint = f"add the same constraint for {twin}, or say unique=True on the field"
                found.append(checks.Warning(f"{self} would not be unique during a key rotation", hint=hint, obj=self))
        return found

    # -- bulk and raw SQL ------------------------------------------------------------------------------
    def columns_many(self, texts: Iterable[str | None]) -> dict[str, list[bytes | None]]:
        """Column -> values for COPY of canonical texts; two columns while the index key is rotated."""
        texts = list(texts)
        state = keys.load().index
        columns = {str(self.column): box.blind_many_with(state.main, self.label, texts)}
        if state.second is not None:
            columns[f"{self.column}_next"] = box.blind_many_with(state.second, self.label, texts)
        return columns

    def where(self, texts: Iterable[str], alias: str = "") -> tuple[str, list[Any]]:
        """SQL condition and parameters for "is one of these texts"."""
        digests = [digest for text in texts for digest in self.digests_to_find(text)]
        prefix = f"{alias}." if alias else ""
        if keys.load().index.second is None and len(keys.load().index.searched) == 1:
            return f"{prefix}{self.column} = any(%s)", [digests]
        return f"({prefix}{self.column} = any(%s) or {prefix}{self.column}_next = any(%s))", [digests, digests]


class _BlindLookup:
    """Searches both columns while the index key is being rotated, one otherwise."""

    lhs: Any
    rhs: Any

    def _sql(self, compiler: Any, connection: Any, digests: list[bytes]) -> tuple[str, list[Any]]:
        if not digests:
            raise EmptyResultSet
        sql, params = compiler.compile(self.lhs)
        holes = ", ".join(["%s"] * len(digests))
        field = self.lhs.output_field
        rotating = len(keys.load().index.searched) > 1
        if not (rotating and isinstance(self.lhs, Col) and not field.second):
            return f"{sql} in ({holes})", [*params, *digests]
        second = field.model._meta.get_field(f"{field.name}_next")
        next_sql, next_params = compiler.compile(Col(self.lhs.alias, second))
        return f"({sql} in ({holes}) or {next_sql} in ({holes}))", [*params, *digests, *next_params, *digests]


class BlindExact(_BlindLookup, lookups.Exact):
    def get_prep_lookup(self) -> Any:
        if hasattr(self.rhs, "resolve_expression"):
            return super().get_prep_lookup()
        return self.lhs.output_field.digests_to_find(self.rhs)

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        if not isinstance(self.rhs, list):
            return super().as_sql(compiler, connection)
        return self._sql(compiler, connection, self.rhs)


class BlindIn(_BlindLookup, lookups.In):
    def get_prep_lookup(self) -> Any:
        if hasattr(self.rhs, "resolve_expression"):
            return super().get_prep_lookup()
        return [digest for value in self.rhs if value for digest in self.lhs.output_field.digests_to_find(value)]

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        if not self.rhs_is_direct_value():
            return super().as_sql(compiler, connection)
        return self._sql(compiler, connection, self.rhs)


def with_indexes(model: type[models.Model], names: Iterable[str]) -> list[str]:
    """The names for `save(update_fields=...)`, with the index columns of every sealed field among them."""
    names = list(names)
    for field in model._meta.concrete_fields:
        if isinstance(field, BlindIndexField) and field.of in names and field.name not in names:
            names.append(field.name)
    return names
