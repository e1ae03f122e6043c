"""Repairs the spelling of a question with the words of the policy and of its visitors: "cokies" -> "cookies".

A word that nobody knows is repaired: no English word, no name, abbreviation, address, number or placeholder of the
guard, and no word of another language. It becomes the word, one mistake away or two, that the policy and its visitors
would use between the words on both sides. A long word may become one that only the English list has. An English word is
repaired only if no visitor uses it, and visitors use another one between the same two words: "ill my data" -> "will my
data". Method: the noisy channel of Kernighan, Church and Gale, "A Spelling Correction Program Based on a Noisy Channel
Model", 1990.
"""

from __future__ import annotations

import functools
import itertools
import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from bot.language import is_foreign
from bot.understanding.english import is_english

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
# Letters that are typed for each other: neighbors on the keyboard, and vowels.
_CONFUSED = frozenset(
    "".join(letters)
    for row in _ROWS
    for letters in (*itertools.permutations("aeiouy", 2), *itertools.pairwise(row), *itertools.pairwise(row[::-1]))
)
_WORD = re.compile(r"[^\W\d_]+")
# Words, alone or joined by hyphens, with marks around them. Anything else is an address, a number or a code.
_CHUNK = re.compile(r"(?<!\S)[\"“'‘(]*(?P<words>[^\W\d_]+(?:[-'’][^\W\d_]+)*)[\"”'’).,;:?!…]*(?!\S)")
_CONTRACTED = re.compile(r"['’](?!s\b)|(?<=['’])s\b")
_PLACEHOLDER = re.compile(r"\[[^\]]*\]")
_PLURAL = re.compile(r"\w{3,}[^\Ws]s")
_STARTS_SENTENCE = re.compile(r"(?:^|[.?!:])\W*$")
# If more of the words than this start with a capital, capitals do not mark names.
_TITLED = 0.6
# The fewest letters of a word that is repaired. ADR 21 says what these limits and costs were measured on.
_SHORTEST = 2
_SHORTEST_WITH_TWO_MISTAKES = 6
_SHORTEST_OF_TWO_WORDS = 5  # that were run together
_SHORTEST_ONLY_ENGLISH = 7  # repaired with a word that only the English list has
_SHORTEST_ENGLISH = 3  # an English word itself
# The least weight of a repair, for a word of no letters, and how much less it must weigh for each letter: the longer a
# word, the rarer it is that another word is close to it by chance.
_LEAST = -3.0
_LESS_FOR_EACH_LETTER = 1.5
# What a mistake costs: the natural logarithm of how much rarer it is than two letters swapped.
_SWAPPED = 0
_DOUBLED = 0
_DROPPED = 0.5
_SIMILAR = 0.5  # a letter that is typed for another: `_CONFUSED`
_ADDED = 4
_OTHER = 5  # any other letter for a letter
_AT_START = 1  # in addition, for a mistake in the first letter
_SECOND = 4  # for two mistakes
# Typed letter -> each letter that may be meant, and the cost of that.
_INSTEAD = {
    typed: [(letter, _SIMILAR if typed + letter in _CONFUSED else _OTHER) for letter in _LETTERS] for typed in _LETTERS
}
# A mistake that costs more is not likely, wherever it is in the word.
_LIKELY = 0.5
# Two words that were run together must be neighbors this often.
_LEAST_PAIRS = 3
# An English word is repaired if the other word weighs more by this. From 0 to 8, the same words of 650 real questions
# are repaired; below, names such as "Amy" are, too. With fewer texts, a word that none of them has may be right.
_MORE = 8.0
_ENOUGH_TEXTS = 1_000
# What comes before the first word of a question.
_START = ""


class _Vocabulary:
    """How often words and pairs of neighboring words are used, and which of them the policy itself uses."""

    def __init__(self, own: str, texts: Sequence[str]) -> None:
        found = _WORD.findall(own)
        own_words = _words_of(own)
        capitals = Counter(word.lower() for word in found if word[0].isupper())
        small = Counter(word for word in found if word.islower())
        self.names = frozenset(word for word, count in capitals.items() if count > small[word])
        counts: Counter[str] = Counter()
        pairs: Counter[str] = Counter()
        for text in itertools.chain(own.splitlines(), texts):
            words = _WORD.findall(text.lower())
            counts.update(words)
            pairs.update(map(" ".join, itertools.pairwise([_START, *words])))
        self.total = counts.total()
        self.counts = {word: count for word, count in counts.items() if word in own_words or is_english(word)}
        self.by_first: dict[str, list[str]] = {}
        for word in self.counts:
            self.by_first.setdefault(word[0], []).append(word)
        known = {_START, *self.counts}
        self.pairs = {pair: count for pair, count in pairs.items() if count > 1 and known.issuperset(pair.split(" "))}


