"""Blocks -> statements: the smallest pieces of a policy that are still true if read alone, each with its context.

The context of a statement is what governs it: the line above a list, with all outer items; the heads of a table's
columns; the question that is answered. Such words are cited only as context.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bot.policies.numbered.blocks import Block, Kind, is_dangling, is_open, is_question
from bot.policies.numbered.sentences import split_sentences
from bot.types import Span

# What is nested deeper is read as if it were at this depth.
MAX_DEPTH = 8
# An item is inside another if it is indented this many columns further.
_NESTED_COLUMNS = 2
# Such an answer is kept with the sentence after it.
_BARE_ANSWER = re.compile(r"(?:yes|no|never|maybe|it depends|not at all|of course(?: not)?)[.!]", re.IGNORECASE)
# A heading with one of these may change what an item under it says, as in "What we never do".
_GOVERNS = re.compile(
    r"\b(?:i|we|us|our|you|your|it|they|not?|never|none|nothing|without|cannot|\w+n['’]t|can|may|might|must|shall|should"
    r"|will|would|could|do|does|is|are|if|unless|except\w*|only|prohibit\w*|exclu\w*|forbid\w*|forbidden|limit\w*|rights?"
    r"|example\w*|opt\w*)\b|[?:]",
    re.IGNORECASE,
)
# A sentence with one of these and a full stop says something by itself.
_VERB = re.compile(
    r"\b(?:is|are|was|were|be|been|has|have|had|do|does|did|can|may|might|must|shall|should|will|would|could|cannot"
    r"|\w+n['’]t)\b.*[.!]$",
    re.IGNORECASE | re.DOTALL,
)
_ROMAN = re.compile(r"[ivx]+")

_Context = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """The span of a statement's own words, and the spans of its context, outermost first."""

    span: Span
    context: _Context


class _Open(NamedTuple):
    """An item that later blocks can be inside of. inside: their context. governs: it is incomplete without them."""

    indent: int
    style: str
    mark: str
    inside: _Context
    governs: bool


def read_statements(text: str, blocks: Sequence[Block]) -> list[Statement]:
    """Return the statements of the blocks, in order."""
    reader = _Reader(text)
    for block in blocks:
        reader.read(block)
    return [s for s in reader.statements if s.span not in reader.only_context]


