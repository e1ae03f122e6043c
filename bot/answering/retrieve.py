"""Question -> candidates, with the scores of three retrieval channels. No decision is made here.

The channels are dense (cosine of question and passage), lexical (BM25), and visitor questions. The policy's owner wrote
these questions. The nearest ones point to the sentences that answer them, or show that the policy is silent on a
subject.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from bot.answering.own import own_topic
from bot.encoder.embedding import FloatArray
from bot.index.bundle import Bundle
from bot.index.lexical import best_rows
from bot.policies.questions import KINDS, QuestionKind, VisitorQuestion
from bot.settings import RetrieveSettings
from bot.topics.model import load_topic_model
from bot.tracing import note, step
from bot.types import Hit
from bot.understanding.understand import Asked

# A neighbor's vote falls by e for every 1/20 of cosine that it is farther than the nearest. `training.train` trains the
# encoder with the same temperature.
VOTE_SCALE = 20.0
# The cosine at which a visitor question without neighbors counts as much as the passages alone; see `Retrieved.trust`.
# Measured on Mass.gov with 0 to 4,931 questions: at .7 and less, 100 questions do harm; at .75, all help less.
_NEAR = 0.72
# From this cosine on, two questions ask the same in almost the same words. Of the 143 visitor questions of Mass.gov
# whose nearest other one is this near, 141 are of its kind, and all answerable ones share its evidence.
_SAME = 0.95
# A route needs this share of the neighbors' votes, and two examples: the nearest at least this near, the second with at
# least a little of the votes. One example alone has to be nearer: "I cannot log in" is near one about unemployment. If
# all visitor questions are examples, none votes against a route. Measured on Mass.gov's 384 examples, each asked with
# all others known: 229 get the right route and 28 a wrong one, and 22 of 1,374 off-topic questions without a route get
# one. The nearest example alone, from .6 on, gives 238, 43 and 57. On half of tests/answering/route_held_out.toml, 40
# of 54 questions get the right route and 1 a wrong one; so does 1 of 21 that have none.
_ROUTE_VOTES, _ROUTE_SECOND, _ROUTE_FROM, _ROUTE_ALONE_FROM = 0.3, 0.01, 0.55, 0.75
_ROUTES_ONLY_FROM = 0.6
# The weight of a visitor question's vote for its best sentence, its other evidence, and its acceptable sentences.
_BEST, _NEEDED, _ACCEPTABLE = 1.0, 0.9, 0.4
# The share of a follow-up's vector that comes from the question together with the earlier ones. The rest comes from the
# question alone, so that an old subject does not carry over into a new question. Measured on the sets of follow-ups and
# topic changes: `python -m evals run --set massgov_dev --set topic_changes`.
_EARLIER_SHARE = 0.6
# What the best BM25 score adds to the cosine if given texts are only ranked: `blended_scores`.
_LEXICAL_WEIGHT = 0.05


@dataclass(frozen=True, slots=True)
class Retrieved:
    """The candidates for a question and their scores. The neighbors are the nearest visitor questions.

    Of each candidate, shape (candidates,), the most similar first:

    candidates: indexes of passages.
    similarity: cosine of question and passage, -1 to 1.
    lexical: BM25, divided by the question's best score, 0 to 1.
    visitor: weighted cosine of the nearest neighbor that points to the passage; 0 if none does.
    votes: share of the neighbors' votes for the passage, 0 to 1.
    agreement: how far the passage is about the topics that the question asks about, 0 to 1.

    Of each kind of visitor question, shape (len(KINDS),), zeros if there are no neighbors:

    kind_votes: share of the neighbors' votes, 0 to 1.
    kind_similarity: cosine of the nearest neighbor of this kind, at least 0.

    Of the question:

    nearest: indexes of the neighbors among the visitor questions, nearest first.
    nearest_similarity: their cosines, shape (neighbors,).
    question_vector: unit vector, shape (dimension,).
    asked: probability that the question is about each topic, shape (topics,).
    route: id of the route that the neighbors vote for, None if they are too far or most have another or none.
    own: id of the owner's own topic that the question asks about, None if it asks about none.
    trust: how much the visitor questions count, 0 to 1: only if some are near, they say more than the passages. Each
    neighbor weighs as much as its vote. So a question that an owner adds changes only the answers of questions that are
    near it, and one neighbor alone has to be nearer than one of many.
    """

    candidates: tuple[int, ...]
    similarity: FloatArray
    lexical: FloatArray
    visitor: FloatArray
    votes: FloatArray
    kind_votes: FloatArray
    kind_similarity: FloatArray
    nearest: tuple[int, ...]
    nearest_similarity: FloatArray
    question_vector: FloatArray
    asked: FloatArray
    agreement: FloatArray
    route: str | None = None
    own: str | None = None
    trust: float = field(init=False)

    def __post_init__(self) -> None:
        near = float(np.exp(VOTE_SCALE * (self.nearest_similarity - _NEAR)).sum())
        object.__setattr__(self, "trust", near / (1.0 + near))

    def agreement_of(self, hit: Hit) -> float:
        """Return how far a candidate is about the topics that the question asks about, 0 to 1."""
        return float(self.agreement[self.candidates.index(hit.passage.index)])

    @property
    def known_kind(self) -> str | None:
        """Return the kind of the visitor question that is asked in almost these words, or None if there is none."""
        if not self.nearest or self.nearest_similarity[0] < _SAME:
            return None
        return KINDS[int(np.argmax(self.kind_similarity))]


@dataclass(frozen=True, slots=True)
class _Votes:
    """What the neighbors of a question say.

    Each has a vote, and all votes add up to 1. similarity, share: by the index of a passage that they point to, see
    `Retrieved.visitor` and `Retrieved.votes`. kind_share, kind_similarity: by the kind of the neighbors.
    """

    similarity: dict[int, float]
    share: dict[int, float]
    kind_share: dict[QuestionKind, float]
    kind_similarity: dict[QuestionKind, float]


@step("retrieve")
def retrieve(asked: Asked, bundle: Bundle, settings: RetrieveSettings) -> Retrieved:
    """Return the candidates that the three channels find."""
    vector, in_full = _question_vectors(asked, bundle)
    found = retrieve_near(vector, asked.in_full, bundle, settings, in_full)
    note(candidates=len(found.candidates))
    return found


def retrieve_near(
    vector: FloatArray, words: str, bundle: Bundle, settings: RetrieveSettings, in_full: FloatArray | None = None
) -> Retrieved:
    """Return the candidates for a question's unit vector, shape (dimension,), and its words.

    in_full: the unit vector of a follow-up with the questions before it, None if it is no follow-up.
    """
    count = min(settings.candidates, len(bundle.passages))
    dense, _ = bundle.vectors.search(vector, count)
    scores, matching = bundle.lexical.search(words)
    lexical = best_rows(scores, matching, count)
    topics = load_topic_model().probabilities(vector[None, :])[0]
    nearest, nearest_similarity, own = _neighbors(vector, topics, bundle, settings.neighbors)
    route = _route(nearest, nearest_similarity, bundle)
    if route is None and in_full is not None:
        # "How much is it?" alone is asked of many things.
        route = _route(*bundle.question_vectors.search(in_full, settings.neighbors), bundle)
    if own is None and bundle.routes_only:
        # Examples of what is not the policy's show nothing about what is: all would vote for a refusal.
        nearest, nearest_similarity = [], nearest_similarity[:0]
    votes = _votes(nearest, nearest_similarity, bundle.questions)

    rows = dict.fromkeys([*dense, *lexical, *votes.share])
    found = np.array([row for row in rows if row not in bundle.empty] or list(rows), dtype=np.int64)
    vectors = bundle.vectors.vectors(found)
    cosines = vectors @ vector
    agreement = bundle.topics.agreement(topics, found, vectors)
    order = np.argsort(-cosines, kind="stable")
    found = found[order]
    candidates = found.tolist()
    best_lexical = float(scores[lexical[0]]) if lexical else 0.0
    return Retrieved(
        candidates=tuple(candidates),
        similarity=cosines[order],
        lexical=scores[found] / best_lexical if best_lexical > 0 else scores[found],
        visitor=np.array([votes.similarity.get(row, 0.0) for row in candidates], dtype=np.float32),
        votes=np.array([votes.share.get(row, 0.0) for row in candidates], dtype=np.float32),
        kind_votes=np.array([votes.kind_share[kind] for kind in KINDS], dtype=np.float32),
        kind_similarity=np.array([votes.kind_similarity.get(kind, 0.0) for kind in KINDS], dtype=np.float32),
        nearest=tuple(nearest),
        nearest_similarity=nearest_similarity,
        question_vector=vector,
        asked=topics,
        agreement=agreement[order],
        route=route,
        own=own,
    )


def _neighbors(
    vector: FloatArray, topics: FloatArray, bundle: Bundle, count: int
) -> tuple[Sequence[int], FloatArray, str | None]:
    """Return the nearest visitor questions, as rows, with their cosines, and the id of the own topic that is asked."""
    nearest, cosines = bundle.question_vectors.search(vector, count)
    if bundle.own.isdisjoint(nearest):
        return nearest, cosines, None
    own = own_topic(vector, topics, nearest, cosines, bundle)
    # Ways to ask about topics that are not asked change nothing: others take their place.
    kept = _asked_ways(nearest, own, bundle)
    wanted = count
    # An index that searches a part of itself may return fewer than are wanted.
    while len(kept) < count and wanted < len(bundle.questions):
        wanted *= 2
        nearest, cosines = bundle.question_vectors.search(vector, wanted)
        kept = _asked_ways(nearest, own, bundle)
    kept = kept[:count]
    return [nearest[n] for n in kept], cosines[kept], own


def _asked_ways(nearest: Sequence[int], own: str | None, bundle: Bundle) -> list[int]:
    """Return the places of visitor questions that are about no own topic, or about the one that is asked."""
    return [n for n, row in enumerate(nearest) if bundle.questions[row].topic in (None, own)]


def _shares(similarity: FloatArray) -> list[float]:
    """Return the share of the votes of each neighbor. similarity: their cosines, the highest first."""
    votes = np.exp(VOTE_SCALE * (similarity - similarity[:1]))
    shares: list[float] = (votes / votes.sum()).tolist()
    return shares


def _route(nearest: Sequence[int], similarity: FloatArray, bundle: Bundle) -> str | None:
    """Return the route that the neighbors vote for, or None."""
    routes = [bundle.questions[row].route for row in nearest]
    if not any(routes):
        return None
    votes: dict[str, list[float]] = {}
    for route, weight in zip(routes, _shares(similarity), strict=True):
        if route:
            votes.setdefault(route, []).append(weight)
    best = max(votes, key=lambda route: sum(votes[route]), default=None)
    if best is None or sum(votes[best]) < _ROUTE_VOTES:
        return None
    least = _ROUTES_ONLY_FROM if bundle.routes_only else _ROUTE_FROM
    if len(votes[best]) < 2 or votes[best][1] < _ROUTE_SECOND:
        least = _ROUTE_ALONE_FROM
    return best if similarity[routes.index(best)] >= least else None


def _votes(nearest: Sequence[int], cosines: FloatArray, questions: Sequence[VisitorQuestion]) -> _Votes:
    """Return the votes of the neighbors for passages and kinds. nearest, cosines: nearest first."""
    votes = _Votes({}, {}, dict.fromkeys(KINDS, 0.0), {})
    for index, cosine, share in zip(nearest, cosines.tolist(), _shares(cosines), strict=True):
        neighbor = questions[index]
        votes.kind_share[neighbor.kind] += share
        votes.kind_similarity.setdefault(neighbor.kind, max(0.0, cosine))  # the nearest comes first
        strengths = dict.fromkeys(neighbor.acceptable, _ACCEPTABLE)
        for row in neighbor.evidence:
            strengths[row] = _NEEDED
        if neighbor.evidence:
            strengths[neighbor.evidence[0]] = _BEST
        for row, strength in strengths.items():
            votes.similarity[row] = max(votes.similarity.get(row, 0.0), strength * cosine)
            votes.share[row] = votes.share.get(row, 0.0) + strength * share
    return votes


def _question_vectors(asked: Asked, bundle: Bundle) -> tuple[FloatArray, FloatArray | None]:
    """Return the unit vector of what is asked, and of a follow-up with the questions before it, shape (dimension,)."""
    if not asked.earlier:
        return bundle.embedder.encode([asked.question])[0], None
    alone, in_full = bundle.embedder.encode([asked.question, asked.in_full])  # at the same time
    vector: FloatArray = _EARLIER_SHARE * in_full + (1 - _EARLIER_SHARE) * alone
    return vector / np.linalg.norm(vector), in_full


def blended_scores(retrieved: Retrieved) -> FloatArray:
    """Return one score for each candidate, shape (candidates,); higher is better.

    This is for benchmarks that give the texts to rank. Such texts have no headings and no visitor questions, so the
    other two channels are blended with a fixed weight.
    """
    return retrieved.similarity + _LEXICAL_WEIGHT * retrieved.lexical
