"""Policy text -> blocks: headings, paragraphs, list items and table rows, each with the span of its words.

The reading is line based. Blank lines and rules separate groups of lines. A heading is Markdown's (`# …` or
underlined), a question with an answer below it, or a short line of its own without the end of a sentence. Lines
that an editor wrapped are joined.
"""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from itertools import zip_longest

from bot.policies.dated import is_date_line
from bot.policies.ends import has_subject, is_dangling, is_introduction, is_open, is_question
from bot.policies.facts import EMAIL, is_fact_line
from bot.policies.groups import MAX_HEADING_CHARS, Line, find_fields, has_words, read_groups
from bot.policies.openings import opens_tail
from bot.policies.phrases import (
    MAX_ADDRESS_LINES,
    are_column_heads,
    are_postal_address,
    is_address_line,
    is_postal,
    mentions_address,
)
from bot.policies.sentences import split_sentences, strip
from bot.types import Span

# Prose that an editor wrapped has full lines; a line that ends earlier than this was ended on purpose.
MIN_WRAPPED_LINE_CHARS = 60
# A question in the middle of a text is a heading of the lowest level.
_QUESTION_LEVEL = 6
_MOST_ADDRESS_LINES = 5  # below a heading, before phone numbers and the like

_NUMBER = r"\d{1,2}|[a-z]|[ivx]{1,4}"
_MARK = re.compile(rf"(?:[•‣◦▪●∙·*✓✔➢➤►–-]|(?:{_NUMBER})[.)]|\((?:{_NUMBER}|[A-Z])\))(?=\s|$)\s*")
# Word's bullet of the second level, which is a word in other languages.
_ROUND_MARK = re.compile(r"o(?=[ \t\xa0])\s+(?=\S)")
_GLUED_MARK = re.compile(r"[•‣◦▪●➢➤►](?=\w)")
# A mark without a space after it shows as text on a page, but nobody means that; one alone may begin a tag: "#privacy".
_MARKDOWN_HEADING = re.compile(r"(#{1,6})\s+|(#{2,6})(?=\w)")
_UNDERLINE = re.compile(r"=+|-{2,}|~{3,}|\*{4,}")
_NUMBERED_HEADING = re.compile(r"(?:\d{1,2}(?:\.\d{1,2})*[.)]?|[IVX]{1,5}\.|[A-Z]\.)\s+")
_TABLE_RULE = re.compile(r"\|?(?:\s*:?-+:?\s*\|)+(?:\s*:?-+:?)?|:?-+:?(?:\s*\|\s*:?-+:?)+")
_QUESTION_MARK = re.compile(r"(?:Q|Question)\s?\d{0,3}\s?[:.)]\s+", re.IGNORECASE)
_ANSWER_MARK = re.compile(r"(?:A|Answer)\s?\d{0,3}\s?[:.)]\s+", re.IGNORECASE)
_SENTENCE_ENDS = tuple(".!?…;:。！？：")
_ASKS = re.compile(r"(?:who|what|which|how|where|when|why|whom)\b", re.IGNORECASE)


class Kind(Enum):
    """What a block is."""

    HEADING = auto()
    PROSE = auto()
    ITEM = auto()
    ROW = auto()


@dataclass(frozen=True, slots=True)
class Block:
    """A block of a policy.

    span: its words, without marks. line: where its first line starts. gap: whether something separates it from the
    block before. indent: columns before its mark or its words. mark: of an item. level: of a heading, 0 is the title.
    heads: the words above the columns of a row. field: whether it and one next to it are fields of a record.
    """

    kind: Kind
    span: Span
    line: int
    gap: bool
    indent: int = 0
    mark: str = ""
    level: int = 0
    heads: Span | None = None
    field: bool = False


def read_blocks(text: str) -> list[Block]:
    """Return the blocks of a text, in order."""
    blocks: list[Block] = []
    groups = read_groups(text)
    fields = find_fields(text, groups)
    for group, following in zip_longest(groups, groups[1:]):
        below = text[following[0].start : following[0].end] if following else ""
        _GroupReader(text, group, fields, below).read(blocks)
    return blocks


