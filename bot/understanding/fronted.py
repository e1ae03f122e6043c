"""Puts what a question starts with in its place: "Formstack who are they" -> "who is Formstack".

People name what they ask about first. The question behind it then has only "it" or "they".
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.understanding.clauses import (
    AUXILIARIES,
    CONNECTIVES,
    DETERMINERS,
    PREPOSITIONS,
    PRONOUNS,
    VERBS,
    WH,
)
from bot.understanding.forms import PLURAL, SINGULAR, is_plural

_MARKS = ".,:;?!–—-"
# The most words of what is named, without "my" or "the" before it and with it, and how soon "it" or "they" follows.
_MOST, _MOST_OF_ONES, _REACH = 3, 5, 5
_POINTS = frozenset({"it", "they", "them"})
_ASKING = frozenset("is are was were do does did can could will".split())
_WHO_ELSE = frozenset("others anyone anybody people staff everyone someone".split())
_HOW = frozenset("long many often much safe".split())
# "The form on here" has such words, but does not start with one.
_INSIDE = frozenset({"on", "of", "in", "for", "here"})
_NO_TOPIC = (
    AUXILIARIES
    | WH
    | CONNECTIVES
    | PRONOUNS
    | PREPOSITIONS
    | DETERMINERS
    | frozenset("hi hello hey dear thanks thx sorry oops question questions im whos too".split())
)


def in_place(question: str) -> str:
    """Return a question with what it names first in place of "it" or "they" behind; the same text if it names none."""
    words = question.split()
    lower = [word.strip(_MARKS).lower().replace("’", "'") for word in words]
    start = next((at for at, word in enumerate(lower[: _MOST_OF_ONES + 1]) if word in WH or word in _ASKING), 0)
    if not start or not _is_named(words[:start], lower[:start]) or not _asks(lower[start : start + 2]):
        return question
    reach = range(start + 1, min(len(lower), start + 1 + _REACH))
    at = next((at for at in reach if lower[at] in _POINTS or (lower[at] == "that" and _ends(words, lower, at))), 0)
    if not at or not CONNECTIVES.isdisjoint(lower[start:at]) or words[at - 1].endswith(tuple(_MARKS)):
        return question
    topic = [word.strip(_MARKS) for word in words[:start]]
    if lower[0] in DETERMINERS:
        topic[0] = lower[0]
    asked = words[start:at]
    if at - start <= 2 and lower[at - 1] in AUXILIARIES:
        forms = PLURAL if is_plural(lower[start - 1]) and lower[start - 1] != "analytics" else SINGULAR
        asked[-1] = forms.get(lower[at - 1], asked[-1])
    mark = words[at][len(words[at].rstrip(_MARKS)) :]
    named = " ".join(topic).strip()
    return " ".join([*asked, named + mark, *words[at + 1 :]])


def _ends(words: Sequence[str], lower: Sequence[str], at: int) -> bool:
    """Return whether a clause ends with a word."""
    return at + 1 == len(words) or words[at][-1] in _MARKS or lower[at + 1] in CONNECTIVES


def _is_named(words: Sequence[str], lower: Sequence[str]) -> bool:
    """Return whether words name a thing, and say nothing of it: "Google analytics", "the form on here,"."""
    first = lower[1:] if lower[0] in DETERMINERS | {"this", "that", "these", "those"} else lower
    if not first or len(first) > (_MOST if first is lower else _MOST_OF_ONES - 1) or first[0] in VERBS:
        return False
    if any(word[-1] in _MARKS for word in words[:-1]) or words[-1][-1] in ".?!":
        return False
    return first[0] not in _INSIDE and all(word in _INSIDE or word not in _NO_TOPIC for word in first)


def _asks(words: Sequence[str]) -> bool:
    """Return whether a question starts with these two words: "is it", "do you", "who sees", "how long"."""
    if len(words) < 2:
        return False
    first, second = words
    if first in _ASKING:
        return second in PRONOUNS or second in _WHO_ELSE or second in DETERMINERS
    if first == "how":
        return second in AUXILIARIES or second in _HOW
    return second in AUXILIARIES or (first == "who" and second not in PRONOUNS)
