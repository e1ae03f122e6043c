"""Blocks -> statements: the smallest pieces of a policy that are still true if read alone, each with its context.

The context of a statement is what governs it (the line above a list, with all outer items; the words below a list that
end its sentence; the column headers of a table; the question that is answered) and the sentences next to it that it
depends on. Words that only govern others are cited only as context. For example, this text has three statements:

    We will not:
    - sell your data;       context: "We will not:", "unless you agree."
    - rent your data;       context: "We will not:", "unless you agree."

    unless you agree.

    What do we log? Your IP address.       context: "What do we log?"
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import takewhile, zip_longest
from typing import NamedTuple

from bot.policies.announcements import Announcements
from bot.policies.blocks import Block, Kind
from bot.policies.ends import is_dangling, is_introduction, is_open, is_question, may_end_so
from bot.policies.governing import MARKS, governs_answer, governs_items, governs_line, needs_no_heading
from bot.policies.items import MAX_DEPTH, OpenItem, close_items, number_of, style_of
from bot.policies.neighbors import Group, Row, find_neighbors
from bot.policies.openings import completes_list, opens_tail, tail_of_item
from bot.policies.phrases import is_control, is_label, is_short_answer, lost_its_link
from bot.policies.sentences import split_sentences, strip
from bot.types import Span

# An answer like this is kept with the sentence after it.
_BARE_ANSWER = re.compile(r"(?:yes|no|never|maybe|it depends|not at all|of course(?: not)?)[.!]", re.IGNORECASE)
# "Log data" above the items of a list only names them; "We sell it," and "We sell it." do not.
_LABEL = re.compile(r"[^.!?;,:]+|[A-Z][a-z]{2,8} \d{1,2}, \d{4}")
# The first of several numbered parts of a paragraph, and the mark of a later one, which opens a sentence.
_FIRST_PART = re.compile(r"(?:^|(?<=[\s:(]))\(?(?:1|a|A|i|I)[.)]\s")
_LATER_PART = re.compile(r"(?:(?:and|or),? )?\(?(?:\d{1,2}|[a-zA-Z]|[ivxIVX]{1,4})[.)]\s", re.IGNORECASE)
_ANNOUNCES = re.compile(r"\b(?:the following|as follows|below)\b", re.IGNORECASE)
_FOLLOWS = re.compile(r"\b(?:following|as follows|below|except|unless|other than)\b[^.]*$", re.IGNORECASE)
# If a sentence is cut because it is too long, no piece ends in one of these.
_SENTENCE_ENDS = tuple(".!?…。！？")
_MAX_OPENING_CHARS = 200

_Context = tuple[Span, ...]


class Statement(NamedTuple):
    """The span of a statement's own words, and the spans of its context in the order of the text.

    neighbors: the part of the context that is sentences of their own: the statement depends on them, or they limit it.
    """

    span: Span
    context: _Context
    neighbors: _Context


def read_statements(text: str, blocks: Sequence[Block]) -> list[Statement]:
    """Return the statements of the blocks, in order."""
    reader = _Reader(text)
    for block, below in zip_longest(blocks, blocks[1:]):
        reader.holds = below is not None and below.kind is Kind.ITEM and below.indent > block.indent
        reader.read(block)
    reader.close_list()
    reader.announcements.close()
    used = {span for row in reader.rows for span in row.context}
    only_context = reader.only_context | {span for span in used if is_introduction(text[span.start : span.end])}
    shown = {span for row in reader.rows if row.span not in only_context for span in row.context}
    only_context -= {span for span in only_context - shown if is_label(text[span.start : span.end])}
    statements = []
    for row, found in zip(reader.rows, find_neighbors(text, reader.rows), strict=True):
        if row.span not in only_context and not is_control(
            text[row.span.start : row.span.end], governed=bool(row.context)
        ):
            neighbors = tuple(span for span in found if span not in row.context)
            context = tuple(sorted({*row.context, *neighbors})) if neighbors else row.context
            statements.append(Statement(row.span, context, neighbors))
    return statements


class _Reader:
    """Reads one block after the other; its fields are what the blocks so far say about the next."""

    def __init__(self, text: str) -> None:
        self.rows: list[Row] = []
        self.only_context: set[Span] = set()
        self.announcements = Announcements()
        self.holds = False  # whether an item below the next block is indented further
        self._text = text
        self._block = 0
        self._section = 0
        self._heading: Span | None = None
        self._is_title = False
        # The list or table that is being read, the open items of a list, outermost first, and the list's context.
        self._group: Group | None = None
        self._items: list[OpenItem] = []
        self._list: _Context = ()
        # The context of the next block if it is a list or table, a paragraph, or a line without a gap before it.
        self._before_list: _Context = ()
        self._before_paragraph: _Context = ()
        self._before_line: _Context = ()
        # The context of the fields of a record, while one is read; and the number of the section, if it has one.
        self._record: _Context | None = None
        self._number = 0
        self._only_lines = False  # whether all lines below the heading so far end without a mark

    def read(self, block: Block) -> None:
        """Add the statements of the next block."""
        above = self._before_paragraph or (() if block.gap else self._before_line)
        governed = bool(above) and is_open(self._words(above[-1]))
        if block.kind is Kind.PROSE and is_control(self._words(block.span), governed=governed):
            return
        self._block += 1
        if not block.field:
            self._record = None
        if block.kind is Kind.ITEM:
            self._read_item(block)
        elif block.kind is Kind.PROSE and not self._read_prose_of_item(block):
            (self._read_field if block.field else self._read_prose)(block)
        elif block.kind is Kind.ROW:
            self._read_row(block)
        elif block.kind is Kind.HEADING:
            self._read_heading(block)
        if block.kind is not Kind.HEADING and self._words(block.span).endswith(MARKS):
            self._only_lines = False

    def close_list(self) -> None:
        """Give all items of a list, once it ends, what its last item says about each case."""
        group, self._group = self._group, None
        if group is None or not self.rows or self.rows[-1].group is not group:
            return
        last = self.rows[-1].span
        if words := tail_of_item(self._words(last)):
            tail = Span(last.end - len(words), last.end)
            for row in takewhile(lambda row: row.group is group, reversed(self.rows)):
                if row.span != last:
                    row.context = (*row.context, tail)

    def _read_heading(self, block: Block) -> None:
        self.close_list()
        last = self.rows[-1] if self.rows else None
        announces = last is not None and last.block == self._block - 1 and is_introduction(self._words(last.span))
        announcing = last if announces else None
        follows = announcing is not None and _FOLLOWS.search(self._words(announcing.span)) is not None
        self.announcements.read(block.span, block.level, announcing, follows=follows)
        self._items.clear()
        self._section += 1
        self._heading, self._is_title = block.span, block.level == 0
        self._only_lines = True
        self._number = number_of(self._words(block.span))
        self._before_list = (block.span,)
        self._before_paragraph = self._before_line = (block.span,) if self._asks(block.span) else ()

    def _read_row(self, block: Block) -> None:
        if self._items or block.gap or self._group is None:
            self.close_list()
            self._items.clear()
            self._group = Group(self._before_list[-1] if self._before_list else block.heads)
        self._cite_only_as_context(self._before_list)
        self._append(block.span, (*self._before_list, *filter(None, [block.heads])))
        self._before_paragraph = self._before_line = ()

    def _read_item(self, block: Block) -> None:
        counted = {number_of(item.mark) for item in self._items}
        if self._number and number_of(block.mark) == self._number + 1 and self._number not in counted:
            self._begin_section()
        if not self._items:
            self.close_list()
            lead = self._before_list
            kept = len(lead) != 1 or lead == (self._heading,)
            first = self._words(block.span)
            self._list = lead if kept or governs_items(self._words(lead[0]), first, is_term=self.holds) else ()
            self._group = Group(self._list[-1] if self._list else None)
            if self._list and self._words(self._list[-1])[-1].isalnum():  # "We keep" above a list
                self.only_context.add(self._list[-1])
        style = style_of(block.mark, self._items)
        close_items(self._items, block.indent, style)
        context = self._list
        if self._items:
            context = self._inside_open_item()
            self._items[-1] = self._items[-1]._replace(governs=False)
        if context == (self._heading,) and self._needs_no_heading(block.span):
            context = ()
        self._cite_only_as_context(context)
        # An item that completes the line above it governs its own further sentences.
        above = self._words(context[-1]) if context else ""
        completes = bool(above) and (self._text[block.span.start].islower() or is_dangling(above))
        last = self._add(block.span, context, completes=completes)
        governs = self._is_incomplete(last.span) and not (is_open(above) and may_end_so(self._words(last.span)))
        self._items.append(OpenItem(block.indent, style, block.mark, _inside(last), governs))
        self._before_list = self._before_paragraph = self._before_line = ()

    def _begin_section(self) -> None:
        """Begin the section of a numbered paragraph that continues the number of the heading: nothing governs it."""
        self.close_list()
        self._items.clear()
        self._section += 1
        self._number += 1
        self._heading = None
        self._before_list = self._before_paragraph = self._before_line = ()

    def _inside_open_item(self) -> _Context:
        """Return the context of what is inside the innermost item, which is not cited if it only names that."""
        inside = self._items[-1].inside
        governed = inside[:-1] and inside[:-1] != (self._heading,)
        if not governed and _LABEL.fullmatch(self._words(inside[-1])):
            self.only_context.add(inside[-1])
        return inside

    def _read_prose_of_item(self, block: Block) -> bool:
        """Read a paragraph if it is inside an item: indented, or directly below one that is incomplete."""
        items = self._items
        directly = bool(items) and items[-1].governs and not block.gap
        while items and not directly and block.indent <= items[-1].indent:
            items.pop()
        if not items:
            return False
        inside = self._inside_open_item()
        span = self._take_tail(block.span, inside, completes_list)
        if span is None:
            return True
        self._cite_only_as_context(inside)
        last = self._add(span, inside)
        items[-1] = items[-1]._replace(governs=self._is_incomplete(last.span))
        if items[-1].governs:
            items[-1] = items[-1]._replace(inside=_inside(last))
        return True

    def _read_field(self, block: Block) -> None:
        """Read a field of a record: each has the heading of the record, or the line above it, as its context."""
        if self._record is None:
            self.close_list()
            named = (self._heading,) if self._heading and not self._is_title else ()
            self._record = self._before_paragraph or self._announced() or named
            self._cite_only_as_context(self._record)
        self._add(block.span, self._record)
        self._before_list = self._before_paragraph = self._before_line = ()

    def _announced(self) -> _Context:
        """Return the line that announced the paragraph before and those that follow: "for the following purposes:"."""
        row = self.rows[-1] if self.rows else None
        if row is None or not row.context or (row.section, row.block) != (self._section, self._block - 1):
            return ()
        lead = self._words(row.context[-1])
        return row.context if is_introduction(lead) and _ANNOUNCES.search(lead) else ()

    def _read_prose(self, block: Block) -> None:
        context = self._before_paragraph or (() if block.gap else self._before_line) or self._asked(block.span)
        span: Span | None = block.span
        if context and not block.gap and is_open(self._words(context[-1])):  # a line of a list without marks
            if self._group is None or self._group.lead != context[-1]:
                self.close_list()
                self._list, self._group = context, Group(context[-1])
            span = self._take_tail(block.span, context, opens_tail)
        else:
            if self._goes_on_with_list(block.span):
                context = self._list
            else:
                span = self._take_tail(block.span, (), completes_list)
            self.close_list()
        if span is None:
            self._before_list, self._before_paragraph, self._before_line = self._list, (), ()
            return
        above = self._words(context[-1]) if context else ""
        if context and (not block.gap or is_question(above) or is_dangling(above) or is_label(above)):
            self._cite_only_as_context(context)
        last = self._add(span, context)
        self._before_list = _inside(last)
        names = last.span == span and is_label(self._words(span)) and context != (self._heading,)
        leads = self._is_incomplete(last.span) or names
        self._before_paragraph = _inside(last) if leads else ()
        self._before_line = self._before_paragraph or context

    def _goes_on_with_list(self, span: Span) -> bool:
        """Return whether words continue the line above the list, and lead to another one: "but never:"."""
        words = self._words(span)
        listed = self._group is not None and bool(self._list) and bool(self.rows) and self.rows[-1].group is self._group
        return listed and completes_list(words) and is_open(words) and len(self._sentences(span)) == 1

    def _asked(self, span: Span) -> _Context:
        """Return the heading if these words only continue it: "A week." below a question, a line of a list."""
        heading = self._heading
        if heading is None:
            return ()
        above, words = self._words(heading), self._words(span)
        listed = self._only_lines and governs_line(above, words, is_title=self._is_title)
        return (heading,) if listed or governs_answer(above, words) else ()

    def _take_tail(self, span: Span, inside: _Context, is_tail: Callable[[str], bool]) -> Span | None:
        """Give the words that end a list's sentence to its items, and return what follows them in the block, if any.

        inside: the context of these items; if it is empty, all items of the list have them.
        """
        last = self.rows[-1] if self.rows else None
        if last is None or last.tail or last.group is None or last.group is not self._group:
            return span
        if not is_tail(self._words(span)):
            return span
        tail = self._sentences(span)[0]
        listed = [
            *takewhile(
                lambda row: row.group is last.group and row.context[: len(inside)] == inside, reversed(self.rows)
            )
        ]
        for row in listed or [last]:  # a paragraph that continues the item itself
            row.context = (*row.context, tail)
        self._append(tail, inside).tail = True
        self.only_context.add(tail)
        rest = strip(self._text, tail.end, span.end)
        return rest if rest.start < rest.end else None

    def _add(self, span: Span, context: _Context, *, completes: bool = False) -> Row:
        """Add the statements of a paragraph or an item; return the last of its sentences."""
        governing = context
        opening: Span | None = None  # of a sentence that was cut
        lead: Span | None = None  # of numbered parts
        sentences = self._sentences(span)
        numbered = any(_LATER_PART.match(self._text, *sentence) for sentence in sentences[1:])
        for number, sentence in enumerate(sentences):
            words = self._words(sentence)
            if lead and _LATER_PART.match(words):
                self._append(sentence, (*context, lead))
                continue
            self._append(sentence, (*governing, opening) if opening else governing)
            if numbered and (part := _FIRST_PART.search(words)):
                lead = strip(self._text, sentence.start, sentence.start + part.start())
                lead = lead if lead.start < lead.end else None
            if number + 1 < len(sentences) and not words.rstrip("\"'”’)]*_").endswith(_SENTENCE_ENDS):
                opening = opening or self._opening(sentence)
            else:
                opening = None
            if self._asks(sentence):
                self.only_context.add(sentence)
                governing = (*context, sentence)
            elif number == 0 and ((len(sentences) > 1 and self._first_governs(sentence, context)) or completes):
                governing = context = (*context, sentence)
        return self.rows[-1]

    def _first_governs(self, first: Span, context: _Context) -> bool:
        """Return whether the first sentence of a paragraph governs the others: it is a label, or a whole short answer.

        A label is cited only as context.
        """
        if context and self._asks(context[-1]):
            return is_short_answer(self._words(first))
        if is_label(self._words(first)):
            self.only_context.add(first)
            return True
        return False

    def _append(self, span: Span, context: _Context) -> Row:
        heading = None if self._is_title else self._heading
        self.rows.append(Row(span, context, self._section, heading, self._block, self._group))
        return self.rows[-1]

    def _opening(self, piece: Span) -> Span:
        """Return the words of a long sentence's first piece that its later pieces are read with."""
        colon = self._text.find(":", piece.start, piece.end)
        if 0 <= colon < piece.start + 2 * _MAX_OPENING_CHARS:
            return Span(piece.start, colon + 1)
        end = self._text.rfind(" ", piece.start, piece.start + _MAX_OPENING_CHARS)
        return strip(self._text, piece.start, end if end > piece.start else piece.start + _MAX_OPENING_CHARS)

    def _sentences(self, span: Span) -> list[Span]:
        sentences: list[Span] = []
        for sentence in split_sentences(self._text, span):
            before = self._words(sentences[-1]) if sentences else ""
            bare = _BARE_ANSWER.fullmatch(before) and not self._asks(sentence)
            if bare or (before and lost_its_link(self._words(sentence))):
                sentences[-1] = Span(sentences[-1].start, sentence.end)
            else:
                sentences.append(sentence)
        return sentences

    def _cite_only_as_context(self, context: _Context) -> None:
        """Cite the innermost words of a context only as context if they are incomplete or a label."""
        if context and (self._is_incomplete(context[-1]) or is_label(self._words(context[-1]))):
            self.only_context.add(context[-1])

    def _is_incomplete(self, span: Span) -> bool:
        return is_open(self._words(span)) or self._asks(span)

    def _needs_no_heading(self, item: Span) -> bool:
        """Return whether an item is a sentence of its own under a heading that only names a subject."""
        return needs_no_heading(self._words(self._heading) if self._heading else "", self._words(item))

    def _asks(self, span: Span) -> bool:
        return is_question(self._words(span))

    def _words(self, span: Span) -> str:
        return self._text[span.start : span.end]


def _inside(row: Row) -> _Context:
    """Return the context of what a statement governs."""
    return (*row.context, row.span)[-MAX_DEPTH:]
