"""Candidates -> hits: adds to each candidate the probability that it belongs in the answer, and sorts by it.

A fitted logistic regression fuses the channels. It reads scores and no text, so it costs almost nothing. What the owner
cites for the topics that are asked goes up a little.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import numpy as np

from bot.answering.fitted import Fitted, Floats
from bot.answering.retrieve import Retrieved
from bot.encoder.embedding import FloatArray
from bot.tracing import step
from bot.types import Hit, Passage

# What a certain topic adds to the relevance of the statement that the owner cites first for it. From .1 to .3, a few
# more first citations are right for Mass.gov's visitor questions, asked with the other half of them known; from .5,
# fewer.
_OF_TOPICS = 0.1
# What only says where to read on comes after one of the next _NEXT statements if that is this share as relevant. On the
# set `reading`, it comes first 4 times; this puts the right statement in its place twice, and never takes it away.
_ONLY_WHERE = re.compile(
    r"(?:please |you (?:can|may) (?:also )?)*"
    r"(?:(?:for|to (?:find|see|get|learn|read)|if you (?:would like|want|need)) (?:\w+ )?"
    r"(?:more|further|additional|details)\b|(?:see|read|refer to|visit|consult|view|learn more)\b)",
    re.IGNORECASE,
)
_NEXT, _AS_RELEVANT = 3, 0.5
# The first features are those without the visitor questions.
_PLAIN_FEATURES = 3


@step("rank")
def rank(
    retrieved: Retrieved, passages: Sequence[Passage], fitted: Fitted, of_topics: FloatArray | None = None
) -> tuple[Hit, ...]:
    """Return all candidates as hits, in answering order. passages: all passages of the policy, in order.

    Of statements that the policy repeats in the same words, only the most relevant one is a hit.
    of_topics: how much each passage belongs to what is asked, by the owner's review, 0 to 1, shape (passages,).
    """
    relevance = candidate_relevance(retrieved, fitted)
    belongs = 0.0 if of_topics is None else _OF_TOPICS * of_topics[list(retrieved.candidates)]
    order = np.lexsort((-retrieved.similarity, -(relevance + belongs))).tolist()
    similarities, probabilities = retrieved.similarity.tolist(), relevance.tolist()
    hits = [Hit(passages[retrieved.candidates[n]], similarities[n], probabilities[n]) for n in order]
    if len({hit.passage.text for hit in hits}) < len(hits):
        hits = _different(hits)
    return tuple(what_it_says_first(hits))


def _different(hits: Sequence[Hit]) -> list[Hit]:
    """Return the first of the hits that are shown with the same words."""
    different: dict[tuple[str, ...], Hit] = {}
    for hit in hits:
        different.setdefault((hit.passage.text, *(words.quote for words in hit.passage.context)), hit)
    return list(different.values())


def what_it_says_first(hits: list[Hit]) -> list[Hit]:
    """Return hits with a statement first that does more than say where to read on, if one is about as relevant.

    hits: in answering order, at least one.
    """
    if not _ONLY_WHERE.match(hits[0].passage.text):
        return hits
    return list(
        with_near_first(
            hits,
            lambda hit: not _ONLY_WHERE.match(hit.passage.text),
            among=_NEXT + 1,
            as_relevant=_AS_RELEVANT,
        )
    )


def with_near_first(
    hits: Sequence[Hit], fits: Callable[[Hit], bool], *, among: int, as_relevant: float
) -> tuple[Hit, ...]:
    """Return hits with the first other one that fits in front, if one of the best is about as relevant.

    hits: in answering order, at least one. among: how many of them may come first. as_relevant: how relevant it
    must be, as a share of the best.
    """
    least = as_relevant * hits[0].relevance
    near = (hit for hit in hits[1:among] if hit.relevance >= least)
    first = next((hit for hit in near if fits(hit)), hits[0])
    return (first, *(hit for hit in hits if hit is not first))


def candidate_relevance(retrieved: Retrieved, fitted: Fitted) -> Floats:
    """Return the probability that each candidate belongs in the answer, shape (candidates,)."""
    if not (trust := retrieved.trust):
        return fitted.relevance_plain.probabilities(candidate_features(retrieved, visitors=False))
    features = candidate_features(retrieved, visitors=True)
    relevance = fitted.relevance_plain.probabilities(features[:, :_PLAIN_FEATURES])
    return trust * fitted.relevance.probabilities(features) + (1 - trust) * relevance


def candidate_features(retrieved: Retrieved, *, visitors: bool) -> Floats:
    """Return the features of each candidate: the score of each channel, and the distance from the best candidate.

    visitors: whether to include the channel of the visitor questions. Shape (candidates, 6 or 3).
    """
    similarity = retrieved.similarity.astype(np.float64)
    plain = [similarity, similarity.max() - similarity, retrieved.lexical]
    if not visitors:
        return np.array(plain).T
    fused = (similarity + retrieved.visitor) / 2
    return np.array([*plain, retrieved.votes, retrieved.visitor, fused.max() - fused]).T
