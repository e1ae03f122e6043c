"""Leaves out of a question who asks it: "I am [email]. What will the weather be?" asks about the weather.

The guard masks personal data by its kind, and a mask is a word of the policy's own subject to the encoder. So a part of
the question in which a visitor only says who they are would make any question one about privacy.
"""

from __future__ import annotations

import re

from bot.guard.personal_data import MASK

# Where a part ends: after a mark, which stays with it, or between a mask and a question.
_PARTS = re.compile(
    r"(?<=[.?!;…,])\s+"
    r"|(?<=\])\s+(?=(?:what|who|when|where|why|how|which|does|tell me|(?:can|could|do|did|should) (?:i|you))\b)",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
# The words with which visitors say who they are and how to reach them. None of them is "you" or "your".
_SAYS_WHO = frozenset(
    "a also and at best born by call contact date here hello hi i i'm im i’m in is it's it’s its kind live mail me "
    "my myself no number of on or phone please reach reached regards resident sincerely text thank thanks the this "
    "account address bank birth birthday card case cell code credit dob driver's driver’s drivers e email home "
    "house id insurance ip license login medicare mobile name passport password pin plate routing security social ssn "
    "am are street tax telephone tin user username zip".split()
)
# What refers to the part that says who asks: "my SSN is [social security number], is it safe?"
_POINTS_THERE = re.compile(
    r"\b(?:it|its|they|them|their|those|these|that|this|same|such|one|number|there)\b", re.IGNORECASE
)


def without_introductions(question: str) -> str:
    """Return a cleaned question without the parts that only say who asks; the same text if nothing else is left.

    It is also the same if what is left may refer to such a part.
    """
    if "[" not in question:
        return question
    rest = " ".join(part for part in _PARTS.split(question) if not _is_introduction(part))
    return rest if _WORD.search(MASK.sub("", rest)) and not _POINTS_THERE.search(rest) else question


def _is_introduction(part: str) -> bool:
    """Return whether a part has a mask, asks nothing, and has only words that say who asks."""
    if part.endswith("?") or not MASK.search(part):
        return False
    return _SAYS_WHO.issuperset(_WORD.findall(MASK.sub(" ", part).lower()))
