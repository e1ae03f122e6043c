"""Candidates -> outcome, as a pure function: the same candidates and settings always give the same decision."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from bot.answering.fitted import Fitted, Floats
from bot.answering.retrieve import Retrieved
from bot.encoder.embedding import FloatArray
from bot.settings import ComposeSettings, DecideSettings
from bot.topics.catalog import elsewhere_topics
from bot.tracing import step
from bot.types import Hit, Outcome

# The classes of the outcome model, in its order.
OUTCOMES = (Outcome.ANSWERED, Outcome.NOT_COVERED, Outcome.OFF_TOPIC)
# What a question can be about, whatever the policy: the classes of the scope model, in its order.
SCOPES = ("privacy", "off_topic", "small_talk")
# Whom a question is for, as its words say: this policy or someone else, clearly or not.
ForWhom = Literal["policy", "clearly_policy", "others", "clearly_others"]

# For policies without visitor questions, whose models are fitted on silent questions that are near misses on purpose.
# The power of the caution: .65 becomes .52. How much the odds that the best passage belongs in the answer count, which
# know whether it has the rare words of the question: otherwise, statements on other uses answer "do you sell my data".
# And how much its agreement with the topics that are asked about counts beyond the usual one. On the set `reading`,
# which these were chosen on, this refuses .14 of the answerable questions and answers .06 of the silent ones. Of 229
# other questions on 15 policies, it refuses .17 and answers .10; without the agreement, .20 and .14.
_WITHOUT_QUESTIONS, _RELEVANCE_WEIGHT = 1.5, 0.25
_AGREEMENT_WEIGHT, _USUAL_AGREEMENT = 3.0, 0.4
# How much the share of the question's telling words in the best passage counts beyond the usual one. On the set
# `reading`, this refuses .11 of the answerable questions, not .13, and answers as many of the silent ones. Chosen
# without the policy that is asked, both weights are nearly the same each time. From 1 to 2, little changes.
_WORDS_WEIGHT, _USUAL_WORDS = 1.5, 0.2
# Small talk is off topic first; the scope model then tells the two apart.
_OUTCOME_OF_LABEL = {"answerable": 0, "not_covered": 1, "off_topic": 2, "small_talk": 2}
# How much the label of a visitor question counts if it is asked in almost these words. A label may be wrong.
_LABEL_WEIGHT = 0.95


# How sure the outcome is at least if the question's words settle it. All 32 visitor questions of Mass.gov whose words
# say that somebody else acts are off topic. Of 12 in massgov_real_dev that ask about giving out an app's data, 9 are
# labeled as silent.
_CLEARLY_OTHERS, _CLEARLY_POLICY = 0.95, 0.75
# From this probability on, the topic that the owner calls silent is clearly the one that is asked about. Of 2,057
# cross-validated questions like this, .982 have exactly this topic, and .988 one on which Mass.gov's policy is silent.
# From .5 to .7, it is .878 and .946.
_CLEARLY_SILENT_FROM = 0.7
# The share of the odds against an answer with which a refused question would still be answered: then the refusal says
# "I am not sure", and not "I did not find this". On the set `reading`, it does so for 23 of 53 questions that are
# answered in the policy after all, and for 15 of 164 on which it is silent.
_NEARLY = 0.37
# How sure the outcome is at least if the question asks about a topic of the owner's own: of the 56 questions that are
# near enough to one in tests/answering/own_topic_held_out.toml, 53 ask about it.
_SURE_OWN = 0.9


@dataclass(frozen=True, slots=True)
class Decision:
    """The chosen outcome.

    confidence: its probability, 0 to 1. probabilities: the probability of each of OUTCOMES; they sum to 1. nearly:
    whether a little more would have answered the question, so that the policy may well answer it.
    """

    outcome: Outcome
    confidence: float
    probabilities: tuple[float, ...]
    nearly: bool = False


def plain_features(
    question: FloatArray, similarity: FloatArray, asked: FloatArray, agreement: FloatArray, fitted: Fitted
) -> Floats:
    """Return the features of the outcome model for policies without visitor questions, shape (features,).

    They say how similar the nearest passage is, and by how much more than the second and the fifth; what the question
    is about; and how far the passages are about the same topics.
    question: unit vector, shape (dimension,). similarity: its cosine with each of the nearest passages, the highest
    first, shape (passages,). asked: the probability of each topic that it asks about, shape (topics,). agreement: how
    far each of the passages is about these topics, shape (passages,).
    """
    first, second, fifth = (float(similarity[min(n, len(similarity) - 1)]) for n in (0, 1, 4))
    scope = fitted.scope.probabilities(question[None, :])[0]
    return np.array(
        [
            first,
            first - second,
            first - fifth,
            *(math.log(max(probability, 1e-4)) for probability in scope.tolist()),
            math.log(max(float(asked[elsewhere_topics()].sum()), 1e-3)),
            float(agreement.max()),
            float(agreement[0]),
        ]
    )


def outcome_features(retrieved: Retrieved, fitted: Fitted, *, visitors: bool) -> Floats:
    """Return the features of an outcome model, shape (features,).

    They say how close the nearest passages are, and what the question is about. visitors: whether to include the
    nearest visitor questions.
    """
    plain = plain_features(
        retrieved.question_vector, retrieved.similarity, retrieved.asked, retrieved.agreement, fitted
    )
    return _with_visitors(plain, retrieved) if visitors else plain


def _with_visitors(plain: Floats, retrieved: Retrieved) -> Floats:
    """Return the plain features of a question and those of its nearest visitor questions."""
    nearest = np.zeros(2)
    best = retrieved.similarity[1:3]
    nearest[: len(best)] = best
    fused = float(((retrieved.similarity + retrieved.visitor) / 2).max())
    return np.concatenate([plain, nearest, [fused], retrieved.kind_votes, retrieved.kind_similarity])


def outcome_probabilities(retrieved: Retrieved, fitted: Fitted) -> Floats:
    """Return the probability of each of OUTCOMES, shape (3,)."""
    plain = outcome_features(retrieved, fitted, visitors=False)
    probabilities: Floats = fitted.outcome_plain.probabilities(plain[None, :])[0]
    if trust := retrieved.trust:
        informed = fitted.outcome.probabilities(_with_visitors(plain, retrieved)[None, :])[0]
        probabilities = trust * informed + (1 - trust) * probabilities
    if (kind := retrieved.known_kind) is not None:
        # An owner who adds a question expects it to be answered as its label says.
        labeled = np.eye(len(OUTCOMES))[_OUTCOME_OF_LABEL[kind]]
        probabilities = _LABEL_WEIGHT * labeled + (1 - _LABEL_WEIGHT) * probabilities
    return probabilities


@step("decide")
def decide(
    retrieved: Retrieved,
    fitted: Fitted,
    settings: DecideSettings,
    *,
    for_whom: ForWhom | None = None,
    silent: float = 0.0,
    covered: bool = False,
    careful: bool = False,
    relevance: float = 0.5,
    agreement: float = _USUAL_AGREEMENT,
    words: float | None = None,
    own: bool = False,
) -> Decision:
    """Return the most likely outcome, shifted by `settings.caution`.

    At caution c, a question is answered if P(answered) >= c * (P(answered) + P(most likely refusal)). For a policy
    without visitor questions, c counts less, and the relevance, the agreement and the words of the best passage count.
    for_whom: whom the question is for, None if nothing says so; one that is clearly for others is never answered, and
    one for the policy is never off topic. silent: how probably the question is about what the owner says that the
    policy does not mention; 0 if it is not. covered: whether the owner says that the policy answers what is asked.
    careful: whether the caution counts in full in any case. relevance: the probability that the best passage belongs in
    the answer. agreement: how far it is about the topics that the question asks about. words: the share of the
    question's telling words that it has, None if the question has none. own: whether what is asked is a topic of the
    owner's own.
    """
    clearly_others = for_whom == "clearly_others"
    probabilities = outcome_probabilities(retrieved, fitted)
    refusal = 1 + int(np.argmax(probabilities[1:]))
    caution, against = settings.caution, probabilities[refusal]
    if not retrieved.nearest and not careful:
        caution **= _WITHOUT_QUESTIONS
        against *= ((1 - relevance) / max(relevance, 1e-6)) ** _RELEVANCE_WEIGHT
        more_agreement = agreement - _USUAL_AGREEMENT
        more_words = 0.0 if words is None else words - _USUAL_WORDS
        if OUTCOMES[refusal] is Outcome.OFF_TOPIC:
            # A question for others may well be about a topic of policies, and in their words.
            more_agreement, more_words = min(more_agreement, 0.0), min(more_words, 0.0)
        against *= math.exp(-_AGREEMENT_WEIGHT * more_agreement - _WORDS_WEIGHT * more_words)
    answered = probabilities[0] >= caution * (probabilities[0] + against)
    nearly = probabilities[0] >= caution * (probabilities[0] + _NEARLY * against)
    answered = (answered or (covered and settings.caution < 1)) and not silent and not clearly_others
    for_policy = for_whom in ("policy", "clearly_policy")
    refusal = OUTCOMES.index(Outcome.NOT_COVERED) if silent or for_policy else refusal
    chosen = 0 if answered else refusal
    outcome = OUTCOMES[chosen]
    if outcome is Outcome.NOT_COVERED and for_whom in ("others", "clearly_others"):
        outcome = Outcome.OFF_TOPIC
    if outcome is Outcome.OFF_TOPIC:
        scope = fitted.scope.probabilities(retrieved.question_vector[None, :])[0]
        if SCOPES[int(np.argmax(scope))] == "small_talk":
            outcome = Outcome.SMALL_TALK
    confidence = float(probabilities[chosen])
    if clearly_others:
        confidence = max(confidence, _CLEARLY_OTHERS)
    if for_whom == "clearly_policy" and outcome is Outcome.NOT_COVERED:
        confidence = max(confidence, _CLEARLY_POLICY)
    if silent >= _CLEARLY_SILENT_FROM and outcome is Outcome.NOT_COVERED:
        confidence = max(confidence, silent)
    if own:
        confidence = max(confidence, _SURE_OWN)
    nearly = nearly and outcome is Outcome.NOT_COVERED and not (silent or clearly_others)
    return Decision(outcome, confidence, tuple(map(float, probabilities)), nearly)


def select(hits: Sequence[Hit], settings: ComposeSettings) -> tuple[Hit, ...]:
    """Return the hits to cite: the best one, and the others that are relevant enough, best first."""
    best, *others = hits
    needed = [hit for hit in others if hit.relevance >= settings.min_relevance]
    return (best, *needed[: settings.max_citations - 1])
