"""Prose -> sentences, by rules for English, which find the ends of sentences and cut oversized ones."""

from __future__ import annotations

import re

from bot.policies.boundaries import MARK, ends_sentence
from bot.types import Span

# A longer run of text without a sentence's end is cut, so that every unit fits the encoder's window.
MAX_SENTENCE_CHARS = 1_000
# Where an oversized sentence is cut, the best mark before the white space first.
_CUTS = (";", ",", "")
_WORD = re.compile(r"\S+")
# What governs the words after it, up to the end of its clause.
_NEGATIONS = frozenset("not never nor neither no none nothing cannot without only".split())
_CONDITIONS = frozenset("unless except excepting if provided until excluding".split())
# What belongs to the words before it.
_LIMITS = _CONDITIONS | frozenset("not never no nor without but only".split())
# A clause with a subject of its own, which a "not" before it does not govern.
_OWN_CLAUSE = re.compile(r"(?:(?:and|or|so|while)\s+)?(?:we|you|they|it|he|she|i)\b", re.IGNORECASE)


def split_sentences(text: str, within: Span | None = None) -> list[Span]:
    """Return the sentences of `text[within]`, in order. Together they have each character but white space once."""
    start, end = within or Span(0, len(text))
    spans: list[Span] = []
    for mark in MARK.finditer(text, start, end):
        if ends_sentence(text, start, end, mark):
            _add(text, strip(text, start, mark.end()), spans)
            start = mark.end()
    _add(text, strip(text, start, end), spans)
    return spans


def _add(text: str, span: Span, spans: list[Span]) -> None:
    """Append a sentence. If it is oversized, append pieces that fit, each ending after the best place within reach."""
    start = span.start
    while span.end - start > MAX_SENTENCE_CHARS:
        end = _cut_place(text, start, start + MAX_SENTENCE_CHARS)
        piece = strip(text, start, end)
        if piece.start < piece.end:
            spans.append(piece)
        start = end
    rest = strip(text, start, span.end) if start > span.start else span
    if rest.start < rest.end:
        spans.append(rest)


def _cut_place(text: str, start: int, reach: int) -> int:
    """Return the best place to cut, up to `reach`: if possible, "not" or "unless" stays with what it governs."""
    whole: dict[str, int] = {}
    others: dict[str, int] = {}
    governs = ""  # "not" or "unless", if the words that it governs continue
    list_governed = False  # "We will not: …" governs all items
    last = ""
    for found in _WORD.finditer(text, start, reach):
        place = found.start()
        word = found[0].strip("\"'“”‘’([)],;:.").lower()
        if last:
            mark = last if last in ";," else ""
            ended = mark == ";" or (mark == "," and governs not in _CONDITIONS and _OWN_CLAUSE.match(text, place))
            if ended and not list_governed:
                governs = ""
            severs = governs or word in _LIMITS or (not mark and place < start + MAX_SENTENCE_CHARS // 2)
            (others if severs else whole)[mark] = place
        if not governs and (word in _NEGATIONS or word in _CONDITIONS or word.endswith(("n't", "n’t"))):
            governs = word
        last = found[0][-1]
        list_governed |= last == ":" and bool(governs)
    return next((places[mark] for places in (whole, others) for mark in _CUTS if mark in places), reach)


def strip(text: str, start: int, end: int) -> Span:
    """Return `text[start:end]` without the white space at its ends."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)
