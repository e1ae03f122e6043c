"""Tables of a page -> rows of cells. Tables that only arrange a page are none."""

from __future__ import annotations

import re

from bot.policies.readers.tree import BOLD, HEADINGS, Element

# The HTML standard allows 1,000 columns; a cell over that many would make a short page a huge text.
MAX_COLUMNS = 30
_MAX_SPAN_ROWS = 200
# A table without column heads whose cells are longer than this arranges text in columns.
_LAYOUT_CELL_WORDS = 80
_NOT_IN_CELLS = HEADINGS | {"table"}
_GROUPS = frozenset({"thead", "tbody", "tfoot"})
_CELLS = frozenset({"td", "th"})


def table_rows(table: Element) -> tuple[list[Element], bool] | None:
    """Return the rows of a data table in order, and whether the first holds the column heads.

    None if the table arranges text: it has the role for that, one column, one row without heads, or blocks of a page
    in its cells.
    """
    rows = [
        row
        for part in table.children
        if isinstance(part, Element)
        for row in (part.children if part.tag in _GROUPS else [part])
        if isinstance(row, Element) and row.tag == "tr" and cells_of(row)
    ]
    if not rows or table.role() in {"presentation", "none"} or max(len(cells_of(row)) for row in rows) < 2:
        return None
    if any(below.tag in _NOT_IN_CELLS for row in rows for below in row.elements()):
        return None
    heads = _has_heads(table, rows)
    if not heads and len(rows) < 2:
        return None
    if not heads and any(len(cell.text().split()) > _LAYOUT_CELL_WORDS for row in rows for cell in cells_of(row)):
        return None
    return rows, heads


def cells_of(row: Element) -> list[Element]:
    """Return the cells of a row."""
    return [cell for cell in row.children if isinstance(cell, Element) and cell.tag in _CELLS]


def is_title(row: Element) -> bool:
    """Return whether a row has one cell, which is the title of the rows below it."""
    cells = cells_of(row)
    return (
        len(cells) == 1 and (cells[0].tag == "th" or _is_bold(cells[0])) and _span(cells[0], "colspan", MAX_COLUMNS) > 1
    )


def _has_heads(table: Element, rows: list[Element]) -> bool:
    first = cells_of(rows[0])
    if any(isinstance(part, Element) and part.tag == "thead" and rows[0] in part.children for part in table.children):
        return True
    return all(cell.tag == "th" or _is_bold(cell) for cell in first) or (
        # An empty corner is often a `td` over the row heads.
        first[0].tag == "td" and not first[0].text() and all(cell.tag == "th" for cell in first[1:])
    )


def _is_bold(cell: Element) -> bool:
    bold = [below for below in cell.elements() if below.tag in BOLD]
    return bool(bold) and bold[0].text() == cell.text() != ""


def grid(rows: list[list[tuple[Element, str]]]) -> list[list[str]]:
    """Lay cells out in columns. rows: each row's cells with their words.

    A cell that spans rows or columns has its words in each of them, so that every row can be read alone.
    """
    lines: list[list[str]] = []
    held: dict[int, tuple[int, str]] = {}  # column -> rows left, words
    for row in rows:
        line: list[str] = []
        waiting = row[::-1]
        while len(line) < MAX_COLUMNS and (waiting or len(line) in held):
            column = len(line)
            if column in held:
                left, words = held.pop(column)
                if left > 1:
                    held[column] = left - 1, words
                line.append(words)
                continue
            cell, words = waiting.pop()
            down = _span(cell, "rowspan", _MAX_SPAN_ROWS)
            for _ in range(min(_span(cell, "colspan", MAX_COLUMNS), MAX_COLUMNS - column)):
                if down > 1:
                    held[len(line)] = down - 1, words
                line.append(words)
        lines.append(line)
    width = max(map(len, lines), default=0)
    return [line + [""] * (width - len(line)) for line in lines]


def _span(cell: Element, name: str, most: int) -> int:
    number = re.match(r"\s*(\d{1,4})", cell.attributes.get(name, ""))
    return max(1, min(int(number[1]), most)) if number else 1
