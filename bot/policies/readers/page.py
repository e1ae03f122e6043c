"""A page's elements -> its text as a browser shows it, with links and the places that addresses can name.

The reader leaves much of a page out; a link to the policy's words is matched against all of it. Both number the visible
characters of the page, so every word of the policy is found on the page, whatever is between.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urljoin

from bot.policies.readers.blocks import is_block
from bot.policies.readers.tree import Element, Text
from bot.policies.readers.visible import unrendered
from bot.policies.readers.words import UNSEEN, Words, visible
from bot.types import Link, PageText, Run

# Browsers collapse this white space, but not no-break spaces.
_COLLAPSED = re.compile(r"[ \t\n\r\f]+")
_BLANK = re.compile(r"\s")
_WORD = re.compile(r"\S+")
# Boxes within a line, which browsers search on their own.
_BOXED = re.compile(r"(?:^|;)display:inline-(?:block|flex|grid|table)")
_BOXES = frozenset({"button", "br"})


class _Stretch(NamedTuple):
    """Characters of the policy's text that follow each other on the page. place: of the first, as counted there."""

    start: int
    place: int
    length: int


class ShownPage:
    """What a browser shows of a page. Numbers the texts in its elements; see `bot.policies.readers.tree.Text`."""

    def __init__(self, top: Element) -> None:
        self._text = ""
        self._lines: list[str] = []
        self._length = 0
        self._offsets = array("L")  # of each visible character in the text
        self._links: list[tuple[int, int, str]] = []  # from and to which place, and the target
        self._ids: list[tuple[int, str]] = []
        self._count = 0
        self._parts: list[str] = []
        self._base = next(
            (e.attributes["href"] for e in top.elements() if e.tag == "base" and "href" in e.attributes), ""
        )
        self._read(top, unrendered(top))

    def place(self, words: Words) -> tuple[PageText, tuple[Link, ...]]:
        """Return the page, with the places of a policy's words in it, and the links of these words."""
        stretches = list(self._stretches(words))
        runs: list[Run] = []
        text = self._text
        first = first_at = end = end_at = -1  # of the run so far, in the words and on the page
        for start, place, length in stretches:
            at = self._offsets[place]
            gap = start - end
            # Words of one line on the page have the same space between them.
            if first < 0 or gap > 1 or at - end_at != gap or (gap and words[end] != text[end_at]):
                if first >= 0:
                    runs.append(Run(first, first_at, end - first))
                first, first_at = start, at
            end, end_at = start + length, at + length
        if first >= 0:
            runs.append(Run(first, first_at, end - first))
        ids = tuple((self._offsets[at] if at < len(self._offsets) else len(text), name) for at, name in self._ids)
        return PageText(text, tuple(runs), ids), tuple(self._linked(words, stretches))

    def _read(self, top: Element, left_out: set[Element]) -> None:
        """Walk through the page in order."""
        stack: list[Element | str | tuple[Element, int]] = [top]
        while stack:
            node = stack.pop()
            if isinstance(node, Text):
                self._add(node)
            elif isinstance(node, Element):
                if node in left_out:
                    continue
                if _breaks(node):
                    self._flush()
                if name := node.attributes.get("id") or (node.attributes.get("name") if node.tag == "a" else ""):
                    self._ids.append((self._count, name))
                stack.append((node, self._count))
                stack.extend(reversed(node.children))
            elif isinstance(node, tuple):
                element, start = node
                if _breaks(element):
                    self._flush()
                target = element.attributes.get("href", "").strip() if element.tag == "a" else ""
                if target and start < self._count:
                    self._links.append((start, self._count, urljoin(self._base, target) if self._base else target))
        self._flush()
        self._text = "\n".join(self._lines)
        self._links.sort()

    def _add(self, text: Text) -> None:
        text.at = self._count
        words = text.translate(UNSEEN)
        self._count += visible(words)
        self._parts.append(words)

    def _flush(self) -> None:
        """End the current block."""
        line = _BLANK.sub(" ", _COLLAPSED.sub(" ", "".join(self._parts))).strip()
        self._parts = []
        if not line:
            return
        for word in _WORD.finditer(line):
            self._offsets.extend(range(self._length + word.start(), self._length + word.end()))
        self._lines.append(line)
        self._length += len(line) + 1

    def _stretches(self, words: Words) -> Iterator[_Stretch]:
        sources = iter(words.sources)
        text, offsets = self._text, self._offsets
        left, place = 0, -1
        for word in _WORD.finditer(words):
            at, end = word.span()
            while at < end:
                if not left:
                    left, place = next(sources)
                length = min(left, end - at)
                if place >= 0:
                    # What is joined here may be apart on the page, and a bar in a cell is not what it is there.
                    while not (found := text.startswith(words[at : at + length], offsets[place])) and length > 1:
                        length -= 1
                    if found:
                        yield _Stretch(at, place, length)
                    place += length
                left -= length
                at += length

    def _linked(self, words: Words, stretches: list[_Stretch]) -> Iterator[Link]:
        starts = [start for start, _, _ in self._links]
        link: Link | None = None
        for at, place, length in stretches:
            for number in range(max(bisect_right(starts, place) - 1, 0), bisect_right(starts, place + length - 1)):
                first, last, target = self._links[number]
                start, end = max(first, place) - place + at, min(last, place + length) - place + at
                if start >= end:
                    continue
                if link is not None and link.url == target and not words[link.end : start].strip():
                    link = Link(link.start, end, target)
                    continue
                if link is not None:
                    yield link
                link = Link(start, end, target)
        if link is not None:
            yield link


def _breaks(element: Element) -> bool:
    """Return whether a browser's search stops at the ends of an element."""
    return element.tag in _BOXES or is_block(element) or _BOXED.search(element.style()) is not None