class _Reader:
    """Reads one block after the other; its fields are what the blocks so far say about the next."""

    def __init__(self, text: str) -> None:
        self.statements: list[Statement] = []
        self.only_context: set[Span] = set()
        self._text = text
        self._heading: Span | None = None
        # Open items, outermost first, and the context of their list.
        self._items: list[_Open] = []
        self._list: _Context = ()
        # If one is next: the context of a list or table, of a paragraph, and of a line without a gap before it.
        self._before_list: _Context = ()
        self._before_paragraph: _Context = ()
        self._before_line: _Context = ()

    def read(self, block: Block) -> None:
        """Add the statements of the next block."""
        if block.kind is Kind.ITEM:
            self._read_item(block)
        elif block.kind is Kind.PROSE and not self._read_prose_of_item(block):
            self._read_prose(block)
        elif block.kind is Kind.ROW:
            self._read_row(block)
        elif block.kind is Kind.HEADING:
            self._read_heading(block)

    def _read_heading(self, block: Block) -> None:
        self._items.clear()
        self._heading = block.span
        self._before_list = (block.span,)
        self._before_paragraph = self._before_line = (block.span,) if self._asks(block.span) else ()

    def _read_row(self, block: Block) -> None:
        self._items.clear()
        self._keep_for_context(self._before_list)
        heads = (block.heads,) if block.heads else ()
        self.statements.append(Statement(block.span, self._before_list + heads))
        self._before_paragraph = self._before_line = ()

    def _read_item(self, block: Block) -> None:
        if not self._items:
            self._list = self._before_list
            if self._list and self._words(self._list[-1])[-1].isalnum():  # "We keep" above a list
                self.only_context.add(self._list[-1])
        style = _style(block.mark, self._items)
        self._close_items(block.indent, style)
        context = self._items[-1].inside if self._items else self._list
        if context == (self._heading,) and self._needs_no_heading(block.span):
            context = ()
        self._keep_for_context(context)
        # An item that completes the line above it governs its own further sentences.
        last = self._add(block.span, context, completes=bool(context) and self._text[block.span.start].islower())
        inside, governs = _inside(last), self._is_incomplete(last.span)
        self._items.append(_Open(block.indent, style, block.mark, inside, governs))
        self._before_list = self._before_paragraph = self._before_line = ()

    def _close_items(self, indent: int, style: str) -> None:
        """Leave those items open that a new one is inside of."""
        items = self._items
        latest = items[-1] if items else None
        while items and indent + _NESTED_COLUMNS <= items[-1].indent:
            items.pop()
        if items and indent < items[-1].indent + _NESTED_COLUMNS:
            level = (n for n in reversed(range(len(items))) if items[n].indent < indent + _NESTED_COLUMNS)
            alike = next((n for n in level if items[n].style == style and abs(items[n].indent - indent) < 2), None)
            if alike is None:
                # Another sort of number or mark opens a list inside the item; another bullet only if it is announced.
                if not items[-1].governs and not style.isalnum() and not items[-1].style.isalnum():
                    items.pop()
            elif not (items[alike] is latest and latest.governs):
                del items[alike:]
        del items[MAX_DEPTH - 1 :]

    def _read_prose_of_item(self, block: Block) -> bool:
        """Read a paragraph if it is inside an item: indented, or directly below one that is incomplete."""
        items = self._items
        directly = bool(items) and items[-1].governs and not block.gap
        while items and not directly and block.indent <= items[-1].indent:
            items.pop()
        if not items:
            return False
        self._keep_for_context(items[-1].inside)
        last = self._add(block.span, items[-1].inside)
        if self._is_incomplete(last.span):
            items[-1] = items[-1]._replace(inside=_inside(last), governs=True)
        return True

    def _read_prose(self, block: Block) -> None:
        context = self._before_paragraph or (() if block.gap else self._before_line)
        # What ends in a colon above a paragraph may be complete, as in "Our promise is this:".
        if context and (not block.gap or self._asks(context[-1]) or is_dangling(self._words(context[-1]))):
            self._keep_for_context(context)
        last = self._add(block.span, context)
        self._before_list = _inside(last)
        self._before_paragraph = _inside(last) if self._is_incomplete(last.span) else ()
        self._before_line = self._before_paragraph or context

    def _add(self, span: Span, context: _Context, *, completes: bool = False) -> Statement:
        """Add the statements of a paragraph or an item; return the last of its sentences."""
        last = Statement(span, context)
        governing = context
        for number, sentence in enumerate(self._sentences(span)):
            last = Statement(sentence, governing)
            self.statements.append(last)
            if self._asks(sentence):
                self.only_context.add(sentence)
                governing = (*context, sentence)
            elif completes and number == 0:
                governing = context = (*context, sentence)
        return last

    def _sentences(self, span: Span) -> list[Span]:
        sentences: list[Span] = []
        for sentence in split_sentences(self._text, span):
            if sentences and _BARE_ANSWER.fullmatch(self._words(sentences[-1])) and not self._asks(sentence):
                sentences[-1] = Span(sentences[-1].start, sentence.end)
            else:
                sentences.append(sentence)
        return sentences

    def _keep_for_context(self, context: _Context) -> None:
        """Make sure that the innermost words of a context are not cited alone if they are incomplete."""
        if context and self._is_incomplete(context[-1]):
            self.only_context.add(context[-1])

    def _is_incomplete(self, span: Span) -> bool:
        return is_open(self._words(span)) or self._asks(span)

    def _needs_no_heading(self, item: Span) -> bool:
        """Tell whether an item is a sentence of its own under a heading that only names a subject."""
        heading = self._words(self._heading) if self._heading else ""
        return not _GOVERNS.search(heading) and bool(_VERB.search(self._words(item)))

    def _asks(self, span: Span) -> bool:
        return is_question(self._words(span))

    def _words(self, span: Span) -> str:
        return self._text[span.start : span.end]


def _inside(statement: Statement) -> _Context:
    """Return the context of what a statement governs."""
    return (*statement.context, statement.span)[-MAX_DEPTH:]


def _style(mark: str, items: Sequence[_Open]) -> str:
    """Return the sort of a mark: letters and digits for numbers, the mark itself for a bullet."""
    number = mark.strip("().")
    if not number.isalnum():
        return mark
    shape = "par" if mark.startswith("(") else "end" if mark.endswith(")") else "dot"
    if number.isdecimal():
        return f"digit{shape}"
    follows = any(item.mark.strip("().") == chr(ord(number[0]) - 1) for item in items)
    if _ROMAN.fullmatch(number) and not (len(number) == 1 and follows):
        return f"roman{shape}"
    return f"{'upper' if number.isupper() else 'lower'}{shape}"
