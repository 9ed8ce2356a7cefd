"""Which jobs there are. Filled by the apps' `jobs.py`, which the queue loads in every process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from gongjia.base.registry import Registry


@dataclass(frozen=True)
class Job:
    key: str
    call: Callable[[Any], Any]


jobs: Registry[Job] = Registry("progress jobs")


def job(key: str) -> Callable[[Callable[[Any], Any]], Callable[[Any], Any]]:
    """Register a function as the work of progress rows of that kind. It is called with a `Run`."""

    def register(call: Callable[[Any], Any]) -> Callable[[Any], Any]:
        jobs.register(Job(key, call))
        return call

    return register
