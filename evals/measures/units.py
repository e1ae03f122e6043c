"""Public benchmarks whose units are given, sentences (PrivacyQA) or segments (PolicyQA), and that a system ranks.

A question without a relevant unit counts for the outcome and not for the ranking.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from evals.measures.ranking import MEASURES, ranking_measures
from evals.sets.cases import UnitSet


@dataclass(frozen=True, slots=True)
class Ranking:
    """How one system ranked the units for one question; outcome is None for a system that always answers."""

    outcome: str | None
    units: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class UnitScores:
    """id: policy and the question's number in it. ranking: measure -> 0 to 1, None if no unit is relevant."""

    id: str
    question: str
    outcome: str | None
    ranking: dict[str, float] | None


def score_units(sets: Sequence[UnitSet], rankings: Sequence[Ranking]) -> list[UnitScores]:
    """Measure each question, in order. Raises ValueError if there are more or fewer rankings than questions."""
    cases = list(_numbered(sets))
    if len(cases) != len(rankings):
        raise ValueError(f"{len(cases)} questions got {len(rankings)} rankings")
    values = ranking_measures(
        {identity: relevant for identity, _, relevant in cases},
        {identity: ranking.units for (identity, _, _), ranking in zip(cases, rankings, strict=True)},
    )
    return [
        UnitScores(identity, question, ranking.outcome, values.get(identity))
        for (identity, question, _), ranking in zip(cases, rankings, strict=True)
    ]


def aggregate_units(scores: Sequence[UnitScores]) -> dict[str, float | None]:
    """Return means over the questions that have a relevant unit, and how often the others were answered anyway.

    answerable_refused, unanswerable_answered: shares, 0 to 1; None for a system that always answers.
    """
    ranked = [s.ranking for s in scores if s.ranking is not None]
    refused = [s.outcome != "answered" for s in scores if s.ranking is not None and s.outcome is not None]
    answered = [s.outcome == "answered" for s in scores if s.ranking is None and s.outcome is not None]
    return {
        "questions": len(scores),
        "with_relevant_units": len(ranked),
        **{name: float(np.mean([r[name] for r in ranked])) if ranked else None for name in MEASURES},
        "answerable_refused": float(np.mean(refused)) if refused else None,
        "unanswerable_answered": float(np.mean(answered)) if answered else None,
    }


def _numbered(sets: Sequence[UnitSet]) -> Iterator[tuple[str, str, tuple[int, ...]]]:
    for unit_set in sets:
        for number, case in enumerate(unit_set.cases):
            yield f"{unit_set.policy}#{number}", case.question, case.relevant
