"""Prose -> sentences, by rules for English, which find the ends of sentences and cut oversized ones."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.types import Span

# A longer run of text without a sentence's end is cut, so that every unit fits the encoder's window.
MAX_SENTENCE_CHARS = 1_000
# Where an oversized sentence is cut, the best place first.
_SEPARATORS = ("\n", "; ", ", ", " ")
# The end of a sentence: its mark, closing quotes or brackets, then white space and the start of another.
_SENTENCE_END = re.compile(r"(?<![.!?…])[.!?…]+[\"'”’)\]]*(?=\s+[\"'“‘(\[]*[A-Z0-9À-Þ])|[。！？]")
_ABBREVIATIONS = frozenset(
    "e.g i.e etc. cf vs mr mrs ms dr st no nos inc ltd co corp dept sec secs art ch c para pp p vol fig al est "
    "approx jan feb mar apr jun jul aug sept sep oct nov dec u.s u.k m.g.l g.l a.m p.m ph.d gov rev stat ann".split()
)
_LONGEST_ABBREVIATION = 40
_LAST_WORD = re.compile(r"[\w.&§]+$")
_LETTERS_WITH_DOTS = re.compile(r"(?:[A-Za-z]\.)+[A-Za-z]|[A-Z]")


def split_sentences(text: str, within: Span | None = None) -> list[Span]:
    """The sentences of `text[within]`: in order, not overlapping, together all of its non-blank characters."""
    start, end = within or Span(0, len(text))
    spans: list[Span] = []
    for match in _SENTENCE_END.finditer(text, start, end):
        before = text[max(start, match.start() - _LONGEST_ABBREVIATION) : match.start()]
        if match[0].startswith(".") and _ends_abbreviation(before):
            continue
        spans.append(strip(text, start, match.end()))
        start = match.end()
    spans.append(strip(text, start, end))
    return [piece for span in spans if span.start < span.end for piece in _cut(text, span)]


def _ends_abbreviation(before: str) -> bool:
    word = _LAST_WORD.search(before)
    if word is None:
        return False
    return word[0].lower() in _ABBREVIATIONS or _LETTERS_WITH_DOTS.fullmatch(word[0]) is not None


def _cut(text: str, span: Span) -> Iterator[Span]:
    """Cut an oversized span into pieces that fit, each ending after the best separator within reach."""
    start = span.start
    while span.end - start > MAX_SENTENCE_CHARS:
        reach = start + MAX_SENTENCE_CHARS
        found = ((text.rfind(separator, start, reach), len(separator)) for separator in _SEPARATORS)
        end = next((place + length for place, length in found if place > start), reach)
        piece = strip(text, start, end)
        if piece.start < piece.end:
            yield piece
        start = end
    yield strip(text, start, span.end)


def strip(text: str, start: int, end: int) -> Span:
    """Return `text[start:end]` without the white space at its ends."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)
