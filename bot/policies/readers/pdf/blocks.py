"""Lines and tables of all pages -> the blocks of the policy: headings, paragraphs, items, rows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice, pairwise

from bot.policies.openings import opens_tail
from bot.policies.readers.pdf.page import BULLETS, Run
from bot.policies.readers.pdf.tables import Cell, Line, Table
from bot.policies.readers.pdf.terms import find_terms
from bot.policies.readers.pdf.text import Joiner, clean

_HEADING_CHARS = 160
# A line in type of the usual size is a heading if it is bold and not a sentence.
_LARGER = 1.08
_SENTENCE_START = re.compile(r"(?:we|you|they|it|i)\b", re.I)
_BEGINS_LIST = re.compile(rf"\(?[1aAiI]\W*|\d[.\d]+|{BULLETS.pattern}")
_ENDED = re.compile(r"[.!?:;。！？：；][\"'”’)\]]*$")
_ENDED_SENTENCE = re.compile(r"[.!?。！？][\"'”’)\]]*$")
# "Last updated: 1 May 2025", which ends with its line.
_DATED = re.compile(r"[A-Z][\w ]{3,30}: ?\w[\w ,./-]{3,30}\d")
# Lines of a paragraph are this near, compared with the nearest lines of that type size.
_NEAR, _USUAL_PITCH = 1.22, 1.45
_SAME_SIZE = 0.6  # points
_GOES_ON = 0.2  # type sizes that the type may change by in the middle of a sentence
_INDENT = 0.8  # type sizes
# A line ended on purpose if it had room for the next word and this many type sizes. Headings are often balanced.
_ROOM, _HEADING_ROOM = 0.6, 2.5
_SHORT_WORD = 3  # letters
_DEEPEST = 8
_HEADING_LEVELS = 6


@dataclass(slots=True)
class Block:
    """A paragraph, an item or a heading, with its lines. left: where its words begin; mark: of an item."""

    lines: list[Run]
    left: float
    edge: float
    right: float
    mark: str = ""
    mark_left: float = 0.0
    began: tuple[float, float] = (0.0, 0.0)  # mark_left and edge where the block began
    depth: int = 0
    level: int = 0
    breaks: set[int] = field(default_factory=set)  # lines that end on purpose
    added: bool = False  # whether its mark is not in the file

    @property
    def last(self) -> Run:
        """Return the last line."""
        return self.lines[-1]

    @property
    def size(self) -> float:
        """Return the size of its type."""
        return self.lines[0].size

    @property
    def bold(self) -> bool:
        """Return whether all of it is bold."""
        return all(line.bold for line in self.lines)

    def move(self, line: Line, right: float) -> None:
        """Continue with a line in another column or on another page."""
        self.mark_left += line.run.left - self.left
        self.left, self.edge, self.right = line.run.left, line.left, right

    def text(self, joiner: Joiner) -> str:
        """Return the words, with line breaks if lines end on purpose."""
        words = ""
        for at, line in enumerate(self.lines):
            text = line.text
            if at == 0 and self.mark and not self.added:
                text = text[len(self.mark) :].lstrip()
            words = f"{words}\n{text}" if at and at - 1 in self.breaks else joiner.join(words, text)
        return clean(words)


class Document:
    """Reads the regions of all pages, one after the other. pages: the number of regions of each page."""

    def __init__(self, regions: Sequence[Sequence[Line | Table]], pages: Sequence[int]) -> None:
        lines = [line for region in regions for line in region if isinstance(line, Line)]
        self._body = body_size(line.run for line in lines)
        self._pitch = _pitches(regions)
        self._rights = _rights(lines)
        cells = (
            run for r in regions for t in r if isinstance(t, Table) for row in t.rows for c in row for run in c.runs
        )
        self._joiner = Joiner(run.text for run in [*(line.run for line in lines), *cells])
        self.blocks: list[Block | Table] = []
        self._terms: dict[Run, int] = {}  # the lines that are terms of a list, or begin what one means: their depth
        # The block that was the last one where each page starts, and how many lines of it are on the pages before.
        self._before_page: list[tuple[int, int]] = []
        rest = iter(regions)
        for count in pages:
            last = self.blocks[-1] if self.blocks else None
            self._before_page.append((len(self.blocks) - 1, len(last.lines) if isinstance(last, Block) else 0))
            for region in islice(rest, count):
                self._read(region)
        self._level_headings()

    def text(self) -> tuple[str, tuple[int, ...]]:
        """Return the text in the form that all readers return, and where each page starts in it."""
        parts: list[str] = []
        ends: list[int] = []  # of the blocks
        before: Block | Table | None = None
        for block in self.blocks:
            together = isinstance(block, Block) and block.mark and isinstance(before, Block) and bool(before.mark)
            parts.append(("" if before is None else "\n" if together else "\n\n") + self._words(block))
            ends.append(len(parts[-1]) + (ends[-1] if ends else 0))
            before = block
        return "".join(parts), tuple(self._page_start(last, lines, ends) for last, lines in self._before_page)

    def _page_start(self, last: int, lines: int, ends: Sequence[int]) -> int:
        """Return where a page starts. last: the block above it, and how many of its lines are on the pages before."""
        if last < 0:
            return 0
        block = self.blocks[last]
        more = Block(block.lines[lines:], 0, 0, 0) if isinstance(block, Block) and lines < len(block.lines) else None
        return ends[last] - (len(more.text(self._joiner)) if more else 0)

    def headings(self) -> list[tuple[int, str]]:
        """Return the level and the words of each heading."""
        return [(b.level, b.text(self._joiner)) for b in self.blocks if isinstance(b, Block) and b.level]

    def _words(self, block: Block | Table) -> str:
        if isinstance(block, Table):
            return self._table(block)
        words = block.text(self._joiner)
        if block.level:
            return f"{'#' * block.level} {' '.join(words.split())}"
        indent = "  " * (block.depth - 1 if block.mark else block.depth)
        if block.mark:
            bullet = "•" if BULLETS.fullmatch(block.mark) else block.mark
            return f"{indent}{bullet} " + words.replace("\n", f"\n{indent}  ")
        return indent + words.replace("\n", f"\n{indent}")

    def _table(self, table: Table) -> str:
        rows = [[self._cell(cell) for cell in row] for row in table.rows]
        if not table.heads:
            rows.insert(0, [""] * len(rows[0]))
        rows.insert(1, ["---"] * len(rows[0]))
        return "\n".join(f"| {' | '.join(row)} |" for row in rows)

    def _cell(self, cell: Cell) -> str:
        words = ""
        for run in cell.runs:
            words = self._joiner.join(words, run.text)
        return clean(words).replace("|", "/")

    def _read(self, region: Sequence[Line | Table]) -> None:
        self._terms = find_terms(region)
        fresh = True  # the region's first line may continue the block before it
        for part in region:
            last = self.blocks[-1] if self.blocks else None
            if isinstance(part, Table):
                if fresh and isinstance(last, Table) and len(last.columns) == len(part.columns):
                    self._continue_table(last, part)
                else:
                    self.blocks.append(part)
            elif part.run in self._terms:
                self._begin_term(part, self._terms[part.run])
            elif isinstance(last, Block) and (
                self._continues_over(last, part) if fresh else self._continues(last, part)
            ):
                last.lines.append(part.run)
                if fresh:
                    last.move(part, self._right(part))
            else:
                self._begin(part)
            fresh = False

    def _continue_table(self, table: Table, more: Table) -> None:
        heads = [self._cell(cell) for cell in table.rows[0]]
        again = table.heads and [self._cell(cell) for cell in more.rows[0]] == heads
        # Without headers of its own, a first row that only looked like headers is one of the rows.
        table.rows.extend(more.rows[1:] if again else more.rows)

    def _begin(self, line: Line) -> None:
        run = line.run
        mark = run.mark if len(run.words) > 1 else ""
        left = run.words[1].left if mark else run.left
        right = self._right(line)
        block = Block([run], left, line.left, right, mark, run.left, (run.left, line.left))
        if mark:
            block.depth = self._depth(block)
        else:
            block.depth = self._inside(block)
        self.blocks.append(block)

    def _begin_term(self, line: Line, depth: int) -> None:
        left = line.run.left
        began = (left, line.left)
        block = Block([line.run], left, line.left, self._right(line), "•", left, began, depth, added=True)
        self.blocks.append(block)

    def _items(self) -> Iterable[Block]:
        """Yield the items of the list at the end, the last first."""
        for block in reversed(self.blocks):
            if not isinstance(block, Block) or not block.depth:
                return
            if block.mark:
                yield block

    def _depth(self, item: Block) -> int:
        """Return the depth of an item, from its indent compared with the items before it."""
        for before in self._items():
            (mark, edge), (mark_before, edge_before) = item.began, before.began
            indent = (mark - edge) - (mark_before - edge_before)
            if min(abs(indent), abs(mark - mark_before)) < _INDENT * item.size / 2:
                return before.depth
            if indent > 0:
                return min(before.depth + 1, _DEEPEST)
        return 1

    def _inside(self, paragraph: Block) -> int:
        """Return the depth of the item that a paragraph belongs to, or 0, by its indent in its column."""
        indent, step = paragraph.left - paragraph.edge, _INDENT * paragraph.size
        for item in self._items():
            if indent > item.mark_left - item.edge + step / 2 and indent >= item.left - item.edge - step:
                return item.depth
        return 0

    def _right(self, line: Line) -> float:
        return self._rights.get(round(line.left / 4), line.right)

    def _continues(self, block: Block, line: Line) -> bool:
        """Return whether a line below a block belongs to it."""
        run, last = line.run, block.last
        if not _same_type(block, run) or self._starts_item(block, run):
            return False
        if not 0 < run.baseline - last.baseline < _NEAR * max(map(self._pitch_of, (run.size, last.size))):
            return False
        if run.left < block.left - _INDENT * run.size and (block.mark or len(block.lines) > 1):
            # Later lines of an item may begin below its mark; those of a paragraph left of an indented first line.
            below_mark = block.mark and abs(run.left - block.mark_left) < 1 and not _ENDED.search(last.text)
            if not below_mark:
                return False
        if run.left > block.left + _INDENT * run.size and not block.mark and len(block.lines) > 1:
            return False
        heading = block.bold or run.size > _LARGER * self._body
        if _DATED.fullmatch(last.text) and run.text[0].isupper():
            block.breaks.add(len(block.lines) - 1)
        elif self._has_room(block, run, _HEADING_ROOM if heading else _ROOM) and last.text[-1] not in "-\u2010\u00ad":
            if _ENDED.search(last.text) or block.mark or heading or last.bold != run.bold:
                return False
            block.breaks.add(len(block.lines) - 1)
        return True

    def _pitch_of(self, size: float) -> float:
        """Return the usual distance of the lines of a paragraph. Headings have too few lines to tell."""
        body = self._pitch.get(round(self._body), 0.0) / self._body
        usual = max(_USUAL_PITCH, body) * size
        pitch = max(self._pitch.get(round(size), usual), 1.1 * size)
        return min(pitch, usual) if size > _LARGER * self._body else pitch

    def _starts_item(self, block: Block, run: Run) -> bool:
        mark = run.mark
        if not mark or len(run.words) == 1:
            return False
        if BULLETS.fullmatch(mark):
            return (mark != "o" and mark not in "-–—*") or run.left <= block.left or self._has_room(block, run)
        # A number may begin any line: "c. / 66) we". That of an item is the first, or is below another.
        if not (block.mark or _BEGINS_LIST.fullmatch(mark)):
            return False
        listed = bool(block.mark) and run.left < block.left - _INDENT * run.size / 2
        return listed or self._has_room(block, run) or abs(run.left - block.left) > _INDENT * run.size

    def _has_room(self, block: Block, run: Run, more: float = _ROOM) -> bool:
        """Return whether the first word of a line would have fitted on the line before: that one ended on purpose."""
        # A short word may be kept with the next one by a space that does not break.
        first = run.words[min(len(run.words) - 1, len(run.words[0].text) <= _SHORT_WORD)]
        room = block.right - block.last.right
        return room > (first.right - run.left) + more * run.size

    def _continues_over(self, block: Block, line: Line) -> bool:
        """Return whether the first line of a column or page continues the last block before."""
        run, last = line.run, block.last
        if not _same_type(block, run) or (run.mark and (block.mark or _BEGINS_LIST.fullmatch(run.mark))):
            return False
        if self._looks_like_heading(block) and not run.text[0].islower():
            return False
        if _ENDED.search(last.text) or (block.mark and opens_tail(run.text)):
            return False
        indent = run.left - line.left
        within = (
            indent < 1 or indent < 6 * run.size
            if block.mark
            else indent < max(1, block.left - block.edge) + 2 * run.size
        )
        goes_on = run.text[0].islower() or not self._has_room(block, run)
        return within and goes_on

    def _looks_like_heading(self, block: Block) -> bool:
        words = block.text(self._joiner)
        if (
            len(words) > _HEADING_CHARS
            or not any(map(str.isalpha, words))
            or (block.depth and not block.bold and block.size <= _LARGER * self._body)
        ):
            return False
        if words[0].islower() and _ENDED.search(words):
            return False
        if block.size > _LARGER * self._body:
            return block.bold or not _ENDED_SENTENCE.search(words) or len(words) < _HEADING_CHARS / 2
        return (
            block.bold
            and block.size > self._body / _LARGER
            and words[-1] not in ".!:;,…"
            and not _SENTENCE_START.match(words)
        )

    def _level_headings(self) -> None:
        """Find the headings. The largest type is the highest level, and bold type is above other type of its size."""
        found = [b for b in self.blocks[:-1] if isinstance(b, Block) and self._looks_like_heading(b)]
        styles: list[tuple[float, bool]] = []
        for size, bold in sorted({(b.size, b.bold) for b in found}, reverse=True):
            if not styles or styles[-1][0] - size > _SAME_SIZE or styles[-1][1] != bold:
                styles.append((size, bold))

        def level(block: Block) -> int:
            return next(n for n, s in enumerate(styles, 1) if s[0] - block.size <= _SAME_SIZE and s[1] == block.bold)

        # A highest level that has several headings has no title among them.
        lower = sum(level(block) == 1 for block in found) > 1
        for block in found:
            block.level = min(level(block) + lower, _HEADING_LEVELS)
            if block.mark:
                block.mark = ""
            block.depth = 0
            block.breaks.clear()


def body_size(runs: Iterable[Run]) -> float:
    """Return the type size of most of the text."""
    sizes: Counter[float] = Counter()
    for run in runs:
        sizes[round(run.size * 2) / 2] += len(run.text)
    return max(sizes, key=lambda size: sizes[size], default=10.0)


def _same_type(block: Block, run: Run) -> bool:
    goes_on = run.text[0].islower() and not _ENDED.search(block.last.text)
    if abs(block.size - run.size) > (_GOES_ON * run.size if goes_on else _SAME_SIZE):
        return False
    # A bold line above lines that are not is a heading; a paragraph may begin with bold words, to the middle of a line.
    within = not block.last.words[-1].bold or run.words[0].bold
    return block.bold == run.bold or not ((block.bold and len(block.lines) == 1 and not within) or run.bold)


def _pitches(regions: Sequence[Sequence[Line | Table]]) -> dict[int, float]:
    """Return for each type size the distance of lines that are nearest to each other, apart from rare ones."""
    seen: dict[int, Counter[float]] = {}
    for region in regions:
        for one, other in pairwise(region):
            if isinstance(one, Line) and isinstance(other, Line) and abs(one.run.size - other.run.size) < _SAME_SIZE:
                distance = other.run.baseline - one.run.baseline
                if 0.8 * one.run.size < distance < 3 * one.run.size:
                    seen.setdefault(round(one.run.size), Counter())[round(distance * 2) / 2] += 1
    return {
        size: min(distance for distance, times in counted.items() if times >= 0.12 * counted.total())
        for size, counted in seen.items()
    }


def _rights(lines: Sequence[Line]) -> dict[int, float]:
    """Return how far the columns reach that begin at the same place: as far as most of their lines may."""
    seen: dict[int, Counter[float]] = {}
    for line in lines:
        seen.setdefault(round(line.left / 4), Counter())[round(line.right)] += 1
    return {at: max(counted, key=lambda right: counted[right]) for at, counted in seen.items()}
