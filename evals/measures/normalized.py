"""Finds quotes in a policy regardless of the white space between their words."""

from __future__ import annotations

from bot.types import Span
from evals.sets.cases import Case


class NormalizedText:
    """A text in which each run of white space is one space. It remembers the offsets of the original text."""

    def __init__(self, text: str) -> None:
        characters: list[str] = []
        self._offsets: list[int] = []
        for offset, character in enumerate(text):
            if character.isspace():
                if characters and characters[-1] != " ":
                    characters.append(" ")
                    self._offsets.append(offset)
            else:
                characters.append(character)
                self._offsets.append(offset)
        self._text = "".join(characters)

    def find(self, quote: str) -> Span | None:
        """Return the first occurrence of the quote, in offsets of the original text; None if there is none."""
        words = " ".join(quote.split())
        start = self._text.find(words) if words else -1
        if start < 0:
            return None
        return Span(self._offsets[start], self._offsets[start + len(words) - 1] + 1)


def gold_spans(case: Case, policy: NormalizedText) -> list[list[Span]]:
    """Return the case's evidence sets as spans of the policy. Raises ValueError if a quote is not in the policy."""
    sets = []
    for quotes in case.evidence:
        spans = [policy.find(quote) for quote in quotes]
        if None in spans:
            raise ValueError(f"{case.id}: evidence is not in the policy")
        sets.append([span for span in spans if span is not None])
    return sets
