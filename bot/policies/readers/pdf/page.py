"""Values of a page: words with their places, and the runs of words that lines and cells are made of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

# Bullets of Symbol and Wingdings have codes of their own there; a lone "o" is Word's bullet of the second level.
_BULLET = r"•‣◦▪●∙·○■□▫◆◇➢➤►▶✓✔❖⁃–—*\-"
_NUMBER = r"\d{1,3}|[a-zA-Z]|[ivxIVX]{1,5}"
BULLETS = re.compile(rf"[{_BULLET}\ue000-\uf8ff]|o")
NUMBERS = re.compile(rf"(?:{_NUMBER})[.)]|\((?:{_NUMBER})\)|\d{{1,2}}(?:\.\d{{1,2}}){{1,3}}\.?")
# Words of a line are no farther apart than this, in type sizes. Many programs write spaces between the words of a line,
# but not between cells; others, such as TeX, write none.
_SPACED_GAP, _UNSPACED_GAP, _NO_GAP = 1.2, 0.8, 0.12
_EVEN, _STRETCHED = 1.3, 6.0
_TELLING_WORDS = 3  # a line with more words tells whether it has spaces
# Pieces of a line that were drawn at different times are this near.
_PIECE_GAP = 0.5
_MOST_UPWARD = 0.05
# A baseline may be off by this share of the type size: raised and lowered letters, mixed sizes.
SAME_LINE = 0.4
_MOST_BOLD = 0.8  # the share of the letters of a bold line that are
# A drawn bullet, in type sizes: its sides, and how far left of its words it is.
_DOT_SIDES, _DOT_REACH = (0.1, 0.75), 3.0
_SPLIT_LETTERS = str.maketrans(
    {
        "ﬀ": "ff",
        "ﬁ": "fi",
        "ﬂ": "fl",
        "ﬃ": "ffi",
        "ﬄ": "ffl",
        "ﬅ": "st",
        "ﬆ": "st",
        **dict.fromkeys("\u200b\u2060\ufeff", ""),
    }
)


_POINTS = ".,;:!?()[]\"'“”‘’ "  # around the words of a link


class Word(NamedTuple):
    """A word. Places are in points from the top left corner of the page.

    before, after: whether the file has a space there.
    """

    text: str
    left: float
    top: float
    right: float
    bottom: float
    baseline: float
    size: float
    bold: bool
    before: bool
    after: bool


class Shape(NamedTuple):
    """The box around something that is drawn."""

    left: float
    top: float
    right: float
    bottom: float


class Run:
    """Words side by side on one line.

    order: its place among the runs of the page as the file has them. spaced: whether the file has spaces between words.
    """

    def __init__(self, words: Sequence[Word], order: int, spaced: bool = False) -> None:
        self.words = list(words)
        self.order = order
        self.spaced = spaced
        self.measure()

    def measure(self) -> None:
        """Work out the box after the words changed."""
        words = self.words
        self.left, self.right = words[0].left, max(word.right for word in words)
        self.top, self.bottom = min(word.top for word in words), max(word.bottom for word in words)
        main = max(words, key=lambda word: word.size * len(word.text) ** 0.25)
        self.size, self.baseline = main.size, main.baseline
        letters = [(sum(map(str.isalpha, word.text)), word.bold) for word in words]
        self.bold = sum(count for count, bold in letters if bold) > _MOST_BOLD * sum(count for count, _ in letters)

    @property
    def text(self) -> str:
        """Return the words with a space between them."""
        return " ".join(word.text for word in self.words)

    @property
    def mark(self) -> str:
        """Return the bullet or the number that the run begins with, or ""."""
        first = self.words[0].text
        return first if BULLETS.fullmatch(first) or NUMBERS.fullmatch(first) else ""

    @property
    def is_mark(self) -> bool:
        """Return whether there is nothing but a bullet or a number."""
        return len(self.words) == 1 and bool(self.mark)

    def take(self, other: Run) -> None:
        """Add the words of another run."""
        self.words = sorted([*self.words, *other.words], key=lambda word: word.left)
        self.order = min(self.order, other.order)
        self.measure()


class Target(NamedTuple):
    """Words of a page that lead to an address."""

    words: str
    address: str


class Page(NamedTuple):
    """A page: its size, runs in the file's order, what is drawn, where words lead, and the number of pictures."""

    width: float
    height: float
    runs: list[Run]
    shapes: list[Shape]
    targets: list[Target]
    turned: str
    pictures: int


def read_page(found: Mapping[str, Any]) -> Page:
    """Make a page of what `extract` found."""
    words = [Word(str(text).translate(_SPLIT_LETTERS), *rest) for text, *rest in found["words"]]
    shapes = [Shape(*shape) for shape in found["shapes"]]
    runs = _join_marks(_add_dots(_runs([word for word in words if word.text]), shapes))
    targets = [_target(words, Shape(*box), address) for *box, address in found["links"]]
    width, height = found["size"]
    return Page(width, height, runs, shapes, targets, found["turned"], found["pictures"])


