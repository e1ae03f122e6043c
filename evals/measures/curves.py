"""Computes the points of the curves that the report and the demo's tab draw."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def risk_coverage(pairs: Sequence[tuple[float, bool]]) -> tuple[list[float], list[float]]:
    """(confidence, wrong) pairs -> for the k surest, k = 1 to all: their share of all, and the share of them wrong."""
    ordered = [wrong for _, wrong in sorted(pairs, key=lambda pair: -pair[0])]
    counts = np.arange(1, len(ordered) + 1)
    return (counts / len(ordered)).tolist(), (np.cumsum(ordered) / counts).tolist()


def reliability(pairs: Sequence[tuple[float, float]], bins: int = 10) -> tuple[list[float], list[float]]:
    """(confidence, right: 0 or 1) pairs, at least one -> in bins of equal size: mean confidence, share right."""
    parts = np.array_split(np.array(sorted(pairs)), min(bins, len(pairs)))
    return [float(part[:, 0].mean()) for part in parts], [float(part[:, 1].mean()) for part in parts]
