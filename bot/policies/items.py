"""Items of lists: what their marks count, and which of them a new item is inside of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from bot.types import Span

# Items that are nested deeper are read as if they were at this depth.
MAX_DEPTH = 8
# An item is inside another if it is indented this many columns further.
_NESTED_COLUMNS = 2
_NUMBERED = re.compile(r"(\d{1,2})\.(?!\d)")
_ROMAN = re.compile(r"[ivx]+")


class OpenItem(NamedTuple):
    """An item that later blocks can be inside of.

    indent: columns before its mark. style: see `style_of`. mark: as it is written. inside: the context of what is
    inside of it. governs: whether it is incomplete without that.
    """

    indent: int
    style: str
    mark: str
    inside: tuple[Span, ...]
    governs: bool


def close_items(items: list[OpenItem], indent: int, style: str) -> None:
    """Remove the items that a new one is not inside of. items: the outermost first."""
    latest = items[-1] if items else None
    while items and indent + _NESTED_COLUMNS <= items[-1].indent:
        items.pop()
    if items and indent < items[-1].indent + _NESTED_COLUMNS:
        level = (n for n in reversed(range(len(items))) if items[n].indent < indent + _NESTED_COLUMNS)
        alike = next(
            (n for n in level if items[n].style == style and abs(items[n].indent - indent) < _NESTED_COLUMNS), None
        )
        if alike is None:
            # Another kind of number or mark opens a list inside the item; another bullet does so only if it is
            # announced.
            if not items[-1].governs and not style.isalnum() and not items[-1].style.isalnum():
                items.pop()
        elif not (items[alike] is latest and latest.governs):
            del items[alike:]
    del items[MAX_DEPTH - 1 :]


def number_of(words: str) -> int:
    """Return the number that words start with, as in "3. Use" and "3.", or 0."""
    found = _NUMBERED.match(words)
    return int(found[1]) if found else 0


def style_of(mark: str, items: Sequence[OpenItem]) -> str:
    """Return the kind of a mark: letters and digits for numbers, the mark itself for a bullet."""
    number = mark.strip("().")
    if not number.isalnum():
        return mark
    shape = "par" if mark.startswith("(") else "end" if mark.endswith(")") else "dot"
    if number.isdecimal():
        return f"digit{shape}"
    follows = any(item.mark.strip("().") == chr(ord(number[0]) - 1) for item in items)
    if _ROMAN.fullmatch(number) and not (len(number) == 1 and follows):
        return f"roman{shape}"
    return f"{'upper' if number.isupper() else 'lower'}{shape}"
