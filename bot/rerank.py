"""Evidence -> hits: for each candidate the probability that it belongs into the answer, the likeliest first."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from bot.fitted import Fitted, Floats
from bot.index import Bundle
from bot.retrieve import Evidence
from bot.types import Hit


class Reranker(Protocol):
    """What the pipeline needs of a reranker."""

    def relevance(self, question: str, evidence: Evidence, bundle: Bundle) -> Floats:
        """For each candidate, a probability, shape (candidates,)."""


class FusionReranker:
    """Fuses the channels with a fitted logistic regression; reads no text and so costs next to nothing."""

    def __init__(self, fitted: Fitted) -> None:
        self._fitted = fitted

    def relevance(self, question: str, evidence: Evidence, bundle: Bundle) -> Floats:
        """For each candidate, a probability, shape (candidates,)."""
        model = self._fitted.relevance if evidence.nearest else self._fitted.relevance_plain
        return model.probabilities(candidate_features(evidence))


def candidate_features(evidence: Evidence) -> Floats:
    """Shape (candidates, 5), or (candidates, 3) without visitor questions.

    Each channel's own score, and how far the candidate is behind the best one.
    """
    similarity = evidence.similarity.astype(np.float64)
    plain = [similarity, similarity.max() - similarity, evidence.lexical]
    if not evidence.nearest:
        return np.array(plain).T
    fused = (similarity + evidence.visitor) / 2
    return np.array([*plain, evidence.votes, evidence.visitor, fused.max() - fused]).T


def rank(question: str, evidence: Evidence, bundle: Bundle, reranker: Reranker) -> tuple[Hit, ...]:
    """All candidates as hits, the most relevant first."""
    relevance = reranker.relevance(question, evidence, bundle)
    order = np.lexsort((-evidence.similarity, -relevance)).tolist()
    similarities, probabilities = evidence.similarity.tolist(), relevance.tolist()
    return tuple(Hit(bundle.passages[evidence.candidates[n]], similarities[n], probabilities[n]) for n in order)
