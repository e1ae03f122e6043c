"""Elements -> the blocks of text that a browser shows: headings, paragraphs, items of lists, rows of tables.

Words are joined as browsers join them: inline elements add nothing, blocks and `<br>` start a new line, and runs of
white space are one space.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice
from typing import NamedTuple

from bot.policies.blocks import has_mark
from bot.policies.ends import is_introduction
from bot.policies.openings import opens_tail
from bot.policies.readers.styles import display_of, is_apart
from bot.policies.readers.tables import cells_of, grid, is_note, is_title, stack, table_rows
from bot.policies.readers.tree import HEADINGS, Element, Text
from bot.policies.readers.words import UNSEEN, Words, flowed, join, visible

_BLOCKS = HEADINGS | frozenset(
    "html body main article section div p ul ol menu dir li dl dt dd blockquote pre figure figcaption header footer "
    "nav aside address details summary form fieldset legend hgroup table caption thead tbody tfoot tr td th center hr "
    "search dialog textarea".split()
)
_BLOCK_DISPLAYS = frozenset("block flex grid list-item table table-row table-caption flow-root".split())
# Characters that touch: words that end with the first and words that begin with the second have no space between them.
_TOUCHING = re.compile(r"[^\s(\[{\"'“‘/@#$€£-]$"), re.compile(r"[\w(\[“‘\"']")
_LISTS = frozenset({"ul", "ol", "menu", "dir"})
# A bullet that somebody typed, or that Word wrote into a page: a tab or spaces that do not break are between it and the
# words. Word has a bullet for each depth.
_TYPED_BULLET = re.compile(r"\s*([·•▪●§ovØü➢–-])(?=\t|\xa0\s)\s+(?=\S)")
_BULLET_DEPTHS = {"o": 2, "§": 3, "▪": 3}
_GOOGLE_LIST = re.compile(r"\b(lst-kix_\w+)-([0-8])\b")
_WORD_LEVEL = re.compile(r"mso-list:\s*l\d+ level([1-9])", re.I)
_LINE = "\0"  # a line break inside a block; no page contains this character
# A line in bold type that is at most this long and not a sentence is a heading without its tag.
_HEADING_CHARS = 100
_SENTENCE_START = re.compile(r"(?:we|you|they|it|i)\b", re.I)
_FRAGMENT_LINK = re.compile(r"#.")
# Lists below this depth are not indented further: an indent is written for each item.
_DEEPEST_INDENT = 8
# A term in a list and the mark of a footnote have few elements; elements with more are not examined.
_TERM_NODES, _MARK_NODES = 50, 5
_BULLET_PARTS = 4  # the bullet, and what is between it and the words
# Cloudflare hides addresses from robots: each byte is XORed with the first. Its script shows them to readers.
_HIDDEN_ADDRESS = "data-cfemail"


class Block(NamedTuple):
    """A block of text. kind: "heading", "bold" (a line that looks like one), "item", "row" or "text"."""

    kind: str
    text: Words
    group: int = 0  # the list or table that an item or a row is of


class _Level(NamedTuple):
    """What the walk remembers about the enclosing elements: lists, and whether the type is bold."""

    lists: int = 0
    bold: bool = False
    pre: bool = False
    details: int = 0
    listed: bool = False  # in a quotation that a line above announces: its paragraphs are items


class _Part(NamedTuple):
    """A piece of a block's text. at: its place on the page, -1 if none."""

    text: str
    bold: bool
    at: int


class _Line(NamedTuple):
    """A line of a block. bold: whether all of it is. indent: the blanks before an item that somebody typed."""

    text: Words
    bold: bool
    indent: str = ""


class _Mark(NamedTuple):
    """A step of the walk after an element's content: its end."""

    element: Element
    level: _Level


