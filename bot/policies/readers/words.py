"""Words that know where on the page they come from."""

from __future__ import annotations

from collections.abc import Iterable

# Characters that show nothing: soft hyphen, zero-width space and word joiner, marks of direction and of byte order.
UNSEEN = dict.fromkeys(map(ord, "\u00ad\u200b\u200e\u200f\u2060\ufeff"))
_NOWHERE = -1


class Words(str):
    """A text with the places of its characters on the page. White space has none.

    sources: for each stretch of characters in order, how many they are and the place of the first: the number of
    visible characters before it on the page, or -1 for what the reader adds.
    """

    sources: tuple[tuple[int, int], ...]

    def __new__(cls, text: str, sources: Iterable[tuple[int, int]] = ()) -> Words:
        """Return a text. sources: by default, the reader adds it."""
        words = super().__new__(cls, text)
        words.sources = tuple(sources) or ((visible(text), _NOWHERE),)
        return words

    def without_mark(self) -> Words:
        """Return it without the mark of a heading at its start."""
        return self.without_first(len(self) - len(self.lstrip("# ")))

    def without_first(self, count: int) -> Words:
        """Return it without the first characters."""
        rest = self[count:]
        return Words(rest, _dropped(self.sources, visible(self) - visible(rest)))


def visible(text: str) -> int:
    """Count the characters that are not white space."""
    return len("".join(text.split()))


def join(parts: Iterable[str], glue: str = "") -> Words:
    """Join texts; those that are not `Words` come from nowhere on the page."""
    parts = list(parts)
    sources: list[tuple[int, int]] = []
    between = visible(glue)
    for number, part in enumerate(parts):
        if number and between:
            sources.append((between, _NOWHERE))
        sources.extend(part.sources if isinstance(part, Words) else [(visible(part), _NOWHERE)])
    return Words(glue.join(parts), _merged(sources))


def flowed(parts: Iterable[tuple[str, int]]) -> Words:
    """Return pieces of text as a browser flows them: each run of white space is one space.

    parts: each piece and its place on the page.
    """
    pieces = [(piece.translate(UNSEEN), at) for piece, at in parts]
    sources = [(visible(piece), at) for piece, at in pieces]
    return Words(" ".join("".join(piece for piece, _ in pieces).split()), _merged(sources))


def _merged(sources: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for count, at in sources:
        if not count:
            continue
        if merged and at != _NOWHERE and merged[-1][1] != _NOWHERE and sum(merged[-1]) == at:
            merged[-1] = merged[-1][0] + count, merged[-1][1]
        else:
            merged.append((count, at))
    return merged


def _dropped(sources: Iterable[tuple[int, int]], count: int) -> list[tuple[int, int]]:
    """Return the sources without those of the first characters."""
    left: list[tuple[int, int]] = []
    for length, at in sources:
        gone = min(count, length)
        count -= gone
        if length > gone:
            left.append((length - gone, at if at == _NOWHERE else at + gone))
    return left
