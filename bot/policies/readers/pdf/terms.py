"""Lists of terms: short lines, each above the indented lines that say what it means."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from bot.policies.readers.pdf.page import Run
from bot.policies.readers.pdf.tables import Line, Table

_TERM_CHARS = 60
_ENDED = re.compile(r"[.!?:;,。！？：；][\"'”’)\]]*$")
_INDENT = (1.2, 8.0)  # of the meanings, in type sizes
_NEAR = 2.2  # type sizes between the lines of one list
_LEAST = 2  # terms


def find_terms(region: Sequence[Line | Table]) -> dict[Run, int]:
    """Return the lines of a region that are terms, with 1, and those that a meaning begins with, with 2."""
    pairs = [
        (above.run, below.run)
        for above, below in pairwise(region)
        if isinstance(above, Line) and isinstance(below, Line) and _is_term(above, below.run)
    ]
    places = Counter((round(term.left), round(meaning.left)) for term, meaning in pairs)
    found: dict[Run, int] = {}
    for term, meaning in pairs:
        if places[round(term.left), round(meaning.left)] >= _LEAST:
            found |= {term: 1, meaning: 2}
    return found


def _is_term(line: Line, below: Run) -> bool:
    run = line.run
    indent = (below.left - run.left) / run.size
    return (
        len(run.text) <= _TERM_CHARS
        and not (run.mark or below.mark or run.bold)
        and run.text[0].isupper()
        and not _ENDED.search(run.text)
        and _INDENT[0] < indent < _INDENT[1]
        and 0 < below.baseline - run.baseline < _NEAR * run.size
        and line.right - run.right > 0.3 * (line.right - line.left)
    )
