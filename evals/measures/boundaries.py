"""Precision, recall and F1 of the places where a splitter starts a new sentence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BoundaryScore:
    """Counts of places: right ones, wrong ones, and those that were missed."""

    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float:
        """Return the share of the places found that are right; 1 if none was found."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        """Return the share of the true places that were found; 1 if there are none."""
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0

    @property
    def f1(self) -> float:
        """Return the harmonic mean of precision and recall."""
        return 2 * self.right / (2 * self.right + self.wrong + self.missed) if self.right else 0.0


def score_boundaries(pairs: Iterable[tuple[frozenset[int], frozenset[int]]]) -> BoundaryScore:
    """Add up (true places, places found) over texts."""
    right = wrong = missed = 0
    for true, found in pairs:
        right += len(true & found)
        wrong += len(found - true)
        missed += len(true - found)
    return BoundaryScore(right, wrong, missed)