class Blocks:
    """Collects the blocks of elements."""

    def __init__(self) -> None:
        self._blocks: list[Block] = []
        self._parts: list[_Part] = []  # of the current block
        self._level = _Level()  # of the current block
        self._heading = 0  # the level that the current block is a heading of
        self._list = ""  # the name of the last list in a page of Google Docs, which has each depth as a list of its own
        self._depth = 0  # that Word gives the current block as an item, from 1
        self._apart = False  # whether a gap is before the next words
        self._bullet = False  # whether the next block begins an item
        self._section = 0  # the level of the last heading
        self._group = 0  # the list or table
        self._titled = False  # whether there was a heading
        self._term = False  # whether the next block is a term of a list of terms
        self._terms = 0  # how many blocks there were after the last term
        self._asked = False  # whether the last term of a list of terms was a question: a heading, not a term

    def add(self, root: Element) -> None:
        """Read an element and all below it."""
        stack: list[Element | str | _Mark] = [root]
        level = self._level = _Level()
        while stack:
            node = stack.pop()
            if isinstance(node, str):
                self._add_text(node, level)
            elif isinstance(node, _Mark):
                self._end(node.element)
                level = self._level = node.level
            else:
                stack.append(_Mark(node, level))
                level = self._start(node, level)
                stack.extend(reversed(self._content(node)))
        self._flush()

    def text(self) -> Words:
        """Return the text. Items of one list and rows of one table are on lines that follow each other."""
        blocks = self._blocks
        # The last line has nothing below it, so it cannot be a heading.
        if blocks and blocks[-1].kind == "bold":
            blocks = [*blocks[:-1], Block("text", blocks[-1].text.without_mark())]
        parts: list[str] = []
        for before, block in zip([None, *blocks], blocks, strict=False):
            together = (
                before is not None
                and block.kind in {"item", "row"}
                and (before.kind, before.group) == (block.kind, block.group)
            )
            parts += ["" if before is None else "\n" if together else "\n\n", block.text]
        return join(parts)

    def line(self) -> Words:
        """Return the text on one line, without marks of headings."""
        words = join((block.text.without_mark() for block in self._blocks), " ")
        return Words(" ".join(words.split()), words.sources)

    def title(self) -> str | None:
        """Return the words of the first heading."""
        return next((block.text.lstrip("# ") for block in self._blocks if block.kind == "heading"), None)

    def _add_text(self, text: str, level: _Level) -> None:
        at = text.at if isinstance(text, Text) else -1
        before, after = _TOUCHING
        if self._apart and self._parts and before.search(self._parts[-1].text) and after.match(text):
            self._parts.append(_Part(" ", level.bold, -1))
        self._apart = False
        self._parts.append(_Part(text.replace("\n", _LINE) if level.pre else text, level.bold, at))

    def _content(self, element: Element) -> list[Element | str]:
        """Return what is read below an element."""
        if (element.tag == "table" and self._table(element)) or element.tag in {"iframe", "frame"}:
            return []
        if (element.tag == "sup" and is_footnote_mark(element)) or _is_anchor(element):
            return []
        if _HIDDEN_ADDRESS in element.attributes:
            return [_address(element.attributes[_HIDDEN_ADDRESS]) or element.text()]
        return element.children

    def _start(self, element: Element, level: _Level) -> _Level:
        tag = element.tag
        if tag == "br":
            self._parts.append(_Part(_LINE, level.bold, -1))
            return level
        level = level._replace(bold=level.bold or element.is_bold())
        if not is_block(element):
            self._apart |= is_apart(element)
            return level
        self._flush()
        if tag in _LISTS or tag == "dl":
            kept = _GOOGLE_LIST.search(element.attributes.get("class", ""))
            if kept is None or kept[1] != self._list:
                self._group += not level.lists
            self._list = kept[1] if kept else ""
            level = level._replace(lists=level.lists + 1 + (int(kept[2]) if kept and not level.lists else 0))
        elif tag == "dd":
            level = level._replace(lists=0 if self._asked else level.lists + 1)
            self._bullet = not self._asked
        elif tag in {"li", "dt"}:
            if not level.lists:
                level = level._replace(lists=1)  # an item outside of a list
            self._bullet = True
            self._term = tag == "dt"
        elif tag == "details":
            level = level._replace(details=level.details + 1)
        elif tag in {"pre", "textarea"}:
            level = level._replace(pre=True)
        elif tag == "blockquote" and not level.lists:
            self._group += 1
            level = level._replace(listed=bool(self._blocks) and is_introduction(self._blocks[-1].text))
        if word := _WORD_LEVEL.search(element.attributes.get("style", "")):
            self._depth = int(word[1])
        self._heading = self._heading or self._heading_level(element, level)
        self._level = level
        return level

    def _heading_level(self, element: Element, level: _Level) -> int:
        if element.tag in HEADINGS:
            self._section = int(element.tag[1])
            return self._section
        if element.role() == "heading":
            number = element.attributes.get("aria-level", "")
            self._section = int(number) if number in {"1", "2", "3", "4", "5", "6"} else 2
            return self._section
        if element.tag == "summary":
            return min(self._section + max(level.details, 1), 6)
        if element.tag == "dt":
            self._asked = element.text(_TERM_NODES).endswith("?")
            return min(self._section + 1, 6) if self._asked else 0
        return 0

    def _end(self, element: Element) -> None:
        if not is_block(element):
            self._apart |= is_apart(element)
        else:
            self._flush()
            self._heading = self._depth = 0
            if element.tag in {"li", "dd", "dt"}:
                self._bullet = self._term = False

    def _flush(self) -> None:
        """End the current block."""
        typed = _TYPED_BULLET.match("".join(part.text for part in self._parts[:_BULLET_PARTS]))
        lines = _lines(self._parts)
        self._parts = []
        if not any(line.text for line in lines):
            return
        if self._heading:
            words = join((line.text for line in lines if line.text), " ")
            self._blocks.append(Block("heading", join([f"{'#' * self._heading} ", words])))
            self._titled = True
            self._bullet = self._term = False
            return
        if typed and not self._level.lists:
            self._typed_item(typed[1], lines)
            return
        for paragraph in _paragraphs(lines):
            self._paragraph(paragraph)

    def _typed_item(self, mark: str, lines: Sequence[_Line]) -> None:
        """Add a paragraph that begins with a bullet as an item."""
        indent = "  " * ((self._depth or _BULLET_DEPTHS.get(mark, 1)) - 1)
        first, *others = (line.text for line in lines if line.text)
        bare = first.without_first(len(first) - len(first[1:].lstrip()))
        if not (self._blocks and self._blocks[-1].kind == "item"):
            self._group += 1
        words = join([f"{indent}• ", join([bare, *others], f"\n{indent}  ")])
        self._blocks.append(Block("item", words, self._group))

    def _paragraph(self, lines: Sequence[_Line]) -> None:
        depth = min(self._level.lists, _DEEPEST_INDENT)
        if not depth and len(lines[0].text) <= _HEADING_CHARS and _is_bold_heading(lines[0]):
            level = min(self._section + 1, 6) if self._section or not self._titled else 2
            self._blocks.append(Block("bold", join([f"{'#' * level} ", lines[0].text])))
            self._titled = True
            lines = lines[1:]
        if not lines:
            return
        first = lines[0].text
        quoted = self._level.listed and not depth and not (opens_tail(first) or has_mark(first))
        if self._bullet or quoted:
            indent = "  " * max(depth - 1, 0)
            words = join((line.text for line in lines), f"\n{indent}  ")
            if self._term and self._terms == len(self._blocks) > 0:  # terms that share a description
                words = join([self._blocks.pop().text, words], f"\n{indent}  ")
            else:
                words = join([f"{indent}• ", words])
            self._blocks.append(Block("item", words, self._group))
            if self._term:
                self._terms = len(self._blocks)
            self._bullet = self._term = False
        else:
            indent = "  " * depth
            shown = (join([line.indent, line.text]) if line.indent else line.text for line in lines)
            self._blocks.append(Block("text", join([indent, join(shown, f"\n{indent}")])))

    def _table(self, table: Element) -> bool:
        """Add a data table row by row; returns False for a table that arranges text."""
        found = table_rows(table)
        if found is None:
            return False
        rows, count = found
        for child in table.children:
            if isinstance(child, Element) and child.tag == "caption":
                self._blocks.append(Block("text", cell_text(child)))
        lines = grid([[(cell, cell_text(cell)) for cell in cells_of(row)] for row in rows])
        top = stack(lines[:count]) if count else [""] * len(lines[0])
        rule = ["---"] * len(top)
        # Rows below a title of their own have it in their column headers.
        titled = is_title(rows[0]) and count == 1
        shown = [top, rule]
        for at in range(count, len(rows)):
            row, line = rows[at], lines[at]
            if is_title(row, rows[at + 1] if at + 1 < len(rows) else None):
                above = titled or not top[0]
                shown += [line if above else [join([line[0], ": ", top[0]]), *top[1:]], rule]
            elif any(line):
                shown.append(line[:1] if is_note(row) else line)
        self._group += 1
        self._blocks.extend(Block("row", join(["| ", join(line, " | "), " |"]), self._group) for line in shown)
        return True


