"""Public benchmarks whose units are given (PrivacyQA, PolicyQA), ranked as `askpolicy rank` ranks them, and by peers.

A question without a relevant unit counts for the outcome and not for the ranking.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from bot.batch import rank_lines
from bot.embedding import SentenceTransformerEmbedder
from bot.settings import Settings
from evals.peers import MODEL
from evals.peers.sentences import Bm25, Dense
from evals.ranking import MEASURES, ranking_measures
from evals.sets import UnitSet

# The peers that can rank units. Both read the same units as we do.
UNIT_PEERS = ("dense", "bm25")


@dataclass(frozen=True, slots=True)
class Ranking:
    """What one system made of one question; outcome is None for a system that always answers."""

    outcome: str | None
    units: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class UnitScores:
    """id: policy and the question's number in it. ranking: measure -> 0 to 1, None where no unit is relevant."""

    id: str
    question: str
    outcome: str | None
    ranking: dict[str, float] | None


def rank_with_askpolicy(sets: Sequence[UnitSet], settings: Settings) -> list[Ranking]:
    """One ranking a question, in order, by the code behind `askpolicy rank`."""
    lines = [
        json.dumps(
            {"policy": s.policy, "sentences": s.units, "questions": [{"question": c.question} for c in s.cases]}
        ).encode("utf-8")
        for s in sets
    ]
    return [Ranking(r["outcome"], tuple(r["ranking"])) for r in rank_lines(lines, settings)]


def rank_with_peer(sets: Sequence[UnitSet], name: str) -> list[Ranking]:
    """One ranking a question, in order, by `dense` (plain MiniLM) or `bm25`."""
    embedder = SentenceTransformerEmbedder(MODEL) if name == "dense" else None
    rankings = []
    for unit_set in sets:
        scorer = Dense(unit_set.units, embedder) if embedder else Bm25(unit_set.units)
        for case in unit_set.cases:
            order = np.argsort(-scorer.scores(case.question), kind="stable")
            rankings.append(Ranking(None, tuple(order.tolist())))
    return rankings


def score_units(sets: Sequence[UnitSet], rankings: Sequence[Ranking]) -> list[UnitScores]:
    """The measures of each question, in order."""
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
    """Means over the questions that have a relevant unit, and how often the others were answered all the same.

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
