"""The runs of a page -> regions in the order in which they are read: columns from the left, what spans them between."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from bot.policies.readers.pdf.page import Run, rows_of

# A column has this many lines, and a gap to its neighbor of this many points.
_LEAST_LINES = 3
_LEAST_GAP = 5.0
_SAME_EDGE = 2.5  # points
# Columns are in the file one after the other. Cells of a table are row by row: their side changes all the time.
_MOST_CHANGES = 0.12
# Lines of prose that are drawn row by row across columns fill their column.
_PROSE_LINES, _PROSE_FILL = 6, 0.75
_DEEPEST = 6


def regions(runs: Sequence[Run], depth: int = 0) -> list[list[Run]]:
    """Return the regions of a page, in reading order."""
    edge = _edge(runs) if depth < _DEEPEST else None
    if edge is None:
        return [list(runs)] if runs else []
    found: list[list[Run]] = []
    plain: list[Run] = []
    for band, split in _bands(runs, edge, _spans):
        if not split:
            plain.extend(band)
            continue
        found.extend(regions(plain, depth + 1))
        plain = []
        for side in _sides(band, edge):
            found.extend(regions(side, depth + 1))
    return found + regions(plain, depth + 1) if found else [list(runs)]


def _edge(runs: Sequence[Run]) -> float | None:
    """Return the left edge of the column that the most lines speak for."""
    edges: list[list[float]] = []
    for left in sorted(run.left for run in runs):
        if edges and left - edges[-1][-1] < _SAME_EDGE:
            edges[-1].append(left)
        else:
            edges.append([left])
    best, most = None, 0
    for lefts in edges:
        if len(lefts) < _LEAST_LINES:
            continue
        edge = lefts[0]
        lines = [sum(map(len, _sides(band, edge))) for band, split in _bands(runs, edge) if split]
        if sum(lines) > most:
            best, most = edge, sum(lines)
    return best


def _sides(band: Sequence[Run], edge: float) -> tuple[list[Run], list[Run]]:
    return [run for run in band if run.left < edge - 0.1], [run for run in band if run.left >= edge - 0.1]


def _bands(
    runs: Sequence[Run], edge: float, spans: Callable[[Run, float, Sequence[Run]], bool] | None = None
) -> list[tuple[list[Run], bool]]:
    """Cut a region at the lines that span it at an edge. Returns each band and whether it has columns there."""
    bands: list[tuple[list[Run], bool]] = []
    beyond = _sides(runs, edge)[1]
    for row in rows_of(runs):
        crosses = any(_crosses(run, edge) and (spans is None or spans(run, edge, beyond)) for run in row)
        if bands and bands[-1][1] != crosses:
            bands[-1][0].extend(row)
        else:
            bands.append((list(row), not crosses))
    return [(band, free and _has_columns(band, edge)) for band, free in bands]


def _crosses(run: Run, edge: float) -> bool:
    return run.left < edge - 0.1 and run.right > edge - _LEAST_GAP


def _spans(run: Run, edge: float, beyond: Sequence[Run]) -> bool:
    """Return whether a line that crosses spans the columns. A long word may reach into the next column."""
    return not any(run.top < other.baseline < run.bottom for other in beyond)


def _has_columns(band: Sequence[Run], edge: float) -> bool:
    left, right = _sides(band, edge)
    if min(len(left), len(right)) < 2 or len(left) + len(right) < 2 * _LEAST_LINES:
        return False
    if all(run.is_mark for run in left):
        return False
    if min(max(r.baseline for r in side) for side in (left, right)) <= max(
        min(r.baseline for r in side) for side in (left, right)
    ):
        return False  # one is below the other
    sides = [run.left >= edge - 0.1 for run in sorted(band, key=lambda run: run.order)]
    changes = sum(one != other for one, other in pairwise(sides))
    return changes <= max(1, _MOST_CHANGES * len(band)) or (_is_prose(left) and _is_prose(right))


def _is_prose(column: Sequence[Run]) -> bool:
    left, right = min(run.left for run in column), max(run.right for run in column)
    full = sum(run.right - left > _PROSE_FILL * (right - left) for run in column)
    return len(column) >= _PROSE_LINES and full > 0.6 * len(column) and right - left > 12 * column[0].size