def is_block(element: Element) -> bool:
    """Return whether an element starts on a line of its own."""
    display = display_of(element) if "style" in element.attributes else ""
    if element.tag in _BLOCKS:
        return display != "inline"
    return display in _BLOCK_DISPLAYS or element.role() == "heading"


def cell_text(cell: Element) -> Words:
    """Return the words of a cell on one line. Items of a list keep their bullets."""
    blocks = Blocks()
    blocks.add(Element("span", {}, cell.children))
    line = blocks.line()
    return Words(line.replace("|", "/"), line.sources)  # a bar would end the cell


def is_footnote_mark(element: Element) -> bool:
    """Return whether a raised element is the mark of a footnote: a link into the page."""
    links = [below for below in islice(element.elements(), _MARK_NODES) if below.tag == "a"]
    return any(_FRAGMENT_LINK.match(link.attributes.get("href", "")) for link in links)


def _is_anchor(element: Element) -> bool:
    """Return whether it is a link into the page whose text is a sign: next to a heading, or back from a footnote."""
    href = element.attributes.get("href", "")
    return element.tag == "a" and href.startswith("#") and not any(map(str.isalnum, element.text()))


def _address(coded: str) -> str:
    try:
        key, *rest = bytes.fromhex(coded)
        return bytes(byte ^ key for byte in rest).decode("utf-8")
    except ValueError:
        return ""


