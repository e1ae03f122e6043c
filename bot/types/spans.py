"""Words of a policy, by their place in its text. Offsets are half-open: `text[start:end]`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple


class Span(NamedTuple):
    """A half-open range of code points."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of the policy, exactly as they are there: `policy.text[start:end] == quote`.

    is_neighbor: for context, whether the words are sentences of their own, not part of the statement's sentence.
    """

    quote: str
    start: int
    end: int
    is_neighbor: bool = False

    @property
    def span(self) -> Span:
        """Return where the words are."""
        return Span(self.start, self.end)

    def to_json(self) -> dict[str, Any]:
        """Return the public JSON shape."""
        return {"quote": self.quote, "start": self.start, "end": self.end}


@dataclass(frozen=True, slots=True)
class Link:
    """Words of a policy that lead somewhere. url: a web page, a mail address or a telephone number."""

    start: int
    end: int
    url: str
