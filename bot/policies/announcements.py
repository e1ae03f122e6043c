"""A line above headings -> the headings that it announces: "We share nothing except in these cases:"."""

from __future__ import annotations

from bot.policies.neighbors import Row
from bot.types import Span

_MOST = 8


class Announcements:
    """Collects headings, in order, and gives them to the line above them if there are several of one level.

    One alone may begin the next section, but not if the line says that something follows.
    """

    def __init__(self) -> None:
        self._row: Row | None = None
        self._level = 0  # of the announced headings
        self._headings: list[Span] = []
        self._least = 2
        self._last_level = 0

    def read(self, heading: Span, level: int, announcing: Row | None, *, follows: bool) -> None:
        """Read the next heading. announcing: the row directly above it if that ends in a colon.

        It announces only headings below its own. follows: whether it says that something follows.
        """
        if announcing and level > self._last_level:
            self.close()
            self._row, self._level, self._least = announcing, level, 1 if follows else 2
        elif level < self._level:
            self.close()
        if self._row and level == self._level:
            self._headings.append(heading)
        self._last_level = level

    def close(self) -> None:
        """Give the row its headings."""
        if self._row and len(self._headings) >= self._least:
            self._row.context = (*self._row.context, *self._headings[:_MOST])
        self._row, self._headings = None, []
