"""Computes confidence intervals and significance tests over questions. A fixed seed makes runs repeatable."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

import numpy as np

Item = TypeVar("Item")
Statistics = Mapping[str, float | None]
RESAMPLES = 1_000
PERMUTATIONS = 2_000
SEED = 20230613


def confidence_intervals(
    items: Sequence[Item],
    statistics: Callable[[Sequence[Item]], Statistics],
    *,
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> dict[str, tuple[float, float]]:
    """Return the 95% percentile bootstrap interval, (low, high), of each statistic, by resampling questions.

    A statistic skips resamples in which it is None. A statistic that is always None has no interval.
    """
    if not items:
        return {}
    generator = np.random.default_rng(seed)
    drawn: dict[str, list[float]] = {}
    for _ in range(resamples):
        rows = generator.integers(0, len(items), len(items))
        for name, value in statistics([items[row] for row in rows]).items():
            if value is not None:
                drawn.setdefault(name, []).append(value)
    return {
        name: (float(np.percentile(values, 2.5)), float(np.percentile(values, 97.5))) for name, values in drawn.items()
    }


def paired_randomization(
    first: Sequence[Item],
    second: Sequence[Item],
    statistics: Callable[[Sequence[Item]], Statistics],
    *,
    permutations: int = PERMUTATIONS,
    seed: int = SEED,
) -> dict[str, float]:
    """Return for each statistic the two-sided p-value of its difference between two systems.

    `first[i]` and `second[i]` are results for the same question. They are swapped at random, and the p-value is the
    share of permutations in which the difference is at least as large as the observed one, from
    1 / (permutations + 1) to 1.

    Raises ValueError if the two differ in length.
    """
    if len(first) != len(second):
        raise ValueError(f"a paired test needs the same questions: got {len(first)} and {len(second)}")
    seen = differences(statistics(first), statistics(second))
    at_least = dict.fromkeys(seen, 1)
    generator = np.random.default_rng(seed)
    for _ in range(permutations):
        swap = generator.random(len(first)) < 0.5
        one = [b if s else a for a, b, s in zip(first, second, swap, strict=True)]
        other = [a if s else b for a, b, s in zip(first, second, swap, strict=True)]
        for name, value in differences(statistics(one), statistics(other)).items():
            # Sums of the same numbers in a different order may differ in their last digits.
            if name in seen and abs(value) >= abs(seen[name]) - 1e-12:
                at_least[name] += 1
    return {name: count / (permutations + 1) for name, count in at_least.items()}


def differences(first: Statistics, second: Statistics) -> dict[str, float]:
    """Return second - first for each statistic that has a value on both sides."""
    found = {}
    for name, value in first.items():
        other = second.get(name)
        if value is not None and other is not None:
            found[name] = other - value
    return found
