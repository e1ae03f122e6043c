"""Finds quotes in a policy, whatever the white space between their words."""

from __future__ import annotations

from bot.policies.parsing import Span
from evals.sets.cases import Case


class NormalizedText:
    """A text with each run of white space as one space, and the way back to the offsets of the text as it was."""

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
        """Return where the quote first occurs, in offsets of the text as it was; None if it does not."""
        words = " ".join(quote.split())
        start = self._text.find(words) if words else -1
        if start < 0:
            return None
        return Span(self._offsets[start], self._offsets[start + len(words) - 1] + 1)


def gold_spans(case: Case, policy: NormalizedText) -> list[list[Span]]:
    """Return the evidence sets as spans of the policy. Raises ValueError if a quote is not in it."""
    sets = []
    for quotes in case.evidence:
        spans = [policy.find(quote) for quote in quotes]
        if None in spans:
            raise ValueError(f"{case.id}: evidence is not in the policy")
        sets.append([span for span in spans if span is not None])
    return sets