def has_mark(words: str) -> bool:
    """Return whether words open with the mark of an item: "(a) names"."""
    return _MARK.match(words) is not None


class _GroupReader:
    """Reads the blocks of one group of lines. `at` is the number of the next line. below: the next group's first."""

    def __init__(self, text: str, lines: Sequence[Line], fields: Container[int], below: str) -> None:
        self._text = text
        self._lines = lines
        self._fields = fields
        self._below = below
        self._at = 0
        self._forms: dict[int, bool] = {}  # whether a line has the form of a line of an address
        self._gap = True
        self._listing = False  # a line that ended in a colon: each line below it may be an item without a mark

    def read(self, blocks: list[Block]) -> None:
        """Append the blocks."""
        while self._at < len(self._lines):
            before = blocks[-1] if blocks else None
            block = self._heading(before) or self._row(before) or self._item() or self._prose(before)
            if block is None:
                self._gap = True
            else:
                blocks.append(block)
                self._gap = False

    def _words(self, at: int) -> str:
        return self._text[self._lines[at].start : self._lines[at].end] if at < len(self._lines) else ""

    def _heading(self, before: Block | None) -> Block | None:
        line, words, below = self._lines[self._at], self._words(self._at), self._words(self._at + 1)
        if markdown := _MARKDOWN_HEADING.match(words):
            title = words[markdown.end() :].rstrip("#").rstrip()
            if not has_words(title):
                return None
            start = line.start + markdown.end()
            if is_fact_line(title):
                self._at += 1
                return Block(Kind.PROSE, Span(start, start + len(title)), line.start, self._gap)
            return self._take_heading(Span(start, start + len(title)), len(markdown[1] or markdown[2]) - 1)
        if not has_words(words):
            return None
        if _UNDERLINE.fullmatch(below) and len(words) <= MAX_HEADING_CHARS and not self._is_row(self._at):
            double = below.startswith("=")
            if double or not (_MARK.match(words) or words.endswith(_SENTENCE_ENDS)):
                return self._take_heading(Span(line.start, line.end), 0 if double else 1, lines=2)
        if question := self._question(words):
            return self._take_heading(question, _QUESTION_LEVEL)
        if line.start in self._fields or self._is_address_below(before, words):
            return None
        if self._is_sentence(words):
            return None
        alone = len(self._lines) == 1 and self._below and not self._is_sentence(words)
        if alone and _looks_like_heading(words, first=before is None):
            if before is not None and _continues_list(before, words, self._text):
                return None
            return self._take_heading(Span(line.start, line.end), 0 if before is None else 1)
        if self._at == 0 and below and self._stands_above(words, below, first=before is None):
            return self._take_heading(Span(line.start, line.end), 0 if before is None else 1)
        return None

    def _is_sentence(self, words: str) -> bool:
        """Return whether a line says who does something, and could only be the heading of another heading."""
        is_heading = _MARKDOWN_HEADING.match(self._below) or _looks_like_heading(self._below, first=False)
        return has_subject(words) and bool(is_heading)

    def _is_address_below(self, before: Block | None, words: str) -> bool:
        """Return whether a line is an address that the line above announces: "Our addresses are:"."""
        if before is None or before.kind is not Kind.PROSE or not any(c.isdigit() for c in words):
            return False
        above = self._text[before.span.start : before.span.end]
        return (is_introduction(above) and mentions_address(above)) or is_postal(words)

    def _question(self, words: str) -> Span | None:
        """Return the words of a line that is a question of a list of questions and answers."""
        line = self._lines[self._at]
        if not is_question(words) or _MARK.match(words):
            return None
        mark = _QUESTION_MARK.match(words)
        if mark is None:
            below = self._words(self._at + 1)
            one = len(words) <= MAX_HEADING_CHARS and words[0].isupper() and len(split_sentences(words)) == 1
            if not one or not below or _MARK.match(below):
                return None
        return Span(line.start + (mark.end() if mark else 0), line.end)

    def _stands_above(self, words: str, below: str, *, first: bool) -> bool:
        """Return whether a first line is the heading of the lines below: short, and ended where a word had room."""
        if not _looks_like_heading(words, first=first) or _MARK.match(below) or self._is_row(self._at):
            return False
        if is_dangling(words) and not _ASKS.match(words):
            return False
        if first and is_date_line(below):
            return True
        others = [self._words(at) for at in range(1, len(self._lines))]
        apart = words.isupper() and not below.isupper()  # a title in capitals does not continue in a line of prose
        room = apart or max(map(len, others)) >= len(words) + 1 + len(below.split()[0])
        numbered = _NUMBERED_HEADING.match(below)
        begins = below[numbered.end() if numbered else 0].isupper()
        says = any(other.endswith((".", "!", "?")) for other in others)
        contact = words.isupper() and are_postal_address(others[:_MOST_ADDRESS_LINES])
        return room and begins and (says or contact)

    def _take_heading(self, span: Span, level: int, lines: int = 1) -> Block:
        block = Block(Kind.HEADING, span, self._lines[self._at].start, self._gap, level=level)
        self._at += lines
        return block

    def _is_row(self, at: int) -> bool:
        words = self._words(at)
        return words.startswith("|") or ("|" in words and _TABLE_RULE.fullmatch(self._words(at + 1)) is not None)

    def _row(self, before: Block | None) -> Block | None:
        """Return the next row; its heads are those of the row before, or of the line above a table's rule."""
        heads = before.heads if before is not None and before.kind is Kind.ROW and not self._gap else None
        in_table = heads is not None
        while self._at < len(self._lines):
            words = self._words(self._at)
            if not (self._is_row(self._at) or (in_table and "|" in words)):
                return None
            span = self._cells(self._at)
            self._at += 1
            if _TABLE_RULE.fullmatch(self._words(self._at)):
                heads = span if has_words(self._text[span.start : span.end]) else None
                in_table = True
                self._at += 1
                if heads is None and self._is_row(self._at) and self._at + 1 < len(self._lines):
                    first = self._cells(self._at)
                    words = self._text[first.start : first.end]
                    if are_column_heads(words) or _begin_clauses(words):
                        heads = first
                        self._at += 1
            elif has_words(words):
                return Block(Kind.ROW, span, self._lines[self._at - 1].start, self._gap, heads=heads)
        return None

    def _cells(self, at: int) -> Span:
        start, end = self._lines[at].start, self._lines[at].end
        start += self._text.startswith("|", start)
        end -= end > start and self._text[end - 1] == "|"
        return strip(self._text, start, end)

    def _item(self) -> Block | None:
        if self._at >= len(self._lines):
            return None
        line, words = self._lines[self._at], self._words(self._at)
        mark = self._mark(self._at)
        if mark is None:
            return None
        start = line.start + mark.end()
        if start == line.end:  # the mark is alone: its words are in the next line
            self._at += 1
            if not has_words(self._words(self._at)):
                return None
            start = self._lines[self._at].start
        elif not has_words(words[mark.end() :]):
            return None
        return Block(
            Kind.ITEM, self._run(start, line.indent), line.start, self._gap, indent=line.indent, mark=mark[0].strip()
        )

    def _mark(self, at: int) -> re.Match[str] | None:
        """Return the mark of an item that a line begins with."""
        words = self._words(at)
        if words.startswith(("o ", "o\t", "o\xa0")):
            return _ROUND_MARK.match(words) if self._may_be_round(at) else None
        return _MARK.match(words) or _GLUED_MARK.match(words)

    def _may_be_round(self, at: int) -> bool:
        """Return whether a line that begins with "o" is an item: others are too, or it is inside of one."""
        line, above = self._lines[at], self._words(at - 1) if at else ""
        if len(above) >= MIN_WRAPPED_LINE_CHARS and not above.endswith(_SENTENCE_ENDS):
            return False  # a word of a text that was wrapped
        near = [other for other in (at - 1, at + 1) if 0 <= other < len(self._lines)]
        inside = at > 0 and line.indent > self._lines[at - 1].indent and _MARK.match(above)
        return bool(inside) or any(_ROUND_MARK.match(self._words(other)) for other in near)

    def _prose(self, before: Block | None) -> Block | None:
        if self._at >= len(self._lines):
            return None
        line, words = self._lines[self._at], self._words(self._at)
        if not has_words(words) or _MARK.fullmatch(words):
            self._at += 1
            return None
        start = line.start
        answered = before is not None and before.kind is Kind.HEADING
        if answered and (mark := _ANSWER_MARK.match(words)) and mark.end() < len(words):
            start += mark.end()
        field = line.start in self._fields
        span = self._address(start) or self._run(start)
        return Block(Kind.PROSE, span, line.start, self._gap, indent=line.indent, field=field)

    def _address(self, start: int) -> Span | None:
        """Take this line and those below if they are the lines of a postal address."""
        at = self._at
        end = min(len(self._lines), at + MAX_ADDRESS_LINES + 1)  # with one more, they are not an address
        while at < end and self._has_form_of_address(at):
            at += 1
        lines = [self._words(each) for each in range(self._at, at)]
        if not are_postal_address(lines):
            return None
        self._at = at
        return Span(start, self._lines[at - 1].end)

    def _has_form_of_address(self, at: int) -> bool:
        """Return whether a line may be one of an address. Each line above it needs this, so it is decided once."""
        if at not in self._forms:
            self._forms[at] = self._lines[at].start not in self._fields and is_address_line(self._words(at))
        return self._forms[at]

    def _run(self, start: int, mark_indent: int | None = None) -> Span:
        """Take this line and those that continue it. mark_indent: of an item, whose own lines are indented further."""
        while self._goes_on(mark_indent):
            self._at += 1
        end = self._lines[self._at].end
        self._listing |= self._words(self._at).endswith((":", "："))
        self._at += 1
        return Span(start, end)

    def _goes_on(self, mark_indent: int | None) -> bool:
        at = self._at + 1
        words, below = self._words(self._at), self._words(at)
        if (
            not below
            or not has_words(below)
            or self._lines[at].apart
            or words.endswith((":", "："))
            or self._mark(at)
            or _MARKDOWN_HEADING.match(below)
            or _UNDERLINE.fullmatch(self._words(at + 1))
            or self._is_row(at)
            or EMAIL.fullmatch(below)
        ):
            return False
        if len(words) >= MIN_WRAPPED_LINE_CHARS:
            return True
        if mark_indent is not None and self._ends_list(at, mark_indent):
            return False
        if words.endswith(_SENTENCE_ENDS):
            return False
        if mark_indent is not None:
            return below[0].islower() or self._lines[at].indent > mark_indent
        return below[0].islower() and not self._listing

    def _ends_list(self, at: int, mark_indent: int) -> bool:
        """Return whether a line ends the sentence of a list, and does not continue a wrapped item."""
        below = self._words(at)
        if self._lines[at].indent > mark_indent or not opens_tail(below):
            return False
        room = len(self._words(at - 1)) + 1 + len(below.split()[0])
        return room <= max(len(self._words(each)) for each in range(max(0, at - 20), min(len(self._lines), at + 20)))


