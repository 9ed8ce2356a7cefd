"""Addresses of pages by name, worked out once: a list of fifty rows names the same page fifty times."""

from __future__ import annotations

from functools import cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.urls import get_urlconf, reverse

_PLACE = UUID(int=0)


@cache
def _shape(name: str, urls: Any, whole: bool) -> str:
    return reverse(name, args=None if whole else [_PLACE])


def _urls() -> Any:
    return get_urlconf() or settings.ROOT_URLCONF


def page(name: str) -> str:
    """The address of a page without arguments."""
    return _shape(name, _urls(), True)


def of(name: str, key: UUID) -> str:
    """The address of a page that takes the key of one record."""
    return _shape(name, _urls(), False).replace(str(_PLACE), str(key))
