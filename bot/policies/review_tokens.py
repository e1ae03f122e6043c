"""A sentence -> its words, each with what governs it: a "not", a "may", or an "unless"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from bot.policies.anchors import fold
from bot.policies.review_words import EMPTY, stem

_TOKEN = re.compile(r"\d[\d.,:/]*\d|[^\W_]+(?:['.][^\W_]+)*|[,;:.?!()]")
_NOT = frozenset("not cannot no none never nobody nothing without neither nor".split())
_WILL = frozenset(("will", "shall"))
_MAY = frozenset("may might can could possibly potentially perhaps sometimes".split())
# These begin a clause that a "not" or "may" before them does not govern.
_NEW_CLAUSE = frozenset("but unless except because if when while although however than".split())
_EXCEPTION = frozenset("unless except exception exceptions excepting excluding".split())
_ONLY = re.compile(r"\bonly\b|\bother than\b", re.IGNORECASE)
_NUMBERS = frozenset(
    "two three four five six seven eight nine ten eleven twelve twenty thirty sixty ninety hundred".split()
)


@dataclass(frozen=True, slots=True)
class Word:
    """A word with content.

    shown: as it is written. first: whether it begins a sentence. denied: whether a "not" governs it; denied_first:
    whether it is the first word that the "not" governs. hedged, hedged_first: the same for "may". promised_first: the
    same for "will".
    """

    shown: str = ""
    stem: str = ""
    first: bool = False
    denied: bool = False
    denied_first: bool = False
    hedged: bool = False
    hedged_first: bool = False
    promised_first: bool = False

    @property
    def is_number(self) -> bool:
        """Return whether it is a number, in digits or as a word."""
        return self.shown[0].isdigit() or self.shown.lower() in _NUMBERS

    @property
    def is_name(self) -> bool:
        """Return whether it is a name by its capitals: "Formstack", but not the first word of a sentence."""
        return any(map(str.isupper, self.shown if not self.first else self.shown[1:]))


_NOTHING = Word()


def read_words(sentence: str) -> Iterator[Word]:
    """Yield the words with content, in order."""
    first, governed = True, _NOTHING
    last: Word | None = None
    for shown in _TOKEN.findall(fold(sentence)):
        word = re.sub(r"'s?$", "", shown.lower())
        if not shown[0].isalnum():
            # In "We will not: sell it", what is below the line is denied.
            opens = shown == ":" and (governed.denied_first or governed.hedged_first or governed.promised_first)
            first, governed, last = first or shown not in ",()", governed if opens else _NOTHING, None
            continue
        if word in _NEW_CLAUSE:
            governed = _NOTHING
        elif word in _NOT or word.endswith("n't"):
            governed = replace(governed, denied=True, denied_first=True)
        elif word in _MAY:
            governed = replace(governed, hedged=True, hedged_first=True)
        elif word in _WILL:
            governed = replace(governed, promised_first=True)
        elif last and word in ("and", "or"):  # "may collect and record": "may" governs both
            governed = replace(
                governed,
                denied_first=last.denied_first,
                hedged_first=last.hedged_first,
                promised_first=last.promised_first,
            )
        if word in EMPTY or word.endswith("n't"):
            last = None
        else:
            is_adverb = word.endswith("ly")  # "may automatically collect"
            last = replace(governed, shown=shown, stem=stem(word), first=first)
            yield last
            if not is_adverb:
                governed = replace(governed, denied_first=False, hedged_first=False, promised_first=False)
        first = False


def is_denied(sentence: str) -> bool:
    """Return whether a sentence has a "not" or the like."""
    return any(word in _NOT or word.endswith("n't") for word in _plain(sentence))


def is_hedged(sentence: str) -> bool:
    """Return whether a sentence has a "may" or the like."""
    return not _MAY.isdisjoint(_plain(sentence))


def has_exception(sentence: str) -> bool:
    """Return whether a sentence has an "unless" or the like."""
    return not _EXCEPTION.isdisjoint(_plain(sentence))


def has_only(sentence: str) -> bool:
    """Return whether a sentence says "only", or "nobody other than"."""
    return _ONLY.search(fold(sentence)) is not None


def _plain(sentence: str) -> list[str]:
    return [token.lower() for token in _TOKEN.findall(fold(sentence))]
