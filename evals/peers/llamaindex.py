"""LlamaIndex's defaults: its sentence splitter (1,024 tokens, overlap 200), its vector index, and the two nearest."""

from __future__ import annotations

from typing import Any

from llama_index.core import Document, VectorStoreIndex
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.node_parser import SentenceSplitter
from pydantic import PrivateAttr

from bot.encoder.embedding import SentenceTransformerEmbedder
from bot.types import Policy, Span
from evals.peers import MODEL, Peer, locate


class _MiniLM(BaseEmbedding):  # type: ignore[misc]
    _embedder: SentenceTransformerEmbedder = PrivateAttr()

    def __init__(self, **fields: Any) -> None:
        super().__init__(model_name=MODEL, **fields)
        self._embedder = SentenceTransformerEmbedder(MODEL)

    def _get_text_embedding(self, text: str) -> list[float]:
        return [float(value) for value in self._embedder.encode([text])[0]]

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)


class _LlamaIndex:
    def __init__(self, policy: Policy) -> None:
        nodes = SentenceSplitter().get_nodes_from_documents([Document(text=policy.text)])
        spans = locate([node.get_content() for node in nodes], policy.text)
        self._spans = {node.node_id: span for node, span in zip(nodes, spans, strict=True)}
        self._retriever = VectorStoreIndex(nodes, embed_model=_MiniLM()).as_retriever()

    def search(self, question: str) -> list[Span]:
        return [self._spans[found.node.node_id] for found in self._retriever.retrieve(question)]


def build(name: str, policy: Policy) -> Peer:
    """Index a policy with LlamaIndex and return the peer. name: not used."""
    return _LlamaIndex(policy)
