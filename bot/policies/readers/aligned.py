"""Tables of plain text, whose columns are runs of blanks -> tables with bars, which the parser knows."""

from __future__ import annotations

import re
from collections.abc import Sequence

_CELL = re.compile(r"\S+(?: \S+)*")
_RULE = re.compile(r"[-=_+|\s]*[-=_]{3,}[-=_+|\s]*")
_LEAST_GAP = 2
_MOST_COLUMNS, _MOST_LINE_CHARS, _MOST_LINES = 12, 300, 400
_HEAD_CHARS, _FIRST_CHARS = 40, 60
# The beginning of an item or a clause, not of a row.
_MARK = re.compile(r"(?:[•‣◦▪●∙·*–—-]|o|\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)]|\d{1,2}(?:\.\d{1,2})+\.?|§ ?\d+)(?=\s|$)")
_FIELD = re.compile(r"[^:]{1,40}:$")
_ENDS = (".", "!", "?", ";", ",", ":")


def set_bars(text: str) -> str:
    """Return a text with its aligned tables as rows between bars. A cell over several lines is on one."""
    lines = text.split("\n")
    shown: list[str] = []
    at = 0
    while at < len(lines):
        end = at
        while end < len(lines) and end - at < _MOST_LINES and lines[end].strip():
            end += 1
        shown += _read(lines[at:end]) or lines[at:end]
        at = max(end, at + 1)
        shown += lines[end:at]
    return "\n".join(shown)


def _read(lines: Sequence[str]) -> list[str] | None:
    """Return the lines of a table between blank lines, below a line that may be its title; None if it is not one."""
    return _table(lines) or ([lines[0], "", *rows] if len(lines) > 3 and (rows := _table(lines[1:])) else None)


def _table(lines: Sequence[str]) -> list[str] | None:
    if len(lines) < 3:
        return None
    tabs = lines[0].count("\t")
    if 0 < tabs < _MOST_COLUMNS and all(line.strip().count("\t") == tabs for line in lines):
        cells = [[cell.strip() for cell in line.strip().split("\t")] for line in lines]
        return _shown(cells, ruled=False) if _is_table(cells) and not any("|" in line for line in lines) else None
    wide = [line.expandtabs(8).rstrip() for line in lines]
    ruled = len(wide) > 2 and _RULE.fullmatch(wide[1]) is not None
    rows = [line for line in wide if not _RULE.fullmatch(line)]
    if len(rows) < 3 or any("|" in line or len(line) > _MOST_LINE_CHARS for line in rows):
        return None
    starts = _columns(rows)
    if not 2 <= len(starts) <= _MOST_COLUMNS:
        return None
    cells = [[line[start:end].strip() for start, end in zip(starts, [*starts[1:], None], strict=True)] for line in rows]
    if any(len(_CELL.findall(line)) > sum(map(bool, row)) for line, row in zip(rows, cells, strict=True)):
        return None  # blanks within a cell: a line that is stretched
    merged = _merged(cells)
    if len(merged) < 3 or merged[0][0].endswith(":") or not _is_table(merged):
        return None
    return _shown(merged, ruled=ruled)


def _shown(rows: Sequence[list[str]], *, ruled: bool) -> list[str]:
    shown = [f"| {' | '.join(row)} |" for row in rows]
    heads = ruled or _are_heads(rows)
    return [shown[0], f"|{' --- |' * len(rows[0])}", *shown[1:]] if heads else shown


def _columns(rows: Sequence[str]) -> list[int]:
    """Return where the columns start: after blanks that all lines have."""
    width = max(map(len, rows))
    filled = bytearray(width)
    for row in rows:
        for cell in _CELL.finditer(row):
            filled[cell.start() : cell.end()] = b"\1" * (cell.end() - cell.start())
    starts: list[int] = []
    free = _LEAST_GAP
    for at, used in enumerate(filled):
        if used:
            if free >= _LEAST_GAP:
                starts.append(at)
            free = 0
        else:
            free += 1
    return starts


def _merged(cells: Sequence[list[str]]) -> list[list[str]]:
    """Join a line without a first cell to the row above, whose words it continues."""
    merged: list[list[str]] = []
    for row in cells:
        if merged and not row[0] and len(merged) > 1:
            merged[-1] = [f"{above} {below}".strip() for above, below in zip(merged[-1], row, strict=True)]
        else:
            merged.append(list(row))
    return merged


def _is_table(rows: Sequence[Sequence[str]]) -> bool:
    """Return whether rows have a name in front, and something next to it; items, fields and prose do not."""
    names = [row[0] for row in rows]
    full = sum(sum(map(bool, row)) > 1 for row in rows)
    return (
        full >= max(3, len(rows) - 1)
        and all(len(name) <= _FIRST_CHARS for name in names)
        and not any(map(_MARK.match, names))
        and sum(name.endswith(_ENDS) or not name for name in names[1:]) <= len(names) // 4
        and not all(map(_FIELD.match, names[1:]))
    )


def _are_heads(rows: Sequence[Sequence[str]]) -> bool:
    """Return whether the first row names the columns, which are more than two or differ from it in form."""
    first = rows[0]
    named = all(
        (cell or not at) and len(cell) <= _HEAD_CHARS and not cell.endswith(_ENDS) and not any(map(str.isdigit, cell))
        for at, cell in enumerate(first)
    )
    capital = all(not cell or not cell[0].islower() for cell in first)
    differs = any(map(str.isdigit, " ".join(cell for row in rows[1:] for cell in row[1:]))) or any(
        len(row[-1]) > _HEAD_CHARS or row[-1].endswith(".") for row in rows[1:]
    )
    return named and capital and (len(first) > 2 or differs or not first[0])
