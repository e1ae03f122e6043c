"""BM25 over word stems, in Lucene's variant. Rebuilt at load, which takes less time than reading it.

Every weight is worked out beforehand: a question costs one sparse sum for each of its words.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import Stemmer

from bot.encoder.embedding import FloatArray

# How soon a repeated word counts no more, and how much a long text is held back.
_K1, _B = 1.2, 0.75
# Of a word that stands in more texts than this, those that it weighs most in are kept (champion lists: Manning,
# Raghavan, Schütze, "Introduction to Information Retrieval", 7.1.3): such a word tells next to nothing, and a question
# with it would cost as much as the collection is long.
_MOST_POSTINGS = 5_000
_WORD = re.compile(r"\b\w\w+\b")
# Lucene's English stop words.
_STOP_WORDS = frozenset(
    "a an and are as at be but by for if in into is it no not of on or such that the their then there these they this "
    "to was will with".split()
)


class Lexical:
    """BM25 over given texts; exact as long as no word stands in more than 5,000 of them."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._stemmer = Stemmer.Stemmer("english")
        self._size = len(texts)
        counts = [Counter(self._words(text)) for text in texts]
        lengths = np.array([count.total() for count in counts], dtype=np.float64)
        # A text of average length is held back by _K1.
        held_back = _K1 * (1 - _B + _B * lengths / max(lengths.mean(), 1e-9)) if texts else lengths
        rows: dict[str, list[int]] = {}
        frequencies: dict[str, list[int]] = {}
        for row, count in enumerate(counts):
            for word, frequency in count.items():
                rows.setdefault(word, []).append(row)
                frequencies.setdefault(word, []).append(frequency)
        self._postings: dict[str, tuple[npt.NDArray[np.int32], FloatArray]] = {}
        for word, found in rows.items():
            rarity = math.log(1 + (self._size - len(found) + 0.5) / (len(found) + 0.5))
            often = np.array(frequencies[word], dtype=np.float64)
            weights = rarity * often / (held_back[found] + often)
            rows_of_word = np.array(found, dtype=np.int32)
            if len(found) > _MOST_POSTINGS:
                kept = np.argsort(-weights, kind="stable")[:_MOST_POSTINGS]
                rows_of_word, weights = rows_of_word[kept], weights[kept]
            self._postings[word] = rows_of_word, weights.astype(np.float32)

    def scores(self, question: str) -> FloatArray:
        """BM25 of each text for the question, shape (texts,), 0 and up."""
        scores = np.zeros(self._size, dtype=np.float32)
        for word in self._words(question):
            if word in self._postings:
                rows, weights = self._postings[word]
                scores[rows] += weights
        return scores

    def _words(self, text: str) -> list[str]:
        words: list[str] = self._stemmer.stemWords([w for w in _WORD.findall(text.lower()) if w not in _STOP_WORDS])
        return words


def best_rows(scores: FloatArray, count: int) -> list[int]:
    """The rows of the `count` highest scores above 0, the best first; of equal ones the earlier first."""
    rows = np.flatnonzero(scores)
    if len(rows) > count:
        # Sorting all of a million would take longer than everything else together.
        least = np.partition(scores[rows], len(rows) - count)[len(rows) - count]
        rows = rows[scores[rows] >= least]
    best: list[int] = rows[np.argsort(-scores[rows], kind="stable")][:count].tolist()
    return best
