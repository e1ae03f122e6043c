"""What others would start with, on the same questions: each peer is asked like `Bot.ask` and gives its JSON shape.

    langchain, llamaindex, haystack  their quick starts, with their own defaults
    sentences                        `dense` and `bm25`, the plainest start over our own sentences

A peer reads a follow-up after the questions that it follows, has an answer to everything, and states no confidence.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from bot.policies.parsing import Span
from bot.types import AskPolicyError, Policy

# name -> the module that builds it.
PEERS = {
    "langchain": "evals.peers.langchain",
    "llamaindex": "evals.peers.llamaindex",
    "haystack": "evals.peers.haystack",
    "dense": "evals.peers.sentences",
    "bm25": "evals.peers.sentences",
}
MODEL = "all-MiniLM-L6-v2"


class Peer(Protocol):
    """Another way to answer questions about a policy."""

    def search(self, question: str) -> list[Span]:
        """Return the passages that the peer finds, as offsets into the policy, best first."""


def build_peer(name: str, policy: Policy) -> Peer:
    """Index the policy with a peer. Raises AskPolicyError if its packages are missing."""
    try:
        module = importlib.import_module(PEERS[name])
    except ImportError as error:
        raise AskPolicyError(
            f"The peer '{name}' needs the package of '{error.name}': install it with `make setup`."
        ) from None
    peer: Peer = module.build(name, policy)
    return peer


def answer(peer: Peer, policy: Policy, question: str, history: Sequence[str] = ()) -> Mapping[str, Any]:
    """Return what the peer finds, in the public JSON shape of an answer. `history`: earlier questions, oldest first."""
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
    """Return where the chunks that a splitter made of `text` are in it, in order, whatever offsets it reports.

    Raises ValueError if a chunk is not a piece of the text.
    """
    spans = []
    earliest = 0
    for chunk in chunks:
        start = text.find(chunk, earliest)
        if start < 0:
            raise ValueError(f"a chunk is not a piece of the policy: {chunk[:80]!r}")
        spans.append(Span(start, start + len(chunk)))
        earliest = start + 1
    return spans
