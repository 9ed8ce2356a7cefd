"""Samples that anybody can draw again: the seed and the population decide, nothing else."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence


def population_digest(keys: Iterable[str]) -> str:
    """What the population was, independent of the order it was read in."""
    return hashlib.sha256("\n".join(sorted(keys)).encode()).hexdigest()


def _rank(seed: str, key: str) -> str:
    # a hash instead of a generator: the same on every version of every language
    return hashlib.sha256(f"{seed}:{key}".encode()).hexdigest()


def draw(population: Sequence[tuple[str, str]], size: int, seed: str) -> list[str]:
    """Keys in the order drawn. `population`: (key, stratum); with one stratum it is a plain random sample.

    Every stratum gives its share by largest remainder, and at least one while there are places.
    """
    strata: dict[str, list[str]] = {}
    for key, stratum in population:
        strata.setdefault(stratum, []).append(key)
    size = min(size, len(population))
    places = _shares({name: len(keys) for name, keys in strata.items()}, size)
    picked = [
        key for name in sorted(strata) for key in sorted(strata[name], key=lambda key: _rank(seed, key))[: places[name]]
    ]
    return sorted(picked, key=lambda key: _rank(seed, key))


def _shares(counts: dict[str, int], size: int) -> dict[str, int]:
    total = sum(counts.values())
    if not total:
        return {}
    places = {name: size * count // total for name, count in counts.items()}
    if size >= len(counts):
        places = {name: max(place, 1) for name, place in places.items()}
    order = sorted(counts, key=lambda name: (-(size * counts[name] % total), name))
    turn = 0
    while sum(places.values()) < size:
        name = order[turn % len(order)]
        if places[name] < counts[name]:
            places[name] += 1
        turn += 1
    while sum(places.values()) > size:
        fattest = max(places, key=lambda name: (places[name], name))
        places[fattest] -= 1
    return places
