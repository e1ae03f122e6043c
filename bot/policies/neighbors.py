"""The sentences that a statement is read with: those it points back to, and those after it that limit it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.policies.ends import is_introduction, is_open
from bot.policies.openings import adds, cautions, connects, limits, names_again, points_back, says_how, says_where
from bot.types import Span

# How many sentences in a row one can depend on, how many can limit it, and the most characters of them after the
# nearest. A list that is longer is represented by the line above it.
_MAX_EARLIER = 3
_MAX_LATER = 2
_MAX_CHARS = 600
# The rules read no more of a sentence.
_OPENING_CHARS = 200

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


def find_neighbors(text: str, rows: Sequence[Row]) -> list[_Spans]:
    """Return for each row the spans of the sentences that it is read with. Some may also be in its context."""
    finder = _Finder(text, rows)
    return [(*before, *after) for before, after in zip(finder.earlier(), finder.later(), strict=True)]


class _Finder:
    def __init__(self, text: str, rows: Sequence[Row]) -> None:
        self._text = text
        self._rows = rows
        self._openings = [" ".join(text[row.span.start : row.span.start + _OPENING_CHARS].split()) for row in rows]
        self._connected = [connects(words) for words in self._openings]
        self._extents = _extents(rows)
        self._led = {group.lead: group for group in self._extents if group.lead}

    def earlier(self) -> list[_Spans]:
        """Return for each row the sentences that it points back to, nearest last."""
        found: list[_Spans] = []
        chain = 0  # how many sentences in a row the row before depends on
        for number in range(len(self._rows)):
            spans = self._just_before(number)
            chained = bool(spans) and number > 0 and spans[-1] == self._rows[number - 1].span
            if chained and 0 < chain < _MAX_EARLIER and _length(found[-1]) + _length(spans) <= _MAX_CHARS:
                spans = (*found[-1], *spans)
                chain += 1
            else:
                chain = 1 if spans else 0
            found.append(tuple(dict.fromkeys(spans)))
        return self._with_lead(found)

    def _with_lead(self, found: list[_Spans]) -> list[_Spans]:
        """Add to the rows of a list what the line above it points back to: "They may be able to:"."""
        of_lead = {
            row.span: spans
            for row, spans, words in zip(self._rows, found, self._openings, strict=True)
            if spans
            and is_introduction(self._text[row.span.start : row.span.end])
            and (points_back(words) or limits(words, directly=True))
        }
        return [
            tuple(dict.fromkeys((*(span for lead in row.context for span in of_lead.get(lead, ())), *spans)))
            for row, spans in zip(self._rows, found, strict=True)
        ]

    def _just_before(self, number: int) -> _Spans:
        """Return the words before a row, with what governs them, if it points back to them."""
        row, connected = self._rows[number], self._connected[number]
        before = self._row_before(number)
        points = points_back(self._openings[number]) or self._names_again(number)
        if row.tail or not (points or connected) or self._is_of_table(row):
            return ()
        if row.context and not connected and (before is None or before.block != row.block):
            return ()  # a pronoun at the start of an item means the line above the list
        if before is None:
            return self._heading_of(number) if points else ()
        if before.group is None or before.group is row.group:
            return (*before.context, before.span)
        if row.context[-1:] == (before.group.lead,):
            return ()  # it continues the line above the list
        if not points and adds(self._openings[number]) and not self._is_short(before.group):
            return ()  # the line above a long list, without its items, does not fit what is added to them
        return (self._whole(before.group, before.span),)

    def _is_of_table(self, row: Row) -> bool:
        """Return whether a row is one of a table: "Both parents" opens a cell, and does not mean the row above."""
        heads = row.context[-1:]
        return bool(heads) and all("|" in self._text[start:end] for start, end in (*heads, row.span))

    def _heading_of(self, number: int) -> _Spans:
        """Return the heading of a row that begins a section; and the row above the heading if that points back, too."""
        heading = self._rows[number].heading
        if heading is None:
            return ()
        if number and points_back(self._text[heading.start : heading.end]):
            return (heading, self._rows[number - 1].span)
        return (heading,)

    def _row_before(self, number: int) -> Row | None:
        """Return the row before, in the same section; for one that only adds, the one before words on where to read."""
        row, at = self._rows[number], number - 1
        if adds(self._openings[number]) and at > 0 and self._is_pointer(self._rows[at], self._openings[at], row):
            at -= 1
        return self._rows[at] if at >= 0 and self._rows[at].section == row.section else None

    def _is_pointer(self, before: Row, words: str, row: Row) -> bool:
        alone = before.section == row.section and before.block != row.block and before.group is None
        return alone and says_where(words)

    def _names_again(self, number: int) -> bool:
        """Return whether a sentence starts with what the one before it in the paragraph introduced: "The deletion"."""
        row = self._rows[number]
        before = self._rows[number - 1] if number else None
        if before is None or before.block != row.block:
            return False
        return names_again(self._openings[number], self._text[before.span.start : before.span.end])

    def later(self) -> list[_Spans]:
        """Return for each row the sentences after it that go with it; what limits a list limits all its rows."""
        found: list[_Spans] = [()] * len(self._rows)
        of_group: dict[Group, _Spans] = {}
        for number in reversed(range(len(self._rows))):
            row = self._rows[number]
            spans = self._just_after(number)
            if spans:
                spans = (*spans, *found[number + 1])[:_MAX_LATER]
            found[number] = spans
            if row.group:
                of_last = of_group.setdefault(row.group, spans)
                found[number] = spans or of_last
        return found

    def _just_after(self, number: int) -> _Spans:
        """Return the words after a row if they limit it or say how it is done."""
        if number + 1 == len(self._rows):
            return ()
        row, after = self._rows[number], self._rows[number + 1]
        if after.tail or after.section != row.section or not self._goes_with(number, number + 1):
            return ()
        if not is_open(self._text[after.span.start : after.span.end]):
            return (after.span,)
        group = self._led.get(after.span)
        return (self._whole(group, after.span),) if group else ()

    def _goes_with(self, number: int, following: int) -> bool:
        """Return whether the row that follows limits a row, or, in its paragraph, cautions about it or says how."""
        words, row = self._openings[following], self._rows[number]
        directly = self._rows[following].block == row.block
        if self._connected[following] and limits(words, directly=directly):
            return True
        if not directly or self._is_introduction(following):
            return False
        return cautions(words) or says_how(words, self._text[row.span.start : row.span.end])

    def _is_introduction(self, number: int) -> bool:
        span = self._rows[number].span
        return is_introduction(self._text[span.start : span.end])

    def _whole(self, group: Group, otherwise: Span) -> Span:
        """Return a list with its lead if it is short, otherwise its lead, or other words if it has none."""
        return self._extents[group] if self._is_short(group) else group.lead or otherwise

    def _is_short(self, group: Group) -> bool:
        extent = self._extents[group]
        return extent.end - extent.start <= _MAX_CHARS


def _extents(rows: Sequence[Row]) -> dict[Group, Span]:
    """Return the span of each list or table, from its lead to its last row."""
    extents: dict[Group, Span] = {}
    for row in rows:
        if row.group is not None:
            known = extents.get(row.group) or Span((row.group.lead or row.span).start, 0)
            extents[row.group] = Span(known.start, row.span.end)
    return extents


def _length(spans: _Spans) -> int:
    return sum(span.end - span.start for span in spans)
