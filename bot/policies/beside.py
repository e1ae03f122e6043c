"""The sentences that a statement is read with: those it points back to, and those after it that limit it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.policies.blocks import is_open
from bot.policies.openings import connects, limits, points_back
from bot.types import Span

# How many sentences in a row one can depend on, how many can limit it, and the most characters of them beyond the
# nearest. A list that is longer is represented by the line above it.
_MAX_EARLIER = 3
_MAX_LATER = 2
_MAX_CHARS = 600

_Spans = tuple[Span, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """A list or a table. lead: the innermost words above it that govern it."""

    lead: Span | None


@dataclass(slots=True, eq=False)
class Row:
    """A sentence, an item or a row of a table, with the context that governs it.

    section, block: the numbers of its section and its block. heading: of the section, unless that is the title. group:
    the list or table that it is in. tail: it ends the sentence of a list.
    """

    span: Span
    context: _Spans
    section: int
    heading: Span | None
    block: int
    group: Group | None
    tail: bool = False


def find_beside(text: str, rows: Sequence[Row]) -> list[_Spans]:
    """Return for each row the spans of the sentences that it is read with. Some may also be in its context."""
    extents = _extents(rows)
    led = {group.lead: group for group in extents if group.lead}
    finder = _Finder(text, rows, extents, led)
    earlier = finder.earlier()
    later = finder.later()
    return [(*before, *after) for before, after in zip(earlier, later, strict=True)]


def _extents(rows: Sequence[Row]) -> dict[Group, Span]:
    """Return the span of each list or table, from its lead to its last row."""
    extents: dict[Group, Span] = {}
    for row in rows:
        if row.group is not None:
            known = extents.get(row.group) or Span((row.group.lead or row.span).start, 0)
            extents[row.group] = Span(known.start, row.span.end)
    return extents


@dataclass(frozen=True, slots=True)
class _Finder:
    text: str
    rows: Sequence[Row]
    extents: dict[Group, Span]
    led: dict[Span, Group]

    def earlier(self) -> list[_Spans]:
        """Return for each row the sentences that it points back to."""
        found: list[_Spans] = []
        chain = 0  # how many sentences the row before depends on
        for number, row in enumerate(self.rows):
            before = self.rows[number - 1] if number else None
            spans = self._direct(row, before)
            if spans and before is not None and spans[-1] == before.span and 0 < chain < _MAX_EARLIER:
                more = found[-1]
                if _length(more) + _length(spans) <= _MAX_CHARS:
                    spans = (*more, *spans)
                else:
                    chain = 0
            else:
                chain = 0
            chain = chain + 1 if spans else 0
            found.append(tuple(dict.fromkeys(spans)))
        return found

    def _direct(self, row: Row, before: Row | None) -> _Spans:
        """Return the words just before a row if it points back to them."""
        words = self._words(row.span)
        connected, points = connects(words), points_back(words)
        opens_block = before is None or before.block != row.block
        if row.tail or not (connected or points or before is None) or (opens_block and row.context and not connected):
            return ()
        if before is None or before.section != row.section:
            return (row.heading,) if points and row.heading else ()
        if before.group is None or before.group is row.group:
            return (*before.context, before.span)
        return (self._whole(before.group, before.span),)

    def later(self) -> list[_Spans]:
        """Return for each row the sentences after it that limit it."""
        found: list[_Spans] = [()] * len(self.rows)
        limited: dict[Group, _Spans] = {}  # what limits a whole list
        for number in reversed(range(len(self.rows))):
            row = self.rows[number]
            after = self.rows[number + 1] if number + 1 < len(self.rows) else None
            spans = self._limit(row, after)
            if spans:
                spans = (*spans, *found[number + 1])[:_MAX_LATER]
            if row.group is not None and (after is None or after.group is not row.group):
                limited[row.group] = spans
            found[number] = spans or (limited[row.group] if row.group is not None else ())
        return found

    def _limit(self, row: Row, after: Row | None) -> _Spans:
        if after is None or after.tail or after.section != row.section:
            return ()
        if not limits(self._words(after.span), directly=after.block == row.block):
            return ()
        if is_open(self._words(after.span)):
            group = self.led.get(after.span)
            return (self._whole(group, after.span),) if group else ()
        return (after.span,)

    def _whole(self, group: Group, otherwise: Span) -> Span:
        """Return a list with its lead if it is short, otherwise its lead, or other words if it has none."""
        extent = self.extents[group]
        return extent if extent.end - extent.start <= _MAX_CHARS else group.lead or otherwise

    def _words(self, span: Span) -> str:
        return " ".join(self.text[span.start : span.end].split())


def _length(spans: _Spans) -> int:
    return sum(span.end - span.start for span in spans)