def _lines(parts: Sequence[_Part]) -> list[_Line]:
    """Cut a block at its line breaks."""
    lines: list[tuple[list[tuple[str, int]], bool]] = [([], True)]
    for part in parts:
        at = part.at
        for number, piece in enumerate(part.text.split(_LINE)):
            if number:
                lines.append(([], True))
            pieces, so_far = lines[-1]
            pieces.append((piece, at))
            lines[-1] = pieces, so_far and (part.bold or not piece.strip())
            if at >= 0:
                at += visible(piece.translate(UNSEEN))
    return [_line(pieces, bold) for pieces, bold in lines]


def _line(pieces: Sequence[tuple[str, int]], bold: bool) -> _Line:
    text = flowed(pieces)
    if not has_mark(text):
        return _Line(text, bold)
    before = "".join(piece for piece, _ in pieces[:_BULLET_PARTS])
    blanks = before[: len(before) - len(before.lstrip())].count("\xa0")
    return _Line(text, bold, " " * min(blanks, 2 * _DEEPEST_INDENT))


def _paragraphs(lines: Sequence[_Line]) -> list[list[_Line]]:
    """Group lines: an empty one is what two `<br>` leave."""
    paragraphs: list[list[_Line]] = [[]]
    for line in lines:
        if line.text:
            paragraphs[-1].append(line)
        elif paragraphs[-1]:
            paragraphs.append([])
    return [paragraph for paragraph in paragraphs if paragraph]


def _is_bold_heading(line: _Line) -> bool:
    return (
        line.bold
        and line.text[-1] not in ".!:;,…"
        and any(character.isalpha() for character in line.text)
        and not _SENTENCE_START.match(line.text)
    )