class _Token(NamedTuple):
    start: int
    text: str


class Spelling:
    """Repairs words with those that questions about one policy use.

    own: the text of the policy and its owner's names; their words are right, however rare. texts: what visitors ask.
    They are counted when the first word is read that may be wrong, which takes about 20 ms for each 1,000 texts.
    """

    def __init__(self, own: str, texts: Sequence[str] = ()) -> None:
        self._texts = (own, texts)

    @functools.cached_property
    def _own(self) -> frozenset[str]:
        return _words_of(self._texts[0])

    @functools.cached_property
    def _used(self) -> frozenset[str]:
        """Return all words of the texts, which are found three times as fast as they are counted."""
        return frozenset(word for text in self._texts[1] for word in _WORD.findall(text.lower()))

    @functools.cached_property
    def _known(self) -> _Vocabulary:
        return _Vocabulary(*self._texts)

    def repair(self, question: str) -> str:
        """Return the question with its misspelled words repaired; the same text if there are none."""
        tokens = list(_tokens(question))
        words = [token.text.lower() for token in tokens]
        new = [place for place, word in enumerate(words) if word not in self._own]
        unknown = {place for place in new if self._is_unknown(tokens[place].text)}
        doubtful = {place for place in new if self._is_doubtful(tokens[place].text)}
        if not unknown | doubtful or (2 * len(unknown) >= len(tokens) and any(map(is_foreign, words))):
            return question
        titled = sum(token.text[0].isupper() for token in tokens) > _TITLED * len(tokens)
        repaired: dict[int, str] = {}
        for place in (*sorted(unknown), *sorted(doubtful)):
            start, typed = tokens[place]
            named = typed[0].isupper() and not titled and not _STARTS_SENTENCE.search(question[:start])
            before = words[place - 1] if place else _START
            after = words[place + 1] if place + 1 < len(words) else ""
            if place in doubtful:
                best = self._other_word(words[place], before, after)
            else:
                best = self._best(words[place], before, after, named=named)
            if best:
                words[place] = repaired[place] = best
        for place in sorted(repaired, reverse=True):
            start, typed = tokens[place]
            question = question[:start] + _cased(repaired[place], typed) + question[start + len(typed) :]
        return question

    def _is_unknown(self, word: str) -> bool:
        """Return whether nobody knows a word that the policy does not have."""
        lower = word.lower()
        return (
            len(word) >= _SHORTEST
            and word.isascii()
            and (word[1:].islower() or word.isupper())
            and not is_english(lower)
            and not is_foreign(lower)
            # "Todays" and "companys" lack only an apostrophe.
            and not (_PLURAL.fullmatch(lower) and (lower[:-1] in self._own or is_english(lower[:-1])))
        )

    def _is_doubtful(self, word: str) -> bool:
        """Return whether a word that the policy does not have is English, in lowercase, and used by no visitor."""
        return (
            len(self._texts[1]) >= _ENOUGH_TEXTS
            and len(word) >= _SHORTEST_ENGLISH
            and word.isascii()
            and word.islower()
            and word not in self._used
            and is_english(word)
        )

    def _best(self, word: str, before: str, after: str, *, named: bool) -> str | None:
        """Return the repair that fits best between the words before and after; None if there is none.

        named: whether the word looks like a name, which becomes only another name of the policy.
        """
        one = {other: cost for other, cost in _one_mistake(word) if other in self._known.counts}
        found = one or self._two_mistakes(word) or self._two_words(word)
        if named:
            found = {other: cost for other, cost in found.items() if other in self._known.names}
        weights = {other: self._weight(other, before, after) - cost for other, cost in found.items()}
        best = max(weights, key=lambda other: (weights[other], other), default=None)
        if best and weights[best] >= _LEAST - _LESS_FOR_EACH_LETTER * len(word):
            return best
        return None if named else _only_english(word)

    def _other_word(self, word: str, before: str, after: str) -> str | None:
        """Return the word that visitors use between the same two words, one likely mistake away; None if there is none.

        A word of the question's start or end has only one neighbor. A word without neighbors stays.
        """
        pairs = self._known.pairs
        weights = {
            other: self._weight(other, before, after) - cost
            for other, cost in _one_mistake(word)
            if cost <= _LIKELY + (_AT_START if other[:1] != word[0] else 0)
            and other in self._known.counts
            and f"{before} {other}" in pairs
            and (not after or f"{other} {after}" in pairs)
        }
        best = max(weights, key=lambda other: (weights[other], other), default=None)
        return best if best and weights[best] - math.log(0.5 / self._known.total) >= _MORE else None

    def _weight(self, words: str, before: str, after: str) -> float:
        """Return how likely a word, or two, is between two others: a logarithm, up to a constant."""
        first, last = words.split(" ")[0], words.split(" ")[-1]
        pairs = (f"{before} {first}", f"{last} {after}")
        count = self._known.counts.get(words) or self._known.pairs[words]
        return math.log(count / self._known.total) + sum(math.log1p(self._known.pairs.get(pair, 0)) for pair in pairs)

    def _two_mistakes(self, word: str) -> dict[str, float]:
        """Return the known words that two likely mistakes turn into this one, with the cost of that."""
        if len(word) < _SHORTEST_WITH_TWO_MISTAKES:
            return {}
        near = (other for other in self._known.by_first.get(word[0], ()) if abs(len(other) - len(word)) <= 2)
        return {other: _SECOND for other in near if _is_typed_for(word, other, 2)}

    def _two_words(self, word: str) -> dict[str, float]:
        """Return the known pairs of words that this one is without the space, with the cost of that."""
        if len(word) < _SHORTEST_OF_TWO_WORDS:
            return {}
        split = (f"{word[:at]} {word[at:]}" for at in range(1, len(word)))
        return {pair: 0 for pair in split if self._known.pairs.get(pair, 0) >= _LEAST_PAIRS}


