"""A quote from the policy in an answer, and how the quotes of an answer are shown."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.types.spans import Link, Quote, Span
from bot.types.statement import Part, statement_parts

# Words above a list that each of its items needs, or the column headers of a table.
_NEEDED_BY_EACH = re.compile(
    r"\b(?:no|not|none|nor|never|neither|nobody|nothing|cannot|\w+n['’]t|only|unless|except|without)\b|\|",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Citation:
    """A verbatim quote from the policy, and a link that opens it on the live page.

    context: the words that the quote is read with, in the order of the policy; it is never shown without them.
    links: the words of the quote that lead somewhere, in order.
    """

    number: int
    passage_id: str
    headings: tuple[str, ...]
    quote: str
    start: int
    end: int
    url: str | None
    context: tuple[Quote, ...] = ()
    links: tuple[Link, ...] = ()

    @property
    def section(self) -> str:
        """Return the innermost heading, or an empty string if there is none."""
        return self.headings[-1] if self.headings else ""

    @property
    def pieces(self) -> tuple[tuple[str, str | None], ...]:
        """Return the quote in pieces, each with the address that it leads to, if any."""
        pieces: list[tuple[str, str | None]] = []
        at = self.start
        for link in self.links:
            pieces += [(self.quote[at - self.start : link.start - self.start], None)]
            pieces += [(self.quote[link.start - self.start : link.end - self.start], link.url)]
            at = link.end
        return tuple(piece for piece in (*pieces, (self.quote[at - self.start :], None)) if piece[0])

    def to_json(self) -> dict[str, Any]:
        """Return the public JSON shape."""
        return {
            "number": self.number,
            "quote": self.quote,
            "start": self.start,
            "end": self.end,
            "context": [words.to_json() for words in self.context],
            "section": self.section,
            "passage_id": self.passage_id,
            "url": self.url,
            "links": [
                {
                    "text": self.quote[link.start - self.start : link.end - self.start],
                    "start": link.start,
                    "end": link.end,
                    "url": link.url,
                }
                for link in self.links
            ],
        }


def answer_text(opening: str, citations: Sequence[Citation]) -> str:
    """Join the opening, which may be empty, and each quote with its context and its number."""
    lines = [opening] if opening else []
    for citation, parts in zip(citations, shown_parts(citations), strict=True):
        lines += [*(part.line for part in parts), f"[{citation.number}]"]
    return " ".join(lines)


def shown_parts(citations: Sequence[Citation]) -> list[list[Part]]:
    """Return for each citation of an answer the parts to show, in the order of the policy.

    Context is left out if the citations before show the same words directly before, or if the next one quotes them. The
    line above a list is left out if the citation before is from the same list, and has no "not" or "only".
    """
    shown: list[Span] = []
    leads: list[Span] = []
    result = []
    for number, citation in enumerate(citations, start=1):
        following = citations[number] if number < len(citations) else None
        before = [words for words in citation.context if words.start < citation.start]
        after = [words for words in citation.context if words.start >= citation.end]
        spans = [words.span for words in before]
        known = max(_overlap(shown, spans), _overlap(leads, spans))
        known += _overlap(shown, spans[known:])
        leads = _leads(before)
        if after and following and after[0].span == Span(following.start, following.end):
            after = []
        quote = Quote(citation.quote, citation.start, citation.end)
        result.append(statement_parts(quote, [*before[known:], *after]))
        shown += [*spans[known:], quote.span, *(words.span for words in after)]
    return result


def _overlap(earlier: Sequence[Span], spans: Sequence[Span]) -> int:
    """Return how many of the first spans are also the last of the earlier ones."""
    return next((n for n in range(len(spans), 0, -1) if earlier[-n:] == spans[:n]), 0)


def _leads(before: Sequence[Quote]) -> list[Span]:
    """Return the words above a statement up to the line above its list, unless each item needs them."""
    count = max((number for number, words in enumerate(before, start=1) if words.quote.endswith(":")), default=0)
    if any(_NEEDED_BY_EACH.search(words.quote) for words in before[:count]):
        return []
    return [words.span for words in before[:count]]
