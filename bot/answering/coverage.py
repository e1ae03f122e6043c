"""How certain it is that a policy speaks to each topic, by the statements that are nearest to the topic's question."""

from __future__ import annotations

import numpy as np

from bot.answering.fitted import Fitted, Floats
from bot.encoder.embedding import FloatArray
from bot.index.bundle import Bundle
from bot.topics.catalog import policy_topics
from bot.topics.model import TopicModel
from bot.topics.statements import StatementTopics

# How many statements are compared with a topic's own question.
_NEAREST = 24


def coverage_features(bundle: Bundle, topics: TopicModel, statements: StatementTopics) -> Floats:
    """Return the features of the coverage model, shape (policy topics, features).

    For each topic, they say how similar the nearest statement is to the topic's question, and by how much more than the
    second and the fifth; how far the statements are about the same topics; and how much they say on this one.
    """
    found = []
    asked = topics.probabilities(topics.questions)
    for topic in range(len(policy_topics())):
        rows, cosines = bundle.vectors.search(topics.questions[topic], _NEAREST)
        vectors = bundle.vectors.vectors(rows)
        agreement = bundle.topics.agreement(asked[topic], np.array(rows, dtype=np.int64), vectors)
        says = statements.says(topic, vectors)
        second, fifth = (cosines[min(n, len(cosines) - 1)] for n in (1, 4))
        most = np.sort(says)[::-1][:3]
        found.append(
            [cosines[0], cosines[0] - second, cosines[0] - fifth, agreement.max(), agreement[0], most[0], most.mean(),
             says[0]]
        )  # fmt: skip
    return np.array(found, dtype=np.float64)


def estimated_coverage(bundle: Bundle, fitted: Fitted, topics: TopicModel, statements: StatementTopics) -> FloatArray:
    """Return how certain it is that a policy speaks to each topic, 0 to 1, shape (policy topics,)."""
    found: FloatArray = fitted.coverage.probabilities(coverage_features(bundle, topics, statements)).astype(np.float32)
    return found
