"""Question -> candidates: what each channel brings in, side by side, nothing decided yet.

Three channels: dense (cosine of question and passage), lexical (BM25), and visitor questions (questions that the
policy's owner wrote; the nearest of them point to the sentences that answer them, and tell on which subjects the
policy is silent).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bot.answering.understand import Asked
from bot.encoder.embedding import FloatArray
from bot.index.bundle import Bundle
from bot.index.lexical import best_rows
from bot.policies.folder import KINDS
from bot.settings import RetrieveSettings

# A neighbor's vote falls by e for every 1/20 of cosine that it is farther than the nearest. `training.train` trains the
# encoder with the same temperature.
VOTE_SCALE = 20.0
# How much a visitor question speaks for its best sentence, its other evidence, and what is acceptable too.
_BEST, _NEEDED, _ALSO = 1.0, 0.9, 0.4
# How much of a follow-up's vector comes from the question read behind the earlier ones; the rest is the question by
# itself, so that an old subject is not dragged into a new question. Measured with the sets of follow-ups and of
# topic changes: `python -m evals run --set massgov_dev --set topic_changes`.
_EARLIER_SHARE = 0.6
# What the best BM25 score adds to a cosine where units are only ranked.
_LEXICAL_WEIGHT = 0.05


@dataclass(frozen=True, slots=True)
class Retrieved:
    """All arrays are in candidate order; candidates are passage indexes, best dense similarity first.

    similarity: cosine of question and passage. lexical: BM25 over the question's best, 0 to 1.
    visitor: cosine of the nearest visitor question that points to the passage, weighted by how; 0 where none does.
    votes: share of the neighbours' votes for the passage, 0 to 1.
    kind_votes, kind_similarity: for each of KINDS, the neighbours' votes and the nearest one's cosine; zeros where
    the policy has no visitor questions.
    nearest: indexes of the neighbouring visitor questions, nearest first, and nearest_similarity their cosines.
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


def retrieve(asked: Asked, bundle: Bundle, settings: RetrieveSettings) -> Retrieved:
    """Ask every channel once."""
    vector = bundle.embedder.encode([asked.question])
    if asked.earlier:
        in_full = bundle.embedder.encode([asked.in_full])
        vector = _EARLIER_SHARE * in_full + (1 - _EARLIER_SHARE) * vector
        vector /= np.linalg.norm(vector)
    count = min(settings.candidates, len(bundle.passages))
    dense, _ = bundle.vectors.search(vector[0], count)
    scores = bundle.lexical.scores(asked.in_full)
    best_lexical = float(scores.max())

    nearest, nearest_similarity = bundle.question_vectors.search(vector[0], settings.neighbours)
    visitor: dict[int, float] = {}
    votes: dict[int, float] = {}
    kind_votes = dict.fromkeys(KINDS, 0.0)
    kind_similarity: dict[str, float] = {}
    if nearest:
        weights = np.exp(VOTE_SCALE * (nearest_similarity - nearest_similarity[0]))
        weights /= weights.sum()
        for index, cosine, weight in zip(nearest, nearest_similarity.tolist(), weights.tolist(), strict=True):
            neighbour = bundle.questions[index]
            kind_votes[neighbour.kind] += weight
            kind_similarity.setdefault(neighbour.kind, max(0.0, cosine))  # the nearest comes first
            strengths = dict.fromkeys(neighbour.acceptable, _ALSO) | dict.fromkeys(neighbour.evidence, _NEEDED)
            if neighbour.evidence:
                strengths[neighbour.evidence[0]] = _BEST
            for row, strength in strengths.items():
                visitor[row] = max(visitor.get(row, 0.0), strength * cosine)
                votes[row] = votes.get(row, 0.0) + strength * weight

    found = np.array(list(dict.fromkeys([*dense, *best_rows(scores, count), *visitor])), dtype=np.int64)
    cosines = bundle.vectors.vectors(found) @ vector[0]
    order = np.argsort(-cosines, kind="stable")
    rows = found[order]
    candidates = rows.tolist()
    return Retrieved(
        candidates=tuple(candidates),
        similarity=cosines[order],
        lexical=scores[rows] / best_lexical if best_lexical > 0 else scores[rows],
        visitor=np.array([visitor.get(row, 0.0) for row in candidates], dtype=np.float32),
        votes=np.array([votes.get(row, 0.0) for row in candidates], dtype=np.float32),
        kind_votes=np.array([kind_votes[kind] for kind in KINDS], dtype=np.float32),
        kind_similarity=np.array([kind_similarity.get(kind, 0.0) for kind in KINDS], dtype=np.float32),
        nearest=tuple(nearest),
        nearest_similarity=nearest_similarity,
        question_vector=vector[0],
    )


def blended_scores(retrieved: Retrieved) -> FloatArray:
    """Return one score for each candidate, shape (candidates,), higher is better.

    For benchmarks, which rank given units: without headings and visitor questions the two channels that are left are
    blended with a fixed weight.
    """
    return retrieved.similarity + _LEXICAL_WEIGHT * retrieved.lexical
