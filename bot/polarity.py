"""Yes, no, or it depends: said only where a visitor question with a known answer asks the same.

A wrong "yes" is worse than none, so everything has to agree: the nearest visitor questions among themselves, with
the passages that are cited, and with the question's own turn of phrase.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.index import Bundle
from bot.retrieve import Evidence
from bot.types import Hit

_MIN_SIMILARITY = 0.9
_MARGIN = 0.08
_MIN_AGREEING = 2
_YES_NO_QUESTION = re.compile(
    r"(?:^|[,;:.!?]\s*|\b(?:so|and|but|or|wondering|know|tell me|ask|hi|hello|please)\s+(?:if\s+|whether\s+)?)"
    r"(?:is|are|was|were|am|do|does|did|can|could|will|would|should|shall|may|might|must|has|have|had|isn't|aren't|"
    r"don't|doesn't|can't|won't|if|whether)\b",
    re.IGNORECASE,
)
_NEGATED = re.compile(
    r"\b(?:no|not|never|none|nobody|nothing|without|stop|avoid|refuse|prevent|cannot|\w+n['’]t|dont|doesnt|cant|wont)\b",
    re.IGNORECASE,
)


def polarity(question: str, chosen: Sequence[Hit], evidence: Evidence, bundle: Bundle) -> str | None:
    """ "yes", "no", "depends", or None where it is not certain or not asked."""
    if not _YES_NO_QUESTION.search(question) or not evidence.nearest:
        return None
    nearest = float(evidence.nearest_similarity[0])
    if nearest < _MIN_SIMILARITY:
        return None
    best = int(chosen[0].passage.id.rsplit("-", 1)[1])
    answers = []
    for index, cosine in zip(evidence.nearest, evidence.nearest_similarity.tolist(), strict=True):
        neighbour = bundle.questions[index]
        if cosine < nearest - _MARGIN:
            break
        if neighbour.yes_no is None:
            continue
        same_evidence = best in (*neighbour.evidence, *neighbour.also)
        same_turn = bool(_NEGATED.search(neighbour.question)) == bool(_NEGATED.search(question))
        if not same_evidence or not same_turn:
            return None
        answers.append(neighbour.yes_no)
    if len(answers) >= _MIN_AGREEING and len(set(answers)) == 1:
        return answers[0]
    return None
