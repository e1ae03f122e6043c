"""anchorcite: the sentence that supports a claim, by BM25 and shared words. Here the question is the claim.

It checks claims that a language model made, so it was not built for questions. Its model tier is not measured: when it
is first used, it fetches a bi-encoder and a cross-encoder of 435 million parameters from a model hub.
"""

from __future__ import annotations

from anchorcite import CitationAnchorer, LexicalScorer

from bot.types import Policy, Span
from evals.peers import Peer


class _AnchorCite:
    def __init__(self, policy: Policy) -> None:
        self._text = policy.text
        self._anchorer = CitationAnchorer(scorer=LexicalScorer())

    def search(self, question: str) -> list[Span]:
        found = self._anchorer.anchor(question, self._text)
        return [Span(found.start_offset, found.end_offset)] if found else []


def build(name: str, policy: Policy) -> Peer:
    """Return the peer for a policy. name: not used."""
    return _AnchorCite(policy)
