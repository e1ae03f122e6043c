"""Questions -> groups: first those on the same policy topic; then, among the others, those with a similar meaning."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from bot.answering.topics import AskedTopics
from bot.encoder.embedding import FloatArray, OnnxEmbedder
from bot.topics.model import load_topic_model
from bot.types import Outcome

# Two groups are joined if the mean cosine between their questions is at least this. Measured on the visitor questions
# that ship: the groups agree best with the answering sentences (adjusted Rand index 0.3) between 0.45 and 0.5. The
# upper end joins fewer questions that only look alike.
SIMILARITY = 0.5


@dataclass(frozen=True, slots=True)
class Shared:
    """A question that a visitor shared or passed on. unhelpful: whether its answer was marked so."""

    question: str
    outcome: Outcome
    unhelpful: bool
    day: date


@dataclass(frozen=True, slots=True)
class Group:
    """Questions that ask for the same thing.

    topic: the id of their policy topic, or None if they have none and only mean something similar. questions: the
    different wordings, the most central one first. times: how often each was asked. outcomes: how many questions had
    each outcome. unhelpful: how many of their answers were marked unhelpful.
    """

    topic: str | None
    questions: tuple[str, ...]
    times: tuple[int, ...]
    outcomes: dict[Outcome, int]
    unhelpful: int

    @property
    def name(self) -> str:
        """Return the question that is closest to all the others."""
        return self.questions[0]

    @property
    def size(self) -> int:
        """Return how many questions were asked, repeats included."""
        return sum(self.times)

    def to_json(self) -> dict[str, Any]:
        """Return the group, which `askpolicy studio` can turn into phrasings of its topic."""
        return {
            "topic": self.topic,
            "name": self.name,
            "size": self.size,
            "outcomes": self.outcomes,
            "unhelpful": self.unhelpful,
            "questions": list(self.questions),
            "times": list(self.times),
        }


def group_questions(given: Sequence[Shared], embedder: OnnxEmbedder) -> tuple[Group, ...]:
    """Return the questions in groups, the largest first."""
    if not given:
        return ()
    vectors = embedder.encode([shared.question for shared in given])
    by_topic: dict[str, list[int]] = {}
    others: list[int] = []
    for row, probabilities in enumerate(load_topic_model().probabilities(vectors)):
        topic = AskedTopics(probabilities).named
        # Topics that are not for a policy to answer are too wide for a group, such as general knowledge.
        if topic is not None and topic.kind == "policy":
            by_topic.setdefault(topic.id, []).append(row)
        else:
            others.append(row)
    of_topics: list[tuple[str | None, list[int]]] = [*by_topic.items()]
    if others:
        of_topics += [(None, [others[row] for row in rows]) for rows in cluster(vectors[others], SIMILARITY)]
    groups = []
    for topic_id, rows in of_topics:
        centrality = vectors[rows] @ vectors[rows].sum(axis=0)
        groups.append(_group(topic_id, [given[rows[i]] for i in np.argsort(-centrality, kind="stable")]))
    return tuple(sorted(groups, key=lambda group: (-group.size, group.name)))


def each_alone(given: Sequence[Shared]) -> tuple[Group, ...]:
    """Return each different question as a group without a topic, the most frequent first."""
    same: dict[str, list[Shared]] = {}
    for shared in given:
        same.setdefault(shared.question, []).append(shared)
    return tuple(sorted((_group(None, those) for those in same.values()), key=lambda group: -group.size))


def _group(topic: str | None, ordered: Sequence[Shared]) -> Group:
    times = Counter(shared.question for shared in ordered)  # in the order of their first appearance
    return Group(
        topic=topic,
        questions=tuple(times),
        times=tuple(times.values()),
        outcomes=dict(Counter(shared.outcome for shared in ordered).most_common()),
        unhelpful=sum(shared.unhelpful for shared in ordered),
    )


def cluster(vectors: FloatArray, similarity: float) -> list[list[int]]:
    """Cluster vectors by agglomerative clustering with average linkage. Return the rows of each cluster.

    vectors: unit length, shape (questions, dimension). similarity: the lowest mean cosine at which two clusters are
    joined. Each row is in exactly one cluster.
    """
    means = vectors @ vectors.T
    np.fill_diagonal(means, -np.inf)
    clusters = [[row] for row in range(len(vectors))]
    nearest, closest = means.argmax(axis=1), means.max(axis=1)
    while (closest >= similarity).any():
        one = int(closest.argmax())
        other = int(nearest[one])
        sizes = len(clusters[one]), len(clusters[other])
        means[one] = (sizes[0] * means[one] + sizes[1] * means[other]) / sum(sizes)
        means[:, one] = means[one]
        means[other] = means[:, other] = means[one, one] = -np.inf
        clusters[one] += clusters[other]
        clusters[other] = []
        # A joined cluster is never closer to another than its closer part was, so all other rows keep their nearest.
        stale = np.isin(nearest, (one, other))
        stale[[one, other]] = True
        nearest[stale], closest[stale] = means[stale].argmax(axis=1), means[stale].max(axis=1)
    return [members for members in clusters if members]
