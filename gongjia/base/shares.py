"""A number of whole things divided among several, so that nothing is left over and nothing is made up."""

from __future__ import annotations

from collections.abc import Mapping


def by_weight(total: int, weights: Mapping[str, int]) -> dict[str, int]:
    """Whole shares in proportion to the weights, by largest remainder; of equal remainders the lower key comes first.

    Who weighs nothing gets nothing; when nobody weighs anything, nobody gets anything. A hundred equal weights are
    an even division.
    """
    if total < 0 or any(weight < 0 for weight in weights.values()):
        raise ValueError("a total and its weights are not negative")
    whole = sum(weights.values())
    if not whole:
        return dict.fromkeys(weights, 0)
    shares = {key: total * weight // whole for key, weight in weights.items()}
    left = total - sum(shares.values())
    order = sorted(weights, key=lambda key: (-(total * weights[key] % whole), key))
    for key in order[:left]:  # never more than there are remainders, so each weighs something
        shares[key] += 1
    return shares
