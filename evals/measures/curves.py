"""Computes the points of the curves in the report and in the demo's tab."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def risk_coverage(pairs: Sequence[tuple[float, bool]]) -> tuple[list[float], list[float]]:
    """Return the risk-coverage curve of (confidence, wrong) pairs: coverages and risks, each 0 to 1.

    Point k covers the k answers with the highest confidence. Its risk is the share of them that is wrong.
    """
    ordered = [wrong for _, wrong in sorted(pairs, key=lambda pair: -pair[0])]
    counts = np.arange(1, len(ordered) + 1)
    return (counts / len(ordered)).tolist(), (np.cumsum(ordered) / counts).tolist()


def reliability(pairs: Sequence[tuple[float, float]], bins: int = 10) -> tuple[list[float], list[float]]:
    """Return the reliability curve of (confidence, right: 0 or 1) pairs, at least one.

    For each of the bins, which have equal sizes: the mean confidence, and the share that is right; each 0 to 1.
    """
    parts = np.array_split(np.array(sorted(pairs)), min(bins, len(pairs)))
    return [float(part[:, 0].mean()) for part in parts], [float(part[:, 1].mean()) for part in parts]
