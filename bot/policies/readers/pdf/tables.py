"""The runs of a region -> tables, and the lines between them.

The cells of a row follow each other in the file, whatever their height: a cell left of the one before begins a row.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from bot.policies.readers.pdf.page import SAME_LINE, Run, is_shuffled, rows_of
from bot.policies.readers.tables import MAX_COLUMNS

# The gap between columns, and the largest ones between lines of a cell and between rows, in type sizes.
_COLUMN_GAP, _CELL_GAP, _ROW_GAP = 0.1, 1.6, 5.0
_LEAST_JUSTIFIED = 3  # lines of a justified region that end at its margin
_MOST_INDENT = 4.0  # of an item's lines, in type sizes
# Column heads that are not bold are this short.
_HEAD_WORDS = 6
_MOST_ROWS = 300  # of a region
_LEAST_BELOW = 2  # cells that show where a column begins

_Row = list[list[Run]]  # cells, each with its lines


class Cell(NamedTuple):
    """The lines of a cell."""

    runs: list[Run]

    @property
    def bold(self) -> bool:
        """Return whether all words are bold."""
        return all(run.bold for run in self.runs)


class Table(NamedTuple):
    """Rows of cells, each as many as there are columns; heads: whether the first row has the column headers."""

    rows: list[list[Cell]]
    heads: bool
    columns: list[tuple[float, float]]


class Line(NamedTuple):
    """One line of a region. right: how far lines of the region reach."""

    run: Run
    left: float
    right: float


def read_region(runs: Sequence[Run]) -> list[Line | Table]:
    """Return the lines and the tables of a region, from the top."""
    left, right = min(run.left for run in runs), max(run.right for run in runs)
    rows = sorted(_rows(_join_stretched(runs, left)), key=lambda row: min(run.baseline for cell in row for run in cell))
    found: list[Line | Table] = []
    at = 0
    while at < len(rows):
        end = _table_end(rows, at)
        if end:
            found.append(_table(rows[at:end]))
            at = end
            continue
        # The cells of a row that is in no table are pieces of lines.
        found.extend(Line(_joined(line), left, right) for line in rows_of(run for cell in rows[at] for run in cell))
        at += 1
    return found


def _joined(row: Sequence[Run]) -> Run:
    line = Run(row[0].words, row[0].order)
    for run in row[1:]:
        line.take(run)
    return line


def _join_stretched(runs: Sequence[Run], left: float) -> list[Run]:
    """Join the words of justified lines that are far apart: such lines end at the right margin, as most others do."""
    rows = rows_of(runs)
    margin, times = Counter(round(row[-1].right) for row in rows).most_common(1)[0]
    if times < max(_LEAST_JUSTIFIED, 0.25 * len(rows)):
        return list(runs)
    joined: list[Run] = []
    for row in rows:
        follow = all(other.order - run.order == 1 for run, other in pairwise(row))
        if follow and abs(row[-1].right - margin) < 1 and row[0].left < left + _MOST_INDENT * row[0].size:
            joined.append(_joined(row))
        else:
            joined.extend(row)
    return joined


def _rows(runs: Sequence[Run]) -> list[_Row]:
    """Group runs into cells, and cells into rows. A paragraph is a row with one cell."""
    in_file = sorted(runs, key=lambda run: run.order)
    if is_shuffled(in_file):
        in_file = [run for row in rows_of(runs) for run in row]
    rows: list[_Row] = []
    for run in in_file:
        row = rows[-1] if rows else None
        if row is not None and _is_below(row[-1][-1], run):
            row[-1].append(run)
        elif row is not None and _is_next_to(row, run, rows[-2] if len(rows) > 1 else None):
            row.append([run])
        else:
            rows.append([[run]])
    return rows


def _is_below(above: Run, run: Run) -> bool:
    near = SAME_LINE * run.size < run.baseline - above.baseline < _CELL_GAP * max(run.size, above.size)
    heads = run.bold and not above.bold  # the head of a column below a paragraph
    return near and not heads and run.left < above.right and run.right > above.left and not run.is_mark


def _is_next_to(row: _Row, run: Run, above: _Row | None) -> bool:
    """Return whether a run is to the right of all cells of a row, and not above or below the row."""
    top = _bottom(above) if above else 0.0
    if above and top > row[0][0].baseline:  # another column
        top = row[0][0].top
    right = max(run.right for run in row[-1])
    return run.left > right - 0.1 and top + 0.1 < run.baseline < _bottom(row) + run.size


def _bottom(row: _Row) -> float:
    return max(run.baseline for cell in row for run in cell)


def _table_end(rows: Sequence[_Row], at: int) -> int:
    """Return the end of the table that begins with a row of at least two cells, or 0."""
    if len(rows[at]) < 2 or rows[at][0][0].is_mark:
        return 0
    count = len(rows[at])
    end = tried = at + 1
    while tried < min(len(rows), at + _MOST_ROWS) and _gap(rows[tried - 1], rows[tried]) < _ROW_GAP:
        merged = _count_columns(rows[at : tried + 1])
        if not count <= merged <= MAX_COLUMNS:
            break
        count = merged
        tried += 1
        if len(rows[tried - 1]) > 1:
            end = tried
    return end if end - at >= 2 else 0


def _gap(above: _Row, below: _Row) -> float:
    top = min(below, key=lambda cell: cell[0].baseline)[0]
    return (top.baseline - _bottom(above)) / top.size


def _columns(rows: Sequence[_Row]) -> list[tuple[float, float]]:
    """Return the extents of the columns: of the cells that are above each other."""
    columns: list[tuple[float, float]] = []
    for run in sorted((run for row in rows for cell in row for run in cell), key=lambda run: run.left):
        if columns and run.left < columns[-1][1] + _COLUMN_GAP * run.size:
            columns[-1] = columns[-1][0], max(columns[-1][1], run.right)
        else:
            columns.append((run.left, run.right))
    return columns


def _count_columns(rows: Sequence[_Row]) -> int:
    """Return how many columns rows have. A head in the middle of its column is in none of its own."""
    columns = _columns(rows)
    filled = [{_column(columns, run) for cell in row for run in cell} for row in rows]
    count, together = 1, [0 in row for row in filled]
    for at in range(1, len(columns)):
        here = [at in row for row in filled]
        if any(map(all, zip(together, here, strict=True))):
            count, together = count + 1, here
        else:
            together = [any(each) for each in zip(together, here, strict=True)]
    return count


def _column(columns: Sequence[tuple[float, float]], run: Run) -> int:
    return next(n for n, (left, right) in enumerate(columns) if left <= run.left <= right)


def _table(rows: Sequence[_Row]) -> Table:
    columns = _columns(rows)
    table: list[list[Cell]] = []
    for row in rows:
        cells = [Cell([]) for _ in columns]
        for run in (run for cell in row for run in cell):
            cells[_column(columns, run)].runs.append(run)
        table.append(cells)
    columns = _merge_columns(table, columns)
    return Table(table, _has_heads(table), columns)


def _merge_columns(table: list[list[Cell]], columns: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Merge columns that no row has next to each other: a head in the middle of its column is not above its cells."""
    at = 0
    while at + 1 < len(columns):
        if any(row[at].runs and row[at + 1].runs for row in table):
            at += 1
            continue
        columns = [*columns[:at], (columns[at][0], columns[at + 1][1]), *columns[at + 2 :]]
        for row in table:
            row[at : at + 2] = [Cell(row[at].runs + row[at + 1].runs)]
    return columns


def _has_heads(rows: Sequence[Sequence[Cell]]) -> bool:
    first = rows[0]
    if all(cell.bold for cell in first if cell.runs):
        return not all(cell.bold for row in rows for cell in row if cell.runs)
    words = [" ".join(run.text for run in cell.runs) for cell in first]
    return (len(first) > 2 or _are_centered(rows)) and all(
        each and len(each.split()) <= _HEAD_WORDS and each[-1] not in ".;:!" and not any(map(str.isdigit, each))
        for each in words
    )


def _are_centered(rows: Sequence[Sequence[Cell]]) -> bool:
    """Return whether the cells of the first row are in the middle of columns whose other cells begin at their left."""
    for column in zip(*rows, strict=True):
        head, *cells = ([run.left for run in cell.runs] for cell in column)
        lefts = [min(cell) for cell in cells if cell]
        if not head or len(lefts) < _LEAST_BELOW or max(lefts) - min(lefts) > 1 or min(head) - min(lefts) < 1:
            return False
    return True
