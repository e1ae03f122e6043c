"""Haystack's defaults: chunks of 200 words, its in-memory document store, and the ten nearest chunks."""

from __future__ import annotations

from haystack import Document
from haystack.components.preprocessors import DocumentSplitter
from haystack.components.retrievers.in_memory import InMemoryEmbeddingRetriever
from haystack.document_stores.in_memory import InMemoryDocumentStore

from bot.encoder.embedding import SentenceTransformerEmbedder
from bot.types import Policy, Span
from evals.peers import MODEL, Peer, locate


class _Haystack:
    def __init__(self, policy: Policy) -> None:
        pieces = DocumentSplitter().run(documents=[Document(content=policy.text)])["documents"]
        texts = [piece.content or "" for piece in pieces]
        spans = locate(texts, policy.text)
        self._embedder = SentenceTransformerEmbedder(MODEL)
        store = InMemoryDocumentStore()
        store.write_documents(
            [
                Document(content=text, embedding=vector.tolist(), meta={"start": span.start, "end": span.end})
                for text, vector, span in zip(texts, self._embedder.encode(texts), spans, strict=True)
            ]
        )
        self._retriever = InMemoryEmbeddingRetriever(store)

    def search(self, question: str) -> list[Span]:
        vector = self._embedder.encode([question])[0].tolist()
        found = self._retriever.run(query_embedding=vector)["documents"]
        return [Span(document.meta["start"], document.meta["end"]) for document in found]


def build(name: str, policy: Policy) -> Peer:
    """Index a policy with Haystack and return the peer. name: not used."""
    return _Haystack(policy)
