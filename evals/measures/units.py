"""Scores rankings on public benchmarks that give the units to rank: sentences (PrivacyQA) or segments (PolicyQA).

A question without a relevant unit counts toward the outcome measures but not toward the ranking measures.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from evals.measures.ranking import MEASURES, ranking_measures
from evals.sets.cases import UnitSet


@dataclass(frozen=True, slots=True)
class Ranking:
    """One system's ranking for one question. units: indexes, best first. outcome: None if the system always answers."""

    outcome: str | None
    units: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class UnitScores:
    """The scores of one question.

    id: the policy and the number of the question. ranking: measure -> value, 0 to 1; None if no unit is relevant.
    """

    id: str
    question: str
    outcome: str | None
    ranking: dict[str, float] | None


def score_units(sets: Sequence[UnitSet], rankings: Sequence[Ranking]) -> list[UnitScores]:
    """Return the scores of each question, in order. Raises ValueError if there are more or fewer rankings."""
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
    """Return the measures of a benchmark: ranking means over the questions with a relevant unit, and two error rates.

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
