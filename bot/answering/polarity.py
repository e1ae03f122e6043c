"""Question and cited hits -> yes, no or depends, but only if visitor questions with a known answer ask the same.

A wrong "yes" is worse than none, so the nearest visitor questions must agree with one another, with the cited passages,
and with the way the question is phrased.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence

from bot.answering.retrieve import VOTE_SCALE, Retrieved
from bot.index.bundle import Bundle

# The lowest cosine of the nearest visitor question, and how far below it the cosine of a neighbor may be.
_MIN_SIMILARITY = 0.85
_MARGIN = 0.1
_MIN_AGREEING = 3
# The share of the neighbors' votes that an answer needs. Less than 1, because a single neighbor may be phrased the
# other way around.
_MIN_SHARE = 0.95
_YES_NO_QUESTION = re.compile(
    r"(?:^|[,;:.!?]\s*|\b(?:so|and|but|or|wondering|know|tell me|ask|hi|hello|please)\s+(?:if\s+|whether\s+)?)"
    r"(?:is|are|was|were|am|do|does|did|can|could|will|would|should|shall|may|might|must|has|have|had|isn't|aren't|"
    r"don't|doesn't|can't|won't|if|whether)\b",
    re.IGNORECASE,
)
# A question about two things ("sell or give away") may have two answers.
_COMPOUND = re.compile(r"\b(?:and|or)\b", re.IGNORECASE)
_NEGATED = re.compile(
    r"\b(?:no|not|never|none|nobody|nothing|without|stop|avoid|refuse|prevent|cannot|\w+n['’]t|dont|doesnt|cant|wont)\b",
    re.IGNORECASE,
)


def polarity(question: str, cited: Sequence[int], retrieved: Retrieved, bundle: Bundle) -> str | None:
    """Return "yes", "no" or "depends", or None if it is not certain or the question does not ask for it.

    cited: the indexes of the passages that the answer cites.
    """
    if not _YES_NO_QUESTION.search(question) or _COMPOUND.search(question) or not retrieved.nearest:
        return None
    nearest = float(retrieved.nearest_similarity[0])
    if nearest < _MIN_SIMILARITY:
        return None
    negated = bool(_NEGATED.search(question))
    votes: dict[str, float] = {}
    agreeing: Counter[str] = Counter()
    for index, cosine in zip(retrieved.nearest, retrieved.nearest_similarity.tolist(), strict=True):
        neighbor = bundle.questions[index]
        if cosine < nearest - _MARGIN:
            break
        if neighbor.yes_no is None or bool(_NEGATED.search(neighbor.question)) != negated:
            continue
        if neighbor.evidence[0] not in cited:
            return None  # the best evidence for a similar question is not cited
        votes[neighbor.yes_no] = votes.get(neighbor.yes_no, 0.0) + math.exp(VOTE_SCALE * (cosine - nearest))
        agreeing[neighbor.yes_no] += 1
    if not votes:
        return None
    best = max(votes, key=lambda answer: votes[answer])
    sure = votes[best] >= _MIN_SHARE * sum(votes.values()) and agreeing[best] >= _MIN_AGREEING
    return best if sure else None