def _begin_clauses(row: str) -> bool:
    """Return whether the cells of a table's first row begin what the cells below continue: "We do | We do not"."""
    cells = [cell.strip() for cell in row.split("|")]
    return all(cells) and all(map(is_dangling, cells))


def _looks_like_heading(words: str, *, first: bool) -> bool:
    if len(words) > MAX_HEADING_CHARS or not any(c.isalpha() for c in words):
        return False
    numbered = _NUMBERED_HEADING.match(words)
    if is_fact_line(words):
        return False
    if (_MARK.match(words) and not numbered) or _GLUED_MARK.match(words) or words.startswith("|"):
        return False
    if words[-1] in ".!:,…。！：" or ";" in words:
        return False
    if not first and not words[numbered.end() if numbered else 0].isupper():
        return False
    return len(split_sentences(words[numbered.end() if numbered else 0 :])) == 1


def _continues_list(before: Block, words: str, text: str) -> bool:
    """Return whether a numbered line is the next item of a list with blank lines between its items."""
    mark = _MARK.match(words)
    if mark is None:
        return False
    if before.kind is Kind.PROSE:
        return is_open(text[before.span.start : before.span.end])
    number, last = (re.sub(r"\W", "", each) for each in (mark[0], before.mark))
    return before.kind is Kind.ITEM and number.isdecimal() and last.isdecimal() and int(number) == int(last) + 1
