"""Whether a question asks if somebody that the policy names gets data: "does OpenAI get my data", "who is Brevo".

The encoder does not know such names, so the question looks like one about another organization.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.elsewhere.laws import is_law
from bot.elsewhere.parties import without_addresses
from bot.policies.about import known_names
from bot.types import Hit, Passage, Policy
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
# Where a name is: before what somebody gets, behind whom it is given to, and alone. An English word is a name there.
_PLACES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"^(?:and |so |but )?(?:do|does|did|can|could|will|would|is)\s+(?:the\s+)?(.{2,40}?)\s+"
        r"(?:(?:ever|also|still)\s+)?(?:get|see|have|receive|access|read|obtain|know|getting|seeing|able to see)\b.*"
        r"\b(?:my|our|i|it|this)\b",
        r"\b(?:sent|given|shared|sold|passed|goes?|disclosed|forwarded|transferred|send|give|share|sell|pass|disclose)\b"
        r".{0,60}\b(?:to|with)\s+(?:the\s+)?(.{2,40})$",
        r"^(?:and |so |but )?(?:who|what)(?:['’]?s| is| are)\s+(?:the\s+)?(.{2,40})$",
    )
)
_JOINS = re.compile(r"[,/&]|\b(?:and|or)\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]{3,}")
_SMALL = re.compile(r"\b[a-z]\w*")
# A statement that names the recipient is the better answer if it is this share as relevant as the best one, or if that
# one is less relevant than this.
_AS_RELEVANT, _RELEVANT = 0.3, 0.3


class Recipients:
    """Knows who is named in one policy. Threads can share it. parties: see `named_parties`."""

    def __init__(self, policy: Policy, parties: Sequence[str]) -> None:
        text = without_addresses(policy.text)
        in_small = frozenset(_SMALL.findall(text))
        self._names = frozenset(_words(text)) - in_small - frozenset(_words(" ".join(known_names(policy))))
        self._parties = [name.lower() for name in parties]

    def asked(self, question: str) -> tuple[str, ...]:
        """Return the names, in lowercase, of those about whom a question asks whether they get data, or who they are.

        () if it asks about nobody.
        """
        found = self._in_places(question)
        if _GETS.search(question) and _DATA.search(question):
            words = _words(question)
            found += [name for name in self._parties if f" {name} " in f" {' '.join(words)} "]
            found += [w for w in words if w in self._names and not is_plain_english(w) and not is_law(w)]
        return tuple(dict.fromkeys(found))

    def _in_places(self, question: str) -> list[str]:
        runs = (_words(name) for place in recipients_in(question) for name in _JOINS.split(place))
        return [" ".join(words) for words in runs if words and self._names.issuperset(words) and not is_law(words[0])]


def recipients_in(question: str) -> list[str]:
    """Return the words at the places of a question where it names who gets data, or of whom it asks who they are."""
    places = (pattern.search(question.strip(" ?!.")) for pattern in _PLACES)
    return [place[1] for place in places if place]


def names(passage: Passage, recipients: Sequence[str]) -> bool:
    """Return whether a statement, with what governs it, names one of these recipients."""
    words = f" {' '.join(_words(passage.read_as))} "
    return any(f" {name} " in words for name in recipients)


def naming_first(hits: Sequence[Hit], recipients: Sequence[str]) -> tuple[Hit, ...]:
    """Return hits with the most relevant one that names a recipient first, unless another one is far more relevant.

    hits: in answering order, at least one.
    """
    naming = next((hit for hit in hits if names(hit.passage, recipients)), hits[0])
    best = hits[0].relevance
    if naming is hits[0] or (best >= _RELEVANT and naming.relevance < _AS_RELEVANT * best):
        return tuple(hits)
    return (naming, *(hit for hit in hits if hit is not naming))


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())
