"""How a question is shown to the visitor as it was read: "so u keep my forms or no" as "Do you keep my forms?".

A question is shown only if it reads as a person would write it: what the rules put together may not.
"""

from __future__ import annotations

import itertools
import re

from bot.understanding.clauses import AUXILIARIES, BE, WH, words_of
from bot.understanding.echoes import asked_back
from bot.understanding.several import as_heading, is_question

_LEADS = re.compile(
    r"^(?:(?:and|n|but|so|then|also|ok|okay|well|lol|haha|oh|ah|hm+|please|plus|yes|no|whatever|anyway)\b[\s,.!;:–—-]*)+"
    r"(?=[^\s,.!;:–—-])",
    re.IGNORECASE,
)
_FILLERS = re.compile(
    r"[\s,]+(?:i guess|i think|i suppose|or no|or not|or what|lol|haha|please|pls|tho|though|by the way|btw)(?=\W*$)",
    re.IGNORECASE,
)
_SHORT = {"u": "you", "ur": "your", "r": "are", "im": "I’m", "whats": "what’s", "ya": "you", "ip": "IP", "ssn": "SSN"}
_WORD = re.compile(r"\b(?:u|ur|r|im|whats|ya|ip|ssn)\b(?!['’.])", re.IGNORECASE)
# More than one sentence, or something that comes after a colon.
_IN_TWO = re.compile(r"[.!?]\s|:")
# A subject in the wrong person, or a second verb: "isn't this and that are the same?"
_BROKEN = re.compile(
    r"^does (?:you|we|they|i)\b|^(?:is|are|was|were)(?:n['’]?t)? "
    r"(?:(?!that|which|who|what|when|where|if|because|how|why)[\w'’]+ )+(?:is|are|was|were)\b",
    re.IGNORECASE,
)
_MOST_WORDS = 25


def restated(question: str) -> str | None:
    """Return a question as it is shown; None if it does not read well."""
    text = _FILLERS.sub("", _LEADS.sub("", asked_back(question.strip())))
    text = _WORD.sub(lambda found: _SHORT[found[0].lower()], text).rstrip(" .,;:!?…–—-")
    words, lower = words_of(text)
    if not 0 < len(words) <= _MOST_WORDS or _has_two(lower) or _IN_TWO.search(text) or _BROKEN.match(text):
        return None
    opens = is_question(text) or lower[0] in WH or lower[0] in AUXILIARIES
    return as_heading(text) if opens else None


def _has_two(lower: tuple[str, ...]) -> bool:
    """Return whether two auxiliaries meet that do not go together, or a word is doubled: "is the phone is"."""
    return any(first == second or {first, second} <= BE for first, second in itertools.pairwise(lower))