def _words_of(text: str) -> frozenset[str]:
    """Return the words of a text, in lowercase."""
    return frozenset(_WORD.findall(text.lower()))


def _tokens(question: str) -> Iterator[_Token]:
    """Yield the words that could be misspelled, and those next to them, with their places."""
    hidden = _PLACEHOLDER.sub(lambda match: "0" * len(match[0]), question)
    for chunk in _CHUNK.finditer(hidden):
        words = chunk["words"]
        if words.isalpha():
            yield _Token(chunk.start("words"), words)
            continue
        words = words.removesuffix("'s").removesuffix("’s")
        if not _CONTRACTED.search(words):
            for word in _WORD.finditer(words):
                yield _Token(chunk.start("words") + word.start(), word[0])


def _one_mistake(word: str) -> Iterator[tuple[str, float]]:
    """Yield every text that a mistake turns into the word, with the cost of the mistake; the cheapest is the last."""
    size = len(word)
    for at in range(size):
        start = _AT_START if at == 0 else 0
        before, after = word[:at], word[at + 1 :]
        for letter, cost in _INSTEAD[word[at]]:
            yield before + letter + after, cost + start
        yield before + after, _ADDED + start
    for at in range(size + 1):
        cost = _DROPPED + (_AT_START if at == 0 else 0)
        before, after = word[:at], word[at:]
        for letter in _LETTERS:
            yield before + letter + after, cost
    for at in range(size - 1):
        yield word[: at + 1] + word[at] + word[at + 1 :], _DOUBLED
        if word[at] == word[at + 1]:
            yield word[:at] + word[at + 1 :], _DOUBLED
        yield word[:at] + word[at + 1] + word[at] + word[at + 2 :], _SWAPPED


def _is_typed_for(typed: str, meant: str, mistakes: int, before: str = "") -> bool:
    """Return whether at most so many likely mistakes turn one word into the other. before: the letter typed before."""
    if typed[:1] == meant[:1]:
        return not typed or _is_typed_for(typed[1:], meant[1:], mistakes, typed[0])
    left = mistakes - 1
    return (
        left >= 0
        and (
            (meant != "" and _is_typed_for(typed, meant[1:], left, before))  # a letter is dropped
            or (typed[:1] == before != "" and _is_typed_for(typed[1:], meant, left, before))  # a letter is doubled
            or (typed[:1] + meant[:1] in _CONFUSED and _is_typed_for(typed[1:], meant[1:], left, typed[0]))
            or (typed[1::-1] == meant[:2] and _is_typed_for(typed[2:], meant[2:], left, typed[1]))  # two are swapped
        )
    )


def _only_english(word: str) -> str | None:
    """Return the only English word that is one likely mistake away from a long word, or None."""
    if len(word) < _SHORTEST_ONLY_ENGLISH:
        return None
    found = {other for other, cost in _one_mistake(word) if cost <= _LIKELY and is_english(other)}
    return found.pop() if len(found) == 1 else None


def _cased(word: str, typed: str) -> str:
    """Return the word with the capitals of what was typed."""
    if typed.isupper():
        return word.upper()
    return word[0].upper() + word[1:] if typed[0].isupper() else word
