"""The one base of every row: a key made by the application, unique in the nation (scale.md, 1)."""

from __future__ import annotations

import uuid
from enum import Enum
from functools import cache
from typing import Any

import uuid_utils.compat
from django.core import checks
from django.core.exceptions import ValidationError
from django.db import connection, models
from django.db.models.sql.compiler import SQLCompiler


def uuid7() -> uuid.UUID:
    """A time-ordered key (UUIDv7)."""
    return uuid_utils.compat.uuid7()


def one_of(rows: models.QuerySet) -> Any:
    """The row of a query that can have but one, or None.

    Without the ORDER BY of `first()`, for which Django compares every selected column of every joined table.
    """
    return next(iter(rows.order_by()[:1]), None)


@cache
def _by_key(model: type[models.Model]) -> tuple[str, list[str], SQLCompiler, dict]:
    """Statement, attributes and converters of the row with a key."""
    compiler = model._base_manager.filter(pk=uuid.UUID(int=0)).query.get_compiler("default")
    sql, _params = compiler.as_sql()
    columns = [column for column, *_ in compiler.select]
    return sql, [column.target.attname for column in columns], compiler, compiler.get_converters(columns)


def by_key(model: type[models.Model], key: uuid.UUID | str) -> Any:
    """The row with that key, or None: `filter(pk=…)` whose statement is worked out once and planned once."""
    sql, names, compiler, converters = _by_key(model)
    with connection.prepared_cursor() as cursor:  # type: ignore[attr-defined]  # of our backend, gongjia.config.pg
        cursor.execute(sql, [key])
        rows = cursor.fetchall()
    return next((model.from_db("default", names, row) for row in compiler.apply_converters(rows, converters)), None)


class Record(models.Model):
    """Abstract: a row with a UUIDv7 key."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)

    class Meta:
        abstract = True


class TextKind(models.CharField):
    """Plain text whose values are checked at write and at start-up, never by a migration.

    `kinds` is a `TextChoices` class, a dict code -> label, or a callable that answers one
    (so that a registry may fill it later). Unknown codes are refused in `pre_save`.
    """

    def __init__(self, *args: Any, kinds: Any = None, **kwargs: Any):
        self.kinds = kinds
        kwargs.setdefault("max_length", 40)
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs

    def labels(self) -> dict[str, str]:
        """Code -> 中文 label."""
        kinds = self.kinds
        if kinds is None:
            return {}
        if isinstance(kinds, type) and issubclass(kinds, models.Choices):
            return {str(code): str(label) for code, label in kinds.choices}
        if callable(kinds):
            kinds = kinds()
        return {str(code): str(label) for code, label in dict(kinds).items()}

    def contribute_to_class(self, cls, name, private_only=False):
        super().contribute_to_class(cls, name, private_only)
        field = self

        def label(instance) -> str:
            value = getattr(instance, field.attname)
            return field.labels().get(value, value or "")

        setattr(cls, f"{name}_label", property(label))

    def get_prep_value(self, value):
        value = super().get_prep_value(value)
        return value.value if isinstance(value, Enum) else value

    def pre_save(self, model_instance, add):
        value = super().pre_save(model_instance, add)
        if value not in ("", None) and (labels := self.labels()) and str(value) not in labels:
            raise ValidationError(f"{self.model.__name__}.{self.name}: unknown kind {value!r}")
        return value

    def check(self, **kwargs):
        found = super().check(**kwargs)
        if self.kinds is not None and not callable(self.kinds) and not self.labels():
            found.append(checks.Error(f"{self} has no kinds", obj=self))
        return found
