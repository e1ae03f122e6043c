"""Yes, no, or it depends: said only where a visitor question with a known answer asks the same.

A wrong "yes" is worse than none, so everything has to agree: the nearest visitor questions among themselves, with
the passages that are cited, and with the question's own turn of phrase.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence

from bot.answering.retrieve import VOTE_SCALE, Retrieved
from bot.index.bundle import Bundle
from bot.types import Hit

# Cosine of the nearest visitor question, at least; and how much farther off a neighbour may be and still count.
_MIN_SIMILARITY = 0.85
_MARGIN = 0.1
_MIN_AGREEING = 3
# Share of the votes of the neighbours that have an answer. Not all: a single one may be worded the other way round.
_MIN_SHARE = 0.95
_YES_NO_QUESTION = re.compile(
    r"(?:^|[,;:.!?]\s*|\b(?:so|and|but|or|wondering|know|tell me|ask|hi|hello|please)\s+(?:if\s+|whether\s+)?)"
    r"(?:is|are|was|were|am|do|does|did|can|could|will|would|should|shall|may|might|must|has|have|had|isn't|aren't|"
    r"don't|doesn't|can't|won't|if|whether)\b",
    re.IGNORECASE,
)
# Two things asked at once ("sell or give away") may have two answers.
_COMPOUND = re.compile(r"\b(?:and|or)\b", re.IGNORECASE)
_NEGATED = re.compile(
    r"\b(?:no|not|never|none|nobody|nothing|without|stop|avoid|refuse|prevent|cannot|\w+n['’]t|dont|doesnt|cant|wont)\b",
    re.IGNORECASE,
)


def polarity(question: str, chosen: Sequence[Hit], retrieved: Retrieved, bundle: Bundle) -> str | None:
    """ "yes", "no", "depends", or None where it is not certain or not asked."""
    if not _YES_NO_QUESTION.search(question) or _COMPOUND.search(question) or not retrieved.nearest:
        return None
    nearest = float(retrieved.nearest_similarity[0])
    if nearest < _MIN_SIMILARITY:
        return None
    cited = {hit.passage.index for hit in chosen}
    negated = bool(_NEGATED.search(question))
    votes: dict[str, float] = {}
    agreeing: Counter[str] = Counter()
    for index, cosine in zip(retrieved.nearest, retrieved.nearest_similarity.tolist(), strict=True):
        neighbour = bundle.questions[index]
        if cosine < nearest - _MARGIN:
            break
        if neighbour.yes_no is None or bool(_NEGATED.search(neighbour.question)) != negated:
            continue
        if neighbour.evidence[0] not in cited:
            return None  # a close question is answered by other words than those that are cited
        votes[neighbour.yes_no] = votes.get(neighbour.yes_no, 0.0) + math.exp(VOTE_SCALE * (cosine - nearest))
        agreeing[neighbour.yes_no] += 1
    if not votes:
        return None
    best = max(votes, key=lambda answer: votes[answer])
    sure = votes[best] >= _MIN_SHARE * sum(votes.values()) and agreeing[best] >= _MIN_AGREEING
    return best if sure else None
