"""BM25 over word stems, in Lucene's variant. It is rebuilt on every load, which is faster than reading it from disk.

All weights are computed when the index is built, so a question costs one sparse sum for each of its words.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
import Stemmer

from bot.encoder.embedding import FloatArray

Rows = npt.NDArray[np.int32]

# k1: how soon repeating a word stops adding to the score. b: how much long texts are penalized. Lucene's defaults.
_K1, _B = 1.2, 0.75
# If a word occurs in more texts than this, only the texts in which it has the most weight are kept (champion lists:
# Manning, Raghavan, Schütze, "Introduction to Information Retrieval", 7.1.3). Such a word says almost nothing about a
# text, and without the limit the cost of a question would grow with the collection.
_MAX_POSTINGS = 5_000
# Up to this number of rows, sorting all of them is faster than first finding the best ones.
_SORTED_AT_ONCE = 500
_WORD = re.compile(r"\b\w\w+\b")
# Lucene's English stop words.
_STOP_WORDS = frozenset(
    "a an and are as at be but by for if in into is it no not of on or such that the their then there these they this "
    "to was will with".split()
)


class Lexical:
    """A BM25 index of texts. Its scores are exact unless a word occurs in more than 5,000 texts."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._stemmer = Stemmer.Stemmer("english")
        self._size = len(texts)
        counts = [Counter(stems(text, self._stemmer)) for text in texts]
        lengths = np.array([count.total() for count in counts], dtype=np.float64)
        # For a text of average length, this is _K1.
        saturation = _K1 * (1 - _B + _B * lengths / max(lengths.mean(), 1e-9)) if texts else lengths
        rows: dict[str, list[int]] = {}
        frequencies: dict[str, list[int]] = {}
        for row, count in enumerate(counts):
            for word, frequency in count.items():
                rows.setdefault(word, []).append(row)
                frequencies.setdefault(word, []).append(frequency)
        self._postings: dict[str, tuple[Rows, FloatArray]] = {}
        for word, found in rows.items():
            rarity = _rarity(len(found), self._size)
            frequency_of_word = np.array(frequencies[word], dtype=np.float64)
            weights = rarity * frequency_of_word / (saturation[found] + frequency_of_word)
            rows_of_word = np.array(found, dtype=np.int32)
            if len(found) > _MAX_POSTINGS:
                kept = np.argsort(-weights, kind="stable")[:_MAX_POSTINGS]
                rows_of_word, weights = rows_of_word[kept], weights[kept]
            self._postings[word] = rows_of_word, weights.astype(np.float32)

    def has_any(self, stems: Iterable[str]) -> bool:
        """Return whether any text has a word with one of these stems; see `stems`."""
        return any(stem in self._postings for stem in stems)

    def rows_with_all(self, stems: Iterable[str]) -> frozenset[int]:
        """Return the rows of the texts that have words with all of these stems; none if there are no stems."""
        rows = [frozenset(self._postings[stem][0].tolist() if stem in self._postings else ()) for stem in stems]
        return rows[0].intersection(*rows[1:]) if rows else frozenset()

    def stems(self, text: str) -> list[str]:
        """Return what `stems` does, with a stemmer that knows many words by now."""
        return stems(text, self._stemmer)

    def rarity(self, stem: str) -> float:
        """Return how rare the words with a stem are in the texts: the weight that BM25 gives them, above 0."""
        return _rarity(len(self._postings[stem][0]) if stem in self._postings else 0, self._size)

    def scores(self, question: str) -> FloatArray:
        """Return the BM25 score of each text for the question, shape (texts,), 0 or higher."""
        return self.search(question)[0]

    def search(self, question: str) -> tuple[FloatArray, Rows]:
        """Return what `scores` does, and the rows of the texts with a score above 0, in any order.

        With a million texts, finding these rows in the scores would take longer than everything else here.
        """
        scores = np.zeros(self._size, dtype=np.float32)
        found = [np.zeros(0, dtype=np.int32)]
        for word in self.stems(question):
            if word in self._postings:
                rows, weights = self._postings[word]
                before = scores[rows]
                found.append(rows[before == 0])
                scores[rows] = before + weights
        return scores, np.concatenate(found)


def stems(text: str, stemmer: Stemmer.Stemmer | None = None) -> list[str]:
    """Return the stems of the words of a text, in order, without stop words.

    stemmer: one to reuse, which is faster for many texts.
    """
    stemmer = stemmer or Stemmer.Stemmer("english")
    words: list[str] = stemmer.stemWords([word for word in _WORD.findall(text.lower()) if word not in _STOP_WORDS])
    return words


def _rarity(texts: int, of: int) -> float:
    """Return the inverse document frequency of a word that occurs in so many of the texts."""
    return math.log(1 + (of - texts + 0.5) / (texts + 0.5))


def best_rows(scores: FloatArray, rows: Rows, count: int) -> list[int]:
    """Return the `count` of these rows with the highest scores, best first. Ties go to the earlier row."""
    if len(rows) > max(count, _SORTED_AT_ONCE):
        least = np.partition(scores[rows], len(rows) - count)[len(rows) - count]
        rows = rows[scores[rows] >= least]
    rows = np.sort(rows)
    best: list[int] = rows[np.argsort(-scores[rows], kind="stable")][:count].tolist()
    return best
