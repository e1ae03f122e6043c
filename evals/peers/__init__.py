"""Systems to compare with, on the same questions. They answer in the same JSON shape as `Bot.ask`.

    langchain, llamaindex, haystack  the frameworks' quick starts, with their own defaults
    anchorcite                       finds the sentence that supports a claim
    splitters                        libraries that split text into sentences
    sentences                        `dense` and `bm25`, the simplest search over our own sentences

A peer reads a follow-up together with the earlier questions and states no confidence. All but anchorcite answer every
question.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from bot.types import AskPolicyError, Policy, Span

# Peer -> the module that builds it.
PEERS = {
    "langchain": "evals.peers.langchain",
    "llamaindex": "evals.peers.llamaindex",
    "haystack": "evals.peers.haystack",
    "anchorcite": "evals.peers.anchorcite",
    "dense": "evals.peers.sentences",
    "bm25": "evals.peers.sentences",
}
MODEL = "all-MiniLM-L6-v2"


class Peer(Protocol):
    """Another system that answers questions about a policy."""

    def search(self, question: str) -> list[Span]:
        """Return the passages that the peer finds, as spans of the policy's text, best first."""


def build_peer(name: str, policy: Policy) -> Peer:
    """Index the policy with a peer and return the peer. Raises AskPolicyError if its packages are missing."""
    try:
        module = importlib.import_module(PEERS[name])
    except ImportError as error:
        raise AskPolicyError(
            f"The peer '{name}' needs the package '{error.name}': install it with `make setup`."
        ) from None
    peer: Peer = module.build(name, policy)
    return peer


def answer(peer: Peer, policy: Policy, question: str, history: Sequence[str] = ()) -> Mapping[str, Any]:
    """Ask a peer and return its answer in the public JSON shape. history: the earlier questions, oldest first."""
    spans = peer.search(" ".join([*history, question]))
    quotes = [policy.text[span.start : span.end] for span in spans]
    return {
        "question": question,
        "outcome": "answered" if spans else "not_covered",
        "text": " ".join(quotes),
        "citations": [
            {"number": number, "quote": quote, "start": span.start, "end": span.end}
            for number, (span, quote) in enumerate(zip(spans, quotes, strict=True), start=1)
        ],
    }


def locate(chunks: Sequence[str], text: str) -> list[Span]:
    """Return the spans of a splitter's chunks in `text`, in order. The splitter's own offsets are not needed.

    Raises ValueError if a chunk is not part of the text.
    """
    spans = []
    earliest = 0
    for chunk in chunks:
        start = text.find(chunk, earliest)
        if start < 0:
            raise ValueError(f"a chunk is not part of the policy: {chunk[:80]!r}")
        spans.append(Span(start, start + len(chunk)))
        earliest = start + 1
    return spans
