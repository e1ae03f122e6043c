"""Tables of a page -> rows of cells. Tables that only arrange a page do not count."""

from __future__ import annotations

import re

from bot.policies.readers.styles import display_of
from bot.policies.readers.tree import HEADINGS, Element
from bot.policies.readers.words import join

# The HTML standard allows 1,000 columns; a cell over that many would make a short page a huge text.
MAX_COLUMNS = 30
_MAX_SPAN_ROWS = 200
_MAX_HEAD_ROWS = 3
# A table without column headers whose cells are longer than this arranges text in columns.
_LAYOUT_CELL_WORDS = 80
_NOT_IN_CELLS = HEADINGS | {"table"}
# What other elements with these roles are.
_ROLES = {
    "table": "table",
    "rowgroup": "tbody",
    "row": "tr",
    "cell": "td",
    "columnheader": "th",
    "rowheader": "th",
}
# What elements are that a style sheet displays in these ways.
_DISPLAYS = {"table": "table", "table-row-group": "tbody", "table-row": "tr", "table-cell": "td"}
_PLAIN = frozenset({"div", "span", "section", "p"})
_GROUPS = frozenset({"thead", "tbody", "tfoot"})
_CELLS = frozenset({"td", "th"})


def set_tables(top: Element) -> None:
    """Make elements that only have the role or the style of a table, a row or a cell what they are shown as."""
    for element in top.elements():
        tag = _ROLES.get(element.role())
        if tag is None and element.tag in _PLAIN and "style" in element.attributes:
            tag = _DISPLAYS.get(display_of(element))
        if tag is not None:
            element.tag = tag


def table_rows(table: Element) -> tuple[list[Element], int] | None:
    """Return the rows of a data table in order, and how many of them have the column headers.

    None if the table arranges text: it has the role for that, one column, one row without headers, or blocks of a page
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
    heads = _head_rows(table, rows)
    if not heads and len(rows) < 2:
        return None
    if not heads and any(len(cell.text().split()) > _LAYOUT_CELL_WORDS for row in rows for cell in cells_of(row)):
        return None
    return rows, heads


def cells_of(row: Element) -> list[Element]:
    """Return the cells of a row."""
    return [cell for cell in row.children if isinstance(cell, Element) and cell.tag in _CELLS]


def is_title(row: Element, below: Element | None = None) -> bool:
    """Return whether a row has one cell, which is the title of the rows below it. below: the next row, if any."""
    if not is_whole(row):
        return False
    cell = cells_of(row)[0]
    return cell.tag == "th" or _is_bold(cell) or (below is not None and not is_whole(below) and not is_note(row))


def is_note(row: Element) -> bool:
    """Return whether a row has one cell, which is a sentence about the table."""
    return is_whole(row) and cells_of(row)[0].text().endswith((".", "!", "?"))


def is_whole(row: Element) -> bool:
    """Return whether a row has one cell, as wide as several columns."""
    cells = cells_of(row)
    return len(cells) == 1 and _span(cells[0], "colspan", MAX_COLUMNS) > 1


def _head_rows(table: Element, rows: list[Element]) -> int:
    """Count the rows with column headers. A header above others spans their columns, or is as high as both."""
    parts = (part for part in table.children if isinstance(part, Element) and part.tag == "thead")
    marked = next((part.children for part in parts if rows[0] in part.children), None)
    if marked is None and not _are_heads(cells_of(rows[0])):
        return 0
    count = 1
    while count + 1 < len(rows) and count < _MAX_HEAD_ROWS:
        spans = any(_span(cell, name, 2) > 1 for cell in cells_of(rows[count - 1]) for name in ("colspan", "rowspan"))
        if not (rows[count] in marked if marked is not None else spans and _are_heads(cells_of(rows[count]))):
            break
        count += 1
    return count


def _are_heads(cells: list[Element]) -> bool:
    return all(cell.tag == "th" or _is_bold(cell) for cell in cells) or (
        # An empty corner is often a `td` above the row headers.
        cells[0].tag == "td" and not cells[0].text() and all(cell.tag == "th" for cell in cells[1:])
    )


def _is_bold(cell: Element) -> bool:
    bold = [below for below in cell.elements() if below.is_bold()]
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


def stack(heads: list[list[str]]) -> list[str]:
    """Return one row of column headers for several: each with those above it, which are only at their first column."""
    line: list[str] = []
    for column in range(len(heads[0])):
        parts: list[str] = []
        for row in heads:
            again = column > 0 and row is not heads[-1] and row[column] is row[column - 1]
            if row[column] and not again and not any(row[column] is part for part in parts):
                parts.append(row[column])
        line.append(join(parts, ": "))
    return line


def _span(cell: Element, name: str, most: int) -> int:
    number = re.match(r"\s*(\d{1,4})", cell.attributes.get(name, ""))
    return max(1, min(int(number[1]), most)) if number else 1
