"""How far two readers agree."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from sklearn.metrics import cohen_kappa_score


def agreed(one: Sequence[object], other: Sequence[object]) -> float | None:
    """Return the share of items, 0 to 1, that both readers judged alike; None if there are no items."""
    return sum(a == b for a, b in zip(one, other, strict=True)) / len(one) if one else None


def kappa(one: Sequence[int], other: Sequence[int], weights: Literal["quadratic"] | None = None) -> float | None:
    """Return Cohen's kappa, -1 to 1: agreement beyond chance; None if there are no items.

    weights: "quadratic" counts a difference by its square, so that neighbors on a scale nearly agree. If both readers
    only ever used one and the same value, chance explains nothing, and kappa is 1.
    """
    if not one:
        return None
    if len({*one, *other}) == 1:
        return 1.0
    return float(cohen_kappa_score(one, other, weights=weights))
