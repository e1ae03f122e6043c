"""LangChain's quick start: chunks of 1,000 characters with an overlap of 200, FAISS, and the four nearest chunks."""

from __future__ import annotations

import warnings

from langchain_core.embeddings import Embeddings
from langchain_text_splitters import RecursiveCharacterTextSplitter

from bot.encoder.embedding import SentenceTransformerEmbedder
from bot.types import Policy, Span
from evals.peers import MODEL, Peer, locate

with warnings.catch_warnings():
    # The quick starts use this FAISS wrapper, although its package is deprecated.
    warnings.simplefilter("ignore", DeprecationWarning)
    from langchain_community.vectorstores import FAISS

_TOP = 4


class _MiniLM(Embeddings):
    def __init__(self) -> None:
        self._embedder = SentenceTransformerEmbedder(MODEL)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [[float(value) for value in row] for row in self._embedder.encode(texts)]

    def embed_query(self, text: str) -> list[float]:
        return self.embed_documents([text])[0]


class _LangChain:
    def __init__(self, policy: Policy) -> None:
        chunks = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200).split_text(policy.text)
        spans = locate(chunks, policy.text)
        self._store = FAISS.from_texts(chunks, _MiniLM(), [{"start": s.start, "end": s.end} for s in spans])

    def search(self, question: str) -> list[Span]:
        found = self._store.similarity_search(question, k=_TOP)
        return [Span(document.metadata["start"], document.metadata["end"]) for document in found]


def build(name: str, policy: Policy) -> Peer:
    """Index a policy with LangChain and return the peer. name: not used."""
    return _LangChain(policy)
