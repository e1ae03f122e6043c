"""The simplest search over our own sentences: BM25 or all-MiniLM-L6-v2 alone, and the three best sentences."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bot.encoder.embedding import FloatArray, SentenceTransformerEmbedder
from bot.index.lexical import Lexical
from bot.types import Policy, Span
from evals.peers import MODEL, Peer

_TOP = 3


class Bm25:
    """BM25 over texts, with English stems."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._lexical = Lexical(texts)

    def scores(self, question: str) -> FloatArray:
        """Return a score for each text: shape (texts,), 0 or higher."""
        return self._lexical.scores(question)


class Dense:
    """Cosine similarity of vectors from all-MiniLM-L6-v2, as published."""

    def __init__(self, texts: Sequence[str], embedder: SentenceTransformerEmbedder) -> None:
        self._embedder = embedder
        self._vectors = embedder.encode(texts)

    def scores(self, question: str) -> FloatArray:
        """Return a score for each text: shape (texts,), -1 to 1."""
        similarity: FloatArray = self._vectors @ self._embedder.encode([question])[0]
        return similarity


class _Sentences:
    def __init__(self, scorer: Bm25 | Dense, policy: Policy) -> None:
        self._scorer = scorer
        self._spans = [Span(sentence.start, sentence.end) for sentence in policy.sentences]

    def search(self, question: str) -> list[Span]:
        scores = self._scorer.scores(question)
        return [self._spans[row] for row in np.argsort(-scores, kind="stable")[:_TOP].tolist()]


def build(name: str, policy: Policy) -> Peer:
    """Index a policy and return the peer. name: `bm25` or `dense`."""
    texts = [sentence.text for sentence in policy.sentences]
    scorer = Bm25(texts) if name == "bm25" else Dense(texts, SentenceTransformerEmbedder(MODEL))
    return _Sentences(scorer, policy)
