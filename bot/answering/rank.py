"""Evidence -> hits: for each candidate the probability that it belongs in the answer, the likeliest first.

A fitted logistic regression fuses the channels. It reads no text, so it costs next to nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bot.answering.fitted import Fitted, Floats
from bot.answering.retrieve import Evidence
from bot.types import Hit, Passage


def rank(evidence: Evidence, passages: Sequence[Passage], fitted: Fitted) -> tuple[Hit, ...]:
    """Return all candidates as hits, the most relevant first. passages: all of the policy, in order."""
    relevance = candidate_relevance(evidence, fitted)
    order = np.lexsort((-evidence.similarity, -relevance)).tolist()
    similarities, probabilities = evidence.similarity.tolist(), relevance.tolist()
    return tuple(Hit(passages[evidence.candidates[n]], similarities[n], probabilities[n]) for n in order)


def candidate_relevance(evidence: Evidence, fitted: Fitted) -> Floats:
    """Return for each candidate the probability that it belongs in the answer, shape (candidates,)."""
    model = fitted.relevance if evidence.nearest else fitted.relevance_plain
    return model.probabilities(candidate_features(evidence))


def candidate_features(evidence: Evidence) -> Floats:
    """Return each channel's own score, and how far the candidate is behind the best one.

    Shape (candidates, 6), or (candidates, 3) without visitor questions.
    """
    similarity = evidence.similarity.astype(np.float64)
    plain = [similarity, similarity.max() - similarity, evidence.lexical]
    if not evidence.nearest:
        return np.array(plain).T
    fused = (similarity + evidence.visitor) / 2
    return np.array([*plain, evidence.votes, evidence.visitor, fused.max() - fused]).T
