"""Whether a question asks if somebody that the policy names gets data: "does OpenAI get my data", "is it at Brevo".

The encoder does not know such names, so the question looks like one about another organization.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.elsewhere.laws import is_law
from bot.policies.about import known_names
from bot.types import Passage, Policy
from bot.understanding.english import is_plain_english

_GETS = re.compile(
    r"\b(?:gets?|got|received|receives?|sees?|access\w*|obtains?|reads?|has|have|gives?|given|sends?|sent|goes|shar\w+|sells?|sold"
    r"|pass\w*|transfer\w*|disclos\w+|hand\w*|forward\w*)\b",
    re.IGNORECASE,
)
_DATA = re.compile(
    r"\b(?:data|info\w*|details?|e-?mails?|messages?|names?|address\w*|numbers?|answers?|forms?|notes?|posts?|files?"
    r"|photos?|it|this|that|stuff|things|what i)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]{3,}")
_SMALL = re.compile(r"\b[a-z]\w*")


class Recipients:
    """Knows who is named in one policy. Threads can share it. parties: see `named_parties`."""

    def __init__(self, policy: Policy, parties: Sequence[str]) -> None:
        in_small = frozenset(_SMALL.findall(policy.text))
        self._names = frozenset(_words(policy.text)) - in_small - frozenset(_words(" ".join(known_names(policy))))
        self._parties = [name.lower() for name in parties]

    def asked(self, question: str) -> tuple[str, ...]:
        """Return the names, in lower case, of those of whom it is asked whether they get data; () if of nobody."""
        if not (_GETS.search(question) and _DATA.search(question)):
            return ()
        words = _words(question)
        known = [name for name in self._parties if f" {name} " in f" {' '.join(words)} "]
        new = [word for word in words if word in self._names and not is_plain_english(word) and not is_law(word)]
        return tuple(dict.fromkeys([*known, *new]))


def names(passage: Passage, recipients: Sequence[str]) -> bool:
    """Return whether a statement, with what governs it, names one of these recipients."""
    words = f" {' '.join(_words(passage.read_as))} "
    return any(f" {name} " in words for name in recipients)


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())
