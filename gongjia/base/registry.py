"""A named list that apps fill at start-up and nobody imports by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


class Registry(Generic[T]):
    """Keeps `key -> thing` in order of registration; a key is given once."""

    def __init__(self, name: str, key: Callable[[T], str] = lambda thing: thing.key):  # type: ignore[attr-defined]
        self.name = name
        self._key = key
        self._things: dict[str, T] = {}

    def register(self, thing: T) -> T:
        """Register; also usable as a decorator. Raises ValueError when the key is taken."""
        key = self._key(thing)
        if key in self._things and self._things[key] is not thing:
            raise ValueError(f"{self.name}: {key!r} is registered twice")
        self._things[key] = thing
        return thing

    def get(self, key: str) -> T:
        """The thing of that key; KeyError names the registry."""
        try:
            return self._things[key]
        except KeyError:
            raise KeyError(f"{self.name} has no {key!r}") from None

    def find(self, key: str) -> T | None:
        return self._things.get(key)

    def all(self) -> tuple[T, ...]:
        return tuple(self._things.values())

    def keys(self) -> tuple[str, ...]:
        return tuple(self._things)

    def __iter__(self) -> Iterator[T]:
        return iter(self._things.values())

    def __contains__(self, key: str) -> bool:
        return key in self._things

    def __len__(self) -> int:
        return len(self._things)
