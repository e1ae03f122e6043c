"""Finds what is not the policy's text at the edges of pages: running heads and feet, and page numbers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from bot.policies.readers.pdf.page import Page, Run, rows_of

# Heads and feet are within this share of the page's height from its edge, and have at most this many lines.
_ZONE, _MOST_ROWS = 0.16, 4
# The share of the pages that repeat it: heads of left and right pages alternate, and the first page may have none.
_REPEATED = 0.3
# What is this near to the edge is outside of the margins that programs print with.
_OUTSIDE = 0.04
_SAME_PLACE = 3.0  # points
_NUMBER = re.compile(r"\d+|\b[ivxl]{1,6}\b", re.I)
_PAGE_NUMBER = re.compile(r"\W*(?:page|p\.|pg\.?|seite|página)?\W*#\W*(?:(?:of|/|de|von)\W*#\W*)?", re.I)


def remove_running(pages: Sequence[Page], body: float) -> list[tuple[list[Run], list[Run]]]:
    """Return for each page the runs that are the policy's, and those that are not. body: the usual type size."""
    edges = [(_edge_rows(page, top=True), _edge_rows(page, top=False)) for page in pages]
    seen = [Counter(_key(run) for side in sides for row in side for run in row) for sides in edges]
    places: Counter[tuple[str, int]] = Counter()
    for counted in seen:
        places.update({near for key in counted for near in _near(key)})
    least = max(2, _REPEATED * len(pages))
    found = []
    for page, sides in zip(pages, edges, strict=True):
        running: list[Run] = []
        for rows in sides:
            for at, row in enumerate(rows[: min(len(rows) - 1, _MOST_ROWS)]):
                inside = rows[at + 1] if at + 1 < len(rows) else []
                if not all(places[_key(run)] >= least or _is_outside(run, inside, page, body) for run in row):
                    break
                running.extend(row)
        found.append(([run for run in page.runs if run not in running], running))
    return found


def _edge_rows(page: Page, *, top: bool) -> list[list[Run]]:
    """Return the lines at an edge, the outermost first, and the one next to them."""
    rows = rows_of(page.runs)
    rows = rows if top else rows[::-1]
    reach = _ZONE * page.height
    near = [row for row in rows if (row[0].baseline < reach if top else row[0].baseline > page.height - reach)]
    return rows[: len(near) + 1]


def _key(run: Run) -> tuple[str, int]:
    return _NUMBER.sub("#", run.text.casefold()), round(run.baseline / _SAME_PLACE)


def _near(key: tuple[str, int]) -> list[tuple[str, int]]:
    return [(key[0], key[1] + step) for step in (-1, 0, 1)]


def _is_outside(run: Run, inside: Sequence[Run], page: Page, body: float) -> bool:
    """Return whether a run is a page number, or so near to the edge that it is in the margin."""
    gap = min((max(run.top - other.bottom, other.top - run.bottom) for other in inside), default=page.height)
    from_edge = min(run.baseline, page.height - run.baseline) / page.height
    if from_edge < _ZONE / 2 and gap > 0.3 * run.size and _PAGE_NUMBER.fullmatch(_NUMBER.sub("#", run.text)):
        return True
    return from_edge < _OUTSIDE and gap > run.size and run.size <= 1.3 * body and not run.bold
