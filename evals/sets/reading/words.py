"""Folded words, which are the same in every format, and fingerprints, which name words without showing them."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable
from typing import NamedTuple

# Apostrophes and invisible characters join the parts of a word.
_JOINERS = "'’‘ʼ＇`´\u00ad\u200b-\u200d\u2060\ufeff"
_WORD = re.compile(rf"[^\W_]+(?:[{_JOINERS}]+[^\W_]+)*")


def folded_words(text: str) -> list[str]:
    """Return the words of a text: NFKC, lower case, letters and digits only."""
    return [word for word, _, _ in _located(text)]


class Fingerprint(NamedTuple):
    """Names a run of words. sha256: of the folded words joined by a blank, in hex digits."""

    words: int
    sha256: str

    @classmethod
    def of(cls, text: str) -> Fingerprint:
        """Return the fingerprint of a text's words."""
        words = folded_words(text)
        return cls(len(words), _digest(words))


class FoldedText:
    """A text as a row of folded words, in which words are found by their fingerprints."""

    def __init__(self, text: str) -> None:
        located = list(_located(text))
        self._words = [word for word, _, _ in located]
        self._starts = [start for _, start, _ in located]
        self._ends = [end for _, _, end in located]
        self._digests: dict[int, list[str]] = {}
        self._found: dict[Fingerprint, list[range]] = {}

    def find(self, fingerprint: Fingerprint) -> list[range]:
        """Return every run of words that has this fingerprint, as numbers of words, in order."""
        if fingerprint not in self._found:
            length = fingerprint.words
            if length not in self._digests:
                runs = range(len(self._words) - length + 1)
                self._digests[length] = [_digest(self._words[at : at + length]) for at in runs]
            self._found[fingerprint] = [
                range(at, at + length)
                for at, digest in enumerate(self._digests[length])
                if digest == fingerprint.sha256
            ]
        return self._found[fingerprint]

    def inside(self, spans: Iterable[tuple[int, int]]) -> frozenset[int]:
        """Return the numbers of the words that are wholly inside one of the spans, which are offsets in the text."""
        found: set[int] = set()
        for start, end in spans:
            number = bisect_left(self._starts, start)
            while number < len(self._ends) and self._ends[number] <= end:
                found.add(number)
                number += 1
        return frozenset(found)


def _located(text: str) -> Iterable[tuple[str, int, int]]:
    for match in _WORD.finditer(text):
        word = "".join(c for c in unicodedata.normalize("NFKC", match[0]).casefold() if c.isalnum())
        if word:
            yield word, match.start(), match.end()


def _digest(words: Iterable[str]) -> str:
    return hashlib.sha256(" ".join(words).encode("utf-8")).hexdigest()
