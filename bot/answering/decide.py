"""Candidates -> outcome. Pure: the same candidates and settings give the same decision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.answering.fitted import Fitted, Floats
from bot.answering.retrieve import Retrieved
from bot.settings import ComposeSettings, DecideSettings
from bot.types import Hit, Outcome

# In the order of the fitted model's classes.
OUTCOMES = (Outcome.ANSWERED, Outcome.NOT_COVERED, Outcome.OFF_TOPIC)
# What a question can be about, whatever the policy; in the order of the scope model's classes.
SCOPES = ("privacy", "off_topic", "small_talk")


@dataclass(frozen=True, slots=True)
class Decision:
    """confidence: the probability of `outcome`, 0 to 1. probabilities: of each of OUTCOMES, together 1."""

    outcome: Outcome
    confidence: float
    probabilities: tuple[float, ...]


def outcome_features(retrieved: Retrieved, fitted: Fitted) -> Floats:
    """Shape (features,): how near the nearest passages and visitor questions are, and what the question is about."""
    nearest = np.zeros(3)
    best = np.sort(retrieved.similarity)[:-4:-1]
    nearest[: len(best)] = best
    scope = fitted.scope.probabilities(retrieved.question_vector[None, :])[0]
    plain = [nearest[0], *np.log(np.maximum(scope, 1e-4))]
    if not retrieved.nearest:
        # How near the second and third are depends on how long the policy is, so they do not count here.
        return np.array(plain)
    fused = float(((retrieved.similarity + retrieved.visitor) / 2).max())
    return np.array([*plain, *nearest[1:], fused, *retrieved.kind_votes, *retrieved.kind_similarity])


def decide(retrieved: Retrieved, fitted: Fitted, settings: DecideSettings) -> Decision:
    """The likeliest outcome; `caution` moves the line between answering and not.

    At caution c a question is answered when P(answered) is at least c of P(answered) + P(best refusal).
    """
    model = fitted.outcome if retrieved.nearest else fitted.outcome_plain
    probabilities = model.probabilities(outcome_features(retrieved, fitted)[None, :])[0]
    refusal = 1 + int(np.argmax(probabilities[1:]))
    answered = probabilities[0] >= settings.caution * (probabilities[0] + probabilities[refusal])
    chosen = 0 if answered else refusal
    outcome = OUTCOMES[chosen]
    if outcome is Outcome.OFF_TOPIC:
        scope = fitted.scope.probabilities(retrieved.question_vector[None, :])[0]
        if SCOPES[int(np.argmax(scope))] == "small_talk":
            outcome = Outcome.SMALL_TALK
    return Decision(outcome, float(probabilities[chosen]), tuple(map(float, probabilities)))


def select(hits: Sequence[Hit], settings: ComposeSettings) -> tuple[Hit, ...]:
    """The hits that are cited: the best one, and whatever else is relevant enough, the best first."""
    best, *others = hits
    needed = [hit for hit in others if hit.relevance >= settings.min_relevance]
    return (best, *needed[: settings.max_citations - 1])