def _target(words: Sequence[Word], box: Shape, address: str) -> Target:
    inside = [
        word.text
        for word in words
        if box.left <= (word.left + word.right) / 2 <= box.right
        and box.top <= (word.top + word.bottom) / 2 <= box.bottom
    ]
    return Target(" ".join(inside).strip(_POINTS), address)


def same_line(one: Run, other: Run) -> bool:
    """Return whether two runs are on one line."""
    return abs(one.baseline - other.baseline) <= SAME_LINE * max(one.size, other.size)


def rows_of(runs: Iterable[Run]) -> list[list[Run]]:
    """Group runs by line, from the top; those of a line from the left."""
    rows: list[list[Run]] = []
    for run in sorted(runs, key=lambda run: (run.baseline, run.left)):
        if rows and same_line(rows[-1][0], run):
            rows[-1].append(run)
        else:
            rows.append([run])
    return [sorted(row, key=lambda run: run.left) for row in rows]


def _runs(words: Sequence[Word]) -> list[Run]:
    """Join words that follow each other in the file and on the line."""
    lines: list[list[Word]] = []
    for word in words:
        last = lines[-1][-1] if lines else None
        size = max(word.size, last.size) if last else 0
        if (
            last is not None
            and word.left > last.right - 0.5 * size
            and abs(word.baseline - last.baseline) < SAME_LINE * size
        ):
            lines[-1].append(word)
        else:
            lines.append([word])
    runs: list[Run] = []
    for line in lines:
        spaces = len(line) > _TELLING_WORDS and _has_spaces(line[1:])
        even = _is_justified(line)
        runs.append(Run(line[:1], len(runs), spaces))
        for last, word in pairwise(line):
            reach = _reach(last, word, spaces)
            if len(line) <= _TELLING_WORDS and not (last.after or word.before):
                reach = _PIECE_GAP
            if even or word.left - last.right < reach * max(word.size, last.size):
                runs[-1].words.append(word)
            else:
                runs.append(Run([word], len(runs), spaces))
    for run in runs:
        run.measure()
    return _join_pieces(runs)


def _is_justified(line: Sequence[Word]) -> bool:
    """Return whether a line was stretched: all its words are equally far apart."""
    gaps = [other.left - one.right for one, other in pairwise(line)]
    return len(gaps) > 1 and 0 < max(gaps) < _EVEN * min(gaps) and max(gaps) < _STRETCHED * line[0].size


def _has_spaces(words: Sequence[Word]) -> bool:
    return sum(word.before for word in words) > len(words) / 2


def _reach(one: Word, other: Word, spaces: bool) -> float:
    """Return how far, in type sizes, two words of a line may be from each other."""
    if one.after or other.before:
        return _SPACED_GAP
    return _NO_GAP if spaces else _UNSPACED_GAP


def is_shuffled(runs: Sequence[Run]) -> bool:
    """Return whether the file has its text in another order than readers, who go down or to the right."""
    upward = sum(
        other.baseline < run.baseline - SAME_LINE * run.size and other.left < run.right for run, other in pairwise(runs)
    )
    return upward > _MOST_UPWARD * len(runs)


def _join_pieces(runs: list[Run]) -> list[Run]:
    """Join pieces of a line that the file has in another order."""
    joined: list[Run] = []
    most = _PIECE_GAP if is_shuffled(runs) else _NO_GAP
    for row in rows_of(runs):
        for run in row:
            last = joined[-1] if joined and run is not row[0] else None
            spaces = run.spaced or (last is not None and last.spaced)
            reach = min(_reach(last.words[-1], run.words[0], spaces), most) if last else 0
            if last is not None and -0.3 * run.size < run.left - last.right < reach * run.size:
                last.take(run)
            else:
                joined.append(run)
    return sorted(joined, key=lambda run: run.order)


def _add_dots(runs: list[Run], shapes: list[Shape]) -> list[Run]:
    """Give a bullet to the runs that one is drawn next to."""
    for shape in shapes:
        wide, high = shape.right - shape.left, shape.bottom - shape.top
        middle = (shape.top + shape.bottom) / 2
        if not 0.6 * high <= wide <= 1.6 * high:
            continue
        near = [
            run
            for run in runs
            if run.top < middle < run.bottom
            and _DOT_SIDES[0] * run.size < high < _DOT_SIDES[1] * run.size
            and 0 < run.left - shape.right < _DOT_REACH * run.size
        ]
        if near and not (run := min(near, key=lambda run: run.left - shape.right)).mark:
            first = run.words[0]
            run.words.insert(0, first._replace(text="•", left=shape.left, right=shape.right, bold=False))
            run.measure()
    return runs


def _join_marks(runs: list[Run]) -> list[Run]:
    """Join a bullet or a number with the words to the right of it."""
    for row in rows_of(runs):
        for mark, run in pairwise(row):
            if mark.is_mark and run.left - mark.right < 2 * _DOT_REACH * run.size:
                run.take(mark)
                runs.remove(mark)
    return runs
