"""A question and the statements that answer it -> a yes or no, only if their words leave no doubt.

"Do you sell my data?" is a no if the first statement is "We do not sell, rent or trade your personal information.": the
owner denies the verb itself, for all data. It is not if the statement names a kind of data, a purpose, a "may", an
exception or a condition, or if another statement limits it. What is not certain is left to the owner.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.policies.anchors import fold
from bot.policies.review_words import EMPTY, stem

_ASKS = re.compile(r"(?:do|will|would) you (?P<verb>[a-z]+) (?P<object>[^,;:]+)\?", re.IGNORECASE)
_WORD = re.compile(r"\w+(?:[-'.]\w+)*|[^\w\s]")
_DENIES = re.compile(r"(?:(?:do|does|will|shall) (?:not|never)|don't|doesn't|won't|never):? ", re.IGNORECASE)
_ADDS_NOTHING = re.compile(r"(?:(?:also|will|automatically|both) )*", re.IGNORECASE)
# Words for data as a whole, and those that go with them.
_ALL_DATA = frozenset(
    "my me your you its their any all our the of or and personal personally identifiable identifying private "
    "information data details user users customer customers visitor visitors member members".split()
)
_DATA = frozenset(("information", "data", "details"))
# These mean anybody else.
_ANYBODY = frozenset("to with third party parties anyone anybody others other companies".split())
# Verbs that are listed together: "sell, rent or trade".
_VERBS = frozenset(
    map(stem, "sell rent trade lease loan exchange share disclose use collect gather store record keep receive".split())
)
_SAME_VERB = {stem("collect"): frozenset(map(stem, ("collect", "gather", "record")))}
_JOINS = frozenset((",", "or", "and", "nor", "ever"))
# An object ends at one of these: "cookies" in "use cookies to learn".
_OBJECT_ENDS = frozenset("to for that which who so by with from in on through via as about when if at".split())
# A sentence with one of these is true only sometimes, only in part, or about something else.
_DOUBTS = frozenset(
    """not no never nor cannot without may might can could should sometimes some certain only if when unless except
    excluding where depending while but however although until consent permission choose opt aggregate aggregated
    anonymous anonymized anonymised de-identified limited required generally typically usually""".split()
)


def certain_verdict(question: str, statements: Sequence[str], names: Sequence[str] = ()) -> str | None:
    """Return "yes" or "no", or None if it is not certain or the question does not ask for it.

    statements: to be cited, each with the words that govern it, the best first. names: of the owner and its site.
    """
    asked = _ASKS.fullmatch(question)
    if asked is None or not statements:
        return None
    verb = stem(asked["verb"].lower())
    verbs = _SAME_VERB.get(verb, frozenset((verb,)))
    wanted = [stem(word) for word in _words(asked["object"]) if word not in _ALL_DATA and word not in EMPTY]
    best, *others = map(fold, statements)
    if any(_is_doubtful(other, verbs) for other in others):
        return None
    best = best.rpartition("? ")[2]  # without the question that it answers
    subject = re.match(_subject(names), best, re.IGNORECASE)
    if subject is None:
        return None
    said = best[subject.end() :]
    if denial := _DENIES.match(said):
        return "no" if _denies_all(_words(said[denial.end() :]), verbs, wanted) else None
    affirmed = _words(said[_ADDS_NOTHING.match(said).end() :])  # type: ignore[union-attr]
    return "yes" if _affirms(affirmed, verbs, wanted) else None


def _is_doubtful(other: str, verbs: frozenset[str]) -> bool:
    """Return whether another statement has the verb and says that it is true only sometimes, or only in part."""
    words = _words(other)
    return not verbs.isdisjoint(map(stem, words)) and not _DOUBTS.isdisjoint(words)


def _subject(names: Sequence[str]) -> str:
    own = "".join(f"|{re.escape(fold(name))}" for name in names)
    return rf"(?:we|(?:this|our|the) (?:site|website|app|service){own}) "


def _denies_all(words: list[str], verbs: frozenset[str], wanted: list[str]) -> bool:
    """Return whether a verb is denied for everything that is asked. words: after the "not"."""
    listed, rest = _listed_verbs(words)
    stems = set(map(stem, rest))
    known = _ALL_DATA | _ANYBODY | _JOINS | {"."}
    return (
        not verbs.isdisjoint(listed)
        and stems.issuperset(wanted)
        and (bool(wanted) or not _DATA.isdisjoint(rest))
        and all(word in known or stem(word) in _VERBS.union(wanted) for word in rest)
    )


def _affirms(words: list[str], verbs: frozenset[str], wanted: list[str]) -> bool:
    """Return whether a verb is affirmed for something that is asked, beyond doubt. words: after "we"."""
    listed, rest = _listed_verbs(words)
    if verbs.isdisjoint(listed) or not _DOUBTS.isdisjoint(words):
        return False
    ends = [number for number, word in enumerate(rest) if word in _OBJECT_ENDS]
    of = rest[: ends[0]] if ends else rest
    if wanted:
        return set(map(stem, of)).issuperset(wanted)
    return not _DATA.isdisjoint(of) and set(of) <= _ALL_DATA | {"."}


def _listed_verbs(words: list[str]) -> tuple[list[str], list[str]]:
    """Divide words into the verbs that they begin with, and the rest."""
    end = next((n for n, word in enumerate(words) if stem(word) not in _VERBS and word not in _JOINS), len(words))
    return [stem(word) for word in words[:end]], words[end:]


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())
